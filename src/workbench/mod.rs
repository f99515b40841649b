//! What the tool does with the world: signing and sending, receiving and recording.
//!
//! Commands parse and hand over; the work is here, on top of the pure layers and the adapters.

pub mod bulk;
pub mod captures;
pub mod choosing;
pub mod delivery_log;
pub mod demonstration;
pub mod destinations;
pub mod fleet;
pub mod keeping;
pub mod occurrence;
pub mod outbox;
pub mod payloads;
pub mod receiving;
pub mod replaying;
pub mod retrying;
pub mod selection;
pub mod sender;
pub mod session;
pub mod signer;
pub mod story;
pub mod verifying;
pub mod webhook_check;

pub use session::Session;
