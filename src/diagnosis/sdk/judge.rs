//! Applying the rules to a delivery.

use std::borrow::Cow;

use serde_json::Value;

use crate::lettermint::headers;
use crate::lettermint::headers::Headers;
use crate::lettermint::signature::{MAC_LEN, hex, unhex};
use crate::lettermint::verification::SignedHeaders;
use crate::lettermint::{Reason, SigningKey, Tolerance, Verifier};

use super::rules::{Age, Delivery, Number, Older, Payload, Shape, Spaces};
use super::{Refusal, SDKS, Sdk};
use crate::diagnosis::Case;

const BOM: char = '\u{feff}';

/// Whether an SDK would accept a delivery.
///
/// It takes one secret; any of the case's that it accepts with will do. Where it leaves it to its
/// caller which of repeated headers it gets, the first counts.
pub(crate) fn judge(sdk: &Sdk, case: &Case<'_>) -> Result<(), Refusal> {
    let Some(older) = &sdk.older else {
        judge_modern(case)?;
        return judge_payload(sdk.payload, case.body);
    };
    let read = read_header(older, case.headers)?;
    judge_delivery(older, read.number, case.headers)?;
    if case.body.is_empty() && sdk.payload.shape != Shape::Unread {
        return refuse(Reason::BodyInvalid, "the body is empty");
    }
    judge_age(older.age, read.number, case)?;
    judge_digest(older, &read, case)?;
    judge_payload(sdk.payload, case.body)
}

/// The SDKs of before October 2026 that refuse a delivery which the newer ones accept, and why.
/// Empty when the newer ones refuse it too.
pub(crate) fn refused_by_older(case: &Case<'_>) -> Vec<(&'static Sdk, Refusal)> {
    if judge_modern(case).is_err() {
        return Vec::new();
    }
    SDKS.iter()
        .filter(|sdk| !sdk.is_modern())
        .filter_map(|sdk| judge(sdk, case).err().map(|refusal| (sdk, refusal)))
        .collect()
}

fn refuse<T>(reason: Reason, why: &'static str) -> Result<T, Refusal> {
    Err(Refusal { reason, why })
}

/// Everything but the payload, which the SDKs of October 2026 do not agree on.
fn judge_modern(case: &Case<'_>) -> Result<(), Refusal> {
    let tolerance = match case.now {
        Some(_) => case.tolerance,
        None => Tolerance::Off,
    };
    let secrets = case.secrets.iter().map(|named| &named.secret);
    let verdict = Verifier::new(secrets, tolerance).verify(
        SignedHeaders::of(case.headers),
        case.body,
        case.now,
    );
    match verdict.reason {
        None | Some(Reason::PayloadInvalid) if !case.secrets.is_empty() => Ok(()),
        None | Some(Reason::PayloadInvalid) => refuse(
            Reason::SignatureMismatch,
            "there is no secret to verify with",
        ),
        Some(reason) => refuse(reason, reason.explanation()),
    }
}

/// What an older SDK reads out of the header.
struct Read<'a> {
    number: i64,
    signed: Cow<'a, str>,
    v1: Vec<&'a str>,
}

fn read_header<'a>(rules: &Older, headers: &'a Headers) -> Result<Read<'a>, Refusal> {
    use Reason::{SignatureHeaderMalformed as Malformed, SignatureHeaderMissing as Missing};
    let mut values = headers.all(headers::SIGNATURE);
    let Some(value) = values.next().filter(|value| !value.is_empty()) else {
        return refuse(Missing, "there is no signature header");
    };
    if rules.one_header && values.next().is_some() {
        return refuse(Malformed, "it refuses a repeated signature header");
    }
    let Ok(value) = std::str::from_utf8(value) else {
        return refuse(Malformed, "the signature header is not text");
    };
    let mut t = None;
    let mut v1 = Vec::new();
    for entry in value.split(',') {
        let entry = match rules.spaces {
            Spaces::Nowhere => entry,
            Spaces::AroundEntries | Spaces::Everywhere => entry.trim(),
        };
        let Some((mut key, mut value)) = entry.split_once('=') else {
            continue;
        };
        if rules.spaces == Spaces::Everywhere {
            (key, value) = (key.trim(), value.trim());
        }
        match key {
            "t" if t.is_some() && rules.one_t => {
                return refuse(Malformed, "it refuses a second `t`");
            }
            "t" => t = Some(value),
            "v1" => v1.push(value),
            _ => {}
        }
    }
    let (Some(t), false) = (t, v1.is_empty()) else {
        return match (rules.spaces, value.contains(' ')) {
            (Spaces::Nowhere, true) => refuse(
                Malformed,
                "it does not trim entries, so one after a space is not found",
            ),
            (_, true) => refuse(Malformed, "it does not trim around the equals sign"),
            (_, false) => refuse(Malformed, "`t` or `v1` is missing"),
        };
    };
    match read_number(rules.number, t) {
        Some((number, signed)) => Ok(Read { number, signed, v1 }),
        None => refuse(Malformed, "`t` is not what it takes for a number"),
    }
}

fn read_number(rules: Number, text: &str) -> Option<(i64, Cow<'_, str>)> {
    let unsigned = |text| str::strip_prefix(text, '+').unwrap_or(text);
    let digits = match rules {
        Number::Digits | Number::DigitsAsWritten => text,
        Number::Signed | Number::SignedAsWritten => unsigned(text),
        Number::AnyScript => unsigned(text.trim()),
    };
    let ascii: String = digits
        .chars()
        .map(|c| match c {
            // Full-width digits stand for every script that Python's `int` reads.
            '０'..='９' if rules == Number::AnyScript => {
                char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c)
            }
            _ => c,
        })
        .collect();
    if ascii.is_empty() || !ascii.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = ascii.parse().ok()?;
    let signed = match rules {
        Number::SignedAsWritten | Number::DigitsAsWritten => Cow::Borrowed(text),
        Number::Digits | Number::Signed | Number::AnyScript => Cow::Owned(number.to_string()),
    };
    Some((number, signed))
}

fn judge_delivery(rules: &Older, t: i64, headers: &Headers) -> Result<(), Refusal> {
    let value = match (rules.delivery, headers.text(headers::DELIVERY)) {
        (Delivery::Ignored, _) | (Delivery::Optional, None) => return Ok(()),
        (_, Some(value)) => value,
        (_, None) => {
            return refuse(
                Reason::DeliveryHeaderMissing,
                "it wants the delivery header, which is not there",
            );
        }
    };
    let text = match rules.delivery {
        Delivery::RequiredTrimmed => value.trim(),
        _ => value,
    };
    let is_t = |text| read_number(rules.number, text).is_some_and(|(number, _)| number == t);
    match () {
        () if is_t(text) => Ok(()),
        () if is_t(value.trim()) => refuse(
            Reason::DeliveryTimestampMismatch,
            "it does not forgive white space around the delivery header",
        ),
        _ => refuse(
            Reason::DeliveryTimestampMismatch,
            "the delivery header is not the signed `t`",
        ),
    }
}

fn judge_age(rule: Age, t: i64, case: &Case<'_>) -> Result<(), Refusal> {
    let Some(now) = case.now else {
        return Ok(());
    };
    let limit = match (rule, case.tolerance) {
        (Age::Fixed(fixed), _) => fixed,
        (_, Tolerance::Off) => return Ok(()),
        (Age::ZeroIsOff | Age::PastOnly, Tolerance::Seconds(0)) => return Ok(()),
        (_, Tolerance::Seconds(limit)) => limit,
    };
    let age = now.saturating_sub(t);
    let late = Reason::TimestampOutOfTolerance;
    if age < 0 && rule == Age::PastOnly {
        let why = "it refuses anything from the future, a second of it too";
        return refuse(late, why);
    }
    if age.unsigned_abs() > limit {
        return refuse(late, "the signed timestamp is too far from now");
    }
    Ok(())
}

fn judge_digest(rules: &Older, read: &Read<'_>, case: &Case<'_>) -> Result<(), Refusal> {
    let macs: Vec<[u8; MAC_LEN]> = case
        .secrets
        .iter()
        .map(|named| SigningKey::new(&named.secret).mac(read.signed.as_bytes(), case.body))
        .collect();
    let right = |text: &str| unhex(text.as_bytes()).is_some_and(|digest| macs.contains(&digest));
    let as_text = |text: &str| macs.iter().any(|mac| hex(mac).as_str() == text);
    let accepted = |text: &str| match rules.lower_hex_only {
        true => as_text(text),
        false => right(text),
    };
    let considered = match rules.any_v1 {
        true => &read.v1[..],
        false => &read.v1[read.v1.len() - 1..],
    };
    let mismatch = Reason::SignatureMismatch;
    if considered.iter().copied().any(accepted) {
        Ok(())
    } else if considered.iter().copied().any(right) {
        refuse(
            mismatch,
            "it compares digests as text, and this one is in upper case",
        )
    } else if read.v1.iter().copied().any(right) {
        refuse(
            mismatch,
            "it looks at the last `v1` only, and another one is right",
        )
    } else {
        refuse(mismatch, "no digest matches")
    }
}

fn judge_payload(rules: Payload, body: &[u8]) -> Result<(), Refusal> {
    if rules.shape == Shape::Unread {
        return Ok(());
    }
    let invalid = Reason::PayloadInvalid;
    let text = match (std::str::from_utf8(body), rules.lossy) {
        (Ok(text), _) => Cow::Borrowed(text),
        (Err(_), true) => String::from_utf8_lossy(body),
        (Err(_), false) => return refuse(invalid, "the body is not UTF-8"),
    };
    let text = match text.strip_prefix(BOM) {
        Some(_) if !rules.drops_mark => {
            return refuse(invalid, "its JSON parser refuses a byte order mark");
        }
        Some(rest) => rest,
        None => &text,
    };
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return refuse(invalid, "the body is not JSON");
    };
    let has_event = value.get("event").is_some_and(Value::is_string);
    let fits = match rules.shape {
        Shape::Unread | Shape::AnyJson => true,
        Shape::Container => value.is_object() || value.is_array(),
        Shape::Object => value.is_object(),
        Shape::ObjectWithEvent => value.is_object() && has_event,
    };
    match (fits, rules.shape) {
        (true, _) => Ok(()),
        (false, Shape::ObjectWithEvent) => {
            refuse(invalid, "the body is not a JSON object with an `event`")
        }
        (false, _) => refuse(invalid, "the body is not a JSON object"),
    }
}
