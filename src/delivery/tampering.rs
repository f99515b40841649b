//! Deliveries that were tampered with, to see whether a handler notices.
//!
//! One table: what is done, and what a correct handler answers.

mod judgment;

pub use judgment::{Answer, Judgment};

use std::fmt;

use bytes::Bytes;

use super::outgoing::{Outgoing, SigningPlan};
use crate::delivery::mutation::{one_byte_changed, reserialized};
use crate::lettermint::signature::hex;
use crate::lettermint::{Reason, SigningKey, headers, suggest};

/// One way to be wrong (or unusual), with its parameter when it has one.
#[derive(Debug, Clone, Copy)]
pub struct Tampering {
    kind: &'static TamperingKind,
    /// Seconds, for the kinds that move the time.
    seconds: i64,
}

/// Why a text is no tampering.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TamperingError {
    message: String,
    /// What to type instead, when known.
    pub hint: Option<String>,
}

/// A row of the table.
#[derive(Debug)]
pub struct TamperingKind {
    /// What a user types.
    pub name: &'static str,
    /// What is done to the delivery.
    pub description: &'static str,
    /// What a correct handler does, with the default number of seconds.
    pub expected: Expected,
    /// The default number of seconds, for kinds that take one: `name=SECONDS`.
    pub seconds: Option<i64>,
    /// What a handler does that gets it wrong, to stand behind "the handler".
    pub mistake: &'static str,
    /// What to change in such a handler.
    pub fix: &'static str,
    make: fn(&Genuine<'_>, i64) -> Outgoing,
}

/// What a correct handler does with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Refuses it, for this reason.
    Refuse(Reason),
    /// Accepts it: it is genuine, only unusual.
    Accept,
    /// Accepts it, and believes the body, not the unsigned header.
    AcceptByBody,
}

impl Expected {
    /// The answer that it is.
    #[must_use]
    pub fn answer(self) -> Answer {
        match self {
            Self::Refuse(_) => Answer::Refused,
            Self::Accept | Self::AcceptByBody => Answer::Accepted,
        }
    }

    /// In words.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Refuse(reason) => format!("refuses it: {}", reason.code()),
            Self::Accept => "accepts it".to_owned(),
            Self::AcceptByBody => "accepts it, going by the body's event".to_owned(),
        }
    }
}

/// A genuine delivery, and how it was signed.
struct Genuine<'a> {
    outgoing: Outgoing,
    plan: SigningPlan<'a>,
}

impl Genuine<'_> {
    fn signed_at(&self, signed_at: i64) -> Outgoing {
        let Outgoing {
            event, id, body, ..
        } = self.outgoing.clone();
        let plan = SigningPlan {
            signed_at,
            ..self.plan
        };
        Outgoing::signed(event, id, body, plan)
    }

    fn with_body(&self, body: impl Into<Bytes>) -> Outgoing {
        Outgoing {
            body: body.into(),
            ..self.outgoing.clone()
        }
    }

    fn with_header(&self, name: &str, value: impl AsRef<[u8]>) -> Outgoing {
        let mut outgoing = self.outgoing.clone();
        outgoing.headers.set(name, value);
        outgoing
    }

    fn without_header(&self, name: &str) -> Outgoing {
        let mut outgoing = self.outgoing.clone();
        outgoing.headers.remove(name);
        outgoing
    }

    fn with_signature(&self, value: impl AsRef<[u8]>) -> Outgoing {
        self.with_header(headers::SIGNATURE, value)
    }

    fn t(&self) -> i64 {
        self.plan.signed_at
    }

    fn v1(&self) -> String {
        self.v1_of(self.plan.key)
    }

    /// What another secret would have signed.
    fn foreign_v1(&self) -> String {
        self.v1_of(&SigningKey::from_bytes(b"whsec_of_another_webhook"))
    }

    fn v1_of(&self, key: &SigningKey) -> String {
        let mac = key.mac(self.t().to_string().as_bytes(), &self.outgoing.body);
        hex(&mac).as_str().to_owned()
    }
}

impl Tampering {
    /// Reads `NAME` or `NAME=SECONDS`.
    ///
    /// # Errors
    /// [`TamperingError`].
    pub fn parse(text: &str) -> Result<Self, TamperingError> {
        let (name, seconds) = match text.split_once('=') {
            Some((name, seconds)) => (name, Some(seconds)),
            None => (text, None),
        };
        let refuse = |message: String, hint| Err(TamperingError { message, hint });
        let Some(kind) = TABLE.iter().find(|kind| kind.name == name) else {
            let hint = suggest::did_you_mean(name, TABLE.iter().map(|kind| kind.name))
                .unwrap_or_else(|| "`--tamper list` describes them".to_owned());
            return refuse("no such kind".to_owned(), Some(hint));
        };
        let seconds = match (kind.seconds, seconds) {
            (None, Some(_)) => return refuse(format!("`{name}` takes no seconds"), None),
            (default, None) => default.unwrap_or(0),
            (Some(_), Some(text)) => match text.parse() {
                Ok(seconds @ 1..=100_000_000_000) => seconds,
                _ => {
                    let message = format!("expected {name}=SECONDS with a number above 0");
                    return refuse(message, None);
                }
            },
        };
        Ok(Self { kind, seconds })
    }

    /// A genuine delivery, for comparison: it must be accepted, or refusals prove nothing.
    #[must_use]
    pub fn none() -> Self {
        Self {
            kind: &GENUINE,
            seconds: 0,
        }
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_none(&self) -> bool {
        std::ptr::eq(self.kind, &GENUINE)
    }

    /// Every kind with its defaults, in the order of [`TABLE`].
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|kind| Self {
            kind,
            seconds: kind.seconds.unwrap_or(0),
        })
    }

    /// Its row of the table.
    #[must_use]
    pub fn kind(&self) -> &'static TamperingKind {
        self.kind
    }

    /// Makes the delivery of what [`Outgoing::signed`] takes.
    #[must_use]
    pub fn make(
        &self,
        event: Option<String>,
        id: Option<String>,
        body: Bytes,
        plan: SigningPlan<'_>,
    ) -> Outgoing {
        let outgoing = Outgoing::signed(event, id, body, plan);
        (self.kind.make)(&Genuine { outgoing, plan }, self.seconds)
    }
}

/// As it is typed: `no-signature`, `stale=600`.
impl fmt::Display for Tampering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name)?;
        match self.kind.seconds {
            Some(_) => write!(f, "={}", self.seconds),
            None => Ok(()),
        }
    }
}

const fn kind(
    name: &'static str,
    expected: Expected,
    description: &'static str,
    mistake: &'static str,
    fix: &'static str,
    make: fn(&Genuine<'_>, i64) -> Outgoing,
) -> TamperingKind {
    TamperingKind {
        name,
        description,
        expected,
        seconds: None,
        mistake,
        fix,
        make,
    }
}

/// Not part of the table: nothing is done to it.
static GENUINE: TamperingKind = kind(
    "genuine",
    Expected::Accept,
    "as it is",
    "refuses what Lettermint sends",
    "accept genuine deliveries first: until then no refusal proves anything",
    |of, _| of.outgoing.clone(),
);

/// Every kind.
pub static TABLE: &[TamperingKind] = &[
    kind(
        "no-signature",
        Expected::Refuse(Reason::SignatureHeaderMissing),
        "without the signature header",
        "takes a delivery without a signature",
        "refuse a request without X-Lettermint-Signature; a check inside `if (signature)` lets it through",
        |of, _| of.without_header(headers::SIGNATURE),
    ),
    kind(
        "empty-signature",
        Expected::Refuse(Reason::SignatureHeaderMissing),
        "with an empty signature header",
        "takes an empty signature header",
        "treat an empty X-Lettermint-Signature as a missing one",
        |of, _| of.with_signature(""),
    ),
    kind(
        "malformed",
        Expected::Refuse(Reason::SignatureHeaderMalformed),
        "with a signature header that is no signature",
        "goes on when it cannot read the signature header",
        "refuse a header without `t` and `v1`, also when its parser throws",
        |of, _| of.with_signature("not-a-signature"),
    ),
    kind(
        "no-timestamp",
        Expected::Refuse(Reason::SignatureHeaderMalformed),
        "with a signature header without `t`",
        "does not ask for `t`",
        "refuse a signature header without `t`: without a time a delivery can be replayed for ever",
        |of, _| of.with_signature(format!("v1={}", of.v1())),
    ),
    kind(
        "no-v1",
        Expected::Refuse(Reason::SignatureHeaderMalformed),
        "with a signature header without `v1`",
        "does not ask for a `v1`",
        "refuse when no `v1` matches, so also when there is none",
        |of, _| of.with_signature(format!("t={}", of.t())),
    ),
    kind(
        "wrong-secret",
        Expected::Refuse(Reason::SignatureMismatch),
        "with a signature made with another secret",
        "does not check the signature with its own secret",
        "compute HMAC-SHA256 of `t`, a dot and the raw body with the whole secret, and compare every `v1` with it",
        |of, _| of.with_signature(format!("t={},v1={}", of.t(), of.foreign_v1())),
    ),
    kind(
        "body-byte",
        Expected::Refuse(Reason::SignatureMismatch),
        "with one byte of the body changed after signing",
        "does not check the signature against the body",
        "compute the HMAC over the raw body as it came, and compare it with every `v1`",
        |of, _| of.with_body(one_byte_changed(&of.outgoing.body)),
    ),
    kind(
        "body-truncated",
        Expected::Refuse(Reason::SignatureMismatch),
        "with the last byte of the body cut off",
        "does not check the signature against the whole body",
        "compute the HMAC over every byte of the raw body",
        |of, _| {
            let body = &of.outgoing.body;
            of.with_body(body.slice(..body.len().saturating_sub(1)))
        },
    ),
    kind(
        "reserialized",
        Expected::Refuse(Reason::SignatureMismatch),
        "with the body parsed and encoded again (Python's spacing)",
        "verifies a re-encoded body, or none",
        "compute the HMAC over the raw bytes, before any JSON parser: genuine deliveries fail otherwise",
        |of, _| of.with_body(reserialized(&of.outgoing.body)),
    ),
    TamperingKind {
        seconds: Some(600),
        ..kind(
            "stale",
            Expected::Refuse(Reason::TimestampOutOfTolerance),
            "genuine, but signed so many seconds ago",
            "does not check the time",
            "refuse when `t` is more than 300 s from now: a captured delivery could be replayed for ever",
            |of, seconds| of.signed_at(of.t() - seconds),
        )
    },
    TamperingKind {
        seconds: Some(600),
        ..kind(
            "future",
            Expected::Refuse(Reason::TimestampOutOfTolerance),
            "genuine, but signed so many seconds ahead",
            "does not check a time ahead of its clock",
            "compare the absolute difference of `t` and now with 300 s",
            |of, seconds| of.signed_at(of.t() + seconds),
        )
    },
    kind(
        "moved-timestamp",
        Expected::Refuse(Reason::SignatureMismatch),
        "with `t` and the delivery header moved by a second after signing",
        "does not verify `t` with the body",
        "compute the HMAC over `t`, a dot and the body, not over the body alone",
        |of, _| {
            let moved = of.t() - 1;
            let mut outgoing = of.with_signature(format!("t={moved},v1={}", of.v1()));
            outgoing.headers.set(headers::DELIVERY, moved.to_string());
            outgoing
        },
    ),
    kind(
        "delivery-mismatch",
        Expected::Refuse(Reason::DeliveryTimestampMismatch),
        "with a delivery header that is not `t`",
        "does not compare X-Lettermint-Delivery with `t`",
        "refuse when X-Lettermint-Delivery is not the signed `t`: Lettermint always sends them equal",
        |of, _| of.with_header(headers::DELIVERY, (of.t() - 1).to_string()),
    ),
    kind(
        "delivery-missing",
        Expected::Refuse(Reason::DeliveryHeaderMissing),
        "without the delivery header",
        "does not ask for X-Lettermint-Delivery",
        "refuse a request without X-Lettermint-Delivery: Lettermint always sends it",
        |of, _| of.without_header(headers::DELIVERY),
    ),
    kind(
        "duplicate-t",
        Expected::Refuse(Reason::SignatureHeaderMalformed),
        "with two `t` in the signature header",
        "takes one of two timestamps",
        "refuse a signature header with two `t`: readers differ on which one counts",
        |of, _| of.with_signature(format!("t={0},t={0},v1={1}", of.t(), of.v1())),
    ),
    kind(
        "rotated-first",
        Expected::Accept,
        "with a second, foreign `v1` behind the genuine one",
        "compares the last `v1` only",
        "accept a delivery when any `v1` matches",
        |of, _| {
            of.with_signature(format!(
                "t={},v1={},v1={}",
                of.t(),
                of.v1(),
                of.foreign_v1()
            ))
        },
    ),
    kind(
        "rotated-last",
        Expected::Accept,
        "with a foreign `v1` before the genuine one",
        "compares the first `v1` only",
        "accept a delivery when any `v1` matches",
        |of, _| {
            of.with_signature(format!(
                "t={},v1={},v1={}",
                of.t(),
                of.foreign_v1(),
                of.v1()
            ))
        },
    ),
    kind(
        "uppercase-hex",
        Expected::Accept,
        "with the signature's hex digits in upper case",
        "compares hex digits as text",
        "decode the hex digits and compare the bytes in constant time",
        |of, _| of.with_signature(format!("t={},v1={}", of.t(), of.v1().to_uppercase())),
    ),
    kind(
        "sha256-scheme",
        Expected::Refuse(Reason::SignatureHeaderMalformed),
        "with the retired header form `sha256=…`",
        "still verifies the scheme of 2025",
        "accept `t=…,v1=…` only",
        |of, _| of.with_signature(format!("sha256={}", of.v1())),
    ),
    kind(
        "event-header-mismatch",
        Expected::AcceptByBody,
        "with an event header that is not the body's event; the header is not signed",
        "may have gone by the header",
        "go by `event` of the body: X-Lettermint-Event is not signed",
        |of, _| {
            let other = match of.outgoing.event.as_deref() {
                Some("message.delivered") => "message.hard_bounced",
                _ => "message.delivered",
            };
            of.with_header(headers::EVENT, other)
        },
    ),
    kind(
        "duplicate-header",
        Expected::Refuse(Reason::SignatureHeaderMalformed),
        "with the signature header twice",
        "takes one of two signature headers",
        "refuse a request with two X-Lettermint-Signature headers",
        |of, _| {
            let mut outgoing = of.outgoing.clone();
            outgoing
                .headers
                .push(headers::SIGNATURE, format!("t={},v1={}", of.t(), of.v1()));
            outgoing
        },
    ),
];
