//! `listen`: receiving, forwarding, misbehaving, asserting, and coming to an end.

pub(crate) mod args;
pub(crate) mod causes;
pub(crate) mod child_command;
pub(crate) mod display;
pub(crate) mod display_line;
pub(crate) mod duplicates;
pub(crate) mod expectations;
pub(crate) mod faults;
pub(crate) mod forwarding;
pub(crate) mod hosts;
pub(crate) mod output;
pub(crate) mod ready_file;
pub(crate) mod receiver;
pub(crate) mod recording;
pub(crate) mod rendering;
pub(crate) mod request_filter;
pub(crate) mod run;
pub(crate) mod settings;
pub(crate) mod tally;

pub(crate) use run::run;
pub(crate) use settings::{Forwarding, Settings};
