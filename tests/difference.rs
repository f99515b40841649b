//! Laws of the difference between two bodies.

use lettermint_hook::difference::{diff_bodies, reencoding};
use lettermint_hook::json::writer;
use proptest::prelude::*;
use serde_json::{Map, Value};

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z/\\\\\"<>&é✓😀\u{2028}\n]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-zé/]{0,4}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The same value with members sorted by name.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_str());
            let sorted = members
                .into_iter()
                .map(|(name, value)| (name.clone(), sorted(value)));
            Value::Object(sorted.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn a_re_encoding_is_found_and_leaves_no_structural_change(value in json()) {
        let body = writer::encode(&value);
        let mut with_newline = body.clone();
        with_newline.push(b'\n');
        for other in [
            serde_json::to_vec(&value).unwrap(),
            serde_json::to_vec_pretty(&value).unwrap(),
            writer::encode(&sorted(&value)),
            String::from_utf8(body.clone()).unwrap().replace('/', "\\/").into_bytes(),
            with_newline,
        ] {
            prop_assert_eq!(reencoding(&body, &other).is_some(), body != other);
            prop_assert_eq!(reencoding(&other, &body).is_some(), body != other);
            if let Some(difference) = diff_bodies(&body, &other) {
                prop_assert_eq!(difference.json, Some(vec![]));
            }
        }
    }

    #[test]
    fn other_values_are_no_re_encoding(left in json(), right in json()) {
        let (one, two) = (writer::encode(&left), writer::encode(&right));
        let found = reencoding(&one, &two);
        prop_assert_eq!(found.is_some(), left == right && one != two);
        if left != right {
            let difference = diff_bodies(&one, &two).unwrap();
            prop_assert!(difference.json.is_some_and(|changes| !changes.is_empty()));
        }
    }

    #[test]
    fn any_bytes_are_compared(left in prop::collection::vec(any::<u8>(), 0..80), right in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = diff_bodies(&left, &right);
    }
}

#[test]
fn big_numbers_are_not_rounded_together() {
    assert_eq!(
        reencoding(b"[9007199254740993]", b"[9007199254740992]"),
        None
    );
    assert_eq!(
        reencoding(b"[7]", b"[7.0]").unwrap(),
        ["numbers spelled differently"]
    );
}
