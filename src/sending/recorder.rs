//! Recording attempts in the store.

use std::cell::RefCell;
use std::sync::Arc;

use crate::delivery::{Outgoing, Reply};
use crate::error::describe_io;
use crate::http::client::Endpoint;
use crate::store::{Durability, Store};

/// Bytes of a bulk run's records that are written at once. Less than this may be missing from the
/// store after a `kill -9`; Ctrl+C loses nothing.
const BATCH: usize = 256 * 1024;

/// Records attempts, each at once or many together.
pub(super) struct Recorder {
    store: Option<Arc<Store>>,
    lines: RefCell<Vec<u8>>,
    batch: usize,
}

impl Recorder {
    pub(super) fn at_once(store: Option<Arc<Store>>) -> Self {
        Self {
            store,
            lines: RefCell::default(),
            batch: 0,
        }
    }

    pub(super) fn in_batches(store: Option<Arc<Store>>) -> Self {
        Self {
            batch: BATCH,
            ..Self::at_once(store)
        }
    }

    /// Records an attempt at `at`, in microseconds since 1970. An error says why it could not be
    /// written, and where.
    pub(super) async fn add(
        &self,
        endpoint: &Endpoint,
        outgoing: &Outgoing,
        at: i64,
        reply: &Reply,
    ) -> Result<(), String> {
        if self.store.is_none() {
            return Ok(());
        }
        let headers = endpoint.wire_headers(outgoing);
        let target = endpoint.target().to_string();
        let record = outgoing.to_record(headers, target, at, Some(reply.clone()));
        let is_full = {
            let mut lines = self.lines.borrow_mut();
            record.write_line(&mut lines);
            lines.len() >= self.batch
        };
        match is_full {
            true => self.flush().await,
            false => Ok(()),
        }
    }

    pub(super) async fn flush(&self) -> Result<(), String> {
        let lines = self.lines.take();
        let Some(store) = self.store.as_ref().filter(|_| !lines.is_empty()) else {
            return Ok(());
        };
        let written = store.append(lines, Durability::Written).await;
        written.map_err(|error| format!("({}): {}", describe_io(&error), store.path().display()))
    }
}
