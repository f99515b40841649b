//! Recording before answering, and saying when that does not work.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

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

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// Whether it may be answered as received.
    pub(crate) safe: bool,
    /// To be said now: it has begun to fail, or works again.
    pub(crate) warning: Option<String>,
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

    pub(crate) async fn record(&self, record: &Record) -> Recorded {
        let Some(store) = &self.store else {
            return Recorded {
                safe: true,
                warning: None,
            };
        };
        // Headers and the JSON around them take some 1,000 bytes more than the body.
        let mut line = Vec::with_capacity(record.body.len() * 5 / 4 + 1024);
        record.write_line(&mut line);
        let result = store.append(line, self.durability).await;
        let path = store.path();
        let failed_before = self.fails.swap(result.is_err(), Ordering::Relaxed);
        let warning = match (&result, failed_before) {
            (Ok(()), true) => Some(format!("recording works again: {}", path.display())),
            (Err(error), false) => Some(failing(error, path)),
            _ => None,
        };
        Recorded {
            safe: result.is_ok(),
            warning,
        }
    }
}

fn failing(error: &std::io::Error, path: &Path) -> String {
    format!(
        "deliveries are not recorded and answered 503 ({}): {}",
        describe_io(error),
        path.display()
    )
}
