//! The small commands, one module each.

pub mod completions;
pub mod demo;
pub mod events;
pub mod man;
pub mod retries;
pub mod secret;
pub mod sign;
pub mod webhooks;
