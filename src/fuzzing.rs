//! What holds for any bytes at all. `tests/fuzz` digs into it for minutes; the tests below keep
//! it compiling.

use serde::de::IgnoredAny;

use crate::delivery::{Record, RecordSummary};
use crate::diagnosis::reencoding::{FAITHFUL, first_change};
use crate::json::canonical::canonicalize;
use crate::lettermint::SignatureHeader;
use crate::lettermint::signature::{MAX_SIGNED_AT, hex};

/// What is read of a header is within its bounds, and is read again as it would be written.
pub fn signature_header(value: &[u8]) {
    let Ok(header) = SignatureHeader::parse(value) else {
        return;
    };
    assert!((0..=MAX_SIGNED_AT).contains(&header.signed_at));
    assert_eq!(header.t.parse(), Ok(header.signed_at));
    assert!(!header.v1.is_empty());
    let macs = header
        .v1
        .iter()
        .map(|mac| format!(",v1={}", hex(mac).as_str()));
    let again = format!("t={}{}", header.t, macs.collect::<String>());
    assert_eq!(SignatureHeader::parse(again.as_bytes()), Ok(header));
}

/// The canonical form of a body is its own, and only JSON is judged.
pub fn body(body: &[u8]) {
    if let Some(once) = canonicalize(body) {
        let twice = canonicalize(&once.bytes).map(|canonical| canonical.bytes);
        assert_eq!(twice, Some(once.bytes));
    }
    let is_json = std::str::from_utf8(body)
        .is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
    for encoder in &FAITHFUL {
        assert!(is_json || first_change(body, encoder).is_none());
    }
}

/// What is read of a part of a line agrees with the whole record.
pub fn record_line(line: &[u8]) {
    if let (Some(summary), Ok(record)) = (RecordSummary::parse(line), Record::parse(line)) {
        assert_eq!(summary.event.as_deref(), record.event.as_deref());
        assert_eq!(summary.id.as_deref(), record.id.as_deref());
        assert_eq!(summary.at, record.at);
        assert_eq!(summary.is_failed(), record.is_failed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn holds_for_any_bytes(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100),
        ) {
            signature_header(&bytes);
            body(&bytes);
            record_line(&bytes);
        }
    }
}
