//! `verify`: checking signatures offline, and saying why one fails.

pub(crate) mod args;
mod batch;
mod explain;
mod judge;
pub(crate) mod output;
mod run;
mod sides;

pub(crate) use args::VerifyArgs;
pub(crate) use run::run;
