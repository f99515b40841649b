//! The file of recorded deliveries: one JSON record a line, appended by any number of
//! processes at once.
//!
//! Every append takes the file's lock, so lines never mix. A last line without its newline (a
//! crash, a full disk) is closed by the next append and skipped by readers with a warning;
//! nothing that was written is ever rewritten or lost.

pub mod backward;
pub(crate) mod file;
pub mod forward;
pub mod input;
pub mod pruning;
pub(crate) mod query;
pub(crate) mod selection;
pub(crate) mod writer;

pub use backward::BackwardReader;
pub use forward::{BrokenLine, Reader};
pub use pruning::{Expiry, Pruning, prune};
pub(crate) use writer::Durability;
pub use writer::Store;

/// Where the store is unless `--store` says otherwise, below the working directory.
pub const DEFAULT_PATH: &str = ".lettermint-hook/deliveries.ndjson";
