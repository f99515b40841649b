use jiff::Timestamp;
use lettermint_hook::lettermint::timestamp::{Style, parse_micros};

#[test]
fn timestamp_both_styles_round_trip() {
    let micros = parse_micros("2026-10-04T08:15:30.000123Z").unwrap();
    assert_eq!(
        Style::MicrosZulu.format(micros),
        "2026-10-04T08:15:30.000123Z"
    );
    assert_eq!(
        Style::SecondsOffset.format(micros),
        "2026-10-04T08:15:30+00:00"
    );
    assert_eq!(
        parse_micros("2026-10-04T10:15:30+02:00"),
        Some(micros - 123)
    );
    assert_eq!(parse_micros("2026-10-04"), None);
    assert_eq!(parse_micros("yesterday"), None);
    assert_eq!(Style::MicrosZulu.format(i64::MAX).len(), 27);
}

/// Reading what Lettermint writes has a way of its own, which jiff's decides about.
#[test]
fn timestamp_what_lettermint_writes_is_read_as_jiff_reads_it() {
    for text in [
        "2026-10-04T08:15:30.000123Z",
        "1969-12-31T23:59:59.999999Z",
        "2024-02-29T00:00:00.000000Z",
        "0001-01-01T00:00:00.000001Z",
        "9999-12-30T21:59:59.999999Z",
        "2025-02-29T00:00:00.000000Z",
        "2026-13-04T08:15:30.000000Z",
        "2026-10-04T24:15:30.000000Z",
        "2026-10-04T08:15:3x.000000Z",
        "2026-10-04T08:15:30.000000z",
    ] {
        let expected = text.parse().ok().map(Timestamp::as_microsecond);
        assert_eq!(parse_micros(text), expected, "{text}");
    }
}
