//! Recording the attempts of a bulk run in batches.

use crate::delivery::Record;
use crate::error::describe_io;
use crate::store::{Durability, Store};

/// Bytes of records that are written at once. Less than this may be missing from the store
/// after a `kill -9`; Ctrl+C loses nothing.
const BATCH: usize = 256 * 1024;

/// Records of one thread that wait to be written.
#[derive(Debug, Default)]
pub(crate) struct RecordBatch(Vec<u8>);

impl RecordBatch {
    /// Adds a record. The batch is given back to be written when it is full.
    pub(crate) fn add(&mut self, record: &Record) -> Option<Vec<u8>> {
        record.write_line(&mut self.0);
        (self.0.len() >= BATCH).then(|| self.take())
    }

    /// What waits to be written.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

/// Writes a batch, or says why not.
pub(crate) async fn write(store: &Store, batch: Vec<u8>) -> Result<(), String> {
    let written = store.append(batch, Durability::Written).await;
    written.map_err(|error| {
        let path = store.path().display();
        format!(
            "attempts are not recorded ({}): {path}",
            describe_io(&error)
        )
    })
}
