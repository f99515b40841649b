//! How two recorded requests differ: headers, then bytes, then JSON, then the re-encoding that
//! turns one body into the other. Serialized, it is what `deliveries diff --json` prints.

mod encoding;
mod headers;
mod structure;

pub use encoding::reencoding;
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
pub struct BodyDifference {
    pub lengths: (usize, usize),
    /// How many bytes are equal before the first difference.
    pub offset: usize,
    /// The line that is on, counted from 1.
    pub line: usize,
    /// Where the windows start.
    pub start: usize,
    /// What stands around the difference. Nothing of it when the body ends there.
    pub left: Window,
    pub right: Window,
    /// What differs as JSON; empty when the values are equal. `None` when either side is no
    /// JSON.
    pub json: Option<Vec<JsonChange>>,
    /// What re-encoding turns the left body into the right one. `None` when they differ in more
    /// than their encoding.
    pub reencoding: Option<Vec<&'static str>>,
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
pub fn diff_bodies(left: &[u8], right: &[u8]) -> Option<BodyDifference> {
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
pub struct Window(pub(crate) Vec<u8>);

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
    use super::*;
    use proptest::prelude::*;

    proptest! {
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
