//! The config file, `.env`, and where secrets come from.

pub mod secrets;
pub mod source;
pub mod toml_table;
pub mod webhook;
pub mod webhook_file;

pub use webhook::Webhook;
