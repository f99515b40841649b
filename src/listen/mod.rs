//! `listen`: receiving, forwarding, misbehaving, asserting, and coming to an end.

pub mod args;
pub mod causes;
pub mod child_command;
pub mod display;
pub mod display_line;
pub mod duplicates;
pub mod expectations;
pub mod faults;
pub mod forwarding;
pub mod hosts;
pub mod output;
pub mod ready_file;
pub mod receiver;
pub mod recording;
pub mod rendering;
pub mod request_filter;
pub mod run;
pub mod settings;
pub mod tally;

pub use run::run;
pub use settings::{Forwarding, Settings};
