//! Sending captured deliveries again.

pub mod args;
pub mod bulk;
pub mod in_order;
pub mod pace;
pub mod preparation;

pub use bulk::{BulkReplay, send_in_bulk};
pub use in_order::{Replay, print, send_in_order};
pub use pace::Pace;
pub use preparation::{AttemptNumber, Preparation};
