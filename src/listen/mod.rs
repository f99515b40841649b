//! `listen`: receive, verify, answer, record and show deliveries.

pub(crate) mod args;
mod causes;
pub(crate) mod child_command;
pub(crate) mod delivery;
mod display;
pub(crate) mod display_queue;
mod expectations;
pub(crate) mod faults;
mod forwarding;
mod loops;
pub(crate) mod output;
mod ready_file;
pub(crate) mod receiver;
pub(crate) mod recording;
pub(crate) mod request_filter;
pub(crate) mod run;
mod tally;
