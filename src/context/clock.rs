//! The clock, and the times that users type.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

use crate::lettermint::timestamp;

/// What time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's time.
    System,
    /// A fixed time in microseconds since 1970, from `--now`.
    Fixed(i64),
}

impl Clock {
    /// Microseconds since 1970.
    #[must_use]
    pub fn micros(self) -> i64 {
        match self {
            Self::Fixed(micros) => micros,
            Self::System => system_micros(),
        }
    }

    /// Unix seconds, rounded down as the SDKs do.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.micros().div_euclid(1_000_000)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn system_micros() -> i64 {
    let micros =
        |duration: std::time::Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => micros(after),
        Err(before) => -micros(before.duration()),
    }
}

/// A time as users type it: RFC 3339, unix seconds, or a span back from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeArg {
    /// Microseconds since 1970.
    At(i64),
    /// So many seconds before now.
    Ago(i64),
}

impl TimeArg {
    /// Reads a time.
    ///
    /// # Errors
    /// A sentence on the three forms.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(micros) = timestamp::parse_micros(text) {
            return Ok(Self::At(micros));
        }
        if let Ok(seconds) = text.parse::<i64>() {
            // The range of years 1 to 9999, so that milliseconds are noticed.
            return match Timestamp::from_second(seconds) {
                Ok(time) => Ok(Self::At(time.as_microsecond())),
                Err(_) => Err("unix seconds are meant, this looks like milliseconds".to_owned()),
            };
        }
        match parse_span(text) {
            Some(seconds) => Ok(Self::Ago(seconds)),
            None => Err(
                "expected RFC 3339 (2026-10-04T08:15:30Z), unix seconds (1791101730) or a span back from now (42m, 3d)"
                    .to_owned(),
            ),
        }
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn resolve(self, clock: Clock) -> i64 {
        match self {
            Self::At(micros) => micros,
            Self::Ago(seconds) => clock.micros() - seconds.saturating_mul(1_000_000),
        }
    }
}

/// Reads an age such as `90d`, `12h` or `2w`; a bare number is seconds.
///
/// # Errors
/// A sentence on what is expected.
pub fn parse_age(text: &str) -> Result<std::time::Duration, String> {
    parse_span(text)
        .and_then(|seconds| u64::try_from(seconds).ok())
        .or_else(|| text.parse().ok())
        .map(std::time::Duration::from_secs)
        .ok_or_else(|| "expected an age such as 90d, 12h or 30m".to_owned())
}

/// Seconds of `90s`, `42m`, `12h`, `3d`, `2w`.
fn parse_span(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let number = &text[..text.len() - 1];
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse::<i64>().ok()?.checked_mul(unit)
}

/// Reads a duration such as `500ms`, `30s`, `1.5s`, `2m`; a bare number is seconds.
///
/// # Errors
/// A sentence on what is expected.
pub fn parse_duration(text: &str) -> Result<std::time::Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scale = match &text[digits.len()..] {
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        _ => f64::NAN,
    };
    digits
        .parse::<f64>()
        .ok()
        .map(|number| number * scale)
        .filter(|seconds| (0.0..=86_400.0 * 365.0).contains(seconds))
        .map(std::time::Duration::from_secs_f64)
        .ok_or_else(|| "expected a duration such as 500ms, 30s or 2m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms() {
        assert_eq!(
            TimeArg::parse("2026-10-04T08:15:30Z"),
            Ok(TimeArg::At(1_791_101_730_000_000))
        );
        assert_eq!(
            TimeArg::parse("1791101730"),
            Ok(TimeArg::At(1_791_101_730_000_000))
        );
        let clock = Clock::Fixed(100_000_000);
        assert_eq!(TimeArg::parse("1m").unwrap().resolve(clock), 40_000_000);
        for bad in ["", "m", "1x", "yesterday", "1791101730000", "2026-10-04"] {
            assert!(TimeArg::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(
            parse_duration("500ms"),
            Ok(std::time::Duration::from_millis(500))
        );
        assert_eq!(
            parse_duration("1.5s"),
            Ok(std::time::Duration::from_millis(1_500))
        );
        assert_eq!(
            parse_duration("2m"),
            Ok(std::time::Duration::from_secs(120))
        );
        for bad in ["", "s", "-1s", "1y", "inf", "nan"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
