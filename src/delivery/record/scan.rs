//! Reading a line in the order and form in which [`Record::write_line`] writes it.
//!
//! A store has a million of these. With serde_json alone, verifying one took 2.9 µs of processor
//! time instead of 2.2, and bulk verification was slower than it has to be at least. serde_json
//! still reads what stands behind the body, and every line that is written in another way.

use bytes::Bytes;
use memchr::memchr2;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::line::{EXPECTED, ReplyLine};
use super::{Direction, Record, RecordedVerdict};
use crate::json::object::Text;
use crate::json::string;
use crate::lettermint::headers::Occurrence;
use crate::lettermint::verification::SignedHeaders;
use crate::lettermint::{Headers, headers, timestamp};

/// What verification needs of a line besides the body.
#[derive(Debug)]
pub(crate) struct SignedLine<'a> {
    pub(crate) direction: Direction,
    pub(crate) at: i64,
    pub(crate) id: Option<&'a str>,
    pub(crate) attempt: Option<u32>,
    pub(crate) event: Option<&'a str>,
    pub(crate) headers: SignedHeaders<'a>,
}

/// Reads lines for verification, with memory that is used again for each.
#[derive(Debug, Default)]
pub(crate) struct SignedLineReader {
    body: Vec<u8>,
    tail: String,
}

impl SignedLineReader {
    /// A line and its body, which is UTF-8. `None` leaves it to [`Record::parse`].
    pub(crate) fn read<'a>(&mut self, line: &'a [u8]) -> Option<(SignedLine<'a>, &[u8])> {
        let mut signature = Occurrence::Absent;
        let mut delivery = Occurrence::Absent;
        let count = |name: &str, value: &'a str| {
            let occurrence = if name.eq_ignore_ascii_case(headers::SIGNATURE) {
                &mut signature
            } else if name.eq_ignore_ascii_case(headers::DELIVERY) {
                &mut delivery
            } else {
                return;
            };
            *occurrence = match occurrence {
                Occurrence::Absent => Occurrence::Once(value.as_bytes()),
                _ => Occurrence::Repeated,
            };
        };
        let (head, tail) = Head::read(line, count, &mut self.body)?;
        let tail = Tail::read(tail, &mut self.tail)?;
        // What is no reply makes the line no record.
        tail.reply.map(ReplyLine::into_reply).transpose().ok()?;
        let line = SignedLine {
            direction: head.direction,
            at: head.at,
            id: head.id,
            attempt: head.attempt,
            event: head.event,
            headers: SignedHeaders {
                signature,
                delivery: Some(delivery),
            },
        };
        Some((line, &self.body))
    }
}

/// The whole record. `None` says nothing about the line.
pub(super) fn record(line: &[u8]) -> Option<Record> {
    let (mut headers, mut body) = (Headers::new(), Vec::new());
    let (head, tail) = Head::read(line, |name, value| headers.push(name, value), &mut body)?;
    let mut buffer = String::new();
    let tail = Tail::read(tail, &mut buffer)?;
    Some(Record {
        direction: head.direction,
        at: head.at,
        event: head.event.map(str::to_owned),
        id: head.id.map(str::to_owned),
        attempt: head.attempt,
        method: head.method.to_owned(),
        target: head.target.to_owned(),
        headers,
        body: Bytes::from(body),
        remote: tail.remote.map(|remote| remote.0.into_owned()),
        verdict: tail.verdict,
        reply: tail.reply.map(ReplyLine::into_reply).transpose().ok()?,
        unknown: tail.unknown,
    })
}

/// The fields before the headers.
struct Head<'a> {
    direction: Direction,
    at: i64,
    event: Option<&'a str>,
    id: Option<&'a str>,
    attempt: Option<u32>,
    method: &'a str,
    target: &'a str,
}

impl<'a> Head<'a> {
    /// Reads a line up to the end of its body, and returns the rest too. Header lines are handed
    /// on, and `body` becomes the body.
    fn read(
        line: &'a [u8],
        header: impl FnMut(&'a str, &'a str),
        body: &mut Vec<u8>,
    ) -> Option<(Self, &'a str)> {
        // Without an early end, so that many bytes are looked at at once.
        let is_printable = line.iter().fold(true, |all, byte| all & (*byte >= b' '));
        let text = std::str::from_utf8(line).ok().filter(|_| is_printable)?;
        let mut rest = Rest(text);
        rest.literal("{\"v\":1,\"direction\":\"")?;
        let direction = match rest.plain()? {
            "received" => Direction::Received,
            "sent" => Direction::Sent,
            _ => return None,
        };
        rest.literal(",\"at\":\"")?;
        let at = timestamp::parse_micros(rest.plain()?)?;
        rest.literal(",\"event\":")?;
        let event = rest.optional_text()?;
        rest.literal(",\"id\":")?;
        let id = rest.optional_text()?;
        rest.literal(",\"attempt\":")?;
        let attempt = match rest.has("null") {
            true => None,
            false => Some(rest.number()?),
        };
        rest.literal(",\"method\":\"")?;
        let method = rest.plain()?;
        rest.literal(",\"target\":\"")?;
        let target = rest.plain()?;
        rest.literal(",\"headers\":[")?;
        rest.headers(header)?;
        rest.literal(",\"body\":\"")?;
        let length = string::read(rest.0.as_bytes(), body)?;
        let head = Self {
            direction,
            at,
            event,
            id,
            attempt,
            method,
            target,
        };
        Some((head, rest.0.get(length..)?))
    }
}

/// The fields behind the body.
#[derive(Deserialize)]
struct Tail<'a> {
    #[serde(borrow)]
    remote: Option<Text<'a>>,
    verdict: Option<RecordedVerdict>,
    #[serde(borrow)]
    reply: Option<ReplyLine<'a, Headers, Text<'a>>>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

impl<'a> Tail<'a> {
    fn read(rest: &str, buffer: &'a mut String) -> Option<Self> {
        let members = match rest {
            "}" => rest,
            _ => rest.strip_prefix(',').filter(|it| it.starts_with('"'))?,
        };
        buffer.clear();
        buffer.push('{');
        buffer.push_str(members);
        let tail: Self = serde_json::from_str(buffer).ok()?;
        // A field that came before counts with its last value.
        let is_new = |name| EXPECTED.iter().all(|(known, _)| name != known);
        tail.unknown.keys().all(is_new).then_some(tail)
    }
}

/// What is left of a line without control characters.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn has(&mut self, expected: &str) -> bool {
        self.literal(expected).is_some()
    }

    fn literal(&mut self, expected: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// The rest of a string without escapes.
    fn plain(&mut self) -> Option<&'a str> {
        let end = memchr2(b'"', b'\\', self.0.as_bytes())?;
        let (text, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.strip_prefix('"')?;
        Some(text)
    }

    fn optional_text(&mut self) -> Option<Option<&'a str>> {
        if self.has("null") {
            return Some(None);
        }
        self.literal("\"")?;
        self.plain().map(Some)
    }

    fn number(&mut self) -> Option<u32> {
        let is_end = |byte: u8| !byte.is_ascii_digit();
        let (digits, rest) = self.0.split_at(self.0.bytes().position(is_end)?);
        self.0 = rest;
        let is_json = digits == "0" || !digits.starts_with('0');
        digits.parse().ok().filter(|_| is_json)
    }

    /// The lines of an array of `[name, value]` behind its bracket.
    fn headers(&mut self, mut line: impl FnMut(&'a str, &'a str)) -> Option<()> {
        if self.has("]") {
            return Some(());
        }
        loop {
            self.literal("[\"")?;
            let name = self.plain()?;
            self.literal(",\"")?;
            line(name, self.plain()?);
            if !self.has("],") {
                return self.literal("]]");
            }
        }
    }
}
