//! What the tool does with the world: signing and sending, receiving and recording.
//!
//! Commands parse and hand over; the work is here, on top of the pure layers and the adapters.

pub mod demonstration;
pub mod receiving;
pub mod selection;
pub mod sender;
pub mod session;

pub use session::Session;
