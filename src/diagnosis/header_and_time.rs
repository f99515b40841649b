//! Checks of the other header and of the time, for a signature that matches.

use crate::lettermint::Tolerance;
use crate::lettermint::headers;
use crate::lettermint::headers::Occurrence;
use crate::lettermint::signature::{SignatureHeader, hex};

use super::case::Case;
use super::cause::*;
use super::finding::Finding;
use super::time;

/// What is wrong although the MAC matches as given.
pub(crate) fn header_and_time_checks(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(value) = case.headers.all(headers::SIGNATURE).next() else {
        return found;
    };
    let Ok(header) = SignatureHeader::parse(value) else {
        return found;
    };
    let lower_case = |mac: &[u8; 32]| memchr::memmem::find(value, hex(mac).as_str().as_bytes());
    if header.v1.iter().any(|mac| lower_case(mac).is_none()) {
        found.push(Finding::seen(&HEADER_UPPERCASE_HEX, ""));
    }
    match Occurrence::of(case.headers.all(headers::DELIVERY)) {
        Occurrence::Absent => {
            found.push(Finding::seen(&HEADER_DELIVERY_MISSING, ""));
        }
        Occurrence::Repeated => {
            found.push(Finding::seen(&HEADER_DELIVERY_REPEATED, ""));
        }
        Occurrence::Once(delivery) if delivery.trim_ascii() != header.t.as_bytes() => {
            found.push(Finding::seen(&HEADER_DELIVERY_CHANGED, ""));
        }
        Occurrence::Once(_) => {}
    }
    of_time(case, header.signed_at, &mut found);
    found
}

fn of_time(case: &Case<'_>, signed_at: i64, found: &mut Vec<Finding>) {
    let (Some(now), Tolerance::Seconds(limit)) = (case.now, case.tolerance) else {
        return;
    };
    if now.saturating_sub(signed_at).unsigned_abs() <= limit {
        return;
    }
    let report = time::explain(signed_at, now);
    let detail = &report.description;
    if limit == 0 && report.age_seconds.unsigned_abs() <= 300 {
        let detail = format!("{} s off", report.age_seconds.unsigned_abs());
        found.push(Finding::seen(&TIME_TOLERANCE_ZERO, &detail));
        return;
    }
    if report.cause != &TIME_ZONE {
        found.push(Finding::seen(report.cause, detail));
        return;
    }
    let (cause, wrong) = match report.age_seconds < 0 {
        true => (&TIME_FUTURE, "in the future"),
        false => (&TIME_STALE, "old"),
    };
    let seconds = report.age_seconds.unsigned_abs();
    found.push(Finding::seen(cause, &format!("{seconds} s {wrong}")));
    found.push(Finding::seen(report.cause, detail));
}
