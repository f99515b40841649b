//! JSON as encoders write it: what they do differently is a table.

use std::borrow::Cow;
use std::collections::HashMap;

use super::lexer::{Lexer, NotJson, Token, Unit, Units};
use super::number;
use super::tree::{Node, decode};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) comma: &'static str,
    pub(crate) colon: &'static str,
    /// Characters that it escapes, besides the quote, the backslash and controls.
    pub(crate) escaped: &'static [char],
    /// Whether it also escapes everything beyond ASCII.
    pub(crate) ascii: bool,
    pub(crate) halves: Halves,
    /// What becomes of a number. `None` when the language refuses it.
    pub(crate) number: fn(&str) -> Option<Cow<'_, str>>,
    /// Whether a repeated name keeps its first place and its last value. Else all are kept.
    pub(crate) unique: bool,
    pub(crate) order: Order,
    /// Whether an object with the names 0, 1, 2, …, an empty one too, is written as an array.
    pub(crate) lists: bool,
}

/// What becomes of half a surrogate pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halves {
    Kept,
    Replaced,
    Refused,
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
    escaped: &['\u{2028}', '\u{2029}'],
    ascii: false,
    halves: Halves::Kept,
    number: number::as_written,
    unique: false,
    order: Order::AsWritten,
    lists: false,
};

pub(crate) const LETTERMINT_FLOATS: Style = Style {
    number: number::php_floats,
    ..LETTERMINT
};

/// The same with every number as PHP writes it.
pub(crate) const LETTERMINT_NUMBERS: Style = Style {
    number: number::php,
    ..LETTERMINT
};

/// `JSON.stringify(JSON.parse(text))`.
pub(crate) const JAVASCRIPT: Style = Style {
    escaped: &[],
    number: number::javascript,
    unique: true,
    order: Order::IndicesFirst,
    ..LETTERMINT
};

/// `json.dumps(json.loads(text))`.
pub(crate) const PYTHON: Style = Style {
    comma: ", ",
    colon: ": ",
    escaped: &['\u{7f}'],
    ascii: true,
    number: number::python,
    unique: true,
    ..LETTERMINT
};

/// `json.dumps(…, ensure_ascii=False)`, which cannot be encoded as UTF-8 with half a pair in it.
pub(crate) const PYTHON_UNICODE: Style = Style {
    escaped: &[],
    ascii: false,
    halves: Halves::Refused,
    ..PYTHON
};

/// `json.dumps(…, separators=(",", ":"), ensure_ascii=False)`.
pub(crate) const PYTHON_COMPACT: Style = Style {
    comma: ",",
    colon: ":",
    ..PYTHON_UNICODE
};

/// `json_encode(json_decode($text, true))`, which refuses to read half a pair.
pub(crate) const PHP: Style = Style {
    escaped: &['/'],
    ascii: true,
    halves: Halves::Refused,
    number: number::php,
    unique: true,
    lists: true,
    ..LETTERMINT
};

/// `json.Marshal` of what `json.Unmarshal` put into an `any`, Go 1.22 or later.
pub(crate) const GO: Style = Style {
    escaped: &['<', '>', '&', '\u{2028}', '\u{2029}'],
    halves: Halves::Replaced,
    number: number::go,
    unique: true,
    order: Order::Sorted,
    ..LETTERMINT
};

impl Style {
    /// What it writes of a document. `None` when the language cannot read or write it.
    pub(crate) fn write(&'static self, node: &Node<'_>) -> Option<Vec<u8>> {
        self.write_arranged(node, 0)
    }

    /// The same in one of the orders that objects with unplaced members can have; 0 is as they
    /// stand.
    pub(crate) fn write_arranged(
        &'static self,
        node: &Node<'_>,
        arrangement: u64,
    ) -> Option<Vec<u8>> {
        let mut writer = Writer::new(self, 0);
        writer.arrangement = arrangement;
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
            let written = match token {
                Token::Mark(mark) => {
                    writer.out.push(mark);
                    Some(())
                }
                Token::Scalar(text) => writer.scalar(text),
                Token::Text(raw) => writer.string(raw, &mut seen),
            };
            written.ok_or(NotJson)?;
        }
    }
}

/// What [`Style::rewrite`] comes by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen<'a> {
    WhiteSpace(&'a [u8]),
    Unit(Unit, &'a [u8]),
}

type MemberOf<'n, 'b> = (&'b [u8], &'n Node<'b>);

struct Writer {
    style: &'static Style,
    /// Bytes of a string that may be written in another way than they stand.
    special: [bool; 256],
    /// Whether printable ASCII but the backslash is never special.
    keeps_ascii: bool,
    arrangement: u64,
    out: Vec<u8>,
}

impl Writer {
    fn new(style: &'static Style, capacity: usize) -> Self {
        let mut special = [style.ascii; 256];
        for byte in 0..0x80_u8 {
            special[usize::from(byte)] = byte < 0x20 || byte == b'\\';
        }
        for c in style.escaped {
            let first = c.encode_utf8(&mut [0; 4]).as_bytes()[0];
            special[usize::from(first)] = true;
        }
        Self {
            style,
            special,
            keeps_ascii: !style.escaped.iter().any(|c| matches!(c, ' '..='~')),
            arrangement: 0,
            out: Vec::with_capacity(capacity),
        }
    }

    fn value(&mut self, node: &Node<'_>) -> Option<()> {
        match node {
            Node::Scalar(text) => self.scalar(text),
            Node::Text(raw) => self.string(raw, |_| {}),
            Node::Array(items) => self.list(items.iter()),
            Node::Object(object) => {
                let members = object.arranged(&mut self.arrangement);
                let members = members.map(|member| (member.key, &member.value)).collect();
                self.object(members)
            }
        }
    }

    fn scalar(&mut self, text: &[u8]) -> Option<()> {
        let number = match text.first() {
            Some(b'-' | b'0'..=b'9') => std::str::from_utf8(text).ok(),
            _ => None,
        };
        match number {
            Some(number) => {
                let number = (self.style.number)(number)?;
                self.out.extend_from_slice(number.as_bytes());
            }
            None => self.out.extend_from_slice(text),
        }
        Some(())
    }

    fn list<'n, 'b: 'n>(&mut self, items: impl Iterator<Item = &'n Node<'b>>) -> Option<()> {
        self.out.push(b'[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.out.extend_from_slice(self.style.comma.as_bytes());
            }
            self.value(item)?;
        }
        self.out.push(b']');
        Some(())
    }

    fn object(&mut self, mut members: Vec<MemberOf<'_, '_>>) -> Option<()> {
        if self.style.unique {
            members = last_of_each(members, self.style.halves);
        }
        match self.style.order {
            Order::AsWritten => {}
            Order::Sorted => members.sort_by_cached_key(|(key, _)| units(key, self.style.halves)),
            Order::IndicesFirst => members
                .sort_by_key(|(key, _)| array_index(key).map_or((true, 0), |index| (false, index))),
        }
        if self.style.lists && is_list(&members) {
            return self.list(members.into_iter().map(|(_, value)| value));
        }
        self.out.push(b'{');
        for (index, (key, value)) in members.into_iter().enumerate() {
            if index > 0 {
                self.out.extend_from_slice(self.style.comma.as_bytes());
            }
            self.string(key, |_| {})?;
            self.out.extend_from_slice(self.style.colon.as_bytes());
            self.value(value)?;
        }
        self.out.push(b'}');
        Some(())
    }

    /// Writes a raw string with quotes. What JSON does not know (invalid escapes, bytes that are
    /// not UTF-8) stays as it is.
    fn string(&mut self, raw: &[u8], mut seen: impl FnMut(Seen<'_>)) -> Option<()> {
        self.out.push(b'"');
        let mut rest = raw;
        if self.keeps_ascii && is_plain(raw) {
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
            match (unit, self.style.halves) {
                (Unit::Char(c), _) => self.char(c),
                (Unit::LoneSurrogate(half), Halves::Kept) => self.escape(half),
                (Unit::LoneSurrogate(_), Halves::Replaced) => self.char('\u{fffd}'),
                (Unit::LoneSurrogate(_), Halves::Refused) => return None,
                (Unit::Byte(byte), _) => self.out.push(byte),
                (Unit::BadEscape, _) => self.out.push(b'\\'),
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
            '/' if self.special[usize::from(b'/')] => b'/',
            '\0'..='\u{1f}' => return self.escape(c as u16),
            _ if self.style.ascii && !c.is_ascii() || self.style.escaped.contains(&c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    self.escape(*unit);
                }
                return;
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

fn units(key: &[u8], halves: Halves) -> Vec<Unit> {
    let unit = |unit| match unit {
        Unit::LoneSurrogate(_) if halves == Halves::Replaced => Unit::Char('\u{fffd}'),
        unit => unit,
    };
    Units::of(key).map(|(u, _)| unit(u)).collect()
}

fn last_of_each<'n, 'b>(all: Vec<MemberOf<'n, 'b>>, halves: Halves) -> Vec<MemberOf<'n, 'b>> {
    let mut members: Vec<MemberOf<'n, 'b>> = Vec::with_capacity(all.len());
    let mut places: HashMap<Vec<Unit>, usize> = HashMap::new();
    for (key, value) in all {
        let place = *places.entry(units(key, halves)).or_insert(members.len());
        match members.get_mut(place) {
            Some(member) => member.1 = value,
            None => members.push((key, value)),
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

fn is_list(members: &[MemberOf<'_, '_>]) -> bool {
    let mut keys = members.iter().enumerate();
    keys.all(|(index, (key, _))| decode(key) == Some(index.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::canonical::canonicalize;
    use crate::json::php_json;

    fn written(style: &'static Style, json: &str) -> String {
        String::from_utf8(style.write(&Node::parse(json.as_bytes()).unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn each_language_in_its_own_way() {
        // No Go is needed to check this: encoding/json documents each of these.
        let odd = "{\"b\":\"<a&b>\",\"a\":{\"é\":1.50,\"B\":\"\\u2028\u{2029}\\b\\u0001\\/\"}}";
        let keys = r#"{"b":1,"10":2,"9":3,"b":4,"01":5}"#;
        for (style, json, expected) in [
            (
                &GO,
                odd,
                "{\"a\":{\"B\":\"\\u2028\\u2029\\b\\u0001/\",\"é\":1.5},\"b\":\"\\u003ca\\u0026b\\u003e\"}",
            ),
            (&GO, r#""\ud800""#, "\"\u{fffd}\""),
            (&JAVASCRIPT, keys, r#"{"9":3,"10":2,"b":4,"01":5}"#),
            (&PYTHON_COMPACT, keys, r#"{"b":4,"10":2,"9":3,"01":5}"#),
            (&PYTHON_UNICODE, r#"["é",{"a":1}]"#, r#"["é", {"a": 1}]"#),
            (&PHP, r#"{"0":1,"1":{}}"#, "[1,[]]"),
            (&PHP, r#"{"1":1}"#, r#"{"1":1}"#),
            (&LETTERMINT, keys, keys),
        ] {
            assert_eq!(written(style, json), expected);
        }
        for (style, json) in [
            (&PHP, r#""\udc00""#),
            (&PYTHON_COMPACT, r#""\udc00""#),
            (&GO, "1e999"),
        ] {
            assert_eq!(style.write(&Node::parse(json.as_bytes()).unwrap()), None);
        }
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
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
            let body = php_json::encode(&value);
            let node = Node::parse(&body).unwrap();
            prop_assert_eq!(&LETTERMINT.write(&node).unwrap(), &body);
            prop_assert_eq!(&canonicalize(&body).unwrap().bytes, &body);
        }
    }
}
