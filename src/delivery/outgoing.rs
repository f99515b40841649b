//! A delivery that is about to be sent: Lettermint's headers around exact body bytes.

use bytes::Bytes;

use super::record::{Direction, Record};
use super::reply::Reply;
use crate::json::object;
use crate::lettermint::{HeaderLine, Headers, SigningKey, headers};

/// One attempt, ready for the wire but for `Host` and `Content-Length`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The event, as in the header.
    pub event: Option<String>,
    /// The delivery's id, as in the body.
    pub id: Option<String>,
    /// The attempt, counted from 1.
    pub attempt: u32,
    /// The signature's `t`.
    pub signed_at: i64,
    /// Header lines in order.
    pub headers: Headers,
    /// The body, byte for byte.
    pub body: Bytes,
}

/// What decides the headers of an attempt besides its body.
#[derive(Debug, Clone, Copy)]
pub struct SigningPlan<'a> {
    /// The key to sign with.
    pub key: &'a SigningKey,
    /// Unix seconds for `t` and `X-Lettermint-Delivery`.
    pub signed_at: i64,
    /// Counted from 1.
    pub attempt: u32,
}

impl Outgoing {
    /// Signs a body the way Lettermint does.
    #[must_use]
    pub fn signed(
        event: Option<String>,
        id: Option<String>,
        body: Bytes,
        plan: SigningPlan<'_>,
    ) -> Self {
        let headers = lettermint_headers(event.as_deref(), &body, plan);
        Self {
            event,
            id,
            attempt: plan.attempt,
            signed_at: plan.signed_at,
            headers,
            body,
        }
    }

    /// The attempt as a record: sent at `at` (microseconds since 1970) to a URL, with the header
    /// lines that went on the wire.
    #[must_use]
    pub fn to_record(
        &self,
        wire_headers: Headers,
        target: String,
        at: i64,
        reply: Option<Reply>,
    ) -> Record {
        Record {
            direction: Direction::Sent,
            at,
            event: self.event.clone(),
            id: self.id.clone(),
            attempt: Some(self.attempt),
            method: "POST".to_owned(),
            target,
            headers: wire_headers,
            body: self.body.clone(),
            remote: None,
            verdict: None,
            reply,
            unknown: serde_json::Map::new(),
        }
    }
}

/// The headers of one attempt, in Lettermint's order: content type, agent, signature, event,
/// delivery, attempt. A body without an event has no event header, nor has one whose event is
/// no header value.
#[must_use]
pub fn lettermint_headers(event: Option<&str>, body: &[u8], plan: SigningPlan<'_>) -> Headers {
    // Room for all of it: growing costs bulk sending more than the signature does.
    let mut out = Headers::with_capacity(8, 256);
    out.push("Content-Type", headers::CONTENT_TYPE_JSON);
    out.push("User-Agent", headers::USER_AGENT);
    out.push(headers::SIGNATURE, plan.key.sign(plan.signed_at, body));
    let event = event.map(|event| HeaderLine::new(headers::EVENT, event.as_bytes()));
    if let Some(event) = event.filter(HeaderLine::is_sendable) {
        out.push(event.name, event.value);
    }
    out.push(headers::DELIVERY, plan.signed_at.to_string());
    out.push(headers::ATTEMPT, plan.attempt.to_string());
    out
}

/// The `event` and `id` of a body, as far as it is a JSON object that has them as text. Of
/// repeats the last one counts, as in JavaScript, Python and PHP.
#[must_use]
pub fn identify(body: &[u8]) -> (Option<String>, Option<String>) {
    let Some(payload) = object::members(body) else {
        return (None, None);
    };
    let text = |name| object::text_of(&payload, name).map(|text| text.0.into_owned());
    (text("event"), text("id"))
}
