//! Any bytes as a line of the store: where the scanner answers, the parser agrees.
#![no_main]

use lettermint_hook::delivery::Record;
use lettermint_hook::delivery::scan::{Scratch, payload, scan};
use lettermint_hook::lettermint::verification::event_of;

libfuzzer_sys::fuzz_target!(|line: &[u8]| {
    let mut scratch = Scratch::default();
    if let Some(scanned) = scan(line, &mut scratch) {
        let record = Record::parse(line).expect("the scanner reads only records");
        assert_eq!(scanned.body, &record.body[..]);
        assert_eq!(scanned.event, record.event.as_deref().map(str::as_bytes));
        assert_eq!(scanned.at, record.at.div_euclid(1_000_000));
    }
    if std::str::from_utf8(line).is_ok() && payload::has_event(line).is_some() {
        assert!(event_of(line).is_some());
    }
});
