//! Any bytes as a signature header: no panic, and what is read is within its bounds.
#![no_main]

use lettermint_hook::lettermint::SignatureHeader;
use lettermint_hook::lettermint::signature::{MAX_SIGNED_AT, hex};

libfuzzer_sys::fuzz_target!(|value: &[u8]| {
    let Ok(header) = SignatureHeader::parse(value) else {
        return;
    };
    assert!((0..=MAX_SIGNED_AT).contains(&header.signed_at));
    assert_eq!(header.t.parse(), Ok(header.signed_at));
    assert!(!header.v1.is_empty());
    let written: Vec<_> = header.v1.iter().map(|mac| format!("v1={}", hex(mac).as_str())).collect();
    let again = format!("t={},{}", header.t, written.join(","));
    assert_eq!(SignatureHeader::parse(again.as_bytes()), Ok(header));
});
