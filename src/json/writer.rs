//! JSON as encoders write it: what they do differently is a table.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use super::lexer::{Lexer, NotJson, Token, Unit, Units};
use super::number;
use super::tree::{Member, Node, decode};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) comma: &'static str,
    pub(crate) colon: &'static str,
    /// Whether U+2028 and U+2029 are escaped, besides the quote, the backslash and controls.
    pub(crate) escapes_separators: bool,
    /// Whether half a surrogate pair cannot be written.
    pub(crate) refuses_halves: bool,
    /// What becomes of a number.
    pub(crate) number: fn(&str) -> Cow<'_, str>,
    /// Whether a repeated name keeps its first place and its last value. Else all are kept.
    pub(crate) unique: bool,
    pub(crate) order: Order,
}

/// The order of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    AsWritten,
    Sorted,
    /// Array indices first and by number (ECMA-262), the rest as they came.
    IndicesFirst,
}

/// Lettermint's own: `JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE`, which leaves U+2028 and
/// U+2029 escaped, as writing them raw takes a third flag. Numbers stay.
pub(crate) const LETTERMINT: Style = Style {
    comma: ",",
    colon: ":",
    escapes_separators: true,
    refuses_halves: false,
    number: number::as_written,
    unique: false,
    order: Order::AsWritten,
};

pub(crate) const LETTERMINT_FLOATS: Style = Style {
    number: number::php_floats,
    ..LETTERMINT
};

/// The same with every number as PHP writes it.
const LETTERMINT_NUMBERS: Style = Style {
    number: number::php,
    ..LETTERMINT
};

/// `JSON.stringify(JSON.parse(text))`.
pub(crate) const JAVASCRIPT: Style = Style {
    escapes_separators: false,
    number: number::javascript,
    unique: true,
    order: Order::IndicesFirst,
    ..LETTERMINT
};

/// `json.dumps(json.loads(text), ensure_ascii=False)`, which cannot be encoded as UTF-8 with
/// half a pair in it.
pub(crate) const PYTHON: Style = Style {
    comma: ", ",
    colon: ": ",
    escapes_separators: false,
    refuses_halves: true,
    number: number::python,
    unique: true,
    ..LETTERMINT
};

/// `json.dumps(…, separators=(",", ":"), ensure_ascii=False)`.
pub(crate) const PYTHON_COMPACT: Style = Style {
    comma: ",",
    colon: ":",
    ..PYTHON
};

/// A value in the bytes that Lettermint's backend makes of it.
pub(crate) fn encode(value: &Value) -> Vec<u8> {
    let json = value.to_string();
    LETTERMINT_NUMBERS
        .rewrite(json.as_bytes(), |_| {})
        .unwrap_or_else(|_| unreachable!("serde_json writes JSON with finite numbers"))
}

impl Style {
    /// What it writes of a document. `None` when the language cannot write it.
    pub(crate) fn write(&'static self, node: &Node<'_>) -> Option<Vec<u8>> {
        let mut writer = Writer::new(self, 0);
        writer.value(node)?;
        Some(writer.out)
    }

    /// What it writes of tokens, in whatever order they stand. `seen` gets the white space before
    /// each token and each unit of a string with the bytes it was written as.
    pub(crate) fn rewrite(
        &'static self,
        json: &[u8],
        mut seen: impl FnMut(Seen<'_>),
    ) -> Result<Vec<u8>, NotJson> {
        let mut writer = Writer::new(self, json.len());
        let mut lexer = Lexer::new(json);
        let mut after_value = false;
        loop {
            seen(Seen::WhiteSpace(lexer.white_space()));
            let Some(token) = lexer.token()? else {
                return Ok(writer.out);
            };
            let is_value = !matches!(token, Token::Mark(_));
            // `1 2` must not become `12`.
            if is_value && after_value {
                return Err(NotJson);
            }
            after_value = is_value;
            match token {
                Token::Mark(mark) => writer.out.push(mark),
                Token::Scalar(text) => writer.scalar(text),
                Token::Text(raw) => writer.string(raw, &mut seen).ok_or(NotJson)?,
            }
        }
    }
}

/// What [`Style::rewrite`] comes by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen<'a> {
    WhiteSpace(&'a [u8]),
    Unit(Unit, &'a [u8]),
}

struct Writer {
    style: &'static Style,
    /// Bytes of a string that may be written in another way than they stand.
    special: [bool; 256],
    out: Vec<u8>,
}

impl Writer {
    fn new(style: &'static Style, capacity: usize) -> Self {
        let mut special = [false; 256];
        special[..0x20].fill(true);
        special[usize::from(b'\\')] = true;
        // The first byte of both separators.
        special[0xe2] = style.escapes_separators;
        Self {
            style,
            special,
            out: Vec::with_capacity(capacity),
        }
    }

    fn value(&mut self, node: &Node<'_>) -> Option<()> {
        match node {
            Node::Scalar(text) => self.scalar(text),
            Node::Text(raw) => self.string(raw, |_| {})?,
            Node::Array(items) => {
                self.out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    self.comma(index);
                    self.value(item)?;
                }
                self.out.push(b']');
            }
            Node::Object(members) => self.object(members.iter().collect())?,
        }
        Some(())
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.out.extend_from_slice(self.style.comma.as_bytes());
        }
    }

    fn scalar(&mut self, text: &[u8]) {
        let number = match text.first() {
            Some(b'-' | b'0'..=b'9') => std::str::from_utf8(text).ok(),
            _ => None,
        };
        match number {
            Some(number) => {
                let number = (self.style.number)(number);
                self.out.extend_from_slice(number.as_bytes());
            }
            None => self.out.extend_from_slice(text),
        }
    }

    fn object(&mut self, mut members: Vec<&Member<'_>>) -> Option<()> {
        if self.style.unique {
            members = last_of_each(members);
        }
        match self.style.order {
            Order::AsWritten => {}
            Order::Sorted => members.sort_by_cached_key(|member| units(member.key)),
            Order::IndicesFirst => members.sort_by_key(|member| {
                array_index(member.key).map_or((true, 0), |index| (false, index))
            }),
        }
        self.out.push(b'{');
        for (index, member) in members.into_iter().enumerate() {
            self.comma(index);
            self.string(member.key, |_| {})?;
            self.out.extend_from_slice(self.style.colon.as_bytes());
            self.value(&member.value)?;
        }
        self.out.push(b'}');
        Some(())
    }

    /// Writes a raw string with quotes. What JSON does not know (invalid escapes, bytes that are
    /// not UTF-8) stays as it is.
    fn string(&mut self, raw: &[u8], mut seen: impl FnMut(Seen<'_>)) -> Option<()> {
        self.out.push(b'"');
        let mut rest = raw;
        if is_plain(raw) {
            self.out.extend_from_slice(raw);
            rest = b"";
        }
        while !rest.is_empty() {
            let run = rest.iter().position(|&b| self.special[usize::from(b)]);
            let run = run.unwrap_or(rest.len());
            self.out.extend_from_slice(&rest[..run]);
            rest = &rest[run..];
            let Some((unit, written)) = Units::of(rest).next() else {
                break;
            };
            rest = &rest[written.len()..];
            seen(Seen::Unit(unit, written));
            match unit {
                Unit::Char(c) => self.char(c),
                Unit::LoneSurrogate(_) if self.style.refuses_halves => return None,
                Unit::LoneSurrogate(half) => self.escape(half),
                Unit::Byte(byte) => self.out.push(byte),
                Unit::BadEscape => self.out.push(b'\\'),
            }
        }
        self.out.push(b'"');
        Some(())
    }

    fn char(&mut self, c: char) {
        let short = match c {
            '"' | '\\' => c as u8,
            '\u{8}' => b'b',
            '\u{c}' => b'f',
            '\n' => b'n',
            '\r' => b'r',
            '\t' => b't',
            '\0'..='\u{1f}' => return self.escape(c as u16),
            '\u{2028}' | '\u{2029}' if self.style.escapes_separators => {
                return self.escape(c as u16);
            }
            _ => {
                let mut bytes = [0; 4];
                let text = c.encode_utf8(&mut bytes);
                return self.out.extend_from_slice(text.as_bytes());
            }
        };
        self.out.extend_from_slice(&[b'\\', short]);
    }

    fn escape(&mut self, unit: u16) {
        self.out
            .extend_from_slice(format!("\\u{unit:04x}").as_bytes());
    }
}

/// Whether a string is printable ASCII without escapes, in one pass without branches: payloads
/// with attachments are mostly long base64 strings.
fn is_plain(raw: &[u8]) -> bool {
    raw.iter().fold(true, |plain, &b| {
        plain & (b >= 0x20) & (b != b'\\') & (b < 0x7f)
    })
}

fn units(key: &[u8]) -> Vec<Unit> {
    Units::of(key).map(|(unit, _)| unit).collect()
}

fn last_of_each<'n, 'b>(all: Vec<&'n Member<'b>>) -> Vec<&'n Member<'b>> {
    let mut members = Vec::with_capacity(all.len());
    let mut places: HashMap<Vec<Unit>, usize> = HashMap::new();
    for member in all {
        let place = *places.entry(units(member.key)).or_insert(members.len());
        match members.get_mut(place) {
            Some(known) => *known = member,
            None => members.push(member),
        }
    }
    members
}

/// A key that JavaScript takes for an array index: 0 to 2^32 - 2, without leading zeros.
fn array_index(key: &[u8]) -> Option<u32> {
    let text = decode(key)?;
    let index: u32 = text.parse().ok()?;
    (index.to_string() == text && index != u32::MAX).then_some(index)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::canonical::canonicalize;

    #[test]
    fn each_language_in_its_own_way() {
        let keys = r#"{"b":1,"10":2,"9":3,"b":4,"01":5}"#;
        let odd = "[\"\\u2028\u{2029}\\b\\u0001\\/\\u00e9\"]";
        for (style, json, expected) in [
            (&JAVASCRIPT, keys, r#"{"9":3,"10":2,"b":4,"01":5}"#),
            (&JAVASCRIPT, odd, "[\"\u{2028}\u{2029}\\b\\u0001/é\"]"),
            (&PYTHON_COMPACT, keys, r#"{"b":4,"10":2,"9":3,"01":5}"#),
            (&PYTHON, r#"["é",{"a":1}]"#, r#"["é", {"a": 1}]"#),
            (&LETTERMINT, keys, keys),
            (&LETTERMINT, odd, r#"["\u2028\u2029\b\u0001/é"]"#),
        ] {
            let written = style.write(&Node::parse(json.as_bytes()).unwrap());
            assert_eq!(String::from_utf8(written.unwrap()).unwrap(), expected);
        }
        let half = Node::parse(br#""\udc00""#).unwrap();
        assert_eq!(PYTHON_COMPACT.write(&half), None);
    }

    #[test]
    fn values_as_php_writes_them() {
        for (json, written) in [
            (
                r#""a\/b ✓ \u2028\u2029 <>&' \u007f \u0001\b\f\n\r\t \"\\ \ud83d\ude00""#,
                "\"a/b ✓ \\u2028\\u2029 <>&' \u{7f} \\u0001\\b\\f\\n\\r\\t \\\"\\\\ 😀\"",
            ),
            (
                r#"{"a": [7.0, 1e25, true, null]}"#,
                r#"{"a":[7,1.0e+25,true,null]}"#,
            ),
            ("9223372036854775808", "9.223372036854776e+18"),
        ] {
            let value = serde_json::from_str(json).unwrap();
            assert_eq!(String::from_utf8(encode(&value)).unwrap(), written);
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::hash_map(any::<String>(), inner, 0..4)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        /// Tree and tokens are two ways to the same bytes, and what PHP writes stays.
        #[test]
        fn lettermints_own_is_stable(value in value()) {
            let body = encode(&value);
            let node = Node::parse(&body).unwrap();
            prop_assert_eq!(&LETTERMINT.write(&node).unwrap(), &body);
            prop_assert_eq!(&canonicalize(&body).unwrap().bytes, &body);
        }
    }
}
