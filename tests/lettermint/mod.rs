//! The public library: secrets, headers, signatures, events.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod catalogue;
mod condition;
mod edit;
mod glob;
mod headers;
mod payload;
mod random;
mod retry_schedule;
mod scenario;
mod secret;
mod signature;
mod suggest;
mod timestamp;
