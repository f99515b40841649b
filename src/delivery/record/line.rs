//! Reading a line of the store, in whatever order and form its JSON is: one derived structure for
//! whoever needs all of it, and for whoever needs neither headers nor bodies.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Direction, Record, RecordError, RecordedVerdict, VERSION, scan};
use crate::delivery::reply::{Failure, Reply};
use crate::json::object::Text;
use crate::lettermint::{Headers, timestamp};

/// A record as it stands in its line. `H` is what becomes of headers and `B` of bodies.
#[derive(Debug, Clone, Deserialize)]
#[serde(bound(deserialize = "H: Deserialize<'de>, B: Deserialize<'de>"))]
pub struct RecordLine<'a, H, B> {
    v: u64,
    /// Which way it went.
    pub direction: Direction,
    /// When it arrived or was sent, in microseconds since 1970.
    #[serde(deserialize_with = "micros")]
    pub at: i64,
    /// The event.
    #[serde(borrow)]
    pub(crate) event: Option<Text<'a>>,
    /// The delivery's id.
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    /// The attempt, counted from 1.
    pub attempt: Option<u32>,
    #[serde(borrow)]
    method: Option<Text<'a>>,
    #[serde(borrow)]
    target: Option<Text<'a>>,
    headers: Option<H>,
    body: Option<B>,
    body_base64: Option<B>,
    #[serde(borrow)]
    remote: Option<Text<'a>>,
    /// What verification said, when it was asked.
    pub verdict: Option<RecordedVerdict>,
    /// How it was answered.
    pub reply: Option<ReplyLine<'a, H, B>>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// A reply as it stands in a record's line.
#[derive(Debug, Clone, Deserialize)]
#[serde(bound(deserialize = "H: Deserialize<'de>, B: Deserialize<'de>"))]
pub struct ReplyLine<'a, H, B> {
    /// The HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    headers: Option<H>,
    body: Option<B>,
    body_base64: Option<B>,
    truncated: Option<bool>,
    duration_us: Option<u64>,
    /// Why there is no whole answer, in words.
    #[serde(borrow)]
    pub(crate) error: Option<Text<'a>>,
}

type WholeLine<'a> = RecordLine<'a, Headers, Text<'a>>;

/// A record without headers and bodies, which are passed over: what lists and selections need.
pub type RecordSummary<'a> = RecordLine<'a, IgnoredAny, IgnoredAny>;

impl<'a, H: Deserialize<'a>, B: Deserialize<'a>> RecordLine<'a, H, B> {
    /// Reads a line; `None` when it is no record of this version.
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        // What is passed over is not checked for UTF-8 by the parser.
        let text = std::str::from_utf8(line).ok()?;
        let line: Self = serde_json::from_str(text).ok()?;
        let has_body = line.body.is_some() || line.body_base64.is_some();
        (line.v == VERSION && has_body).then_some(line)
    }
}

impl<H, B> RecordLine<'_, H, B> {
    /// The path of a received delivery, the URL of a sent one.
    #[must_use]
    pub fn target(&self) -> &str {
        self.target.as_deref().unwrap_or_default()
    }

    /// Whether the attempt failed, as of [`Record::is_failed`].
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| !reply.is_success())
            || self.verdict.as_ref().is_some_and(|verdict| !verdict.valid)
    }
}

impl<H, B> ReplyLine<'_, H, B> {
    /// How long it took.
    #[must_use]
    pub fn duration(&self) -> Duration {
        Duration::from_micros(self.duration_us.unwrap_or_default())
    }

    fn is_success(&self) -> bool {
        self.error.is_none() && matches!(self.status, Some(200..=299))
    }
}

impl Record {
    /// The record without headers and bodies.
    #[must_use]
    pub fn summary(&self) -> RecordSummary<'_> {
        fn text(text: Option<&String>) -> Option<Text<'_>> {
            text.map(|text| Text(text.into()))
        }
        RecordSummary {
            v: VERSION,
            direction: self.direction,
            at: self.at,
            event: text(self.event.as_ref()),
            id: text(self.id.as_ref()),
            attempt: self.attempt,
            method: text(Some(&self.method)),
            target: text(Some(&self.target)),
            headers: None,
            body: None,
            body_base64: None,
            remote: text(self.remote.as_ref()),
            verdict: self.verdict.clone(),
            reply: self.reply.as_ref().map(|reply| ReplyLine {
                status: reply.status,
                headers: None,
                body: None,
                body_base64: None,
                truncated: Some(reply.truncated),
                duration_us: u64::try_from(reply.duration.as_micros()).ok(),
                error: reply
                    .error
                    .as_ref()
                    .map(|error| Text(error.to_string().into())),
            }),
            unknown: Map::new(),
        }
    }

    /// Reads one line.
    ///
    /// # Errors
    /// [`RecordError`] when it is no record of version 1.
    pub fn parse(line: &[u8]) -> Result<Self, RecordError> {
        if let Some(record) = scan::record(line) {
            return Ok(record);
        }
        match WholeLine::parse(line) {
            Some(line) => line.into_record(),
            None => serde_json::from_slice(line)
                .map_err(|error| RecordError::NotAnObject(error.to_string()))
                .and_then(Self::from_json),
        }
    }

    /// Reads a record that is already JSON.
    ///
    /// # Errors
    /// [`RecordError`] when it is no record of version 1.
    pub fn from_json(object: Map<String, Value>) -> Result<Self, RecordError> {
        let object = Value::Object(object);
        match WholeLine::deserialize(&object) {
            Ok(line) if line.v == VERSION => line.into_record(),
            Ok(line) => Err(RecordError::NewerVersion(line.v)),
            Err(error) => Err(what_is_wrong(&object, &error)),
        }
    }
}

impl WholeLine<'_> {
    fn into_record(self) -> Result<Record, RecordError> {
        let owned = |text: Option<Text<'_>>| text.map(|text| text.0.into_owned());
        Ok(Record {
            direction: self.direction,
            at: self.at,
            event: owned(self.event),
            id: owned(self.id),
            attempt: self.attempt,
            method: owned(self.method).unwrap_or_else(|| "POST".to_owned()),
            target: owned(self.target).unwrap_or_default(),
            headers: self.headers.unwrap_or_default(),
            body: bytes(self.body, self.body_base64)?
                .ok_or(field("body", "text, or `body_base64` given"))?,
            remote: owned(self.remote),
            verdict: self.verdict,
            reply: self.reply.map(ReplyLine::into_reply).transpose()?,
            unknown: self.unknown,
        })
    }
}

impl<'a> ReplyLine<'a, Headers, Text<'a>> {
    pub(super) fn into_reply(self) -> Result<Reply, RecordError> {
        Ok(Reply {
            duration: self.duration(),
            status: self.status,
            headers: self.headers.unwrap_or_default(),
            body: bytes(self.body, self.body_base64)?.unwrap_or_default(),
            truncated: self.truncated.unwrap_or_default(),
            error: self.error.as_deref().map(Failure::parse),
        })
    }
}

fn bytes(text: Option<Text<'_>>, base64: Option<Text<'_>>) -> Result<Option<Bytes>, RecordError> {
    match (text, base64) {
        (Some(text), _) => Ok(Some(text.0.into_owned().into())),
        (None, Some(base64)) => BASE64
            .decode(base64.as_bytes())
            .map(|bytes| Some(bytes.into()))
            .map_err(|_| field("body_base64", "standard base64")),
        (None, None) => Ok(None),
    }
}

const fn field(field: &'static str, expected: &'static str) -> RecordError {
    RecordError::Field { field, expected }
}

/// The fields in the order in which they are judged, and what each should be.
pub(super) const EXPECTED: [(&str, &str); 14] = [
    ("v", "the number 1"),
    ("direction", "`received` or `sent`"),
    ("at", "an RFC 3339 time"),
    ("event", "text"),
    ("id", "text"),
    ("attempt", "a number from 0 to 4294967295"),
    ("method", "text"),
    ("target", "text"),
    ("headers", "an array of [name, value]"),
    ("body", "text, or `body_base64` given"),
    ("body_base64", "standard base64"),
    ("remote", "text"),
    ("verdict", "an object with `valid`"),
    ("reply", "an object with `status`"),
];

/// Which field it is that is no part of a record: the first that spoils one in which all else is
/// right.
fn what_is_wrong(object: &Value, error: &serde_json::Error) -> RecordError {
    if let Some(newer) = object["v"].as_u64().filter(|v| *v != VERSION) {
        return RecordError::NewerVersion(newer);
    }
    let right =
        serde_json::json!({"v": VERSION, "direction": "sent", "at": "1970-01-01T00:00:00Z"});
    EXPECTED
        .into_iter()
        .find(|(name, _)| {
            let mut one_replaced = right.clone();
            match object.get(name) {
                Some(value) => one_replaced[name] = value.clone(),
                None => one_replaced[name] = Value::Null,
            }
            WholeLine::deserialize(&one_replaced).is_err()
        })
        .map_or_else(
            || RecordError::NotAnObject(error.to_string()),
            |(name, expected)| field(name, expected),
        )
}

fn micros<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let text = Text::deserialize(deserializer)?;
    timestamp::parse_micros(&text).ok_or_else(|| D::Error::custom("expected an RFC 3339 time"))
}

/// The value of a header line: one that is no UTF-8 is `{"base64": …}`.
#[derive(Deserialize)]
#[serde(untagged)]
enum HeaderValue<'a> {
    Text(#[serde(borrow)] Text<'a>),
    Bytes {
        #[serde(borrow)]
        base64: Text<'a>,
    },
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lines;
        impl<'de> Visitor<'de> for Lines {
            type Value = Headers;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an array of [name, value]")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut lines: A) -> Result<Headers, A::Error> {
                let mut headers = Headers::new();
                while let Some((name, value)) = lines.next_element::<(Text<'de>, _)>()? {
                    match value {
                        HeaderValue::Text(text) => headers.push(&*name, text.as_bytes()),
                        HeaderValue::Bytes { base64 } => {
                            let bytes = BASE64.decode(base64.as_bytes());
                            headers.push(&*name, bytes.map_err(A::Error::custom)?);
                        }
                    }
                }
                Ok(headers)
            }
        }
        deserializer.deserialize_seq(Lines)
    }
}
