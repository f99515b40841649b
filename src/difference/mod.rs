//! How two recorded requests differ: headers, then bytes, then JSON, then the re-encoding that
//! turns one body into the other.
//!

pub mod bytes;
pub mod encoding;
pub mod headers;
pub mod structure;

pub use bytes::{FirstDifference, Window};
pub use encoding::{Aspect, Reencoding, reencoding};
pub use headers::HeaderChange;
pub use structure::JsonChange;

use crate::delivery::Record;

#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub method: Option<(String, String)>,
    pub path: Option<(String, String)>,
    /// What differs in the header lines, in the left side's order, then what the right side has
    /// more.
    pub headers: Vec<HeaderChange>,
    /// What differs in the body; `None` when both are identical.
    pub body: Option<BodyDifference>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BodyDifference {
    pub lengths: (usize, usize),
    pub first: FirstDifference,
    /// What differs as JSON; empty when the values are equal. `None` when either side is no
    /// JSON.
    pub json: Option<Vec<JsonChange>>,
    /// The re-encoding that turns the left body into the right one. `None` when they differ in
    /// more than their encoding.
    pub reencoding: Option<Reencoding>,
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        self.method.is_none()
            && self.path.is_none()
            && self.headers.is_empty()
            && self.body.is_none()
    }
}

/// Compares the requests of two records. What was recorded around them (times, replies,
/// verdicts) does not count.
pub fn diff(left: &Record, right: &Record) -> Difference {
    Difference {
        method: unequal(&left.method, &right.method),
        path: unequal(path(left), path(right)),
        headers: headers::changes(&left.headers, &right.headers),
        body: diff_bodies(&left.body, &right.body),
    }
}

/// Compares two bodies. `None` when they are identical.
pub fn diff_bodies(left: &[u8], right: &[u8]) -> Option<BodyDifference> {
    let first = FirstDifference::of(left, right)?;
    Some(BodyDifference {
        lengths: (left.len(), right.len()),
        first,
        json: structure::changes(left, right),
        reencoding: reencoding(left, right),
    })
}

fn unequal(left: &str, right: &str) -> Option<(String, String)> {
    (left != right).then(|| (left.to_owned(), right.to_owned()))
}

fn path(record: &Record) -> &str {
    crate::capture::http::Address::of(record).path_and_query
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
                let at = difference.first.offset;
                prop_assert_eq!(&left[..at], &right[..at]);
                prop_assert_ne!(left.get(at), right.get(at));
            }
        }
    }
}
