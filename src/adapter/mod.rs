//! The only code that touches the world, one file a thing.

pub mod appender;
pub mod client;
pub mod clock;
pub mod committer;
pub mod companion;
pub mod config;
pub mod context;
pub mod output;
pub mod process_limits;
pub mod progress;
pub mod prompt;
pub mod ready_file;
pub mod secrets;
pub mod server;
pub mod signals;
pub mod spill;
pub mod store;
pub mod terminal;
