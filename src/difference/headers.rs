//! What differs between two requests' header lines.

use serde::Serialize;

use crate::lettermint::Headers;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub(crate) enum HeaderChange {
    Added {
        name: String,
        right: String,
    },
    Removed {
        name: String,
        left: String,
    },
    Changed {
        name: String,
        left: String,
        right: String,
    },
    Case {
        left: String,
        right: String,
    },
    /// The lines that both sides have stand in another order.
    Order {
        left: Vec<String>,
        right: Vec<String>,
    },
}

/// Pairs the lines by name, the nth of a name with the nth on the other side, and compares.
pub(crate) fn changes(left: &Headers, right: &Headers) -> Vec<HeaderChange> {
    let mut changes = Vec::new();
    let mut paired = vec![false; right.len()];
    // Positions on the right of the pairs, in the left order.
    let mut pairs = Vec::new();
    for header in left {
        let partner = right.iter().enumerate().find(|(position, other)| {
            !paired[*position] && other.name.eq_ignore_ascii_case(header.name)
        });
        let Some((position, other)) = partner else {
            changes.push(HeaderChange::Removed {
                name: header.name.to_owned(),
                left: lossy(header.value),
            });
            continue;
        };
        paired[position] = true;
        pairs.push(position);
        if header.name != other.name {
            changes.push(HeaderChange::Case {
                left: header.name.to_owned(),
                right: other.name.to_owned(),
            });
        }
        if header.value != other.value {
            changes.push(HeaderChange::Changed {
                name: header.name.to_owned(),
                left: lossy(header.value),
                right: lossy(other.value),
            });
        }
    }
    for (header, paired) in right.iter().zip(&paired) {
        if !paired {
            changes.push(HeaderChange::Added {
                name: header.name.to_owned(),
                right: lossy(header.value),
            });
        }
    }
    if !pairs.is_sorted() {
        let name = |position: &usize| {
            right
                .get(*position)
                .map(|header| header.name.to_owned())
                .unwrap_or_default()
        };
        let left = pairs.iter().map(name).collect();
        pairs.sort_unstable();
        let right = pairs.iter().map(name).collect();
        changes.push(HeaderChange::Order { left, right });
    }
    changes
}

fn lossy(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lettermint::Header;
    use serde_json::json;

    fn headers(lines: &[(&str, &str)]) -> Headers {
        lines
            .iter()
            .map(|(name, value)| Header::new(*name, *value))
            .collect()
    }

    #[test]
    fn every_kind_of_change() {
        let left = headers(&[("A", "1"), ("B", "2"), ("C", "3"), ("A", "4")]);
        let right = headers(&[("b", "2"), ("A", "1"), ("A", "5"), ("D", "6")]);
        assert_eq!(
            json!(changes(&left, &right)),
            json!([
                {"change": "case", "left": "B", "right": "b"},
                {"change": "removed", "name": "C", "left": "3"},
                {"change": "changed", "name": "A", "left": "4", "right": "5"},
                {"change": "added", "name": "D", "right": "6"},
                {"change": "order", "left": ["A", "b", "A"], "right": ["b", "A", "A"]},
            ])
        );
        assert_eq!(changes(&left, &left), []);
    }
}
