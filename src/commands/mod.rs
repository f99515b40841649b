//! The small commands, one module each.

pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod events;
pub(crate) mod man;
pub(crate) mod retries;
pub(crate) mod secret;
pub(crate) mod sign;
pub(crate) mod webhooks;
