//! A line of the store read in place, as long as it is laid out the way
//! [`Record::write_line`](super::Record::write_line) lays it out: nothing is allocated, and texts
//! are unescaped only when somebody wants them.
//!
//! It takes a third of the time of a general JSON parser, which matters when a million records
//! are looked through. Whatever is laid out otherwise, however valid, is left to the general
//! reader; so is everything that is wrong, so that there is one place that says what.

use std::borrow::Cow;

use memchr::memchr2;
use serde::de::DeserializeOwned;

use super::record::Direction;

/// The fields of a line that was laid out as expected. Everything in the line was looked at: it
/// is a whole and valid record but for the time, which is given as it stands.
#[derive(Debug, Clone, Copy)]
pub struct LineScan<'a> {
    /// Which way it went.
    pub direction: Direction,
    /// When, as written.
    pub at: RawText<'a>,
    /// The event.
    pub event: Option<RawText<'a>>,
    /// The delivery's id.
    pub id: Option<RawText<'a>>,
    /// The attempt.
    pub attempt: Option<u32>,
    /// Path or URL.
    pub target: RawText<'a>,
    headers: &'a str,
    /// The body, which is UTF-8.
    pub body: RawText<'a>,
    verdict: Option<&'a str>,
    reply: Option<&'a str>,
}

/// The inside of a JSON string whose escapes are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawText<'a>(&'a str);

impl<'a> LineScan<'a> {
    /// Reads a line, without its newline. `None` when it is not laid out as expected.
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        // JSON has no raw controls in strings, and this layout none between them.
        let lowest = line.iter().fold(u8::MAX, |lowest, byte| lowest.min(*byte));
        if lowest < b' ' {
            return None;
        }
        let mut scan = Scanner {
            text: std::str::from_utf8(line).ok()?,
            at: 0,
        };
        scan.expect("{\"v\":1,\"direction\":")?;
        let direction = Direction::parse(scan.string()?.0).ok()?;
        scan.expect(",\"at\":")?;
        let at = scan.string()?;
        scan.expect(",\"event\":")?;
        let event = scan.optional_string()?;
        scan.expect(",\"id\":")?;
        let id = scan.optional_string()?;
        scan.expect(",\"attempt\":")?;
        let attempt = scan.optional_number()?;
        scan.expect(",\"method\":")?;
        scan.string()?;
        scan.expect(",\"target\":")?;
        let target = scan.string()?;
        scan.expect(",\"headers\":")?;
        let headers = scan.headers()?;
        scan.expect(",\"body\":")?;
        let body = scan.string()?;
        if scan.expect(",\"remote\":").is_some() {
            scan.string()?;
        }
        let mut object = |name| match scan.expect(name) {
            None => Some(None),
            Some(()) => scan.object().map(Some),
        };
        let verdict = object(",\"verdict\":")?;
        let reply = object(",\"reply\":")?;
        scan.expect("}")?;
        (scan.at == line.len()).then_some(Self {
            direction,
            at,
            event,
            id,
            attempt,
            target,
            headers,
            body,
            verdict,
            reply,
        })
    }

    /// The header lines in order, each with its name and value.
    pub fn headers(&self) -> impl Iterator<Item = (RawText<'a>, RawText<'a>)> + use<'a> {
        let mut scan = Scanner {
            text: self.headers,
            at: 1,
        };
        std::iter::from_fn(move || {
            let line = scan.header();
            scan.at += 1;
            line
        })
    }

    /// The verdict in a shape of the caller's. The outer `None` when it has another.
    #[must_use]
    pub fn verdict<T: DeserializeOwned>(&self) -> Option<Option<T>> {
        of_shape(self.verdict)
    }

    /// The reply in a shape of the caller's. The outer `None` when it has another.
    #[must_use]
    pub fn reply<T: DeserializeOwned>(&self) -> Option<Option<T>> {
        of_shape(self.reply)
    }
}

fn of_shape<T: DeserializeOwned>(json: Option<&str>) -> Option<Option<T>> {
    match json {
        None => Some(None),
        Some(json) => serde_json::from_str(json).ok().map(Some),
    }
}

impl<'a> RawText<'a> {
    /// The text.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        if !self.0.contains('\\') {
            return Cow::Borrowed(self.0);
        }
        let mut out = Vec::with_capacity(self.0.len());
        self.write(&mut out);
        Cow::Owned(String::from_utf8_lossy(&out).into_owned())
    }

    /// Appends the text's bytes.
    pub fn write(self, out: &mut Vec<u8>) {
        let mut rest = self.0.as_bytes();
        while let Some(backslash) = memchr::memchr(b'\\', rest) {
            out.extend_from_slice(&rest[..backslash]);
            let (c, length) = unescape(&rest[backslash..]).unwrap_or(('\u{fffd}', 2));
            match u8::try_from(c).ok().filter(u8::is_ascii) {
                Some(byte) => out.push(byte),
                None => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
            rest = rest.get(backslash + length..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
    }
}

/// What an escape stands for and how long it is; `None` when it is not valid.
fn unescape(escape: &[u8]) -> Option<(char, usize)> {
    let c = match escape.get(1)? {
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unescape_unit(escape),
        _ => return None,
    };
    Some((c, 2))
}

fn unescape_unit(escape: &[u8]) -> Option<(char, usize)> {
    let unit = |escape: &[u8]| {
        let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
        digits.iter().try_fold(0, |unit, digit| {
            Some(unit << 4 | char::from(*digit).to_digit(16)?)
        })
    };
    match unit(escape)? {
        high @ 0xd800..0xdc00 => match unit(escape.get(6..)?)? {
            low @ 0xdc00..0xe000 => {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                Some((char::from_u32(code)?, 12))
            }
            _ => None,
        },
        code => Some((char::from_u32(code)?, 6)),
    }
}

/// Moves through a line.
#[derive(Debug, Clone, Copy)]
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn expect(&mut self, literal: &str) -> Option<()> {
        let found = self.rest().starts_with(literal.as_bytes());
        self.at += if found { literal.len() } else { 0 };
        found.then_some(())
    }

    fn string(&mut self) -> Option<RawText<'a>> {
        self.expect("\"")?;
        let start = self.at;
        loop {
            let rest = self.rest();
            let found = memchr2(b'"', b'\\', rest)?;
            self.at += found;
            if rest[found] == b'"' {
                self.at += 1;
                return Some(RawText(&self.text[start..self.at - 1]));
            }
            let (_, length) = unescape(&rest[found..])?;
            self.at += length;
        }
    }

    fn optional_string(&mut self) -> Option<Option<RawText<'a>>> {
        match self.expect("null") {
            Some(()) => Some(None),
            None => self.string().map(Some),
        }
    }

    fn optional_number(&mut self) -> Option<Option<u32>> {
        if self.expect("null").is_some() {
            return Some(None);
        }
        let start = self.at;
        self.at += self
            .rest()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let digits = &self.text[start..self.at];
        // JSON has no leading zeros.
        let is_plain = digits == "0" || !digits.starts_with('0');
        digits.parse().ok().filter(|_| is_plain).map(Some)
    }

    /// All header lines, those with values of UTF-8 only.
    fn headers(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.expect("[")?;
        if self.expect("]").is_none() {
            loop {
                self.header()?;
                if self.expect("]").is_some() {
                    break;
                }
                self.expect(",")?;
            }
        }
        Some(&self.text[start..self.at])
    }

    fn header(&mut self) -> Option<(RawText<'a>, RawText<'a>)> {
        self.expect("[")?;
        let name = self.string()?;
        self.expect(",")?;
        let value = self.string()?;
        self.expect("]")?;
        Some((name, value))
    }

    /// The text of an object.
    fn object(&mut self) -> Option<&'a str> {
        let start = self.at;
        let rest = &self.text[start..];
        let mut values =
            serde_json::Deserializer::from_str(rest).into_iter::<serde::de::IgnoredAny>();
        if !rest.starts_with('{') {
            return None;
        }
        values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(&self.text[start..self.at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Record;
    use crate::protocol::{Header, Headers};
    use proptest::prelude::*;

    fn line(record: &Record) -> Vec<u8> {
        let mut line = Vec::new();
        record.write_line(&mut line);
        line.pop();
        line
    }

    #[test]
    fn what_is_laid_out_otherwise_is_left_to_others() {
        let good = r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","event":null,"id":"a","attempt":2,"method":"POST","target":"/","headers":[["A","b"]],"body":"x\/\u00fc\ud83d\ude00"}"#;
        let scan = LineScan::parse(good.as_bytes()).unwrap();
        assert_eq!(scan.body.text(), "x/ü😀");
        assert_eq!((scan.event, scan.attempt), (None, Some(2)));
        for (from, to) in [
            ("\"v\":1", "\"v\":2"),
            ("\"v\":1", "\"v\": 1"),
            ("\"attempt\":2", "\"attempt\":02"),
            ("\"attempt\":2", "\"attempt\":2.0"),
            ("\\ud83d\\ude00", "\\ud83d"),
            ("\\u00fc", "\\u00f"),
            ("\\/", "\\x"),
            ("x", "\u{1}"),
            ("\"}", "\""),
            ("\"}", "\"}}"),
            ("\"}", "\",\"later\":1}"),
            ("\"b\"", "{\"base64\":\"/w==\"}"),
            ("\"sent\"", "\"up\""),
        ] {
            let line = good.replacen(from, to, 1);
            assert_ne!(line, good);
            assert!(LineScan::parse(line.as_bytes()).is_none(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn a_scanned_line_says_what_its_record_says(
            body in any::<String>(),
            id in proptest::option::of(any::<String>()),
            lines in proptest::collection::vec(("[!-9;-~]{1,12}", any::<String>()), 0..4),
        ) {
            let headers: Headers = lines.iter().map(|(name, value)| Header::new(name.clone(), value.clone())).collect();
            let text = r#"{"v":1,"direction":"received","at":"2026-10-04T08:15:30Z","body":"","reply":{"status":200}}"#;
            let record = Record { headers, id, body: body.into(), ..Record::parse(text.as_bytes()).unwrap() };
            let line = line(&record);
            let scan = LineScan::parse(&line).unwrap();
            let read = Record::parse(&line).unwrap();
            prop_assert_eq!(scan.body.text().as_bytes().to_vec(), read.body.to_vec());
            prop_assert_eq!(scan.id.map(|id| id.text().into_owned()), read.id);
            let headers: Headers = scan.headers().map(|(name, value)| Header::new(name.text(), value.text().into_owned())).collect();
            prop_assert_eq!(headers, read.headers);
        }

        #[test]
        fn only_records_are_scanned(text in r#"[{}\[\]",:a-z0-9\\]{0,60}"#) {
            let line = format!(r#"{{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","event":null,"id":null,"attempt":1,"method":"POST","target":"","headers":[],"body":"{text}"}}"#);
            if LineScan::parse(line.as_bytes()).is_some() {
                prop_assert!(Record::parse(line.as_bytes()).is_ok());
            }
        }
    }
}
