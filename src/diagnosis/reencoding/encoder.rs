//! Parsers and encoders, simulated on tokens.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::de::IgnoredAny;

use super::number;
use super::text;
use super::text::Characters;
use crate::json::number as php_number;
use crate::json::tree::{Node, Object};

/// A parser together with the encoder that handlers use with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoder {
    /// `JSON.stringify(JSON.parse(text))`.
    JavaScript,
    /// `json.dumps(json.loads(text))`.
    PythonDefault,
    /// `json.dumps(…, separators=(",", ":"), ensure_ascii=False)`.
    PythonCompact,
    /// `json_encode(json_decode($text, true))`.
    PhpDefault,
    /// `json.Marshal` of what `json.Unmarshal` put into an `any`, Go 1.22 or later.
    Go,
}

/// Why there are no re-encoded bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The body is not JSON to anybody.
    NotJson,
    /// It is, but this language cannot read or write it.
    ByTheLanguage,
}

impl Encoder {
    /// Every encoder.
    pub const ALL: [Self; 5] = [
        Self::JavaScript,
        Self::PythonDefault,
        Self::PythonCompact,
        Self::PhpDefault,
        Self::Go,
    ];

    /// What a developer would call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript JSON.stringify",
            Self::PythonDefault => "Python json.dumps",
            Self::PythonCompact => "Python json.dumps (compact, ensure_ascii=False)",
            Self::PhpDefault => "PHP json_encode",
            Self::Go => "Go json.Marshal of a map",
        }
    }

    /// What the language makes of a body.
    pub(crate) fn reencode(self, body: &[u8]) -> Result<Vec<u8>, Refused> {
        // The tree is lenient; this is not.
        let text = std::str::from_utf8(body).map_err(|_| Refused::NotJson)?;
        serde_json::from_str::<IgnoredAny>(text).map_err(|_| Refused::NotJson)?;
        let node = Node::parse(body).map_err(|_| Refused::NotJson)?;
        let mut out = Vec::with_capacity(body.len());
        self.write(&node, &mut out)
            .map(|()| out)
            .ok_or(Refused::ByTheLanguage)
    }

    fn write(self, node: &Node<'_>, out: &mut Vec<u8>) -> Option<()> {
        match node {
            Node::Scalar(text @ (b"true" | b"false" | b"null")) => out.extend_from_slice(text),
            Node::Scalar(text) => {
                let number = self.number(std::str::from_utf8(text).ok()?)?;
                out.extend_from_slice(number.as_bytes());
            }
            Node::Text(raw) => self.text(&text::decode(raw)?, out)?,
            Node::Array(items) => self.list(items.iter(), out)?,
            Node::Object(object) => self.object(object, out)?,
        }
        Some(())
    }

    fn number(self, text: &str) -> Option<Cow<'_, str>> {
        let number = match self {
            Self::JavaScript => number::javascript(text)?,
            Self::PythonDefault | Self::PythonCompact => number::python(text)?,
            Self::PhpDefault => php_number::php(text)?,
            Self::Go => number::go(text)?,
        };
        Some(number.into())
    }

    fn text(self, characters: &Characters, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::JavaScript => text::javascript(characters, out),
            Self::PythonDefault => text::python_ascii(characters, out),
            Self::PythonCompact => text::python_unicode(characters, out)?,
            Self::PhpDefault => text::php(characters, out)?,
            Self::Go => text::go(characters, out),
        }
        Some(())
    }

    fn separators(self) -> (&'static [u8], &'static [u8]) {
        match self {
            Self::PythonDefault => (b", ", b": "),
            _ => (b",", b":"),
        }
    }

    fn list<'n, 'b: 'n>(
        self,
        items: impl Iterator<Item = &'n Node<'b>>,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        out.push(b'[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                out.extend_from_slice(self.separators().0);
            }
            self.write(item, out)?;
        }
        out.push(b']');
        Some(())
    }

    fn object(self, object: &Object<'_>, out: &mut Vec<u8>) -> Option<()> {
        let mut members = last_of_each(object, self == Self::Go)?;
        match self {
            Self::JavaScript => members.sort_by_key(|(key, _)| {
                // ECMA-262: array indices first and in order, the rest as they came.
                array_index(key).map_or((true, 0), |index| (false, index))
            }),
            Self::Go => members.sort_by(|(a, _), (b, _)| a.cmp(b)),
            Self::PhpDefault if is_php_list(&members) => {
                // An array with the keys 0, 1, 2, … is a list to PHP, an empty one too.
                return self.list(members.into_iter().map(|(_, value)| value), out);
            }
            _ => {}
        }
        out.push(b'{');
        for (index, (key, value)) in members.iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(self.separators().0);
            }
            self.text(key, out)?;
            out.extend_from_slice(self.separators().1);
            self.write(value, out)?;
        }
        out.push(b'}');
        Some(())
    }
}

type MemberOf<'n, 'b> = (Characters, &'n Node<'b>);

/// A repeated key keeps its first place and its last value, in all five.
fn last_of_each<'n, 'b>(object: &'n Object<'b>, replace: bool) -> Option<Vec<MemberOf<'n, 'b>>> {
    let mut members: Vec<MemberOf<'n, 'b>> = Vec::with_capacity(object.members.len());
    let mut places: HashMap<Characters, usize> = HashMap::new();
    for member in &object.members {
        let mut key = text::decode(member.key)?;
        if replace {
            key.replace_halves();
        }
        match places.get(&key) {
            Some(&place) => members[place].1 = &member.value,
            None => {
                places.insert(key.clone(), members.len());
                members.push((key, &member.value));
            }
        }
    }
    Some(members)
}

/// A key that JavaScript takes for an array index: 0 to 2^32 - 2, without leading zeros.
fn array_index(key: &Characters) -> Option<u32> {
    let text = key.as_ascii()?;
    let index: u32 = text.parse().ok()?;
    (index.to_string() == text && index != u32::MAX).then_some(index)
}

fn is_php_list(members: &[MemberOf<'_, '_>]) -> bool {
    let mut keys = members.iter().enumerate();
    keys.all(|(index, (key, _))| key.as_ascii().as_deref() == Some(index.to_string().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reencoded(encoder: Encoder, json: &str) -> String {
        String::from_utf8(encoder.reencode(json.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn go_sorts_and_escapes_html() {
        // No Go is needed to check this: encoding/json documents each of these.
        let json = "{\"b\":\"<a&b>\",\"a\":{\"é\":1.50,\"B\":\"\\u2028\u{2029}\\b\\u0001\\/\"}}";
        assert_eq!(
            reencoded(Encoder::Go, json),
            "{\"a\":{\"B\":\"\\u2028\\u2029\\b\\u0001/\",\"é\":1.5},\"b\":\"\\u003ca\\u0026b\\u003e\"}"
        );
        assert_eq!(reencoded(Encoder::Go, r#""\ud800""#), "\"\u{fffd}\"");
    }

    #[test]
    fn objects_in_each_language() {
        let json = r#"{"b":1,"10":2,"9":3,"b":4,"01":5}"#;
        assert_eq!(
            reencoded(Encoder::JavaScript, json),
            r#"{"9":3,"10":2,"b":4,"01":5}"#
        );
        assert_eq!(
            reencoded(Encoder::PythonCompact, json),
            r#"{"b":4,"10":2,"9":3,"01":5}"#
        );
        assert_eq!(
            reencoded(Encoder::PhpDefault, r#"{"0":1,"1":{}}"#),
            "[1,[]]"
        );
        assert_eq!(reencoded(Encoder::PhpDefault, r#"{"1":1}"#), r#"{"1":1}"#);
    }

    #[test]
    fn a_language_may_refuse() {
        let half = br#""\udc00""#;
        assert_eq!(
            Encoder::PhpDefault.reencode(half),
            Err(Refused::ByTheLanguage)
        );
        assert_eq!(
            Encoder::PythonCompact.reencode(half),
            Err(Refused::ByTheLanguage)
        );
        assert_eq!(
            Encoder::Go.reencode(b"[1e999]"),
            Err(Refused::ByTheLanguage)
        );
    }
}
