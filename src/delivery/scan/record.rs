//! The line of a record, as [`Record::write_line`](crate::delivery::Record::write_line) writes it.

use super::cursor::Cursor;
use crate::delivery::Direction;
use crate::delivery::resend::is_kept;
use crate::lettermint::headers;
use crate::lettermint::headers::Occurrence;
use crate::lettermint::timestamp;
use crate::lettermint::verification::SignedHeaders;

/// Digits that fit every integer of a record but those below.
const SMALL: usize = 9;
/// Digits of every unix second until the year 2286.
const UNIX_SECONDS: usize = 10;
/// Digits that fit an HTTP status, which is a number of 16 bits.
const STATUS: usize = 4;

/// What verification, selection and replay need of a record. Texts are UTF-8.
#[derive(Debug, Clone, Copy)]
pub struct Scanned<'a> {
    /// Which way it went.
    pub direction: Direction,
    /// When it arrived or was sent, in microseconds since 1970.
    pub at: i64,
    /// The event, as the record names it.
    pub event: Option<&'a [u8]>,
    /// The delivery's id.
    pub id: Option<&'a [u8]>,
    /// The attempt.
    pub attempt: Option<u32>,
    /// Path or URL.
    pub target: &'a [u8],
    /// The two headers.
    pub headers: SignedHeaders<'a>,
    /// Whether there are headers that a new signature leaves as they are, see [`is_kept`].
    pub has_kept_headers: bool,
    /// The body, byte for byte.
    pub body: &'a [u8],
    /// What verification said.
    pub verdict: Option<ScannedVerdict<'a>>,
    /// How it was answered.
    pub reply: Option<ScannedReply<'a>>,
}

/// A verdict in short.
#[derive(Debug, Clone, Copy)]
pub struct ScannedVerdict<'a> {
    /// Whether it was genuine.
    pub valid: bool,
    /// The reason code when not.
    pub reason: Option<&'a [u8]>,
}

/// A reply in short.
#[derive(Debug, Clone, Copy)]
pub struct ScannedReply<'a> {
    /// The HTTP status.
    pub status: Option<u64>,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// Why there is no whole answer, as a JSON string.
    pub error: Option<&'a [u8]>,
}

/// Memory that is used again for every line.
#[derive(Debug, Default)]
pub struct Scratch {
    body: Vec<u8>,
    /// The start of the last time read, up to its second, and what it is: records made in one
    /// second follow each other.
    second: Option<([u8; 19], i64)>,
}

/// Reads one line, without its newline. `None` when it is no record, or one that is written
/// in another way than the store writes it.
#[must_use]
pub fn scan<'a>(line: &'a [u8], scratch: &'a mut Scratch) -> Option<Scanned<'a>> {
    let Scratch { body, second } = scratch;
    let mut length = 0;
    let scanned = scan_around(line, second, |cursor| {
        length = cursor.string_into(body)?;
        Some(())
    })?;
    Some(Scanned {
        body: body.get(..length)?,
        ..scanned
    })
}

/// The same for who does not need the body: it is validated and left empty.
#[must_use]
pub fn scan_without_body<'a>(line: &'a [u8], scratch: &mut Scratch) -> Option<Scanned<'a>> {
    scan_around(line, &mut scratch.second, Cursor::skip_string)
}

/// Reads a line, and lets `read_body` pass over the body's string.
fn scan_around<'a>(
    line: &'a [u8],
    second: &mut Option<([u8; 19], i64)>,
    read_body: impl FnOnce(&mut Cursor<'a>) -> Option<()>,
) -> Option<Scanned<'a>> {
    // What is cut out of it at quotes is UTF-8 too.
    std::str::from_utf8(line).ok()?;
    let mut cursor = Cursor::new(line);
    cursor.literal(b"{\"v\":1,\"direction\":\"")?;
    let direction = match cursor.has(b"received\"") {
        true => Direction::Received,
        false => cursor.literal(b"sent\"").map(|()| Direction::Sent)?,
    };
    cursor.literal(b",\"at\":")?;
    let at = micros(cursor.plain_string()?, second)?;
    cursor.literal(b",\"event\":")?;
    let event = optional_text(&mut cursor)?;
    cursor.literal(b",\"id\":")?;
    let id = optional_text(&mut cursor)?;
    cursor.literal(b",\"attempt\":")?;
    let attempt = match cursor.has(b"null") {
        true => None,
        false => Some(u32::try_from(cursor.integer(SMALL)?).ok()?),
    };
    cursor.literal(b",\"method\":")?;
    cursor.plain_string()?;
    cursor.literal(b",\"target\":")?;
    let target = cursor.plain_string()?;
    cursor.literal(b",\"headers\":")?;
    let (headers, has_kept_headers) = read_headers(&mut cursor)?;
    cursor.literal(b",\"body\":")?;
    read_body(&mut cursor)?;
    if cursor.has(b",\"remote\":") {
        cursor.plain_string()?;
    }
    let verdict = match cursor.has(b",\"verdict\":") {
        true => Some(read_verdict(&mut cursor)?),
        false => None,
    };
    let reply = match cursor.has(b",\"reply\":") {
        true => Some(read_reply(&mut cursor)?),
        false => None,
    };
    cursor.literal(b"}")?;
    cursor.is_at_end().then_some(Scanned {
        direction,
        at,
        event,
        id,
        attempt,
        target,
        headers,
        has_kept_headers,
        verdict,
        reply,
        body: b"",
    })
}

fn optional_text<'a>(cursor: &mut Cursor<'a>) -> Option<Option<&'a [u8]>> {
    if cursor.has(b"null") {
        return Some(None);
    }
    cursor.plain_string().map(Some)
}

/// Microseconds since 1970 of `2026-10-04T08:15:30.000000Z`.
fn micros(text: &[u8], known: &mut Option<([u8; 19], i64)>) -> Option<i64> {
    let &[ref second @ .., b'.', a, b, c, d, e, f, b'Z'] = text else {
        return None;
    };
    let second: [u8; 19] = second.try_into().ok()?;
    let digits = [a, b, c, d, e, f];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let fraction = digits
        .iter()
        .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    if let Some((text, seconds)) = known
        && *text == second
    {
        return Some(*seconds * 1_000_000 + fraction);
    }
    let micros = timestamp::parse_micros(std::str::from_utf8(text).ok()?)?;
    let seconds = micros.div_euclid(1_000_000);
    *known = Some((second, seconds));
    Some(micros)
}

/// The array of header lines: the two that are signed, and whether others matter.
fn read_headers<'a>(cursor: &mut Cursor<'a>) -> Option<(SignedHeaders<'a>, bool)> {
    let mut has_kept = false;
    let mut signature = Occurrence::Absent;
    let mut delivery = Occurrence::Absent;
    header_lines(cursor, |name, value| {
        let occurrence = if name.eq_ignore_ascii_case(headers::SIGNATURE.as_bytes()) {
            &mut signature
        } else if name.eq_ignore_ascii_case(headers::DELIVERY.as_bytes()) {
            &mut delivery
        } else {
            has_kept |= is_kept(name, value);
            return;
        };
        *occurrence = match occurrence {
            Occurrence::Absent => Occurrence::Once(value),
            _ => Occurrence::Repeated,
        };
    })?;
    let signed = SignedHeaders {
        signature,
        delivery: Some(delivery),
    };
    Some((signed, has_kept))
}

fn header_lines<'a>(
    cursor: &mut Cursor<'a>,
    mut each: impl FnMut(&'a [u8], &'a [u8]),
) -> Option<()> {
    cursor.literal(b"[")?;
    if cursor.has(b"]") {
        return Some(());
    }
    loop {
        cursor.literal(b"[\"")?;
        let name = cursor.rest_of_plain_string()?;
        cursor.literal(b",\"")?;
        let value = cursor.rest_of_plain_string()?;
        each(name, value);
        if !cursor.has(b"],") {
            return cursor.literal(b"]]");
        }
    }
}

fn read_verdict<'a>(cursor: &mut Cursor<'a>) -> Option<ScannedVerdict<'a>> {
    cursor.literal(b"{\"valid\":")?;
    let valid = cursor.has(b"true");
    if !valid {
        cursor.literal(b"false")?;
    }
    cursor.literal(b",\"reason\":")?;
    let reason = optional_text(cursor)?;
    cursor.literal(b",\"signed_at\":")?;
    if !cursor.has(b"null") {
        cursor.integer(UNIX_SECONDS)?;
    }
    cursor.literal(b",\"secret\":")?;
    if !cursor.has(b"null") {
        cursor.literal(b"{\"position\":")?;
        cursor.integer(SMALL)?;
        cursor.literal(b",\"source\":")?;
        cursor.skip_string()?;
        cursor.literal(b"}")?;
    }
    cursor.literal(b"}")?;
    Some(ScannedVerdict { valid, reason })
}

fn read_reply<'a>(cursor: &mut Cursor<'a>) -> Option<ScannedReply<'a>> {
    cursor.literal(b"{\"status\":")?;
    let status = match cursor.has(b"null") {
        true => None,
        false => Some(cursor.integer(STATUS)?),
    };
    cursor.literal(b",\"headers\":")?;
    header_lines(cursor, |_, _| {})?;
    cursor.literal(b",\"body\":")?;
    cursor.skip_string()?;
    if cursor.has(b",\"truncated\":") {
        cursor.literal(b"true")?;
    }
    cursor.literal(b",\"duration_us\":")?;
    let duration_us = cursor.integer(SMALL)?;
    let error = match cursor.has(b",\"error\":") {
        true => Some(cursor.raw_string()?),
        false => None,
    };
    cursor.literal(b"}")?;
    Some(ScannedReply {
        status,
        duration_us,
        error,
    })
}
