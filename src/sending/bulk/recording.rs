//! Recording the attempts of a bulk run in batches.

use crate::delivery::Record;
use crate::error::describe_io;
use crate::store::Store;

/// Bytes of records that are written at once. Less than this may be missing from the store
/// after a `kill -9`; Ctrl+C loses nothing.
const BATCH: usize = 256 * 1024;

/// Records of one thread that wait to be written.
#[derive(Debug, Default)]
pub(crate) struct RecordBatch(Vec<u8>);

impl RecordBatch {
    /// Adds a record, and writes the batch when it is full.
    pub(crate) fn add(&mut self, store: &Store, record: &Record) -> Result<(), String> {
        record.write_line(&mut self.0);
        if self.0.len() < BATCH {
            return Ok(());
        }
        self.write(store)
    }

    /// Writes what waits.
    pub(crate) fn write(&mut self, store: &Store) -> Result<(), String> {
        if self.0.is_empty() {
            return Ok(());
        }
        let result = store.append_lines(&self.0);
        self.0.clear();
        result.map_err(|error| {
            let path = store.path().display();
            format!(
                "attempts are not recorded ({}): {path}",
                describe_io(&error)
            )
        })
    }
}
