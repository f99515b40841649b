//! JSON taken apart without losing how numbers were written.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How deep values may nest, as in serde_json.
const DEEPEST: usize = 128;

/// A JSON value whose numbers and literals are still text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lexical<'a> {
    /// A number, `true`, `false` or `null`, as written.
    Literal(&'a str),
    String(String),
    Array(Vec<Self>),
    /// Members in order, repeats kept.
    Object(Vec<(String, Self)>),
}

impl<'a> Lexical<'a> {
    /// Reads a whole document. `None` when it is no JSON, nests too deep, or has text that is no
    /// Unicode.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        Self::of_raw(serde_json::from_str(text).ok()?, DEEPEST)
    }

    fn of_raw(raw: &'a RawValue, depth: usize) -> Option<Self> {
        let text = raw.get();
        let depth = depth.checked_sub(1)?;
        Some(match text.as_bytes().first()? {
            b'"' => Self::String(serde_json::from_str(text).ok()?),
            b'[' => Self::Array(
                serde_json::from_str::<Vec<&RawValue>>(text)
                    .ok()?
                    .into_iter()
                    .map(|item| Self::of_raw(item, depth))
                    .collect::<Option<_>>()?,
            ),
            b'{' => Self::Object(
                members(text)?
                    .into_iter()
                    .map(|(name, value)| Some((name, Self::of_raw(value, depth)?)))
                    .collect::<Option<_>>()?,
            ),
            _ => Self::Literal(text),
        })
    }

    /// The same with the members of every object in the order of their names' bytes.
    pub(crate) fn sorted(&self) -> Self {
        match self {
            Self::Array(items) => Self::Array(items.iter().map(Self::sorted).collect()),
            Self::Object(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| (name.clone(), value.sorted()))
                    .collect();
                members.sort_by(|(left, _), (right, _)| left.cmp(right));
                Self::Object(members)
            }
            other => other.clone(),
        }
    }

    /// The same with every number as a JavaScript or PHP program writes it after reading it:
    /// `7.0` as `7`.
    pub(crate) fn with_plain_numbers(&self) -> Self {
        match self {
            Self::Array(items) => Self::Array(items.iter().map(Self::with_plain_numbers).collect()),
            Self::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), value.with_plain_numbers()))
                    .collect(),
            ),
            Self::Literal(text) => {
                let whole = text.trim_end_matches('0').strip_suffix('.');
                Self::Literal(whole.filter(|_| !text.contains(['e', 'E'])).unwrap_or(text))
            }
            other => other.clone(),
        }
    }
}

fn members(text: &str) -> Option<Vec<(String, &RawValue)>> {
    struct InOrder;
    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<(String, &'de RawValue)>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                members.push((name.into_owned(), map.next_value()?));
            }
            Ok(members)
        }
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let members = json.deserialize_map(InOrder).ok()?;
    json.end().ok()?;
    Some(members)
}
