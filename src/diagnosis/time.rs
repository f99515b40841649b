//! What the age of a signature says about clocks.

use super::cause::{
    Cause, TIME_FUTURE, TIME_MILLISECONDS, TIME_RECEIVER_UNIT, TIME_STALE, TIME_TOLERANCE_ZERO,
    TIME_ZONE,
};

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

/// What an age looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// `t` counts milliseconds.
    Milliseconds,
    /// Off by a whole number of half hours: local time counted as UTC. Suspected, never proven.
    TimeZone,
    /// Ahead of now: somebody's clock is wrong.
    ClockAhead,
    /// Behind now by less than a day: clock skew, a queue, or a replay.
    SkewOrReplay,
    /// Behind now by a day or more: a replayed capture.
    Replay,
}

/// An age explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeReport {
    /// What it looks like.
    pub pattern: Pattern,
    /// Now minus `t` in seconds, once `t` is in seconds: positive for the past.
    pub age_seconds: i64,
    /// One clause, such as `2 h 0 min 1 s old, which looks like a time zone 2 h off UTC`.
    pub description: String,
}

impl AgeReport {
    /// The table's row for it.
    #[must_use]
    pub fn cause(&self) -> &'static Cause {
        match self.pattern {
            Pattern::Milliseconds => &TIME_MILLISECONDS,
            Pattern::TimeZone => &TIME_ZONE,
            Pattern::ClockAhead => &TIME_FUTURE,
            Pattern::SkewOrReplay | Pattern::Replay => &TIME_STALE,
        }
    }
}

/// Explains an age, whether or not it is within a tolerance. Both are unix seconds as they
/// stand in the header and on the clock.
#[must_use]
pub fn explain(signed_at: i64, now: i64) -> AgeReport {
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
    let pattern = match () {
        () if milliseconds => Pattern::Milliseconds,
        () if zone => Pattern::TimeZone,
        () if age < 0 => Pattern::ClockAhead,
        () if skew < DAY => Pattern::SkewOrReplay,
        () => Pattern::Replay,
    };
    let span = span(skew);
    let base = if age < 0 {
        format!("{span} in the future")
    } else {
        format!("{span} old")
    };
    let description = match pattern {
        Pattern::Milliseconds => {
            format!("`t` has 13 digits and is in milliseconds; read as such it is {base}")
        }
        Pattern::TimeZone => format!("{base}, which looks like a time zone {}", zone_name(skew)),
        Pattern::ClockAhead => format!("{base}, so one of the two clocks is wrong"),
        Pattern::SkewOrReplay => format!("{base}: clock skew, a queue, or a replay"),
        Pattern::Replay => format!("{base}: a replay of an old capture"),
    };
    AgeReport {
        pattern,
        age_seconds: age,
        description,
    }
}

/// What is left when signature and age are fine here and a handler still refuses the delivery
/// for its age. None of it can be seen from outside.
#[must_use]
pub fn receiver_advice() -> [&'static Cause; 2] {
    [&TIME_RECEIVER_UNIT, &TIME_TOLERANCE_ZERO]
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

    #[test]
    fn each_age_has_its_pattern() {
        use Pattern::*;
        for (t, now, pattern, text) in [
            (
                T,
                T + 7_199,
                TimeZone,
                "1 h 59 min old, which looks like a time zone 2 h off UTC",
            ),
            (
                T,
                T - 19_802,
                TimeZone,
                "5 h 30 min in the future, which looks like a time zone 5 h 30 min off UTC",
            ),
            (
                T,
                T + 7_197,
                SkewOrReplay,
                "1 h 59 min old: clock skew, a queue, or a replay",
            ),
            (
                T,
                T + 301,
                SkewOrReplay,
                "5 min 1 s old: clock skew, a queue, or a replay",
            ),
            (
                T,
                T - 301,
                ClockAhead,
                "5 min 1 s in the future, so one of the two clocks is wrong",
            ),
            (
                T,
                T + 3 * 86_400 + 5,
                Replay,
                "3 d 5 s old: a replay of an old capture",
            ),
            (
                T * 1_000 + 5,
                T,
                Milliseconds,
                "`t` has 13 digits and is in milliseconds; read as such it is 0 s old",
            ),
        ] {
            let report = explain(t, now);
            assert_eq!(report.pattern, pattern, "{text}");
            assert_eq!(report.description, text);
        }
        assert_eq!(explain(T, T + 301).age_seconds, 301);
        assert_eq!(explain(i64::MAX, i64::MIN).pattern, Milliseconds);
    }
}
