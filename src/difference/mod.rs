//! How two recorded requests differ: headers, then bytes, then JSON, then the re-encoding that
//! turns one body into the other. Serialized, it is what `deliveries diff --json` prints.

mod encoding;
mod headers;
mod structure;

pub(crate) use encoding::reencoding;
pub(crate) use headers::HeaderChange;
pub(crate) use structure::JsonChange;

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

use crate::capture::http::Address;
use crate::delivery::Record;

/// Bytes that are shown of each body: before the first difference, and from it on.
const BEFORE: usize = 16;
const AFTER: usize = 32;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Difference {
    pub(crate) method: Option<Pair>,
    pub(crate) path: Option<Pair>,
    /// What differs in the header lines, in the left side's order, then what the right side has
    /// more.
    pub(crate) headers: Vec<HeaderChange>,
    /// What differs in the body; `None` when both are identical.
    pub(crate) body: Option<BodyDifference>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Pair {
    pub(crate) left: String,
    pub(crate) right: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct BodyDifference {
    pub(crate) lengths: (usize, usize),
    /// How many bytes are equal before the first difference.
    pub(crate) offset: usize,
    /// The line that is on, counted from 1.
    pub(crate) line: usize,
    /// Where the windows start.
    pub(crate) start: usize,
    /// What stands around the difference. Nothing of it when the body ends there.
    pub(crate) left: Window,
    pub(crate) right: Window,
    /// What differs as JSON; empty when the values are equal. `None` when either side is no
    /// JSON.
    pub(crate) json: Option<Vec<JsonChange>>,
    /// What re-encoding turns the left body into the right one. `None` when they differ in more
    /// than their encoding.
    pub(crate) reencoding: Option<Vec<&'static str>>,
}

impl Difference {
    pub(crate) fn is_empty(&self) -> bool {
        self.method.is_none()
            && self.path.is_none()
            && self.headers.is_empty()
            && self.body.is_none()
    }
}

/// Compares the requests of two records. What was recorded around them (times, replies,
/// verdicts) does not count.
pub(crate) fn diff(left: &Record, right: &Record) -> Difference {
    let pair = |left: &str, right: &str| {
        (left != right).then(|| Pair {
            left: left.to_owned(),
            right: right.to_owned(),
        })
    };
    Difference {
        method: pair(&left.method, &right.method),
        path: pair(
            Address::of(left).path_and_query,
            Address::of(right).path_and_query,
        ),
        headers: headers::changes(&left.headers, &right.headers),
        body: diff_bodies(&left.body, &right.body),
    }
}

/// Compares two bodies. `None` when they are identical.
pub(crate) fn diff_bodies(left: &[u8], right: &[u8]) -> Option<BodyDifference> {
    if left == right {
        return None;
    }
    let unequal = left.iter().zip(right).position(|(l, r)| l != r);
    let offset = unequal.unwrap_or(left.len().min(right.len()));
    let start = offset.saturating_sub(BEFORE);
    let window = |body: &[u8]| Window(body[start..body.len().min(offset + AFTER)].to_vec());
    Some(BodyDifference {
        lengths: (left.len(), right.len()),
        offset,
        line: memchr::memchr_iter(b'\n', &left[..offset]).count() + 1,
        start,
        left: window(left),
        right: window(right),
        json: structure::changes(left, right),
        reencoding: reencoding(left, right),
    })
}

/// Bytes of a body, shown as hex dumps show them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Window(pub(crate) Vec<u8>);

impl Window {
    pub(crate) fn hex(bytes: &[u8]) -> String {
        let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.join(" ")
    }

    /// Printable ASCII as it is, a dot for every other byte.
    pub(crate) fn text(bytes: &[u8]) -> String {
        bytes
            .iter()
            .map(|byte| match byte {
                b' '..=b'~' => char::from(*byte),
                _ => '.',
            })
            .collect()
    }
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut window = serializer.serialize_struct("Window", 2)?;
        window.serialize_field("hex", &Self::hex(&self.0))?;
        window.serialize_field("text", &Self::text(&self.0))?;
        window.end()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;
    use crate::json::writer;

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
    fn a_re_encoding_is_found_and_no_structural_change(value in json()) {
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
        fn a_body_differs_exactly_when_its_bytes_do(
            left in proptest::collection::vec(any::<u8>(), 0..60),
            right in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            prop_assert!(diff_bodies(&left, &left).is_none());
            let difference = diff_bodies(&left, &right);
            prop_assert_eq!(difference.is_none(), left == right);
            if let Some(difference) = difference {
                let at = difference.offset;
                prop_assert_eq!(&left[..at], &right[..at]);
                prop_assert_ne!(left.get(at), right.get(at));
            }
        }
    }

    #[test]
    fn both_sides_of_the_first_difference_are_shown() {
        let found = diff_bodies("a\nGr\u{fc}n".as_bytes(), b"a\nGr").unwrap();
        assert_eq!((found.offset, found.line), (4, 2));
        assert_eq!(Window::hex(&found.left.0), "61 0a 47 72 c3 bc 6e");
        assert_eq!(Window::text(&found.left.0), "a.Gr..n");
        assert_eq!(Window::text(&found.right.0), "a.Gr");
    }
}
