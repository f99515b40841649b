//! What Lettermint says on the wire: secrets, headers, signatures and the retry schedule.
//!
//! Pure: nothing here knows the clock, the environment, files or sockets. Times are handed
//! in as unix seconds, so every rule can be tested at its boundary second.

pub mod headers;
pub mod retry_schedule;
pub mod secret;
pub mod signature;
pub mod verification;

pub use headers::{Header, HeaderLine, Headers};
pub use secret::{NamedSecret, Secret};
pub use signature::{SignatureHeader, SigningKey};
pub use verification::{Reason, Tolerance, Verdict, Verifier};

pub mod awkward;
pub mod catalogue;
pub mod condition;
pub mod edit;
pub mod event_pattern;
pub mod glob;
pub mod path;
pub mod payload;
pub mod random;
pub mod scenario;
pub mod suggest;
pub mod timestamp;
pub use catalogue::{Event, Field};
pub use condition::Condition;
pub use edit::Edit;
pub use event_pattern::EventPattern;
pub use payload::{Fresh, PayloadTemplate};
pub use random::Random;
