//! What the age of a signature says about clocks.

use super::cause::*;

/// Seconds around a multiple of half an hour that still look like a time zone.
const ZONE_SLACK: u64 = 2;
/// Time zones are whole multiples of this, but for three places at a quarter of an hour.
const HALF_HOUR: u64 = 1_800;
/// The zone farthest from UTC is 14 hours ahead.
const FARTHEST_ZONE: u64 = 14 * 3_600;
/// Smallest `t` that is taken for milliseconds: 13 digits, which as seconds is the year 33658.
const FIRST_MILLISECOND: i64 = 1_000_000_000_000;
/// A clock that is off by more than a day is set wrong, not skewed.
const DAY: u64 = 86_400;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgeReport {
    /// What it looks like. A time zone is only ever suspected.
    pub(crate) cause: &'static Cause,
    /// Now minus `t` in seconds, once `t` is in seconds: positive for the past.
    pub(crate) age_seconds: i64,
    /// One clause, such as `2 h 0 min 1 s old, which looks like a time zone 2 h off UTC`.
    pub(crate) description: String,
}

/// Explains an age, whether or not it is within a tolerance. Both are unix seconds as they
/// stand in the header and on the clock.
pub(crate) fn explain(signed_at: i64, now: i64) -> AgeReport {
    let milliseconds = signed_at >= FIRST_MILLISECOND;
    let seconds = if milliseconds {
        signed_at / 1_000
    } else {
        signed_at
    };
    let age = now.saturating_sub(seconds);
    let skew = age.unsigned_abs();
    let off_zone = skew % HALF_HOUR;
    let zone = (HALF_HOUR - ZONE_SLACK..=FARTHEST_ZONE + ZONE_SLACK).contains(&skew)
        && off_zone.min(HALF_HOUR - off_zone) <= ZONE_SLACK;
    let span = span(skew);
    let base = match age < 0 {
        true => format!("{span} in the future"),
        false => format!("{span} old"),
    };
    let (cause, description) = match () {
        () if milliseconds => (
            &TIME_MILLISECONDS,
            format!("`t` has 13 digits and is in milliseconds; read as such it is {base}"),
        ),
        () if zone => (
            &TIME_ZONE,
            format!("{base}, which looks like a time zone {}", zone_name(skew)),
        ),
        () if age < 0 => (
            &TIME_FUTURE,
            format!("{base}, so one of the two clocks is wrong"),
        ),
        () if skew < DAY => (
            &TIME_STALE,
            format!("{base}: clock skew, a queue, or a replay"),
        ),
        () => (&TIME_STALE, format!("{base}: a replay of an old capture")),
    };
    AgeReport {
        cause,
        age_seconds: age,
        description,
    }
}

/// The offset in hours and minutes, without a sign: which side is wrong cannot be seen.
fn zone_name(skew: u64) -> String {
    let half_hours = (skew + ZONE_SLACK) / HALF_HOUR;
    match half_hours % 2 {
        0 => format!("{} h off UTC", half_hours / 2),
        _ => format!("{} h 30 min off UTC", half_hours / 2),
    }
}

/// The two largest units that are not zero, such as `2 h 5 s`.
fn span(seconds: u64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, name) in units {
        if rest >= size {
            parts.push(format!("{} {name}", rest / size));
            rest %= size;
        }
    }
    parts.truncate(2);
    if parts.is_empty() {
        return "0 s".to_owned();
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: i64 = 1_791_101_730;

    /// Seconds from the signature to now, the cause, and what is said.
    const AGES: &str = "\
7199 time.zone 1 h 59 min old, which looks like a time zone 2 h off UTC
-19802 time.zone 5 h 30 min in the future, which looks like a time zone 5 h 30 min off UTC
7197 time.stale 1 h 59 min old: clock skew, a queue, or a replay
301 time.stale 5 min 1 s old: clock skew, a queue, or a replay
-301 time.future 5 min 1 s in the future, so one of the two clocks is wrong
259205 time.stale 3 d 5 s old: a replay of an old capture";

    #[test]
    fn each_age_looks_like_something() {
        for line in AGES.lines() {
            let (age, said) = line.split_once(' ').unwrap();
            let age: i64 = age.parse().unwrap();
            let report = explain(T, T + age);
            assert_eq!(report.age_seconds, age);
            assert_eq!(
                format!("{} {}", report.cause.code, report.description),
                said
            );
        }
        let report = explain(T * 1_000 + 5, T);
        assert_eq!(report.cause, &TIME_MILLISECONDS);
        let said = "`t` has 13 digits and is in milliseconds; read as such it is 0 s old";
        assert_eq!(report.description, said);
        assert_eq!(explain(i64::MAX, i64::MIN).cause, &TIME_MILLISECONDS);
    }
}
