//! One delivery as a value, and every way to write it down.
//!
//! Pure: bytes in, bytes out. Bodies are never parsed and re-encoded on the way; JSON is only
//! ever a view of them.

mod damage;
pub mod difference;
pub mod formats;
mod json_string;
pub mod outgoing;
pub mod record;
pub mod redaction;
pub mod replayed;
pub mod reply;
pub mod scan;
pub mod summary;
pub mod tampering;
pub mod target;
pub mod toml_table;
pub mod webhook;
pub mod webhook_file;

pub use difference::{Difference, diff};
pub use outgoing::{Outgoing, SigningPlan};
pub use record::{Direction, Record};
pub use redaction::Redactor;
pub use reply::Reply;
pub use summary::{Brief, RecordSummary};
pub use target::Target;
pub use webhook::Webhook;
