//! JSON as a tree of slices: order, repeats and the text of numbers and strings are kept.

use serde::de::IgnoredAny;

use super::lexer::{BOM, Lexer, NotJson, Token, Unit, Units};
use super::number;

/// Nesting beyond which a document is not looked at. PHP's own limit is 512; payloads need six.
const MAX_DEPTH: usize = 200;

/// Values beyond which a document is not looked at: payloads have hundreds, and a tree of a body
/// made of nothing but brackets would take forty times its memory.
pub(crate) const MAX_VALUES: usize = 250_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node<'a> {
    /// A number or literal, as written.
    Scalar(&'a [u8]),
    Text(&'a [u8]),
    Array(Vec<Node<'a>>),
    /// In order, repeats kept.
    Object(Vec<Member<'a>>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member<'a> {
    /// As written between its quotes.
    pub(crate) key: &'a [u8],
    pub(crate) value: Node<'a>,
    /// Whether it stands where it is known to belong. Only [`crate::diagnosis::template`] doubts.
    pub(crate) is_placed: bool,
}

impl<'a> Node<'a> {
    /// Reads a document, a byte order mark before it included. Lenient: what stands inside of
    /// strings and for numbers is not looked at.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, NotJson> {
        Self::parse_within(body, MAX_VALUES)
    }

    pub(crate) fn parse_strict(json: &'a str, max_values: usize) -> Result<Self, NotJson> {
        serde_json::from_str::<IgnoredAny>(json).map_err(|_| NotJson)?;
        Self::parse_within(json.as_bytes(), max_values)
    }

    fn parse_within(body: &'a [u8], max_values: usize) -> Result<Self, NotJson> {
        let mut reader = Reader {
            lexer: Lexer::new(body.strip_prefix(BOM).unwrap_or(body)),
            values_left: max_values,
        };
        let first = reader.next()?;
        let node = reader.value(first, 0)?;
        match reader.lexer.token()? {
            None => Ok(node),
            Some(_) => Err(NotJson),
        }
    }

    /// The member called `name`, the last when repeated.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut latest_first = members.iter().rev();
        let found = latest_first.find(|member| same_text(member.key, name));
        found.map(|member| &member.value)
    }

    /// A string's characters; `None` for anything else or where there are none to make text of.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Text(raw) => decode(raw),
            _ => None,
        }
    }

    /// Whether any number has a fraction or an exponent.
    pub(crate) fn has_float(&self) -> bool {
        match self {
            Self::Scalar(text) => std::str::from_utf8(text).is_ok_and(number::is_float),
            Self::Text(_) => false,
            Self::Array(items) => items.iter().any(Self::has_float),
            Self::Object(members) => members.iter().any(|member| member.value.has_float()),
        }
    }
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    values_left: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Token<'a>, NotJson> {
        self.lexer.token()?.ok_or(NotJson)
    }

    fn value(&mut self, first: Token<'a>, depth: usize) -> Result<Node<'a>, NotJson> {
        if depth > MAX_DEPTH || self.values_left == 0 {
            return Err(NotJson);
        }
        self.values_left -= 1;
        match first {
            Token::Scalar(text) => Ok(Node::Scalar(text)),
            Token::Text(raw) => Ok(Node::Text(raw)),
            Token::Mark(b'[') => self.array(depth).map(Node::Array),
            Token::Mark(b'{') => self.object(depth).map(Node::Object),
            Token::Mark(_) => Err(NotJson),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Node<'a>>, NotJson> {
        let mut items = Vec::new();
        let mut token = self.next()?;
        if token == Token::Mark(b']') {
            return Ok(items);
        }
        loop {
            items.push(self.value(token, depth + 1)?);
            match self.next()? {
                Token::Mark(b',') => token = self.next()?,
                Token::Mark(b']') => return Ok(items),
                _ => return Err(NotJson),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Vec<Member<'a>>, NotJson> {
        let mut members = Vec::new();
        let mut token = self.next()?;
        while token != Token::Mark(b'}') || !members.is_empty() {
            let Token::Text(key) = token else {
                return Err(NotJson);
            };
            if self.next()? != Token::Mark(b':') {
                return Err(NotJson);
            }
            let first = self.next()?;
            let value = self.value(first, depth + 1)?;
            members.push(Member {
                key,
                value,
                is_placed: true,
            });
            match self.next()? {
                Token::Mark(b',') => token = self.next()?,
                Token::Mark(b'}') => break,
                _ => return Err(NotJson),
            }
        }
        Ok(members)
    }
}

/// The characters of a raw string; `None` where a unit is no character.
pub(crate) fn decode(raw: &[u8]) -> Option<String> {
    Units::of(raw)
        .map(|(unit, _)| match unit {
            Unit::Char(c) => Some(c),
            _ => None,
        })
        .collect()
}

fn same_text(raw: &[u8], name: &str) -> bool {
    raw == name.as_bytes() || raw.contains(&b'\\') && decode(raw).as_deref() == Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::writer::LETTERMINT;

    #[test]
    fn writes_what_it_read() {
        let json = r#"{"a":[1.0,{"b":null,"a":"\n"}],"a":{},"c":[]}"#;
        let node = Node::parse(json.as_bytes()).unwrap();
        assert_eq!(LETTERMINT.write(&node).unwrap(), json.as_bytes());
        assert_eq!(node.get("a"), Some(&Node::Object(Vec::new())));
    }

    #[test]
    fn refuses_what_is_not_json() {
        for bad in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "[1 2]",
            "{,}",
            "1 2",
            "}",
        ] {
            assert_eq!(Node::parse(bad.as_bytes()), Err(NotJson), "{bad}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(Node::parse(deep.as_bytes()), Err(NotJson));
    }
}
