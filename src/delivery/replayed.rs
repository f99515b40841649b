//! A recorded delivery on its way out again.

use super::outgoing::{Outgoing, SigningPlan, lettermint_headers};
use super::record::Record;
use crate::protocol::{Headers, SigningKey, headers};

/// The recorded bytes with the headers that Lettermint would send now: a new signature, its
/// time in `X-Lettermint-Delivery`, the next attempt number.
///
/// `signed_at` is in unix seconds.
#[must_use]
pub fn resigned(record: &Record, key: &SigningKey, signed_at: i64) -> Outgoing {
    let plan = SigningPlan {
        key,
        signed_at,
        attempt: record.attempt.unwrap_or(1).saturating_add(1),
    };
    let mut headers = lettermint_headers(record.event.as_deref(), &record.body, plan);
    // What the body is does not change with who signs it.
    for name in ["Content-Type", headers::DELIVERY_ID] {
        if let Some(value) = record.headers.all(name).next() {
            headers.set(name, value);
        }
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

/// The recorded bytes with the recorded headers, the old signature included.
#[must_use]
pub fn verbatim_copy(record: &Record) -> Outgoing {
    Outgoing {
        event: record.event.clone(),
        id: record.id.clone(),
        attempt: record.attempt.unwrap_or(1),
        signed_at: record.at.div_euclid(1_000_000),
        headers: end_to_end(&record.headers),
        body: record.body.clone(),
    }
}

/// The captured headers without those that belong to one connection (RFC 9110, section 7.6.1)
/// and those that sending sets itself.
#[must_use]
pub fn end_to_end(captured: &Headers) -> Headers {
    const OF_THE_CONNECTION: [&str; 9] = [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "upgrade",
        "expect",
    ];
    captured
        .iter()
        .filter(|line| {
            !OF_THE_CONNECTION
                .iter()
                .any(|name| line.name.eq_ignore_ascii_case(name))
        })
        .cloned()
        .collect()
}
