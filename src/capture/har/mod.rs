//! HTTP Archive 1.2, as browsers, mitmproxy and other proxies write it.
//!
//! Sources: the HAR 1.2 specification (softwareishard.com/blog/har-12-spec); Chromium's
//! `front_end/models/har/Log.ts`; Firefox's `netmonitor/src/har/har-builder.js`; mitmproxy's
//! `addons/savehar.py`.
//!
//! HAR has no field for the encoding of a request body. Where a body is not text, tools write
//! base64 and say so in `postData.encoding` or `postData._encoding`, some in `postData.comment`;
//! mitmproxy escapes single bytes (see `document`). All are read.

mod document;
pub(crate) mod export;

use std::time::Duration;

use super::http::Address;
use crate::capture::captured as capture;
use crate::capture::captured::{
    Capture, JsonEntries, Parsed, Unread, names_lettermint, without_bom,
};
use crate::delivery::Reply;
use crate::delivery::reply::Failure;
use crate::lettermint::timestamp;
use crate::lettermint::{Header, Headers};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use document::{self as har, NameValue, Text};

/// Reads every entry of a HAR, also those that are no deliveries ([`Capture::is_delivery`]
/// tells them apart).
pub(crate) fn parse(document: &[u8]) -> Parsed {
    let document = without_bom(document);
    let mut entries = JsonEntries::new(document);
    let ended = har::each_entry(document, |entry| {
        entries.read(entry, |text| {
            let entry = serde_json::from_str(text).map_err(|error| {
                let message = format!("expected a HAR entry with a `request`: {error}");
                Unread::of(message, &[text.as_bytes()])
            })?;
            read_entry(entry)
        });
    });
    let mut parsed = entries.parsed;
    if let Err(error) = ended {
        let message = format!("expected a HAR (`log.entries`): {error}");
        parsed.problem(error.line(), message);
    }
    parsed
}

/// Reads an entry that stands alone.
pub(crate) fn read_value(entry: serde_json::Value) -> Result<Capture, String> {
    let entry = serde_json::from_value(entry)
        .map_err(|error| format!("expected a HAR entry with a `request`: {error}"))?;
    read_entry(entry).map_err(|unread| unread.message)
}

fn read_entry(entry: har::Entry) -> Result<Capture, Unread> {
    let har::Request {
        method,
        url,
        headers,
        post_data,
        body_size,
    } = entry.request;
    let url = url.lossy();
    // Of a WebSocket, `data:`, `blob:` or an extension's URL nothing but the URL is of interest.
    let target = Address::of_url(&url).map(|address| address.request_target());
    let body_size = body_size
        .filter(|size| *size >= 0.0)
        .map(|size| size as usize);
    let headers = read_headers(headers);
    let body = read_body(post_data, body_size).map_err(|message| Unread {
        message,
        // A form or an upload to somewhere else.
        is_other_request: !names_lettermint(&headers),
    })?;
    let at = entry.started_date_time.as_deref();
    let mut capture = Capture::of_request(capture::Request {
        at: at.and_then(timestamp::parse_micros),
        method,
        target: target.unwrap_or(url),
        headers,
        body: body.bytes.into(),
    });
    capture.notes.extend(body.note.map(str::to_owned));
    if let Some(doubt) = body.doubt {
        capture.doubt(doubt);
    }
    let encoded = capture.record.headers.text("content-encoding");
    if encoded.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        capture.doubt("the request was compressed, and a HAR holds it unpacked");
    }
    let millis = entry.time.filter(|time| time.is_finite() && *time > 0.0);
    let duration = Duration::try_from_secs_f64(millis.unwrap_or_default() / 1_000.0);
    capture.record.reply = entry
        .response
        .and_then(|response| read_reply(response, duration.unwrap_or_default()));
    Ok(capture)
}

#[derive(Default)]
struct Body {
    bytes: Vec<u8>,
    note: Option<&'static str>,
    doubt: Option<String>,
}

fn read_body(post_data: Option<har::PostData>, size: Option<usize>) -> Result<Body, String> {
    let Some(post_data) = post_data else {
        return no_text(size);
    };
    let encodings = [
        post_data.encoding,
        post_data.custom_encoding,
        post_data.comment,
    ];
    let in_base64 = encodings
        .iter()
        .flatten()
        .any(|text| text.eq_ignore_ascii_case("base64"));
    let has_params = post_data.params.is_some_and(|params| !params.is_empty());
    let text = match post_data.text {
        Some(text) if !text.bytes.is_empty() => text,
        // Firefox writes the parameters of a form next to its text; alone they are not enough.
        _ if has_params => {
            return Err(
                "expected `postData.text`: `params` are a parsed form, not the bytes that were sent"
                    .to_owned(),
            );
        }
        _ => return no_text(size),
    };
    if in_base64 {
        let bytes = BASE64
            .decode(text.bytes.trim_ascii())
            .map_err(|error| format!("expected `postData.text` to be base64: {error}"))?;
        return Ok(Body {
            bytes,
            note: Some("the body was base64"),
            ..Body::default()
        });
    }
    Ok(plain_text(text, size))
}

fn no_text(size: Option<usize>) -> Result<Body, String> {
    match size {
        Some(size) if size > 0 => Err(format!(
            "expected `postData.text`: the body had {size} bytes, which this HAR leaves out"
        )),
        _ => Ok(Body::default()),
    }
}

/// Text as bytes, weighed against the recorded size.
fn plain_text(text: Text, size: Option<usize>) -> Body {
    let mut body = Body {
        note: text
            .escaped
            .then_some("bytes that are no UTF-8 were escaped"),
        bytes: text.bytes,
        doubt: None,
    };
    let Some(size) = size.filter(|size| *size != body.bytes.len()) else {
        if memchr::memmem::find(&body.bytes, b"\xef\xbf\xbd").is_some() {
            let doubt = "it has U+FFFD, which stands where a tool met bytes that are no UTF-8";
            body.doubt = Some(doubt.to_owned());
        }
        return body;
    };
    let text = String::from_utf8_lossy(&body.bytes);
    // mitmproxy reads a body without a charset or a JSON type as latin-1. Where that was UTF-8,
    // its bytes are meant. Firefox counts UTF-16 units instead of bytes.
    if let Some(latin1) = as_latin1(&text)
        && latin1.len() == size
        && std::str::from_utf8(&latin1).is_ok()
    {
        body.bytes = latin1;
        body.note = Some("the text had been read as latin-1");
    } else if text.encode_utf16().count() != size {
        body.doubt = Some(format!(
            "`bodySize` says {size} bytes, `postData.text` has {}",
            body.bytes.len()
        ));
    }
    body
}

/// One byte for every character up to U+00FF; `None` when there is a higher one.
fn as_latin1(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|character| u8::try_from(u32::from(character)).ok())
        .collect()
}

/// Header lines. Of HTTP/2's pseudo header fields `:authority` becomes `host`, as RFC 9113,
/// section 8.3.1, has intermediaries do; the others stand in the request line.
fn read_headers(lines: Vec<NameValue>) -> Headers {
    let has_host = lines
        .iter()
        .any(|line| line.name.bytes.eq_ignore_ascii_case(b"host"));
    lines
        .into_iter()
        .filter_map(|line| {
            let name = match line.name.lossy() {
                name if name == ":authority" && !has_host => "host".to_owned(),
                name if name.starts_with(':') => return None,
                name => name,
            };
            let decoded = line.base64.and_then(|text| BASE64.decode(text).ok());
            let value = decoded.unwrap_or_else(|| line.value.unwrap_or_default().bytes);
            Some(Header::new(name, value))
        })
        .collect()
}

/// The response; status 0 stands for none.
fn read_reply(response: har::Response, duration: Duration) -> Option<Reply> {
    let status = response
        .status
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| *status != 0);
    let error = response.error.filter(|error| !error.is_empty());
    if status.is_none() && error.is_none() {
        return None;
    }
    let content = response.content.unwrap_or_default();
    let text = content.text.unwrap_or_default().bytes;
    let is_left_out = text.is_empty() && content.size.is_some_and(|size| size > 0.0);
    let mut reply = capture::reply_of(match content.encoding.as_deref() {
        Some("base64") => BASE64.decode(&text).unwrap_or(text),
        _ => text,
    });
    reply.truncated |= is_left_out;
    Some(Reply {
        status,
        headers: read_headers(response.headers),
        duration,
        error: error.as_deref().map(Failure::parse),
        ..reply
    })
}
