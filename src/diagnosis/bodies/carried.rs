//! The body inside something that carried it.

use super::encoded::decode_base64;
use super::{Few, Source, one};
use crate::capture::http::dechunk;
use crate::json::canonical::canonicalize;
use crate::json::lexer::Walk;
use crate::json::tree::Node;
use crate::json::writer::LETTERMINT;

/// Members that gateways, queues and logs carry a body in.
const CARRIERS: [&str; 9] = [
    "body", "payload", "rawBody", "raw_body", "Body", "Message", "message", "json", "content",
];

pub(crate) fn json_string(source: Source<'_>) -> Few<'_> {
    let text = match Node::parse(source.bytes) {
        Ok(text @ Node::Text(_)) => text.text(),
        _ => None,
    };
    text.map(|text| one(text.into_bytes())).unwrap_or_default()
}

pub(crate) fn form(source: Source<'_>) -> Few<'_> {
    let body = source.bytes.trim_ascii_end();
    // JSON has quotes and braces, which a form encodes.
    if body.is_empty() || memchr::memchr3(b'{', b'"', b'[', body).is_some() {
        return Few::new();
    }
    let mut few = Few::new();
    for pair in body.split(|&b| b == b'&') {
        let (name, value) = match memchr::memchr(b'=', pair) {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &b""[..]),
        };
        // Posting JSON without a field name makes it the name.
        let (encoded, detail) = match value.is_empty() {
            true => (name, "as the name of a field"),
            false => (value, "as the value of a field"),
        };
        let decoded = percent_decode(encoded, true);
        if decoded != encoded {
            few.push((detail.into(), decoded.into()));
        }
    }
    few
}

/// Undoes percent-encoding; `plus` also makes spaces of plus signs, as forms have them.
pub(crate) fn percent_decode(text: &[u8], plus: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let digits = after.get(..2).and_then(super::encoded::decode_hex);
        match (first, digits) {
            (b'%', Some(byte)) => {
                out.extend_from_slice(&byte);
                rest = &after[2..];
            }
            (b'+', _) if plus => out.push(b' '),
            _ => out.push(first),
        }
    }
    out
}

pub(crate) fn chunked(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    if !body.first().is_some_and(u8::is_ascii_hexdigit) {
        return Few::new();
    }
    // A missing last chunk is forgiven.
    let whole = [&b""[..], b"0\r\n", b"\r\n0\r\n"]
        .iter()
        .find_map(|end| dechunk(&[body, end].concat()).ok());
    let whole = whole.filter(|(inner, _)| !inner.is_empty());
    whole.map(|(inner, _)| one(inner)).unwrap_or_default()
}

pub(crate) fn http_message(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    let first_line = body.split(|&b| b == b'\n').next().unwrap_or_default();
    if memchr::memmem::find(&first_line[..first_line.len().min(8_192)], b"HTTP/").is_none() {
        return Few::new();
    }
    [&b"\r\n\r\n"[..], b"\n\n"]
        .into_iter()
        .find_map(|blank| Some(memchr::memmem::find(body, blank)? + blank.len()))
        .map(|at| one(&body[at..]))
        .unwrap_or_default()
}

pub(crate) fn wrapped(source: Source<'_>) -> Few<'_> {
    let Ok(document) = Node::parse(source.bytes) else {
        return Few::new();
    };
    // A payload of Lettermint has an event; its members are not carriers.
    if document.get("event").is_some() {
        return Few::new();
    }
    let first_record = match document.get("Records") {
        Some(Node::Array(records)) => records.first(),
        _ => None,
    };
    let holders = [
        Some(&document),
        first_record,
        document.get("Sns"),
        first_record.and_then(|r| r.get("Sns")),
    ];
    let mut few = Few::new();
    for holder in holders.into_iter().flatten() {
        let is_base64 = holder.get("isBase64Encoded") == Some(&Node::Scalar(b"true"));
        for name in CARRIERS {
            let bytes = match holder.get(name) {
                Some(text @ Node::Text(_)) => text.text().map(String::into_bytes),
                Some(object @ Node::Object(_)) => LETTERMINT.write(object),
                _ => None,
            };
            let Some(bytes) = bytes else {
                continue;
            };
            if is_base64 && let Some(decoded) = decode_base64(&bytes) {
                let detail = format!("in `{name}`, base64-encoded");
                few.push((detail.into(), decoded.into()));
            }
            few.push((format!("in `{name}`").into(), bytes.into()));
        }
    }
    few
}

/// `{"type":"Buffer","data":[123,…]}`, alone or as `body` of a wrapper.
pub(crate) fn buffer_json(source: Source<'_>) -> Few<'_> {
    let Ok(document) = Node::parse(source.bytes) else {
        return Few::new();
    };
    let buffer = document.get("body").unwrap_or(&document);
    let data = match (buffer.get("type"), buffer.get("data")) {
        (Some(Node::Text(b"Buffer")), Some(Node::Array(data))) => data,
        _ => return Few::new(),
    };
    let byte = |item: &Node<'_>| match item {
        Node::Scalar(text) => std::str::from_utf8(text).ok()?.parse().ok(),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = data.iter().map(byte).collect();
    bytes.map(one).unwrap_or_default()
}

pub(crate) fn trailing_bytes(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    let mut ends: Vec<usize> = Vec::new();
    ends.extend(source.content_length);
    ends.extend(first_document(body));
    ends.retain(|end| *end < body.len());
    ends.dedup();
    let few = ends.into_iter().map(|end| {
        let detail = format!("{} bytes too many", body.len() - end);
        (detail.into(), body[..end].into())
    });
    few.collect()
}

/// Where the first object or array ends.
fn first_document(body: &[u8]) -> Option<usize> {
    let mut walk = Walk::new(body);
    let mut was_open = false;
    loop {
        walk.token().ok()??;
        if walk.open.is_empty() {
            return was_open.then(|| walk.lexer.span().end);
        }
        was_open = true;
    }
}

/// Whether the bytes start a JSON document that they do not end.
pub(crate) fn is_cut_short(body: &[u8]) -> bool {
    let starts = body.trim_ascii_start().first();
    matches!(starts, Some(b'{' | b'['))
        && first_document(body).is_none()
        // A document that is wrong in itself is not cut short, but a cut may be in a string.
        && (canonicalize(body).is_some() || ends_inside_text(body))
}

fn ends_inside_text(body: &[u8]) -> bool {
    [&b"\""[..], b"\\\"", b"x\""]
        .iter()
        .any(|end| canonicalize(&[body, end].concat()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_short_wherever_it_is_cut() {
        let body = r#"{"event":"message.sent","data":{"subject":"é + \"x\" 100%"}}"#;
        assert!(!is_cut_short(body.as_bytes()));
        for len in 1..body.len() {
            assert!(is_cut_short(&body.as_bytes()[..len]), "{len}");
        }
        assert!(!is_cut_short(b"hello"));
        assert!(!is_cut_short(b"{'a': 1}"));
    }
}
