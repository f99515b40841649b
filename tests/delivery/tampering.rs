use bytes::Bytes;
use lettermint_hook::delivery::tampering::{Expected, TABLE, Tampering};
use lettermint_hook::delivery::{Outgoing, SigningPlan};
use lettermint_hook::lettermint::catalogue;
use lettermint_hook::lettermint::verification::SignedHeaders;
use lettermint_hook::lettermint::{Secret, SigningKey, Tolerance, Verifier};
use serde_json::Value;

#[test]
fn tampering_of_every_kind_is_judged_as_the_table_says() {
    let secret = Secret::new("whsec_x").unwrap();
    let key = SigningKey::new(&secret);
    let now = 1_791_101_730;
    let verifier = Verifier::new([&secret], Tolerance::default());
    for event in catalogue::EVENTS {
        let Some(body) = event.sample_json() else {
            continue;
        };
        let body = Bytes::from(body);
        let plan = SigningPlan {
            key: &key,
            signed_at: now,
            attempt: 1,
        };
        let genuine = Outgoing::signed(Some(event.name.into()), None, body.clone(), plan);
        for kind in TABLE {
            let tampering = Tampering::parse(kind.name).unwrap();
            let outgoing = tampering.make(Some(event.name.into()), None, body.clone(), plan);
            let signed = SignedHeaders::of(&outgoing.headers);
            let verdict = verifier.verify(signed, &outgoing.body, Some(now));
            let expected = match kind.expected {
                Expected::Refuse(reason) => Some(reason),
                Expected::Accept | Expected::AcceptByBody => None,
            };
            assert_eq!(verdict.reason, expected, "{} {}", event.name, kind.name);
            assert_ne!(outgoing, genuine, "{}", kind.name);
            if kind.name == "body-byte" {
                assert!(
                    serde_json::from_slice::<Value>(&outgoing.body).is_ok(),
                    "{}",
                    event.name
                );
            }
        }
    }
}

#[test]
fn tampering_names_are_unique_and_parameters_checked() {
    let mut names: Vec<_> = TABLE.iter().map(|kind| kind.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), TABLE.len());
    for bad in ["stale=x", "stale=0", "malformed=1", "nope", "stale=-5"] {
        assert!(Tampering::parse(bad).is_err(), "{bad}");
    }
    assert!(
        Tampering::parse("body-bite")
            .unwrap_err()
            .hint
            .is_some_and(|hint| hint.contains("`body-byte`"))
    );
}

#[test]
fn tampering_seconds_move_the_time() {
    let key = SigningKey::from_bytes(b"whsec_x");
    let plan = SigningPlan {
        key: &key,
        signed_at: 1_000,
        attempt: 1,
    };
    for (text, expected) in [("stale=301", 699), ("future=1", 1_001), ("stale", 400)] {
        let tampering = Tampering::parse(text).unwrap();
        let outgoing = tampering.make(None, None, Bytes::new(), plan);
        assert_eq!(outgoing.signed_at, expected, "{text}");
    }
}
