//! A recorded delivery on its way out again.

use super::outgoing::{Outgoing, SigningPlan, lettermint_headers};
use super::record::{REDACTED, Record, is_credential};
use crate::lettermint::{Header, HeaderLine, Headers, SigningKey, headers};

/// The attempt that follows the recorded one. A capture that names none counts as the first.
#[must_use]
pub fn next_attempt(captured: Option<u32>) -> u32 {
    captured.unwrap_or(1).saturating_add(1)
}

/// Whether a new signature leaves a recorded header as it is, where it differs from Lettermint's
/// own: what the body is, and the id that Lettermint's CLI gives a delivery.
#[must_use]
pub fn is_kept(name: &[u8], value: &[u8]) -> bool {
    if name.eq_ignore_ascii_case(b"Content-Type") {
        return value != headers::CONTENT_TYPE_JSON.as_bytes();
    }
    name.eq_ignore_ascii_case(headers::DELIVERY_ID.as_bytes())
}

/// The recorded headers that [`is_kept`] is about, as Lettermint writes their names.
#[must_use]
pub fn kept_headers(recorded: &Headers) -> Vec<Header> {
    ["Content-Type", headers::DELIVERY_ID]
        .into_iter()
        .filter_map(|name| Some(Header::new(name, recorded.all(name).next()?)))
        .filter(|line| is_kept(line.name.as_bytes(), &line.value))
        .collect()
}

/// The recorded bytes with the headers that Lettermint would send now: a new signature, its
/// time in `X-Lettermint-Delivery`, the next attempt number.
///
/// `signed_at` is in unix seconds.
#[must_use]
pub fn resigned(record: &Record, key: &SigningKey, signed_at: i64) -> Outgoing {
    let plan = SigningPlan {
        key,
        signed_at,
        attempt: next_attempt(record.attempt),
    };
    let mut headers = lettermint_headers(record.event.as_deref(), &record.body, plan);
    for Header { name, value } in kept_headers(&record.headers) {
        headers.set(&name, value);
    }
    Outgoing {
        event: record.event.clone(),
        id: record.id.clone(),
        attempt: plan.attempt,
        signed_at,
        headers,
        body: record.body.clone(),
    }
}

/// The recorded bytes with the recorded headers, the old signature included. Credentials that
/// were not recorded are left out.
#[must_use]
pub fn verbatim_copy(record: &Record) -> Outgoing {
    let is_gone =
        |line: &HeaderLine<'_>| is_credential(line.name) && line.value == REDACTED.as_bytes();
    let headers = end_to_end(&record.headers);
    Outgoing {
        event: record.event.clone(),
        id: record.id.clone(),
        attempt: record.attempt.unwrap_or(1),
        signed_at: record.at.div_euclid(1_000_000),
        headers: headers.iter().filter(|line| !is_gone(line)).collect(),
        body: record.body.clone(),
    }
}

/// The captured headers without those that belong to one connection (RFC 9110, section 7.6.1)
/// and those that sending sets itself.
#[must_use]
pub fn end_to_end(captured: &Headers) -> Headers {
    const OF_THE_CONNECTION: &str = "\
        host content-length transfer-encoding connection keep-alive proxy-connection te upgrade \
        expect";
    captured
        .iter()
        .filter(|line| {
            let mut left_out = OF_THE_CONNECTION.split(' ');
            !left_out.any(|name| line.name.eq_ignore_ascii_case(name))
        })
        .collect()
}
