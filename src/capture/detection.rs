//! Telling the formats apart by content.
//!
//! Only the start of a document is needed, so that a caller can look at what it has read so far
//! and stream the rest. JSON is looked at token by token, because that start may end anywhere.

use super::Format;
use super::curl::starts_curl;
use super::http::{is_request_line, line_at};
use crate::capture::captured::without_bom;
use crate::json::lexer::{Token, Walk};

/// How many member names are looked at before giving up.
const NAMES_SEEN: usize = 400;

/// The format of a document, from its first bytes. 64 KiB are plenty. `None` when it is none of
/// ours, such as a body alone.
pub fn detect(start: &[u8]) -> Option<Format> {
    let start = without_bom(start);
    match start.trim_ascii_start().first()? {
        b'{' | b'[' => detect_json(start),
        _ => detect_text(start),
    }
}

fn detect_text(start: &[u8]) -> Option<Format> {
    let mut at = 0;
    let mut may_be_http = true;
    while let Some((line, next)) = line_at(start, at) {
        at = next;
        if line.trim_ascii().is_empty() {
            continue;
        }
        if may_be_http && is_request_line(line) {
            return Some(Format::RawHttp);
        }
        if starts_curl(line) || pipes_into_curl(line) {
            return Some(Format::Curl);
        }
        may_be_http = false;
        // A script may set things up before it calls curl; a broken message has its method.
        if line.ends_with(b"HTTP/1.1") || line.ends_with(b"HTTP/1.0") {
            return Some(Format::RawHttp);
        }
    }
    None
}

fn pipes_into_curl(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"| curl ").is_some()
}

fn detect_json(start: &[u8]) -> Option<Format> {
    let mut names = MemberNames::new(start);
    let mut seen: Vec<(usize, &[u8])> = Vec::new();
    for found in names.by_ref().take(NAMES_SEEN) {
        if found == (1, b"log") {
            return Some(Format::Har);
        }
        seen.push(found);
    }
    let has = |depth: usize, name: &str| seen.contains(&(depth, name.as_bytes()));
    let is_array = start.trim_ascii_start().first() == Some(&b'[');
    let on_one_line = names.ends_on_first_line();
    // The depth at which one record or delivery has its members.
    let inner = usize::from(is_array) + 1;
    if has(inner, "v") && has(inner, "direction") {
        let by_line = !is_array && on_one_line && !has(1, "type");
        return Some(match (by_line, has(1, "type")) {
            (_, true) => Format::ListenJson,
            (true, _) => Format::Store,
            (false, _) => Format::StoreJson,
        });
    }
    let is_delivery = |depth| {
        (has(depth, "payload") || has(depth, "webhook_id"))
            && (has(depth, "event_type") || has(depth, "attempt_number"))
    };
    if is_delivery(inner) || (has(1, "data") && (is_delivery(2) || is_delivery(3))) {
        return Some(Format::TeamApi);
    }
    if is_array || !on_one_line {
        return None;
    }
    if has(1, "event") && has(1, "result") && has(2, "delivery_id") {
        return Some(Format::OfficialCli);
    }
    if has(1, "type") && (has(1, "url") || has(1, "direction")) {
        return Some(Format::ListenJson);
    }
    // A record whose start was cut before its `direction`.
    (has(1, "v") && !has(1, "event_type")).then_some(Format::Store)
}

/// The member names of the first JSON value with their depth, outermost 1, as far as there is
/// text.
struct MemberNames<'a> {
    text: &'a [u8],
    walk: Walk<'a>,
    has_ended: bool,
}

impl<'a> MemberNames<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            walk: Walk::new(text),
            has_ended: false,
        }
    }

    /// Whether the first value, as far as it was looked at, has no line break.
    fn ends_on_first_line(&self) -> bool {
        let span = self.walk.lexer.span();
        // No string goes on behind the end of a line: there it was torn.
        let end = match self.has_ended {
            true => span.end,
            false => span.start,
        };
        !self.text[..end].trim_ascii_start().contains(&b'\n')
    }
}

impl<'a> Iterator for MemberNames<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.has_ended {
            match self.walk.token().ok()?? {
                (Token::Text(raw), _) if raw.contains(&b'\n') => return None,
                (Token::Text(raw), true) => return Some((self.walk.open.len(), raw)),
                _ => self.has_ended = self.walk.open.is_empty(),
            }
        }
        None
    }
}
