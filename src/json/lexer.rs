//! JSON cut into tokens without reading them: numbers stay text, strings stay raw.

use std::ops::Range;

use memchr::memchr2;

/// A piece of JSON. White space is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Mark(u8),
    /// A string, as it stands between its quotes.
    Text(&'a [u8]),
    /// A number or a literal, as it stands.
    Scalar(&'a [u8]),
}

/// The bytes are not even made of JSON tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotJson;

/// UTF-8's byte order mark.
pub(crate) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Cuts bytes into tokens. Total: any bytes either yield tokens or [`NotJson`].
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    start: usize,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// Starts at the first byte. A byte order mark is for the caller to drop.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            start: 0,
            at: 0,
        }
    }

    /// Where the last token stands, quotes included.
    pub(crate) fn span(&self) -> Range<usize> {
        self.start..self.at
    }

    /// The white space before the next token.
    pub(crate) fn white_space(&mut self) -> &'a [u8] {
        let start = self.at;
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    /// The next token; `None` at the end.
    pub(crate) fn token(&mut self) -> Result<Option<Token<'a>>, NotJson> {
        self.white_space();
        self.start = self.at;
        let Some(&first) = self.bytes.get(self.at) else {
            return Ok(None);
        };
        match first {
            b'{' | b'}' | b'[' | b']' | b':' | b',' => {
                self.at += 1;
                Ok(Some(Token::Mark(first)))
            }
            b'"' => self.text().map(Some),
            _ => {
                let rest = &self.bytes[self.at..];
                let len = rest
                    .iter()
                    .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')))
                    .unwrap_or(rest.len());
                if len == 0 {
                    return Err(NotJson);
                }
                self.at += len;
                Ok(Some(Token::Scalar(&rest[..len])))
            }
        }
    }

    fn text(&mut self) -> Result<Token<'a>, NotJson> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            let rest = self.bytes.get(at..).ok_or(NotJson)?;
            let found = memchr2(b'"', b'\\', rest).ok_or(NotJson)?;
            at += found;
            if self.bytes[at] == b'"' {
                self.at = at + 1;
                return Ok(Token::Text(&self.bytes[start..at]));
            }
            at += 2;
        }
    }
}

/// Tokens with their place in the document. Total as the lexer is: brackets need not match.
#[derive(Debug, Clone)]
pub(crate) struct Walk<'a> {
    pub(crate) lexer: Lexer<'a>,
    /// The brackets that are open, those of arrays and objects.
    pub(crate) open: Vec<u8>,
    expects_name: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            lexer: Lexer::new(bytes),
            open: Vec::new(),
            expects_name: false,
        }
    }

    /// The next token, and whether it is a member's name; `None` at the end.
    pub(crate) fn token(&mut self) -> Result<Option<(Token<'a>, bool)>, NotJson> {
        let Some(token) = self.lexer.token()? else {
            return Ok(None);
        };
        let is_name = self.expects_name && matches!(token, Token::Text(_));
        self.expects_name = match token {
            Token::Mark(open @ (b'{' | b'[')) => {
                self.open.push(open);
                open == b'{'
            }
            Token::Mark(b'}' | b']') => {
                self.open.pop();
                false
            }
            Token::Mark(b',') => self.open.last() == Some(&b'{'),
            _ => false,
        };
        Ok(Some((token, is_name)))
    }
}

/// A character of a string, or what stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Unit {
    Char(char),
    /// Half of a surrogate pair, which only an escape can write.
    LoneSurrogate(u16),
    /// A byte that is no UTF-8.
    Byte(u8),
    /// A backslash that starts no escape of JSON. What follows it is a unit of its own.
    BadEscape,
}

/// Reads the raw inside of a string. Yields each unit with the bytes it was written as.
#[derive(Debug, Clone)]
pub(crate) struct Units<'a>(&'a [u8]);

impl<'a> Units<'a> {
    pub(crate) fn of(raw: &'a [u8]) -> Self {
        Self(raw)
    }
}

impl<'a> Iterator for Units<'a> {
    type Item = (Unit, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (unit, len) = match *self.0 {
            [] => return None,
            [b'\\', ..] => escape(self.0),
            [byte, ..] if byte < 0x80 => (Unit::Char(char::from(byte)), 1),
            [byte, ..] => multi_byte(self.0).unwrap_or((Unit::Byte(byte), 1)),
        };
        let (raw, rest) = self.0.split_at(len);
        self.0 = rest;
        Some((unit, raw))
    }
}

fn multi_byte(bytes: &[u8]) -> Option<(Unit, usize)> {
    let len = match bytes.first()? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let text = std::str::from_utf8(bytes.get(..len)?).ok()?;
    text.chars().next().map(|c| (Unit::Char(c), len))
}

fn escape(bytes: &[u8]) -> (Unit, usize) {
    let simple = match bytes.get(1) {
        Some(b'u') => return unicode_escape(bytes).unwrap_or((Unit::BadEscape, 1)),
        Some(quoted @ (b'"' | b'\\' | b'/')) => char::from(*quoted),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        _ => return (Unit::BadEscape, 1),
    };
    (Unit::Char(simple), 2)
}

fn unicode_escape(bytes: &[u8]) -> Option<(Unit, usize)> {
    let first = four_digits(bytes)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some((Unit::Char(c), 6));
    }
    let pair = bytes.get(6..).and_then(four_digits).and_then(|second| {
        char::decode_utf16([first, second])
            .next()
            .and_then(Result::ok)
    });
    Some(match pair {
        Some(c) => (Unit::Char(c), 12),
        None => (Unit::LoneSurrogate(first), 6),
    })
}

/// The digits of a `\uXXXX` at the start of `bytes`.
fn four_digits(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0_u16, |number, digit| {
        char::from(*digit)
            .to_digit(16)
            .map(|value| number << 4 | value as u16)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_keep_their_text() {
        let mut lexer = Lexer::new(br#" {"a\"b" : 1e-07} "#);
        let mut seen = Vec::new();
        while let Some(token) = lexer.token().unwrap() {
            seen.push(token);
        }
        assert_eq!(
            seen,
            [
                Token::Mark(b'{'),
                Token::Text(br#"a\"b"#),
                Token::Mark(b':'),
                Token::Scalar(b"1e-07"),
                Token::Mark(b'}')
            ]
        );
        for bad in [&b"\"open"[..], b"\"open\\", b"\"open\\\"", b"'x'", b"\xff"] {
            assert_eq!(Lexer::new(bad).token(), Err(NotJson));
        }
    }

    #[test]
    fn units_are_total() {
        let units = |raw: &'static [u8]| Units::of(raw).map(|(unit, _)| unit).collect::<Vec<_>>();
        assert_eq!(units(br"\ud83d\ude00"), [Unit::Char('😀')]);
        assert_eq!(
            units(br"\ud83d\u0041"),
            [Unit::LoneSurrogate(0xd83d), Unit::Char('A')]
        );
        assert_eq!(units(br"\!"), [Unit::BadEscape, Unit::Char('!')]);
        assert_eq!(units(br"\u12")[0], Unit::BadEscape);
        assert_eq!(units(b"\xe2\x80"), [Unit::Byte(0xe2), Unit::Byte(0x80)]);
    }
}
