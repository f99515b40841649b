//! The config file, `.env`, and where secrets come from.

pub(crate) mod file;
mod reader;
pub mod secrets;
pub mod source;
pub mod webhook;

pub use webhook::Webhook;
