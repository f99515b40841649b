//! Records of the store as JSON documents: the array that `deliveries export --format json`
//! writes, and what is left of a record after a pretty-printer.

use serde_json::value::RawValue;

use crate::capture::captured::{Capture, JsonEntries, Parsed, without_bom};
use crate::delivery::Record;

/// Reads an array of records, or any number of records one after another.
pub(crate) fn parse(document: &[u8]) -> Parsed {
    let document = without_bom(document);
    let mut entries = JsonEntries::new(document);
    for value in serde_json::Deserializer::from_slice(document).into_iter::<&RawValue>() {
        let value = match value {
            Ok(value) => value,
            Err(error) => {
                let message = format!("expected records as JSON: {error}");
                entries.parsed.problem(error.line(), message);
                break;
            }
        };
        let records = serde_json::from_str(value.get()).unwrap_or_else(|_| vec![value]);
        for record in records {
            entries.read(record, |text| {
                Record::parse(text.as_bytes())
                    .map(Capture::of_record)
                    .map_err(|error| error.to_string())
            });
        }
    }
    entries.parsed
}
