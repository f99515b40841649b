//! Reading records without building anything: for files of a million of them.
//!
//! [`record::scan`] reads exactly the shape that [`Record::write_line`](super::Record::write_line)
//! writes, [`payload::has_event`] a JSON object. Both validate every byte they pass over, allocate
//! nothing, and know only one answer besides success: `None`, "ask the real parser". That is the
//! answer to anything unusual (escapes in a header, base64, fields in another order) as well as
//! to anything broken, so they can never disagree with it. They are some eight times as fast
//! as a tree of values, and do not contend for the allocator when threads share the work.

pub mod cursor;
pub mod payload;
pub mod record;
#[cfg(test)]
mod tests;

pub use record::{Scanned, Scratch, scan, scan_without_body};
