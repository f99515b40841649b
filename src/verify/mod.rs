//! `verify`: checking signatures offline, and saying why one fails.

pub mod args;
mod batch;
mod explain;
mod judge;
pub mod output;
mod run;

pub use args::VerifyArgs;
pub(crate) use run::run;
