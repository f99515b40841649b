//! Deliveries that were tampered with, to see whether a handler notices.
//!
//! One table: what is done, and what a correct handler answers. `send --tamper` and the audit
//! both read it.

use bytes::Bytes;

use super::outgoing::{Outgoing, SigningPlan};
use crate::delivery::mutation::{one_byte_changed, reserialized};
use crate::lettermint::signature::hex;
use crate::lettermint::{Reason, SigningKey, headers, suggest};

/// One way to be wrong (or unusual), with its parameter when it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tampering {
    kind: &'static TamperingKind,
    /// Seconds, for the kinds that move the time.
    seconds: i64,
}

/// Why a text is no tampering.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TamperingError {
    /// The table has no such name.
    #[error("no such kind")]
    NoSuchKind {
        /// What was probably meant.
        hint: Option<String>,
    },
    /// A number was given to a kind that has none.
    #[error("`{0}` takes no seconds")]
    TakesNoSeconds(String),
    /// The number is none, or out of range.
    #[error("expected {0}=SECONDS with a number above 0")]
    SecondsExpected(String),
}

impl TamperingError {
    /// What to type instead, when known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuchKind { hint } => Some(
                hint.clone()
                    .unwrap_or_else(|| "`--tamper list` describes them".to_owned()),
            ),
            Self::TakesNoSeconds(_) | Self::SecondsExpected(_) => None,
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct TamperingKind {
    /// What a user types.
    pub name: &'static str,
    /// What is done to the delivery.
    pub description: &'static str,
    /// What a correct handler does.
    pub expected: Expected,
    /// The default number of seconds, for kinds that take one: `name=SECONDS`.
    pub seconds: Option<i64>,
    make: fn(&Parts<'_>, i64) -> Outgoing,
}

impl PartialEq for TamperingKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for TamperingKind {}

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

/// What [`Outgoing::signed`] takes.
#[derive(Debug, Clone)]
struct Parts<'a> {
    event: Option<String>,
    id: Option<String>,
    body: Bytes,
    plan: SigningPlan<'a>,
}

impl Parts<'_> {
    fn genuine(&self) -> Outgoing {
        Outgoing::signed(
            self.event.clone(),
            self.id.clone(),
            self.body.clone(),
            self.plan,
        )
    }

    /// Genuine but signed at another time.
    fn signed_at(&self, signed_at: i64) -> Outgoing {
        let mut moved = self.clone();
        moved.plan.signed_at = signed_at;
        moved.genuine()
    }

    /// Genuine headers around another body.
    fn with_body(&self, body: Vec<u8>) -> Outgoing {
        let mut outgoing = self.genuine();
        outgoing.body = body.into();
        outgoing
    }

    /// Genuine but for the signature header's value.
    fn with_signature(&self, value: impl AsRef<[u8]>) -> Outgoing {
        let mut outgoing = self.genuine();
        outgoing.headers.set(headers::SIGNATURE, value);
        outgoing
    }

    fn t(&self) -> String {
        self.plan.signed_at.to_string()
    }

    fn v1(&self) -> String {
        let mac = self.plan.key.mac(self.t().as_bytes(), &self.body);
        hex(&mac).as_str().to_owned()
    }

    /// What another secret would have signed.
    fn foreign_v1(&self) -> String {
        let mac = SigningKey::from_bytes(b"whsec_of_another_webhook")
            .mac(self.t().as_bytes(), &self.body);
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
        let Some(kind) = TABLE.iter().find(|kind| kind.name == name) else {
            let hint = suggest::did_you_mean(name, TABLE.iter().map(|kind| kind.name));
            return Err(TamperingError::NoSuchKind { hint });
        };
        let seconds = match (kind.seconds, seconds) {
            (None, Some(_)) => return Err(TamperingError::TakesNoSeconds(name.to_owned())),
            (default, None) => default.unwrap_or(0),
            (Some(_), Some(text)) => text
                .parse()
                .ok()
                .filter(|seconds| (1..=100_000_000_000).contains(seconds))
                .ok_or_else(|| TamperingError::SecondsExpected(name.to_owned()))?,
        };
        Ok(Self { kind, seconds })
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
        let parts = Parts {
            event,
            id,
            body,
            plan,
        };
        (self.kind.make)(&parts, self.seconds)
    }
}

const fn refused(
    name: &'static str,
    reason: Reason,
    description: &'static str,
    make: fn(&Parts<'_>, i64) -> Outgoing,
) -> TamperingKind {
    TamperingKind {
        name,
        description,
        expected: Expected::Refuse(reason),
        seconds: None,
        make,
    }
}

const fn accepted(
    name: &'static str,
    description: &'static str,
    make: fn(&Parts<'_>, i64) -> Outgoing,
) -> TamperingKind {
    TamperingKind {
        name,
        description,
        expected: Expected::Accept,
        seconds: None,
        make,
    }
}

/// Every kind.
pub static TABLE: &[TamperingKind] = &[
    refused(
        "no-signature",
        Reason::SignatureHeaderMissing,
        "without the signature header",
        |of, _| {
            let mut outgoing = of.genuine();
            outgoing.headers.remove(headers::SIGNATURE);
            outgoing
        },
    ),
    refused(
        "empty-signature",
        Reason::SignatureHeaderMissing,
        "with an empty signature header",
        |of, _| of.with_signature(""),
    ),
    refused(
        "malformed",
        Reason::SignatureHeaderMalformed,
        "with a signature header that is no signature",
        |of, _| of.with_signature("not-a-signature"),
    ),
    refused(
        "no-timestamp",
        Reason::SignatureHeaderMalformed,
        "with a signature header without `t`",
        |of, _| of.with_signature(format!("v1={}", of.v1())),
    ),
    refused(
        "no-v1",
        Reason::SignatureHeaderMalformed,
        "with a signature header without `v1`",
        |of, _| of.with_signature(format!("t={}", of.t())),
    ),
    refused(
        "wrong-secret",
        Reason::SignatureMismatch,
        "signed with another secret",
        |of, _| of.with_signature(format!("t={},v1={}", of.t(), of.foreign_v1())),
    ),
    refused(
        "body-byte",
        Reason::SignatureMismatch,
        "with one byte of the body changed after signing",
        |of, _| of.with_body(one_byte_changed(&of.body)),
    ),
    refused(
        "body-truncated",
        Reason::SignatureMismatch,
        "with the last byte of the body cut off",
        |of, _| of.with_body(of.body[..of.body.len().saturating_sub(1)].to_vec()),
    ),
    refused(
        "reserialized",
        Reason::SignatureMismatch,
        "with the body parsed and encoded again (Python's spacing)",
        |of, _| of.with_body(reserialized(&of.body)),
    ),
    TamperingKind {
        seconds: Some(600),
        ..refused(
            "stale",
            Reason::TimestampOutOfTolerance,
            "genuine, but signed so many seconds ago",
            |of, seconds| of.signed_at(of.plan.signed_at - seconds),
        )
    },
    TamperingKind {
        seconds: Some(600),
        ..refused(
            "future",
            Reason::TimestampOutOfTolerance,
            "genuine, but signed so many seconds ahead",
            |of, seconds| of.signed_at(of.plan.signed_at + seconds),
        )
    },
    refused(
        "moved-timestamp",
        Reason::SignatureMismatch,
        "with `t` and the delivery header moved by a second after signing",
        |of, _| {
            let moved = of.plan.signed_at - 1;
            let mut outgoing = of.with_signature(format!("t={moved},v1={}", of.v1()));
            outgoing.headers.set(headers::DELIVERY, moved.to_string());
            outgoing
        },
    ),
    refused(
        "delivery-mismatch",
        Reason::DeliveryTimestampMismatch,
        "with a delivery header that is not `t`",
        |of, _| {
            let mut outgoing = of.genuine();
            let other = (of.plan.signed_at - 1).to_string();
            outgoing.headers.set(headers::DELIVERY, other);
            outgoing
        },
    ),
    refused(
        "delivery-missing",
        Reason::DeliveryHeaderMissing,
        "without the delivery header",
        |of, _| {
            let mut outgoing = of.genuine();
            outgoing.headers.remove(headers::DELIVERY);
            outgoing
        },
    ),
    refused(
        "duplicate-t",
        Reason::SignatureHeaderMalformed,
        "with two `t` in the signature header",
        |of, _| of.with_signature(format!("t={0},t={0},v1={1}", of.t(), of.v1())),
    ),
    accepted(
        "rotated-first",
        "with a second, foreign `v1` behind the genuine one",
        |of, _| {
            of.with_signature(format!(
                "t={},v1={},v1={}",
                of.t(),
                of.v1(),
                of.foreign_v1()
            ))
        },
    ),
    accepted(
        "rotated-last",
        "with a foreign `v1` before the genuine one",
        |of, _| {
            of.with_signature(format!(
                "t={},v1={},v1={}",
                of.t(),
                of.foreign_v1(),
                of.v1()
            ))
        },
    ),
    accepted(
        "uppercase-hex",
        "with the signature's hex digits in upper case",
        |of, _| of.with_signature(format!("t={},v1={}", of.t(), of.v1().to_uppercase())),
    ),
    refused(
        "sha256-scheme",
        Reason::SignatureHeaderMalformed,
        "with the retired header form `sha256=…`",
        |of, _| of.with_signature(format!("sha256={}", of.v1())),
    ),
    TamperingKind {
        name: "event-header-mismatch",
        description: "with an event header that is not the body's event; the header is not signed",
        expected: Expected::AcceptByBody,
        seconds: None,
        make: |of, _| {
            let mut outgoing = of.genuine();
            let other = match of.event.as_deref() {
                Some("message.delivered") => "message.hard_bounced",
                _ => "message.delivered",
            };
            outgoing.headers.set(headers::EVENT, other);
            outgoing
        },
    },
    refused(
        "duplicate-header",
        Reason::SignatureHeaderMalformed,
        "with the signature header twice",
        |of, _| {
            let mut outgoing = of.genuine();
            outgoing
                .headers
                .push(headers::SIGNATURE, format!("t={},v1={}", of.t(), of.v1()));
            outgoing
        },
    ),
];
