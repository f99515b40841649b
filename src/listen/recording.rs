//! Recording before answering, and saying when that does not work.

use std::sync::atomic::{AtomicBool, Ordering};

use super::display_queue::DisplaySender;
use crate::delivery::Record;
use crate::error::describe_io;
use crate::store::{Durability, Store};

/// Where deliveries are recorded, and how safely.
#[derive(Debug)]
pub(crate) struct Recorder {
    store: Option<Store>,
    durability: Durability,
    fails: AtomicBool,
}

impl Recorder {
    /// A recorder on a store, if any. `sync`: a record is on disk before its answer.
    pub(crate) fn new(store: Option<Store>, sync: bool) -> Self {
        Self {
            store,
            durability: match sync {
                true => Durability::Synced,
                false => Durability::Written,
            },
            fails: AtomicBool::new(false),
        }
    }

    /// Whether it may be answered as received. That recording begins to fail, or works again, is
    /// said once.
    pub(crate) async fn record(&self, record: &Record, display: &DisplaySender) -> bool {
        let Some(store) = &self.store else {
            return true;
        };
        // Headers and the JSON around them take some 1,000 bytes more than the body.
        let mut line = Vec::with_capacity(record.body.len() * 5 / 4 + 1024);
        record.write_line(&mut line);
        let result = store.append(line, self.durability).await;
        let path = store.path().display();
        let failed_before = self.fails.swap(result.is_err(), Ordering::Relaxed);
        match (&result, failed_before) {
            (Ok(()), true) => display.warn(format!("recording works again: {path}")),
            (Err(error), false) => display.warn(format!(
                "deliveries are not recorded and answered 503 ({}): {path}",
                describe_io(error)
            )),
            _ => {}
        }
        result.is_ok()
    }
}
