//! `send`: builds, signs and posts deliveries as Lettermint does.

pub(crate) mod args;
mod fresh;
mod output;
mod plan;
mod run;
mod scenario;
mod watch;
