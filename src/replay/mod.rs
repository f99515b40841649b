//! `replay`: sends captured deliveries again.

pub mod args;
mod bulk;
mod continuation;
mod preparation;
mod run;
