//! Records of the store as JSON documents: the array that `deliveries export --format json`
//! writes, and what is left of a record after a pretty-printer.

use serde_json::value::RawValue;

use crate::capture::captured::{Capture, LineCounter, Parsed, Problem, without_bom};
use crate::delivery::Record;

/// Reads an array of records, or any number of records one after another.
pub fn parse(document: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let document = without_bom(document);
    let mut lines = LineCounter::new(document);
    let mut entry = 0;
    for value in serde_json::Deserializer::from_slice(document).into_iter::<&RawValue>() {
        let value = match value {
            Ok(value) => value,
            Err(error) => {
                let message = format!("expected records as JSON: {error}");
                parsed
                    .problems
                    .push(Problem::of_line(error.line(), message));
                break;
            }
        };
        let records = match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
            Ok(records) => records,
            Err(_) => vec![value],
        };
        for record in records {
            entry += 1;
            let line = lines.line_of(offset_in(document, record.get()));
            parsed.push(read(record, line, entry));
        }
    }
    parsed
}

fn read(record: &RawValue, line: usize, entry: usize) -> Result<Capture, Problem> {
    Record::parse(record.get().as_bytes())
        .map(|record| Capture::of_record(record, line, entry))
        .map_err(|error| Problem::of_entry(line, entry, error.to_string()))
}

/// Where a part of a document starts. A part that is none starts at its end.
pub(crate) fn offset_in(document: &[u8], part: &str) -> usize {
    let start = part.as_ptr().addr();
    start
        .checked_sub(document.as_ptr().addr())
        .filter(|offset| *offset <= document.len())
        .unwrap_or(document.len())
}
