//! What Lettermint says in the body: the events, their payloads, and how PHP writes them.
//!
//! Pure: times and randomness are arguments.

pub mod catalogue;
pub mod condition;
pub mod edit;
mod fields;
pub mod glob;
pub mod path;
pub mod payload;
pub mod php_json;
pub mod random;
pub mod scenario;
pub mod suggest;
pub mod timestamp;

pub use catalogue::{Event, Field};
pub use condition::Condition;
pub use edit::Edit;
pub use payload::{Fresh, PayloadTemplate};
pub use random::Random;
