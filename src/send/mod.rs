//! `send`: builds, signs and posts deliveries as Lettermint does.

pub mod args;
pub mod scenario;
pub mod tables;

pub use args::{SendArgs, run};
