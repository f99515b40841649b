use lettermint_hook::lettermint::signature::{
    MAC_LEN, MAX_SIGNED_AT, SignatureHeader, SigningKey, hex, unhex,
};
use proptest::prelude::*;

#[test]
fn signature_hex_round_trips() {
    let mac: [u8; MAC_LEN] = std::array::from_fn(|i| (i * 37) as u8);
    assert_eq!(unhex(hex(&mac).as_str().as_bytes()), Some(mac));
    assert_eq!(
        unhex(hex(&mac).as_str().to_uppercase().as_bytes()),
        Some(mac)
    );
    assert_eq!(unhex(b"00"), None);
    assert_eq!(unhex(&[b'g'; 64]), None);
}

#[test]
fn signature_sign_is_readable_by_parse() {
    let key = SigningKey::from_bytes(b"whsec_test");
    let value = key.sign(1_791_101_730, b"{}");
    let header = SignatureHeader::parse(value.as_bytes()).unwrap();
    assert_eq!(header.signed_at, 1_791_101_730);
    assert!(key.matches_any(header.t.as_bytes(), b"{}", &header.v1));
    assert!(!key.matches_any(header.t.as_bytes(), b"{} ", &header.v1));
}

#[test]
fn signature_debug_of_a_key_says_nothing() {
    assert_eq!(
        format!("{:?}", SigningKey::from_bytes(b"whsec_marker")),
        "SigningKey([redacted])"
    );
}

proptest! {
    #[test]
    fn signature_any_header_is_refused_or_read_within_bounds(
        noise in prop::collection::vec(any::<u8>(), 0..120),
        almost in r#"(t=[0-9+ ]{0,17}|v1=[0-9a-fA-F]{64}|v1=[0-9a-z]{0,70}|v2=x|[ ,=t])(,? ?(t=[0-9]{1,17}|v1=[0-9a-fA-F]{64}|[ ,=tv1])){0,3}"#,
    ) {
        for value in [&noise[..], almost.as_bytes()] {
            let Ok(header) = SignatureHeader::parse(value) else {
                continue;
            };
            prop_assert!((0..=MAX_SIGNED_AT).contains(&header.signed_at));
            let v1: String = header.v1.iter().map(|mac| format!(",v1={}", hex(mac).as_str())).collect();
            let again = format!("t={}{v1}", header.t);
            prop_assert_eq!(SignatureHeader::parse(again.as_bytes()), Ok(header));
        }
    }
}
