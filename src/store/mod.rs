//! The file of recorded deliveries: one JSON record a line, appended by any number of
//! processes at once.
//!
//! Every append takes the file's lock, so lines never mix. A last line without its newline (a
//! crash, a full disk) is closed by the next append and skipped by readers with a warning;
//! nothing that was written is ever rewritten or lost.

mod backward;
mod file;
pub(crate) mod input;
mod place;
mod pruning;
pub(crate) mod query;
pub(crate) mod selection;
mod writer;

use std::path::Path;

use crate::app::AppContext;
use crate::error::Result;

pub(crate) use backward::BackwardReader;
pub(crate) use pruning::{Expiry, Pruned, prune};
pub(crate) use writer::{Durability, Store};

/// Opens a store to append to, and says who else can.
pub(crate) fn open(app: &AppContext, path: &Path) -> Result<Store> {
    let store = Store::open(path)?;
    if let Some(exposure) = file::exposure(path) {
        let message = format!("{exposure}: {}", path.display());
        app.terminal.warning(&message);
        (app.terminal).hint(&format!("`chmod 600 {}` closes it", path.display()));
    }
    Ok(store)
}

/// Where the store is unless `--store` says otherwise, below the config file's directory or the
/// working directory.
pub(crate) const DEFAULT_PATH: &str = ".lettermint-hook/deliveries.ndjson";
