//! Any bytes as a body: no panic, the canonical form is its own, and only JSON is judged.
#![no_main]

use lettermint_hook::diagnosis::reencoding::{Encoder, judge_one};
use lettermint_hook::json::canonical::canonicalize;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Some(once) = canonicalize(body) {
        let twice = canonicalize(&once.bytes).map(|canonical| canonical.bytes);
        assert_eq!(twice, Some(once.bytes));
    }
    let is_json = std::str::from_utf8(body)
        .is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
    assert_eq!(judge_one(body, Encoder::JavaScript).is_some(), is_json);
});
