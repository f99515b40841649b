//! Reading a record.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Direction, Record, RecordError, RecordedVerdict, SecretRef, VERSION};
use crate::delivery::reply::{Failure, Reply};
use crate::lettermint::timestamp;
use crate::lettermint::{Header, Headers};

impl Record {
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

pub(crate) const fn field(field: &'static str, expected: &'static str) -> RecordError {
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
