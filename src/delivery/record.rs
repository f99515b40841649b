//! One line of the store, format version 1.
//!
//! ```json
//! {"v":1,"direction":"received","at":"2026-10-04T08:15:30.000000Z","event":"message.sent",
//!  "id":"…","attempt":1,"method":"POST","target":"/webhooks/lettermint",
//!  "headers":[["Host","127.0.0.1:3000"]],"body":"{…}","remote":"127.0.0.1:50000",
//!  "verdict":{"valid":true,"reason":null,"signed_at":1791101730,
//!             "secret":{"position":1,"source":"LETTERMINT_WEBHOOK_SECRET"}},
//!  "reply":{"status":200,"headers":[],"body":"…","duration_us":412}}
//! ```
//!
//! A body that is not UTF-8 is `body_base64`, a header value that is not UTF-8 is
//! `{"base64":"…"}`. Fields that this version does not know are kept.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde_json::{Map, Value};

use super::reply::{Failure, Reply};
use crate::event::timestamp::{self, Style};
use crate::protocol::{Header, Headers, Reason, Verdict, headers};

/// The format's version, field `v`.
pub const VERSION: u64 = 1;

/// What stands in the store instead of credentials.
pub const REDACTED: &str = "[redacted]";

/// Header lines whose values are credentials.
const CREDENTIALS: [&str; 4] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];

/// Whether a header's value is a credential, which is written as [`REDACTED`].
#[must_use]
pub fn is_credential(name: &str) -> bool {
    CREDENTIALS
        .iter()
        .any(|credential| name.eq_ignore_ascii_case(credential))
}

/// Which way a delivery went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Received by `listen`.
    Received,
    /// Sent by `send` or `replay`.
    Sent,
}

impl Direction {
    /// `received` or `sent`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Sent => "sent",
        }
    }

    /// Reads what [`Direction::as_str`] gives.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        match text {
            "received" => Ok(Self::Received),
            "sent" => Ok(Self::Sent),
            _ => Err(field("direction", "`received` or `sent`")),
        }
    }
}

/// The recorded outcome of verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedVerdict {
    /// Whether it was genuine.
    pub valid: bool,
    /// The reason code when not.
    pub reason: Option<String>,
    /// The signed `t`.
    pub signed_at: Option<i64>,
    /// Which of the given secrets matched.
    pub secret: Option<SecretRef>,
}

/// A secret named by where it stood, never by its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRef {
    /// Counted from 1 over all given secrets.
    pub position: usize,
    /// Such as `--secret-file key.txt`.
    pub source: String,
}

impl SecretRef {
    /// As a JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::json!({ "position": self.position, "source": self.source })
    }
}

/// One attempt, as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which way it went.
    pub direction: Direction,
    /// When it arrived or was sent, in microseconds since 1970.
    pub at: i64,
    /// The event, from the header or else the body.
    pub event: Option<String>,
    /// The delivery's id, from the body.
    pub id: Option<String>,
    /// The attempt, from the header.
    pub attempt: Option<u32>,
    /// The HTTP method.
    pub method: String,
    /// The path of a received delivery, the URL of a sent one.
    pub target: String,
    /// The request's headers.
    pub headers: Headers,
    /// The request's body, byte for byte.
    pub body: Bytes,
    /// The other end's address.
    pub remote: Option<String>,
    /// What verification said, when it was asked.
    pub verdict: Option<RecordedVerdict>,
    /// What was answered.
    pub reply: Option<Reply>,
    /// Fields this version does not know, kept on rewrite.
    pub unknown: Map<String, Value>,
}

/// Why a line is no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not a JSON object.
    #[error("not a JSON object ({0})")]
    NotAnObject(String),
    /// A field is missing or of another type.
    #[error("field `{field}` should be {expected}")]
    Field {
        /// The field.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A later version of the format.
    #[error("format version {0} is newer than this program, which reads version 1")]
    NewerVersion(u64),
}

impl RecordedVerdict {
    /// Puts a verdict on record. `sources` are the names of the given secrets in order.
    pub fn new<'a>(verdict: &Verdict, mut sources: impl Iterator<Item = &'a str>) -> Self {
        Self {
            valid: verdict.is_valid(),
            reason: verdict.reason.map(|reason| reason.code().to_owned()),
            signed_at: verdict.signed_at,
            secret: verdict.secret.and_then(|position| {
                sources.nth(position).map(|source| SecretRef {
                    position: position + 1,
                    source: source.to_owned(),
                })
            }),
        }
    }

    /// The reason as a code that this version knows.
    #[must_use]
    pub fn known_reason(&self) -> Option<Reason> {
        self.reason.as_deref().and_then(Reason::from_code)
    }
}

impl Record {
    /// Whether the attempt failed: answered with something else than 2xx, or not at all, or
    /// refused by verification.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| !reply.is_success())
            || self.verdict.as_ref().is_some_and(|verdict| !verdict.valid)
    }

    /// Appends the record as one line, newline included. Credentials in headers are written as
    /// `[redacted]`: this is the only way into the store.
    pub fn write_line(&self, out: &mut Vec<u8>) {
        let mut json = ObjectWriter::open(out);
        json.number("v", VERSION);
        json.text("direction", self.direction.as_str());
        json.text("at", &Style::MicrosZulu.format(self.at));
        json.optional_text("event", self.event.as_deref());
        json.optional_text("id", self.id.as_deref());
        match self.attempt {
            Some(attempt) => json.number("attempt", attempt.into()),
            None => json.raw("attempt", b"null"),
        }
        json.text("method", &self.method);
        json.text("target", &self.target);
        json.headers("headers", &self.headers);
        json.bytes("body", "body_base64", &self.body);
        if let Some(remote) = &self.remote {
            json.text("remote", remote);
        }
        if let Some(verdict) = &self.verdict {
            json.object("verdict", |json| {
                json.raw("valid", if verdict.valid { b"true" } else { b"false" });
                json.optional_text("reason", verdict.reason.as_deref());
                json.value("signed_at", &verdict.signed_at.into());
                let secret = verdict.secret.as_ref().map(SecretRef::to_json);
                json.value("secret", &secret.unwrap_or_default());
            });
        }
        if let Some(reply) = &self.reply {
            json.object("reply", |json| {
                json.value("status", &reply.status.into());
                json.headers("headers", &reply.headers);
                json.bytes("body", "body_base64", &reply.body);
                if reply.truncated {
                    json.raw("truncated", b"true");
                }
                let micros = u64::try_from(reply.duration.as_micros()).unwrap_or(u64::MAX);
                json.number("duration_us", micros);
                if let Some(error) = &reply.error {
                    json.text("error", &error.to_string());
                }
            });
        }
        for (name, value) in &self.unknown {
            json.value(name, value);
        }
        json.close();
        out.push(b'\n');
    }

    /// The record as a JSON object, for `--json`.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        let mut line = Vec::new();
        self.write_line(&mut line);
        serde_json::from_slice(&line).unwrap_or_default()
    }

    /// Reads one line.
    ///
    /// # Errors
    /// [`RecordError`] when it is no record of version 1.
    pub fn parse(line: &[u8]) -> Result<Self, RecordError> {
        let object = serde_json::from_slice::<Map<String, Value>>(line)
            .map_err(|error| RecordError::NotAnObject(error.to_string()))?;
        Self::from_json(object)
    }

    /// Reads a record that is already JSON.
    ///
    /// # Errors
    /// [`RecordError`] when it is no record of version 1.
    pub fn from_json(mut object: Map<String, Value>) -> Result<Self, RecordError> {
        let mut fields = Fields(&mut object);
        match fields.take("v").as_ref().and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(newer) => return Err(RecordError::NewerVersion(newer)),
            None => return Err(field("v", "the number 1")),
        }
        let direction = Direction::parse(&fields.text("direction")?.unwrap_or_default())?;
        let at = fields
            .text("at")?
            .as_deref()
            .and_then(timestamp::parse_micros)
            .ok_or(field("at", "an RFC 3339 time"))?;
        let event = fields.text("event")?;
        let id = fields.text("id")?;
        let attempt = fields.integer("attempt", "a number from 0 to 4294967295")?;
        let method = fields.text("method")?.unwrap_or_else(|| "POST".to_owned());
        let target = fields.text("target")?.unwrap_or_default();
        let headers = fields.headers("headers")?;
        let body = fields
            .bytes("body", "body_base64")?
            .ok_or(field("body", "text, or `body_base64` given"))?;
        let remote = fields.text("remote")?;
        let verdict = fields.object("verdict")?.map(parse_verdict).transpose()?;
        let reply = fields.object("reply")?.map(parse_reply).transpose()?;
        Ok(Self {
            direction,
            at,
            event,
            id,
            attempt,
            method,
            target,
            headers,
            body,
            remote,
            verdict,
            reply,
            unknown: object,
        })
    }
}

/// The attempt that a request's header names.
#[must_use]
pub fn attempt_of(headers: &Headers) -> Option<u32> {
    headers.text(headers::ATTEMPT)?.trim().parse().ok()
}

fn parse_verdict(mut object: Map<String, Value>) -> Result<RecordedVerdict, RecordError> {
    let mut fields = Fields(&mut object);
    let valid = fields
        .take("valid")
        .and_then(|valid| valid.as_bool())
        .ok_or(field("verdict.valid", "true or false"))?;
    let secret = fields.object("secret")?.and_then(|mut secret| {
        let mut fields = Fields(&mut secret);
        Some(SecretRef {
            position: fields.integer("position", "a number").ok()??,
            source: fields.text("source").ok()??,
        })
    });
    Ok(RecordedVerdict {
        valid,
        reason: fields.text("reason")?,
        signed_at: fields.integer("signed_at", "unix seconds")?,
        secret,
    })
}

fn parse_reply(mut object: Map<String, Value>) -> Result<Reply, RecordError> {
    let mut fields = Fields(&mut object);
    Ok(Reply {
        status: fields.integer("status", "an HTTP status")?,
        headers: fields.headers("headers")?,
        body: fields.bytes("body", "body_base64")?.unwrap_or_default(),
        truncated: fields.take("truncated").is_some_and(|flag| flag == true),
        duration: Duration::from_micros(
            fields
                .integer("duration_us", "microseconds")?
                .unwrap_or_default(),
        ),
        error: fields.text("error")?.as_deref().map(Failure::parse),
    })
}

const fn field(field: &'static str, expected: &'static str) -> RecordError {
    RecordError::Field { field, expected }
}

/// The fields of an object being read; what is left over is unknown.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    /// A field that is there and not null.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.shift_remove(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &'static str) -> Result<Option<String>, RecordError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(field(name, "text")),
        }
    }

    fn integer<T: TryFrom<i64>>(
        &mut self,
        name: &'static str,
        expected: &'static str,
    ) -> Result<Option<T>, RecordError> {
        self.take(name)
            .map(|value| {
                value
                    .as_i64()
                    .and_then(|number| T::try_from(number).ok())
                    .ok_or(field(name, expected))
            })
            .transpose()
    }

    fn object(&mut self, name: &'static str) -> Result<Option<Map<String, Value>>, RecordError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(field(name, "an object")),
        }
    }

    fn bytes(
        &mut self,
        text_name: &'static str,
        base64_name: &'static str,
    ) -> Result<Option<Bytes>, RecordError> {
        if let Some(text) = self.text(text_name)? {
            return Ok(Some(text.into()));
        }
        self.text(base64_name)?
            .map(|text| BASE64.decode(text).map(Bytes::from))
            .transpose()
            .map_err(|_| field(base64_name, "standard base64"))
    }

    fn headers(&mut self, name: &'static str) -> Result<Headers, RecordError> {
        let wrong = || field(name, "an array of [name, value]");
        match self.take(name) {
            None => Ok(Headers::new()),
            Some(Value::Array(lines)) => lines
                .into_iter()
                .map(|line| parse_header(line).ok_or_else(wrong))
                .collect(),
            Some(_) => Err(wrong()),
        }
    }
}

fn parse_header(line: Value) -> Option<Header> {
    let Value::Array(pair) = line else {
        return None;
    };
    let [Value::String(name), value]: [Value; 2] = pair.try_into().ok()? else {
        return None;
    };
    let value = match value {
        Value::String(text) => text.into_bytes(),
        other => BASE64.decode(other.get("base64")?.as_str()?).ok()?,
    };
    Some(Header::new(name, value))
}

/// Writes a JSON object field by field, straight into the line's buffer.
struct ObjectWriter<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> ObjectWriter<'a> {
    fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    fn close(self) {
        self.out.push(b'}');
    }

    fn name(&mut self, name: &str) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        write_json_string(name, self.out);
        self.out.push(b':');
    }

    fn raw(&mut self, name: &str, json: &[u8]) {
        self.name(name);
        self.out.extend_from_slice(json);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        write_json_string(text, self.out);
    }

    fn optional_text(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.raw(name, b"null"),
        }
    }

    fn number(&mut self, name: &str, number: u64) {
        self.raw(name, number.to_string().as_bytes());
    }

    fn value(&mut self, name: &str, value: &Value) {
        self.raw(name, value.to_string().as_bytes());
    }

    fn object(&mut self, name: &str, fill: impl FnOnce(&mut ObjectWriter<'_>)) {
        self.name(name);
        let mut inner = ObjectWriter::open(self.out);
        fill(&mut inner);
        inner.close();
    }

    fn bytes(&mut self, text_name: &str, base64_name: &str, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text(text_name, text),
            Err(_) => self.text(base64_name, &BASE64.encode(bytes)),
        }
    }

    fn headers(&mut self, name: &str, headers: &Headers) {
        self.name(name);
        self.out.push(b'[');
        for (position, header) in headers.iter().enumerate() {
            if position > 0 {
                self.out.push(b',');
            }
            self.out.push(b'[');
            write_json_string(&header.name, self.out);
            self.out.push(b',');
            let secret = is_credential(&header.name);
            match std::str::from_utf8(&header.value) {
                _ if secret => write_json_string(REDACTED, self.out),
                Ok(text) => write_json_string(text, self.out),
                Err(_) => {
                    self.out.extend_from_slice(b"{\"base64\":");
                    write_json_string(&BASE64.encode(&header.value), self.out);
                    self.out.push(b'}');
                }
            }
            self.out.push(b']');
        }
        self.out.push(b']');
    }
}

/// A JSON string as serde_json writes it: only what must be escaped is.
fn write_json_string(text: &str, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = serde_json::to_writer(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(headers: Headers, body: Bytes) -> Record {
        Record {
            direction: Direction::Received,
            at: 1_791_101_730_000_001,
            event: Some("message.sent".into()),
            id: None,
            attempt: Some(2),
            method: "POST".into(),
            target: "/a?b".into(),
            headers,
            body,
            remote: Some("127.0.0.1:1".into()),
            verdict: Some(RecordedVerdict {
                valid: false,
                reason: Some("signature_mismatch".into()),
                signed_at: Some(3),
                secret: Some(SecretRef {
                    position: 1,
                    source: "--secret".into(),
                }),
            }),
            reply: Some(Reply {
                status: Some(401),
                body: Bytes::from_static(b"\xff"),
                truncated: true,
                duration: Duration::from_micros(17),
                error: Some(Failure::parse("timed out: 30 s")),
                ..Reply::default()
            }),
            unknown: Map::from_iter([("later".to_owned(), Value::from(1))]),
        }
    }

    #[test]
    fn credentials_never_reach_a_line() {
        let mut headers = Headers::new();
        for name in ["Authorization", "COOKIE", "Proxy-Authorization"] {
            headers.push(name, "marker-value");
        }
        let mut line = Vec::new();
        record(headers, Bytes::new()).write_line(&mut line);
        let line = String::from_utf8(line).unwrap();
        assert!(!line.contains("marker-value"));
        assert_eq!(line.matches(REDACTED).count(), 3);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, expected) in [
            ("", "not a JSON object"),
            ("[]", "not a JSON object"),
            ("{}", "`v`"),
            (r#"{"v":2}"#, "version 2"),
            (r#"{"v":1,"direction":"up"}"#, "`direction`"),
            (r#"{"v":1,"direction":"sent","at":"x"}"#, "`at`"),
            (
                r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","headers":[["a"]],"body":""}"#,
                "`headers`",
            ),
            (
                r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z"}"#,
                "`body`",
            ),
        ] {
            let error = Record::parse(line.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{line}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_survive(
            body in proptest::collection::vec(any::<u8>(), 0..300),
            lines in proptest::collection::vec(("[!-9;-~]{1,12}", proptest::collection::vec(any::<u8>(), 0..40)), 0..6),
        ) {
            let headers = lines
                .into_iter()
                .filter(|(name, _)| !CREDENTIALS.contains(&name.to_ascii_lowercase().as_str()))
                .map(|(name, value)| Header::new(name, value))
                .collect();
            let before = record(headers, body.into());
            let mut line = Vec::new();
            before.write_line(&mut line);
            prop_assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
            prop_assert_eq!(Record::parse(&line).unwrap(), before);
        }
    }
}
