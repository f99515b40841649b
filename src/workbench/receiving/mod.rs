//! `listen`: receiving, forwarding, misbehaving, asserting, and coming to an end.

mod door;
pub mod expectations;
pub mod forwarding;
pub mod hosts;
pub mod misbehaviour;
pub mod notice;
pub mod receiver;
pub mod recording;
pub mod rendering;
mod run;
mod screen;
pub mod settings;
mod sightings;
mod tally;

pub use run::run;
pub use settings::{Forwarding, Settings};
