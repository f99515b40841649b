//! What commands have in common.

mod bad_input;
mod color;
mod config;
mod event_options;
mod exit_codes;
pub(crate) mod help;
mod json_errors;
mod json_schema;
mod output_size;
mod pipes;
mod readme;
mod screens;
mod secrecy;
mod secret_options;
mod store;
mod terminal_escapes;
