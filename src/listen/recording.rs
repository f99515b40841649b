//! Recording before answering, and saying when that does not work.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::delivery::Record;
use crate::error::{Error, Result, describe_io};
use crate::store::Store;
use crate::store::appender::Appender;
use crate::store::committer::Committer;

/// Where deliveries are recorded, and how safely.
#[derive(Debug)]
pub struct Recorder {
    way: Way,
    fails: AtomicBool,
}

#[derive(Debug)]
enum Way {
    /// Nowhere.
    Off,
    /// Given to the system before the answer: survives the end of this process.
    Written(Appender),
    /// On disk before the answer: survives a loss of power.
    Synced(Committer),
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Whether it may be answered as received.
    pub safe: bool,
    /// To be said now: it has begun to fail, or works again.
    pub warning: Option<String>,
}

impl Recorder {
    /// A recorder on a store, if any.
    ///
    /// # Errors
    /// The system gives no thread to sync in, exit 3.
    pub fn new(store: Option<Store>, sync: bool) -> Result<Self> {
        let way = match store {
            None => Way::Off,
            Some(store) if sync => Way::Synced(Committer::start(store).map_err(|error| {
                Error::cannot_run(format!("cannot start a thread: {}", describe_io(&error)))
            })?),
            Some(store) => Way::Written(Appender::new(store)),
        };
        Ok(Self {
            way,
            fails: AtomicBool::new(false),
        })
    }

    /// Records one delivery.
    pub async fn record(&self, record: &Record) -> Recorded {
        let (path, result) = match &self.way {
            Way::Off => {
                return Recorded {
                    safe: true,
                    warning: None,
                };
            }
            Way::Written(appender) => (
                appender.path(),
                appender.append(|lines| record.write_line(lines)).await,
            ),
            Way::Synced(committer) => (
                committer.path(),
                committer.append(|lines| record.write_line(lines)).await,
            ),
        };
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
