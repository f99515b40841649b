//! What differs between two requests' header lines.

use crate::lettermint::{Header, Headers};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderChange {
    Added(Header),
    Removed(Header),
    Changed {
        name: String,
        left: Vec<u8>,
        right: Vec<u8>,
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
            changes.push(HeaderChange::Removed(header.to_owned()));
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
                left: header.value.to_vec(),
                right: other.value.to_vec(),
            });
        }
    }
    for (header, paired) in right.iter().zip(&paired) {
        if !paired {
            changes.push(HeaderChange::Added(header.to_owned()));
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

#[cfg(test)]
mod tests {
    use super::*;

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
            changes(&left, &right),
            [
                HeaderChange::Case {
                    left: "B".into(),
                    right: "b".into()
                },
                HeaderChange::Removed(Header::new("C", "3")),
                HeaderChange::Changed {
                    name: "A".into(),
                    left: b"4".into(),
                    right: b"5".into()
                },
                HeaderChange::Added(Header::new("D", "6")),
                HeaderChange::Order {
                    left: vec!["A".into(), "b".into(), "A".into()],
                    right: vec!["b".into(), "A".into(), "A".into()]
                },
            ]
        );
        assert_eq!(changes(&left, &left), []);
    }
}
