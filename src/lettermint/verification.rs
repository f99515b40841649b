//! Deciding whether a delivery is genuine, exactly as Lettermint's SDKs of 2026-10 do.
//!
//! The SDKs stop at the first thing that is wrong. Here the age and the
//! signature are two verdicts, and both are always computed, so that "stale" and "stale and
//! wrong" can be told apart. [`Verdict::reason`] is still the code that an SDK would give.

use serde::Deserialize;

use super::headers;
use super::headers::{Headers, Occurrence};
use super::secret::Secret;
use super::signature::{Malformed, SignatureHeader, SigningKey};
use crate::json::object::{self, Text};

/// How far from now a signature may be made, in seconds, by default.
pub const DEFAULT_TOLERANCE: u64 = 300;

/// The eight reason codes that all Lettermint SDKs share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// No signature header, or a blank one.
    SignatureHeaderMissing,
    /// The signature header occurs twice or cannot be read.
    SignatureHeaderMalformed,
    /// No delivery header.
    DeliveryHeaderMissing,
    /// The delivery header occurs twice or is not the signed `t`.
    DeliveryTimestampMismatch,
    /// The body is empty.
    BodyInvalid,
    /// Signed too long ago, or too far in the future.
    TimestampOutOfTolerance,
    /// No `v1` is the MAC of this body with any given secret.
    SignatureMismatch,
    /// The body is not a JSON object with a text `event`.
    PayloadInvalid,
}

impl Reason {
    /// All codes, in the order in which the SDKs check them.
    pub const ALL: [Self; 8] = [
        Self::SignatureHeaderMissing,
        Self::SignatureHeaderMalformed,
        Self::DeliveryHeaderMissing,
        Self::DeliveryTimestampMismatch,
        Self::BodyInvalid,
        Self::TimestampOutOfTolerance,
        Self::SignatureMismatch,
        Self::PayloadInvalid,
    ];

    /// The code as the SDKs spell it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SignatureHeaderMissing => "signature_header_missing",
            Self::SignatureHeaderMalformed => "signature_header_malformed",
            Self::DeliveryHeaderMissing => "delivery_header_missing",
            Self::DeliveryTimestampMismatch => "delivery_timestamp_mismatch",
            Self::BodyInvalid => "body_invalid",
            Self::TimestampOutOfTolerance => "timestamp_out_of_tolerance",
            Self::SignatureMismatch => "signature_mismatch",
            Self::PayloadInvalid => "payload_invalid",
        }
    }

    /// The reason that `code` spells.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// One sentence for people.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::SignatureHeaderMissing => "there is no X-Lettermint-Signature header",
            Self::SignatureHeaderMalformed => "the X-Lettermint-Signature header cannot be read",
            Self::DeliveryHeaderMissing => "there is no X-Lettermint-Delivery header",
            Self::DeliveryTimestampMismatch => {
                "the X-Lettermint-Delivery header is not the signed timestamp"
            }
            Self::BodyInvalid => "the body is empty",
            Self::TimestampOutOfTolerance => "the signed timestamp is too far from now",
            Self::SignatureMismatch => "no signature in the header matches the body and secret",
            Self::PayloadInvalid => "the body is not a JSON object with an `event`",
        }
    }

    /// What to try first.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::SignatureHeaderMissing | Self::DeliveryHeaderMissing => {
                "a proxy may drop it: forward every X-Lettermint-* header unchanged"
            }
            Self::SignatureHeaderMalformed => {
                "expected one header of the form t=<unix seconds>,v1=<64 hex digits>"
            }
            Self::DeliveryTimestampMismatch => {
                "both headers must come unchanged from the same request"
            }
            Self::BodyInvalid => "read the raw body before a parser consumes it",
            Self::TimestampOutOfTolerance => {
                "check the clock, or whether an old request is being replayed"
            }
            Self::SignatureMismatch => {
                "verify the raw bytes, before any JSON parser, with this webhook's own secret"
            }
            Self::PayloadInvalid => "the signature covers it, so the sender made it this way",
        }
    }
}

/// How old or how far ahead a signature may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// At most this many seconds from now, in either direction, boundary included. Zero accepts
    /// this very second only; it does not switch the check off.
    Seconds(u64),
    /// Age is not judged.
    Off,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self::Seconds(DEFAULT_TOLERANCE)
    }
}

/// Whether the age of a signature is acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeVerdict {
    /// Within tolerance, or the tolerance is off.
    Ok,
    /// Too old or too far ahead.
    OutOfTolerance,
    /// No readable `t`, or no time to compare it with.
    Unknown,
}

impl TimeVerdict {
    /// `ok`, `out_of_tolerance` or `unknown`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::OutOfTolerance => "out_of_tolerance",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether the signature is the MAC of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureVerdict {
    /// Some `v1` matches with some secret.
    Ok,
    /// None does.
    Mismatch,
    /// There is no signature that could be read, or no secret to try.
    Unknown,
}

impl SignatureVerdict {
    /// `ok`, `mismatch` or `unknown`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Mismatch => "mismatch",
            Self::Unknown => "unknown",
        }
    }
}

/// Everything that verification found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What an SDK would say, or `None` when nothing is wrong: the delivery is valid, or there
    /// was no secret to tell.
    pub reason: Option<Reason>,
    /// What exactly is wrong with a malformed signature header.
    pub malformed: Option<Malformed>,
    /// The signed `t`, when the header could be read.
    pub signed_at: Option<i64>,
    /// Now minus `t`: positive for the past. `None` without a `t` or a now.
    pub age_seconds: Option<i64>,
    /// The age's verdict.
    pub time: TimeVerdict,
    /// The signature's verdict.
    pub signature: SignatureVerdict,
    /// The position of the secret that matched, counted from 0.
    pub secret: Option<usize>,
}

impl Verdict {
    /// Whether an SDK would accept the delivery. Never without a secret: nothing is wrong with
    /// such a delivery that could be seen, but nothing was proven either.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.reason.is_none() && self.signature == SignatureVerdict::Ok
    }
}

/// The two headers that verification reads.
#[derive(Debug, Clone, Copy)]
pub struct SignedHeaders<'a> {
    /// `X-Lettermint-Signature`.
    pub signature: Occurrence<'a>,
    /// `X-Lettermint-Delivery`; `None` when the caller has only a signature value at hand, and
    /// the check is left out, as in the SDKs' `verify_signature`.
    pub delivery: Option<Occurrence<'a>>,
}

impl<'a> SignedHeaders<'a> {
    /// Picks the two out of a request's headers.
    #[must_use]
    pub fn of(headers: &'a Headers) -> Self {
        Self {
            signature: Occurrence::of(headers.all(headers::SIGNATURE)),
            delivery: Some(Occurrence::of(headers.all(headers::DELIVERY))),
        }
    }
}

/// Verifies deliveries against any number of secrets.
#[derive(Debug, Clone)]
pub struct Verifier {
    keys: Vec<SigningKey>,
    tolerance: Tolerance,
}

impl Verifier {
    /// A verifier that tries the secrets in order.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>, tolerance: Tolerance) -> Self {
        Self {
            keys: secrets.into_iter().map(SigningKey::new).collect(),
            tolerance,
        }
    }

    /// A verifier that tries the keys in order.
    pub fn of_keys(keys: impl IntoIterator<Item = SigningKey>, tolerance: Tolerance) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            tolerance,
        }
    }

    /// Whether there is any secret to try. Without one every signature is
    /// [`SignatureVerdict::Unknown`].
    #[must_use]
    pub fn has_secrets(&self) -> bool {
        !self.keys.is_empty()
    }

    /// The tolerance it judges age by.
    #[must_use]
    pub fn tolerance(&self) -> Tolerance {
        self.tolerance
    }

    /// Judges one delivery as of `now` (unix seconds), or without judging age when `now` is
    /// `None`.
    ///
    /// The check order is the SDKs': headers present, header readable, delivery equal to `t` as
    /// text, body not empty, age, signature, payload.
    #[must_use]
    pub fn verify(&self, headers: SignedHeaders<'_>, body: &[u8], now: Option<i64>) -> Verdict {
        self.verify_with(headers, body, now, || event_of(body).is_some())
    }

    /// The same for a caller who may know already whether the body is a JSON object with a text
    /// `event`. It is asked only when all else is right.
    #[must_use]
    pub fn verify_with(
        &self,
        headers: SignedHeaders<'_>,
        body: &[u8],
        now: Option<i64>,
        has_event: impl FnOnce() -> bool,
    ) -> Verdict {
        let read = match headers.signature {
            Occurrence::Once(value) if !headers::trim(value).is_empty() => {
                Some(SignatureHeader::parse(value))
            }
            _ => None,
        };
        let parsed = read.as_ref().and_then(|read| read.as_ref().ok());
        let malformed = read.as_ref().and_then(|read| read.as_ref().err()).copied();
        let signed_at = parsed.map(|header| header.signed_at);
        let age_seconds = signed_at.zip(now).map(|(t, now)| now - t);
        let time = self.judge_age(signed_at, age_seconds);
        let (signature, secret) = self.judge_signature(parsed, body);

        let mut verdict = Verdict {
            reason: None,
            malformed,
            signed_at,
            age_seconds,
            time,
            signature,
            secret,
        };
        verdict.reason = first_reason(headers, parsed, body, &verdict)
            .or_else(|| (!has_event()).then_some(Reason::PayloadInvalid));
        verdict
    }

    fn judge_age(&self, signed_at: Option<i64>, age: Option<i64>) -> TimeVerdict {
        match (signed_at, self.tolerance, age) {
            (None, _, _) | (_, Tolerance::Seconds(_), None) => TimeVerdict::Unknown,
            (Some(_), Tolerance::Off, _) => TimeVerdict::Ok,
            (Some(_), Tolerance::Seconds(limit), Some(age)) if age.unsigned_abs() <= limit => {
                TimeVerdict::Ok
            }
            _ => TimeVerdict::OutOfTolerance,
        }
    }

    fn judge_signature(
        &self,
        header: Option<&SignatureHeader<'_>>,
        body: &[u8],
    ) -> (SignatureVerdict, Option<usize>) {
        let Some(header) = header.filter(|_| self.has_secrets()) else {
            return (SignatureVerdict::Unknown, None);
        };
        let matched = self
            .keys
            .iter()
            .position(|key| key.matches_any(header.t.as_bytes(), body, &header.v1));
        match matched {
            Some(position) => (SignatureVerdict::Ok, Some(position)),
            None => (SignatureVerdict::Mismatch, None),
        }
    }
}

/// The first thing that is wrong, in the SDKs' order, but for the payload, which comes last.
fn first_reason(
    headers: SignedHeaders<'_>,
    parsed: Option<&SignatureHeader<'_>>,
    body: &[u8],
    verdict: &Verdict,
) -> Option<Reason> {
    let signature = match headers.signature {
        Occurrence::Absent => return Some(Reason::SignatureHeaderMissing),
        Occurrence::Repeated => return Some(Reason::SignatureHeaderMalformed),
        Occurrence::Once(value) => value,
    };
    let delivery = match headers.delivery {
        Some(Occurrence::Absent) => return Some(Reason::DeliveryHeaderMissing),
        Some(Occurrence::Repeated) => return Some(Reason::DeliveryTimestampMismatch),
        Some(Occurrence::Once(value)) => Some(value),
        None => None,
    };
    // Blank is judged only here, after the delivery header: that is where the SDKs do it.
    if headers::trim(signature).is_empty() {
        return Some(Reason::SignatureHeaderMissing);
    }
    let Some(parsed) = parsed else {
        return Some(Reason::SignatureHeaderMalformed);
    };
    if delivery.is_some_and(|delivery| headers::trim(delivery) != parsed.t.as_bytes()) {
        return Some(Reason::DeliveryTimestampMismatch);
    }
    if body.is_empty() {
        return Some(Reason::BodyInvalid);
    }
    if verdict.time == TimeVerdict::OutOfTolerance {
        return Some(Reason::TimestampOutOfTolerance);
    }
    if verdict.signature == SignatureVerdict::Mismatch {
        return Some(Reason::SignatureMismatch);
    }
    None
}

/// The `event` of a payload, when the body is a JSON object that has one as text.
///
/// The whole body is validated. A repeated `event` counts with its last value, as in
/// JavaScript, Python and PHP.
#[must_use]
pub fn event_of(body: &[u8]) -> Option<String> {
    // Strings that are passed over are not checked for UTF-8 by the parser.
    std::str::from_utf8(body).ok()?;
    event_of_utf8(body).map(|event| event.0.into_owned())
}

/// The same of a body that is known to be UTF-8.
pub(crate) fn event_of_utf8(body: &[u8]) -> Option<Text<'_>> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        event: Option<Text<'a>>,
    }
    match serde_json::from_slice::<Envelope<'_>>(body) {
        Ok(envelope) => envelope.event,
        // It may be there more than once.
        Err(_) => object::text_of(&object::members(body)?, "event"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_found_again() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
        }
        assert_eq!(Reason::from_code("nope"), None);
    }

    #[test]
    fn a_stale_and_wrong_delivery_shows_both() {
        let secret = Secret::new("whsec_a").unwrap();
        let other = SigningKey::from_bytes(b"whsec_b");
        let body = br#"{"event":"message.sent"}"#;
        let value = other.sign(1_000, body);
        let mut headers = Headers::new();
        headers.push(headers::SIGNATURE, value);
        headers.push(headers::DELIVERY, "1000");
        let verifier = Verifier::new([&secret], Tolerance::default());
        let verdict = verifier.verify(SignedHeaders::of(&headers), body, Some(1_301));
        assert_eq!(verdict.reason, Some(Reason::TimestampOutOfTolerance));
        assert_eq!(verdict.signature, SignatureVerdict::Mismatch);
        assert_eq!(verdict.age_seconds, Some(301));
    }

    #[test]
    fn the_event_of_a_payload() {
        assert_eq!(event_of(br#"{"event":"a"}"#).as_deref(), Some("a"));
        assert_eq!(
            event_of(br#"{"event":"a","event":"b"}"#).as_deref(),
            Some("b")
        );
        for bad in [
            &b"{}"[..],
            b"[1]",
            b"",
            b"{\"event\":1}",
            b"{\"event\":\"a\"} x",
            b"{\"event\":\"\xff\"}",
            b"{\"x\":\"\xff\",\"event\":\"a\"}",
            b"\xef\xbb\xbf{\"event\":\"a\"}",
            b"{\"event\":\"a\",\"x\":}",
        ] {
            assert_eq!(event_of(bad), None, "{}", String::from_utf8_lossy(bad));
        }
    }
}
