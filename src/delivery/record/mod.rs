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

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};

pub mod line;
mod scan;
#[cfg(test)]
mod tests;
pub mod writing;

use super::reply::Reply;
use crate::lettermint::{Headers, Reason, Verdict, headers};
pub use line::RecordSummary;
pub(crate) use scan::{SignedLine, SignedLineReader};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
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
}

/// The recorded outcome of verification.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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

    /// The record as a JSON object, for `--json`.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        let mut line = Vec::new();
        self.write_line(&mut line);
        serde_json::from_slice(&line).unwrap_or_default()
    }
}

/// The attempt that a request's header names.
#[must_use]
pub fn attempt_of(headers: &Headers) -> Option<u32> {
    headers.text(headers::ATTEMPT)?.trim().parse().ok()
}
