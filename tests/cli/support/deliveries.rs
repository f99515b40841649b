//! Deliveries made by hand: as requests, and as lines of a store.

use serde_json::{Value, json};

use super::{NOW, SECRET, request, signature};

/// The four headers of Lettermint around a body, signed at `t`.
pub(crate) fn signed_headers(secret: &str, t: i64, body: &[u8]) -> Vec<(&'static str, String)> {
    let t = t.to_string();
    vec![
        ("X-Lettermint-Signature", signature(secret, &t, body)),
        ("X-Lettermint-Event", "message.sent".to_owned()),
        ("X-Lettermint-Delivery", t),
        ("X-Lettermint-Attempt", "1".to_owned()),
    ]
}

/// A whole genuine request.
pub(crate) fn signed_request(path: &str, secret: &str, t: i64, body: &[u8]) -> Vec<u8> {
    let headers = signed_headers(secret, t, body);
    let lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()))
        .collect();
    request(path, &lines, body)
}

/// One line of a store: received at `at` (RFC 3339), with these headers.
pub(crate) fn record_line(at: &str, headers: &[(&str, String)], body: &[u8]) -> Value {
    json!({
        "v": 1,
        "direction": "received",
        "at": at,
        "event": "message.sent",
        "id": "0199b1c2-0000-7000-8000-000000000001",
        "attempt": 1,
        "method": "POST",
        "target": "/hook",
        "headers": headers,
        "body": String::from_utf8(body.to_vec()).unwrap(),
    })
}

/// A genuine delivery of [`super::SECRET`] as `listen` stores it, received and signed at
/// [`NOW`], answered with `status`.
pub(crate) fn stored_delivery(id: &str, event: &str, status: u16) -> Value {
    let body = json!({"id": id, "event": event, "data": {"url": "https://example.com/ü"}});
    let body = body.to_string().into_bytes();
    let mut line = record_line(
        "2026-10-04T08:15:30Z",
        &signed_headers(SECRET, NOW, &body),
        &body,
    );
    line["id"] = id.into();
    line["event"] = event.into();
    line["reply"] = json!({"status": status, "headers": [], "body": "", "duration_us": 1});
    line
}
