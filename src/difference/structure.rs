//! What differs between two bodies as JSON values.

use serde::Serialize;
use serde_json::Value;

use crate::json::path::push_member;

/// Bytes of a path, at most.
const PATH: usize = 400;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct JsonChange {
    /// Such as `data.tags[0].name` or `data.metadata["with.dots"]`; empty for the whole.
    pub(crate) path: String,
    /// The left value; `None` when only the right side has the place.
    pub(crate) left: Option<Value>,
    /// The right value; `None` when only the left side has the place.
    pub(crate) right: Option<Value>,
}

/// Compares two bodies. `None` when either is no JSON.
pub(crate) fn changes(left: &[u8], right: &[u8]) -> Option<Vec<JsonChange>> {
    let left = serde_json::from_slice(left).ok()?;
    let right = serde_json::from_slice(right).ok()?;
    let mut changes = Vec::new();
    compare("", Some(&left), Some(&right), &mut changes);
    Some(changes)
}

fn compare(path: &str, left: Option<&Value>, right: Option<&Value>, changes: &mut Vec<JsonChange>) {
    match (left, right) {
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            for (name, member) in left {
                compare(
                    &member_of(path, name),
                    Some(member),
                    right.get(name),
                    changes,
                );
            }
            for (name, member) in right {
                if !left.contains_key(name) {
                    compare(&member_of(path, name), None, Some(member), changes);
                }
            }
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            for index in 0..left.len().max(right.len()) {
                let path = bounded(format!("{path}[{index}]"));
                compare(&path, left.get(index), right.get(index), changes);
            }
        }
        (left, right) if left == right => {}
        (left, right) => changes.push(JsonChange {
            path: path.to_owned(),
            left: left.cloned(),
            right: right.cloned(),
        }),
    }
}

fn member_of(path: &str, name: &str) -> String {
    let mut path = path.to_owned();
    let quoted = Value::from(name).to_string();
    push_member(&mut path, &quoted[1..quoted.len() - 1]);
    bounded(path)
}

/// A path that is not longer than somebody reads: every change below a long one repeats it.
fn bounded(mut path: String) -> String {
    if path.len() > PATH {
        path.truncate(path.floor_char_boundary(PATH));
        path.push('…');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_named() {
        let left = br#"{"a":1,"m":{"x.y":1,"z":[1,2]},"gone":null}"#;
        let right = br#"{"m":{"z":[1,3,4],"x.y":2},"a":1}"#;
        let change = |path: &str, left, right| JsonChange {
            path: path.into(),
            left,
            right,
        };
        assert_eq!(
            changes(left, right).unwrap(),
            [
                change("m[\"x.y\"]", Some(json!(1)), Some(json!(2))),
                change("m.z[1]", Some(json!(2)), Some(json!(3))),
                change("m.z[2]", None, Some(json!(4))),
                change("gone", Some(Value::Null), None),
            ]
        );
        assert_eq!(changes(b"{}", b"nope"), None);
    }
}
