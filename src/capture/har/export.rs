//! Records as HAR 1.2 entries.
//!
//! What the specification has no field for stands in custom fields, whose names it wants to
//! start with an underscore: a header value that is not UTF-8 in `_base64`. A body that is not
//! UTF-8 is base64 with `encoding`, the field that `response.content` has for it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::capture::export::without_credentials;
use crate::capture::http::Address;
use crate::delivery::{Record, Reply};
use crate::lettermint::Headers;
use crate::lettermint::timestamp::Style;

/// Appends the document up to its first entry.
pub(crate) fn write_start(out: &mut Vec<u8>) {
    let creator = json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
    });
    out.extend_from_slice(b"{\"log\":{\"version\":\"1.2\",\"creator\":");
    out.extend_from_slice(creator.to_string().as_bytes());
    out.extend_from_slice(b",\"pages\":[],\"entries\":[");
}

/// Appends the document from its last entry on.
pub(crate) fn write_end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"\n]}}\n");
}

pub(crate) fn write_entry(record: &Record, out: &mut Vec<u8>) {
    let address = Address::of(record);
    let millis = record
        .reply
        .as_ref()
        .map_or(0.0, |reply| reply.duration.as_secs_f64() * 1_000.0);
    let mut request = json!({
        "method": record.method,
        "url": address.url(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": header_list(&without_credentials(&record.headers)),
        "queryString": query_list(address.path_and_query),
        "headersSize": -1,
        "bodySize": record.body.len(),
    });
    if !record.body.is_empty() {
        let mut post_data = json!({
            "mimeType": record.headers.text("content-type").unwrap_or_default(),
        });
        put_text(&mut post_data, &record.body);
        request["postData"] = post_data;
    }
    let entry = json!({
        "startedDateTime": Style::MicrosZulu.format(record.at),
        "time": millis,
        "request": request,
        "response": response(record.reply.as_ref()),
        "cache": {},
        "timings": { "send": 0, "wait": millis, "receive": 0 },
    });
    out.extend_from_slice(entry.to_string().as_bytes());
}

/// The response. Status 0 is what browsers write when none came.
fn response(reply: Option<&Reply>) -> Value {
    let nothing = Reply::default();
    let known = reply.unwrap_or(&nothing);
    let mut content = json!({
        "size": known.body.len(),
        "mimeType": known.headers.text("content-type").unwrap_or_default(),
    });
    if !known.body.is_empty() {
        put_text(&mut content, &known.body);
    }
    let mut response = json!({
        "status": known.status.unwrap_or(0),
        "statusText": "",
        "httpVersion": if known.status.is_some() { "HTTP/1.1" } else { "" },
        "cookies": [],
        "headers": header_list(&without_credentials(&known.headers)),
        "content": content,
        "redirectURL": known.headers.text("location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": known.body.len(),
    });
    if let Some(error) = &known.error {
        response["_error"] = error.to_string().into();
    }
    response
}

/// `text`, and `encoding` when it is no text.
fn put_text(object: &mut Value, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => object["text"] = text.into(),
        Err(_) => {
            object["text"] = BASE64.encode(bytes).into();
            object["encoding"] = "base64".into();
        }
    }
}

fn header_list(headers: &Headers) -> Vec<Value> {
    let line = |header: crate::lettermint::HeaderLine<'_>| {
        let name = header.name;
        match std::str::from_utf8(header.value) {
            Ok(value) => json!({ "name": name, "value": value }),
            Err(_) => json!({
                "name": name,
                "value": String::from_utf8_lossy(header.value),
                "_base64": BASE64.encode(header.value),
            }),
        }
    };
    headers.iter().map(line).collect()
}

fn query_list(path_and_query: &str) -> Vec<Value> {
    let Some((_, query)) = path_and_query.split_once('?') else {
        return Vec::new();
    };
    url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}
