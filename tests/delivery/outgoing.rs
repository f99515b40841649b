use lettermint_hook::delivery::outgoing::identify;
use lettermint_hook::delivery::{Outgoing, SigningPlan};
use lettermint_hook::lettermint::SigningKey;

#[test]
fn outgoing_headers_are_in_lettermints_order() {
    let key = SigningKey::from_bytes(b"whsec_x");
    let plan = SigningPlan {
        key: &key,
        signed_at: 1_791_101_730,
        attempt: 2,
    };
    let outgoing = Outgoing::signed(Some("message.sent".into()), None, "{}".into(), plan);
    let names: Vec<_> = outgoing.headers.iter().map(|h| h.name).collect();
    assert_eq!(
        names,
        [
            "Content-Type",
            "User-Agent",
            "X-Lettermint-Signature",
            "X-Lettermint-Event",
            "X-Lettermint-Delivery",
            "X-Lettermint-Attempt"
        ]
    );
    assert_eq!(
        outgoing.headers.text("x-lettermint-delivery"),
        Some("1791101730")
    );
    assert_eq!(outgoing.headers.text("x-lettermint-attempt"), Some("2"));
}

#[test]
fn outgoing_identify_reads_what_is_there() {
    assert_eq!(
        identify(br#"{"id":"a","event":"b"}"#),
        (Some("b".into()), Some("a".into()))
    );
    assert_eq!(
        identify(br#"{"id":1,"event":"b"}"#),
        (Some("b".into()), None)
    );
    assert_eq!(
        identify(br#"{"event":"a","data":{"event":"c","id":"d"},"event":"b","id":"\ud83d\ude00"}"#),
        (Some("b".into()), Some("\u{1f600}".into()))
    );
    assert_eq!(identify(br#"["a","b"]"#), (None, None));
    assert_eq!(identify(b"not json"), (None, None));
    assert_eq!(identify(b"\xff"), (None, None));
}
