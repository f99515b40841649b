//! One delivery as a value, and every way to write it down.
//!
//! Pure: bytes in, bytes out. Bodies are never parsed and re-encoded on the way; JSON is only
//! ever a view of them.

pub mod mutation;
pub mod outgoing;
pub mod record;
pub mod reply;
pub mod resend;
pub mod scan;
pub mod summary;
pub mod tampering;
pub mod target;

pub use outgoing::{Outgoing, SigningPlan};
pub use record::{Direction, Record};
pub use reply::Reply;
pub use summary::{Brief, RecordSummary};
pub use target::Target;
