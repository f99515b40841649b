//! The config file, `.env`, and where secrets come from.

pub(crate) mod dot_env;
pub(crate) mod file;
mod reader;
pub(crate) mod secrets;
pub(crate) mod source;
pub(crate) mod webhook;

pub(crate) use webhook::Webhook;
