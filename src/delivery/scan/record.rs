//! The line of a record, as [`Record::write_line`](crate::delivery::Record::write_line) writes it.

use super::cursor::Cursor;
use crate::event::timestamp;
use crate::protocol::headers::{self, Occurrence};
use crate::protocol::verification::SignedHeaders;

/// Digits that fit every integer of a record but those below.
const SMALL: usize = 9;
/// Digits of every unix second until the year 2286.
const UNIX_SECONDS: usize = 10;
/// Digits that fit an HTTP status, which is a number of 16 bits.
const STATUS: usize = 4;

/// What verification needs of a record.
#[derive(Debug, Clone, Copy)]
pub struct Scanned<'a> {
    /// When it arrived or was sent, in unix seconds, rounded down.
    pub at: i64,
    /// The event, as the record names it, which is UTF-8.
    pub event: Option<&'a [u8]>,
    /// The two headers.
    pub headers: SignedHeaders<'a>,
    /// The body, byte for byte, which is UTF-8.
    pub body: &'a [u8],
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
    // What is cut out of it at quotes is UTF-8 too.
    std::str::from_utf8(line).ok()?;
    let mut cursor = Cursor::new(line);
    cursor.literal(b"{\"v\":1,\"direction\":\"")?;
    if !cursor.has(b"received\"") {
        cursor.literal(b"sent\"")?;
    }
    cursor.literal(b",\"at\":")?;
    let at = seconds(cursor.plain_string()?, &mut scratch.second)?;
    cursor.literal(b",\"event\":")?;
    let event = optional_text(&mut cursor)?;
    cursor.literal(b",\"id\":")?;
    optional_text(&mut cursor)?;
    cursor.literal(b",\"attempt\":")?;
    if !cursor.has(b"null") {
        cursor.integer(SMALL)?;
    }
    cursor.literal(b",\"method\":")?;
    cursor.plain_string()?;
    cursor.literal(b",\"target\":")?;
    cursor.plain_string()?;
    cursor.literal(b",\"headers\":")?;
    let headers = signed_headers(&mut cursor)?;
    cursor.literal(b",\"body\":")?;
    let length = cursor.string_into(&mut scratch.body)?;
    if cursor.has(b",\"remote\":") {
        cursor.plain_string()?;
    }
    if cursor.has(b",\"verdict\":") {
        verdict(&mut cursor)?;
    }
    if cursor.has(b",\"reply\":") {
        reply(&mut cursor)?;
    }
    cursor.literal(b"}")?;
    cursor.is_at_end().then_some(Scanned {
        at,
        event,
        headers,
        body: scratch.body.get(..length)?,
    })
}

fn optional_text<'a>(cursor: &mut Cursor<'a>) -> Option<Option<&'a [u8]>> {
    if cursor.has(b"null") {
        return Some(None);
    }
    cursor.plain_string().map(Some)
}

/// Unix seconds of `2026-10-04T08:15:30.000000Z`.
fn seconds(text: &[u8], known: &mut Option<([u8; 19], i64)>) -> Option<i64> {
    let &[ref second @ .., b'.', a, b, c, d, e, f, b'Z'] = text else {
        return None;
    };
    let second: [u8; 19] = second.try_into().ok()?;
    if ![a, b, c, d, e, f].iter().all(u8::is_ascii_digit) {
        return None;
    }
    if let Some((text, seconds)) = known
        && *text == second
    {
        return Some(*seconds);
    }
    let micros = timestamp::parse_micros(std::str::from_utf8(text).ok()?)?;
    let seconds = micros.div_euclid(1_000_000);
    *known = Some((second, seconds));
    Some(seconds)
}

/// The array of header lines, of which two matter.
fn signed_headers<'a>(cursor: &mut Cursor<'a>) -> Option<SignedHeaders<'a>> {
    let mut signature = Occurrence::Absent;
    let mut delivery = Occurrence::Absent;
    header_lines(cursor, |name, value| {
        let occurrence = if name.eq_ignore_ascii_case(headers::SIGNATURE.as_bytes()) {
            &mut signature
        } else if name.eq_ignore_ascii_case(headers::DELIVERY.as_bytes()) {
            &mut delivery
        } else {
            return;
        };
        *occurrence = match occurrence {
            Occurrence::Absent => Occurrence::Once(value),
            _ => Occurrence::Repeated,
        };
    })?;
    Some(SignedHeaders {
        signature,
        delivery: Some(delivery),
    })
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
        cursor.literal(b"[")?;
        let name = cursor.plain_string()?;
        cursor.literal(b",")?;
        let value = cursor.plain_string()?;
        cursor.literal(b"]")?;
        each(name, value);
        if cursor.has(b"]") {
            return Some(());
        }
        cursor.literal(b",")?;
    }
}

fn verdict(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.literal(b"{\"valid\":")?;
    if !cursor.has(b"true") {
        cursor.literal(b"false")?;
    }
    cursor.literal(b",\"reason\":")?;
    optional_text(cursor)?;
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
    cursor.literal(b"}")
}

fn reply(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.literal(b"{\"status\":")?;
    if !cursor.has(b"null") {
        cursor.integer(STATUS)?;
    }
    cursor.literal(b",\"headers\":")?;
    header_lines(cursor, |_, _| {})?;
    cursor.literal(b",\"body\":")?;
    cursor.skip_string()?;
    if cursor.has(b",\"truncated\":") {
        cursor.literal(b"true")?;
    }
    cursor.literal(b",\"duration_us\":")?;
    cursor.integer(SMALL)?;
    if cursor.has(b",\"error\":") {
        cursor.skip_string()?;
    }
    cursor.literal(b"}")
}
