//! Deliveries made by hand, as the store holds them.

use std::fmt;
use std::ops::{Deref, DerefMut};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{NOW, SECRET, signature};

/// The four headers of Lettermint around a body, signed at `t`.
pub(crate) fn signed_headers(secret: &str, t: i64, body: &[u8]) -> Vec<(&'static str, String)> {
    let t = t.to_string();
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let event = json["event"].as_str().unwrap_or("message.sent");
    vec![
        ("X-Lettermint-Signature", signature(secret, &t, body)),
        ("X-Lettermint-Event", event.to_owned()),
        ("X-Lettermint-Delivery", t),
        ("X-Lettermint-Attempt", "1".to_owned()),
    ]
}

/// One line of a store; its fields can be set like those of a JSON value.
#[derive(Debug, Clone)]
pub(crate) struct Record(Value);

/// A delivery that was received at [`NOW`] with these headers.
pub(crate) fn record_line(headers: &[(&str, String)], body: &[u8]) -> Record {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut record = Record(json!({
        "v": 1,
        "direction": "received",
        "at": "2026-10-04T08:15:30.000000Z",
        "event": json["event"].as_str().unwrap_or("message.sent"),
        "id": json["id"],
        "attempt": 1,
        "method": "POST",
        "target": "/webhooks/lettermint",
        "headers": headers,
    }));
    record.set_body(body);
    record
}

/// A genuine delivery of [`SECRET`] as `listen` stores it, received and signed at [`NOW`],
/// answered with `status`.
pub(crate) fn stored_delivery(id: &str, event: &str, status: u16) -> Record {
    let body = json!({"id": id, "event": event, "data": {"url": "https://example.com/ü"}});
    let reply = json!({"status": status, "headers": [], "body": "", "duration_us": 1});
    Record::signed(body.to_string()).with("reply", reply)
}

/// The header lines of a record as they are on the wire.
pub(crate) fn header_lines(record: &Value) -> Vec<String> {
    let lines = record["headers"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    lines
        .map(|line| format!("{}: {}", text(&line[0]), text(&line[1])))
        .collect()
}

/// Records as a file.
pub(crate) fn lines<'a>(records: impl IntoIterator<Item = &'a Record>) -> String {
    let records = records.into_iter();
    records.map(|record| format!("{record}\n")).collect()
}

impl Record {
    /// One that the program wrote.
    pub(crate) fn of(record: Value) -> Self {
        Self(record)
    }

    /// A genuine delivery of [`SECRET`] that arrived in the second in which it was signed.
    pub(crate) fn signed(body: impl AsRef<[u8]>) -> Self {
        Self::signed_with(SECRET, body)
    }

    /// The same with another secret.
    pub(crate) fn signed_with(secret: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        headers.extend(signed_headers(secret, NOW, body));
        record_line(&headers, body)
    }

    /// Sets a field.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self[name] = value.into();
        self
    }

    /// Puts another body in place of the one that was signed.
    pub(crate) fn with_body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.set_body(body.as_ref());
        self
    }

    pub(crate) fn set_body(&mut self, body: &[u8]) {
        let fields = self.0.as_object_mut().unwrap();
        fields.shift_remove("body");
        fields.shift_remove("body_base64");
        match std::str::from_utf8(body) {
            Ok(text) => self["body"] = text.into(),
            Err(_) => self["body_base64"] = STANDARD.encode(body).into(),
        }
    }

    /// The body's bytes.
    pub(crate) fn body(&self) -> Vec<u8> {
        match self["body_base64"].as_str() {
            Some(encoded) => STANDARD.decode(encoded).unwrap(),
            None => self["body"].as_str().unwrap().as_bytes().to_vec(),
        }
    }

    /// Moves the time at which it was received.
    pub(crate) fn later(self, seconds: i64) -> Self {
        let at: jiff::Timestamp = self["at"].as_str().unwrap().parse().unwrap();
        let at = at + jiff::SignedDuration::from_secs(seconds);
        self.with("at", at.to_string())
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> String {
        let mut lines = self["headers"].as_array().unwrap().iter();
        let line = lines.find(|line| line[0] == name).unwrap();
        line[1].as_str().unwrap().to_owned()
    }

    /// Adds a header.
    pub(crate) fn and_header(mut self, name: &str, value: impl Into<Value>) -> Self {
        let headers = self["headers"].as_array_mut().unwrap();
        headers.push(json!([name, value.into()]));
        self
    }

    /// Adds a header whose value may be no text.
    pub(crate) fn and_header_bytes(self, name: &str, value: &[u8]) -> Self {
        match std::str::from_utf8(value) {
            Ok(text) => self.and_header(name, text),
            Err(_) => self.and_header(name, json!({"base64": STANDARD.encode(value)})),
        }
    }

    /// Removes a header.
    pub(crate) fn without_header(mut self, name: &str) -> Self {
        let headers = self["headers"].as_array_mut().unwrap();
        headers.retain(|line| line[0] != name);
        self
    }

    /// Replaces the value of a header.
    pub(crate) fn with_header(mut self, name: &str, value: impl Into<Value>) -> Self {
        let mut lines = self["headers"].as_array_mut().unwrap().iter_mut();
        lines.find(|line| line[0] == name).unwrap()[1] = value.into();
        self
    }
}

impl Deref for Record {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl DerefMut for Record {
    fn deref_mut(&mut self) -> &mut Value {
        &mut self.0
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
