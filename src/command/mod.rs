//! One subcommand a file: its help, its arguments, its `run`.

pub mod completions;
pub mod deliveries;
pub mod demo;
pub mod events;
pub mod listen;
pub mod man;
pub mod options;
pub mod print_args;
pub mod recorded;
pub mod replay;
pub mod retries;
pub mod secret;
pub mod send;
pub mod sign;
pub mod verify;
pub mod webhooks;
