//! Sending deliveries, one or a million: destinations, signing, retries, results.

pub mod attempt;
pub mod bulk;
pub mod clients;
pub mod command_line;
pub mod destinations;
pub mod event_instance;
pub mod histogram;
pub mod load;
pub mod payloads;
pub mod plan;
pub mod prepared;
pub mod progress;
pub mod retry;
pub mod sender;
pub mod signer;
