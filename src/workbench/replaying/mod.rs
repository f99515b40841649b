//! Sending captured deliveries again.

mod bulk;
mod in_order;
mod index;
mod pace;
mod permutation;
pub mod preparation;

pub use bulk::{BulkReplay, send_in_bulk};
pub use in_order::{Replay, print, send_in_order};
pub use pace::Pace;
pub use preparation::{AttemptNumber, Preparation};
