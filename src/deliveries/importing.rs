//! Taking captures of other tools into the store.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;

use serde_json::json;

use crate::app::AppContext;
use crate::capture::captured::ORIGIN;
use crate::capture::{Capture, Fidelity, Format};
use crate::deliveries::store_work::Imported;
use crate::delivery::{Direction, RecordSummary};
use crate::error::{Error, Result};
use crate::store::input::{Input, ProblemWarnings};
use crate::store::{Reader, Store};

/// Bytes of records that are written at once.
const BATCH: usize = 64 * 1024;

/// Appends every delivery of the inputs that the store does not have yet. What is not taken is
/// counted, what cannot be read is said.
///
/// # Errors
/// An input cannot be read or the store not written; what was imported before stays.
pub fn import(app: &AppContext, inputs: Vec<Input>, path: &Path) -> Result<Imported> {
    let mut known = Known::of_store(path)?;
    let store = Store::open(path)?;
    let mut warnings = ProblemWarnings::new(&app.terminal);
    let mut sum = Imported::default();
    let mut lines = Vec::new();
    for input in inputs {
        let mut open = input.open(&app.context)?;
        let format = open.format;
        while let Some(entry) = open.next_entry()? {
            let capture = match entry.decode() {
                Ok(Some(capture)) => capture,
                Ok(None) => continue,
                Err(problem) => {
                    warnings.add(&input.shown, &problem);
                    continue;
                }
            };
            let is_foreign = format.is_some_and(|format| !format.is_by_line());
            if is_foreign && !capture.is_delivery() {
                sum.no_deliveries += 1;
            } else if capture.fidelity == Fidelity::Absent {
                sum.without_payload += 1;
            } else if known.adds(&capture) {
                sum.imported += 1;
                with_origin(capture, format).record.write_line(&mut lines);
            } else {
                sum.known += 1;
            }
            if lines.len() > BATCH {
                append(&store, &mut lines)?;
            }
        }
    }
    append(&store, &mut lines)?;
    sum.unreadable = warnings.finish();
    Ok(sum)
}

fn append(store: &Store, lines: &mut Vec<u8>) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let result = store.append_blocking(std::mem::take(lines));
    result.map_err(|error| Error::file("write to the store", store.path(), &error))
}

/// A capture whose body is not what was on the wire says so for ever.
fn with_origin(mut capture: Capture, format: Option<Format>) -> Capture {
    if let (Fidelity::Reencoded, Some(format)) = (capture.fidelity, format) {
        capture.record.unknown.insert(
            ORIGIN.to_owned(),
            json!({"format": format.name(), "reencoded": true}),
        );
    }
    capture
}

/// The attempts that the store has, each as a 64-bit hash: some 18 MiB for a million.
struct Known {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl Known {
    fn of_store(path: &Path) -> Result<Self> {
        let mut known = Self {
            hasher: RandomState::new(),
            hashes: HashSet::new(),
        };
        if !path.exists() {
            return Ok(known);
        }
        let mut reader = Reader::open(path)?;
        let failed = |error: std::io::Error| Error::file("read the store", path, &error);
        while let Some((_, line)) = reader.next_line().map_err(failed)? {
            let Some(summary) = RecordSummary::parse(line) else {
                continue;
            };
            // Without an id only the body tells attempts apart.
            let body = match summary.id {
                Some(_) => None,
                None => crate::delivery::Record::parse(line)
                    .ok()
                    .map(|record| record.body),
            };
            let hash = known.hash(&summary, body.as_deref());
            known.hashes.insert(hash);
        }
        Ok(known)
    }

    /// Whether a capture is new, which it is once.
    fn adds(&mut self, capture: &Capture) -> bool {
        let summary = capture.record.summary();
        let body = match summary.id {
            Some(_) => None,
            None => Some(&capture.record.body[..]),
        };
        let hash = self.hash(&summary, body);
        self.hashes.insert(hash)
    }

    fn hash(&self, summary: &RecordSummary<'_>, body: Option<&[u8]>) -> u64 {
        let is_sent = summary.direction == Direction::Sent;
        self.hasher.hash_one((
            is_sent,
            summary.id.as_deref(),
            summary.attempt,
            summary.at,
            body,
        ))
    }
}
