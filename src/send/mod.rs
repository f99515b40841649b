//! `send`: builds, signs and posts deliveries as Lettermint does.

pub mod args;
mod fresh;
mod output;
mod plan;
mod run;
mod scenario;
