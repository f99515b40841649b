//! `replay`: sends captured deliveries again.

pub(crate) mod args;
mod bulk;
mod continuation;
mod preparation;
mod run;
