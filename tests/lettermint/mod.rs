//! The public library: secrets, headers, signatures, events.

mod catalogue;
mod condition;
mod edit;
mod event_pattern;
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
