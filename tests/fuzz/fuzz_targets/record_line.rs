//! Any bytes as a line of the store: what is read of a part agrees with the whole record.
#![no_main]

use lettermint_hook::delivery::{Record, RecordSummary};

libfuzzer_sys::fuzz_target!(|line: &[u8]| {
    let (summary, record) = (RecordSummary::parse(line), Record::parse(line));
    if let (Some(summary), Ok(record)) = (summary, record) {
        assert_eq!(summary.event.as_deref(), record.event.as_deref());
        assert_eq!(summary.id.as_deref(), record.id.as_deref());
        assert_eq!(summary.at, record.at);
        assert_eq!(summary.is_failed(), record.is_failed());
    }
});
