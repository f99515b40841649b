//! One delivery as a value, and every way to write it down.
//!
//! Pure: bytes in, bytes out. Bodies are never parsed and re-encoded on the way; JSON is only
//! ever a view of them.

pub mod mutation;
pub mod outgoing;
pub mod record;
pub mod reply;
pub mod resend;
pub mod tampering;
pub mod target;

pub use outgoing::{Outgoing, SigningPlan};
pub use record::{Direction, Record, RecordSummary};
pub use reply::Reply;
pub use target::Target;
