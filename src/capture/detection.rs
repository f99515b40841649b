//! Telling the formats apart by content.
//!
//! Only the start of a document is needed, so that a caller can look at what it has read so far
//! and stream the rest. JSON is looked at token by token, because that start may end anywhere.

use super::Format;
use super::curl::starts_curl;
use super::http::{file_request_line, is_passed_over, is_request_line, line_at};
use super::requests::names_headers;
use crate::capture::captured::without_bom;
use crate::json::lexer::{Token, Walk};

/// How many member names are looked at before giving up.
const NAMES_SEEN: usize = 400;

/// The format of a document, from its first bytes. 64 KiB are plenty. `None` when it is none of
/// ours, such as a body alone.
pub(crate) fn detect(start: &[u8]) -> Option<Format> {
    let start = without_bom(start);
    match start.trim_ascii_start().first()? {
        // A script of httpYac begins with `{{`, and no JSON does.
        b'{' | b'[' if !start.trim_ascii_start().starts_with(b"{{") => detect_json(start),
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
        if may_be_http && (is_request_line(line) || file_request_line(line).is_some()) {
            return Some(Format::RawHttp);
        }
        // What `curl -v` prints has no body.
        if line.starts_with(b"> ") || line.starts_with(b"* ") {
            return None;
        }
        if line.starts_with(b"== Info: ") || line.starts_with(b"=> Send header") {
            return Some(Format::CurlTrace);
        }
        if line.starts_with(b"fetch(") || line.starts_with(b"await fetch(") {
            return Some(Format::Requests);
        }
        if starts_curl(line) || pipes_into_curl(line) {
            return Some(Format::Curl);
        }
        may_be_http &= is_passed_over(line);
        // A script may set things up before it calls curl; a broken message has its method.
        if line.ends_with(b"HTTP/1.1") || line.ends_with(b"HTTP/1.0") {
            return Some(Format::RawHttp);
        }
    }
    // Records of which the first is broken are records all the same.
    let mut lines = start.split(|byte| *byte == b'\n');
    let records = lines.find(|line| line.starts_with(b"{\"v\":"));
    if let Some(format) = records.and_then(detect_json) {
        return Some(format);
    }
    // A log, or what else has JSON in its lines.
    let broken = std::str::from_utf8(start).err();
    let is_text = broken.is_none_or(|error| error.error_len().is_none());
    (is_text && names_headers(start) && start.contains(&b'{')).then_some(Format::Requests)
}

fn pipes_into_curl(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"| curl ").is_some()
}

fn detect_json(start: &[u8]) -> Option<Format> {
    let (seen, on_one_line) = member_names(start);
    let has = |depth: usize, name: &str| seen.contains(&(depth, name.as_bytes()));
    if has(1, "log") {
        return Some(Format::Har);
    }
    let is_array = start.trim_ascii_start().first() == Some(&b'[');
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
    // Of lines, the first one tells.
    let within = match is_array || !on_one_line {
        true => start,
        false => start.split(|byte| *byte == b'\n').next().unwrap_or(start),
    };
    if names_headers(within) {
        return Some(Format::Requests);
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
    let is_other = has(1, "event_type") || has(1, "type");
    (has(1, "v") && !is_other).then_some(Format::Store)
}

/// The member names of the first JSON value with their depth, outermost 1, as far as there is
/// text; and whether as much of it as was looked at is on one line.
fn member_names(text: &[u8]) -> (Vec<(usize, &[u8])>, bool) {
    let mut walk = Walk::new(text);
    let mut names = Vec::new();
    let mut end = None;
    while end.is_none()
        && names.len() < NAMES_SEEN
        && let Ok(Some((token, is_name))) = walk.token()
    {
        match token {
            // No string goes on behind the end of a line: there it was torn.
            Token::Text(raw) if raw.contains(&b'\n') => break,
            Token::Text(raw) if is_name => names.push((walk.open.len(), raw)),
            _ if walk.open.is_empty() => end = Some(walk.lexer.span().end),
            _ => {}
        }
    }
    let looked_at = &text[..end.unwrap_or_else(|| walk.lexer.span().start)];
    (names, !looked_at.trim_ascii_start().contains(&b'\n'))
}
