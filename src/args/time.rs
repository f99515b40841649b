//! Points in time as users write them.

use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan as _};

use crate::args::values::parse_span;
use crate::context::clock::Clock;
use crate::error::{Error, Result};
use crate::lettermint::timestamp;

/// RFC 3339, unix seconds, a span back from now, or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeArg {
    /// Microseconds since 1970.
    At(i64),
    /// So long before now.
    Ago(Duration),
    /// By the clock on the wall; a date is the beginning of its day.
    Local(DateTime),
    /// The beginning of the day so many days before today.
    DaysAgo(i32),
}

impl TimeArg {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        match text {
            "now" => return Ok(Self::Ago(Duration::ZERO)),
            "today" => return Ok(Self::DaysAgo(0)),
            "yesterday" => return Ok(Self::DaysAgo(1)),
            _ => {}
        }
        if let Some(micros) = timestamp::parse_micros(text) {
            return Ok(Self::At(micros));
        }
        if let Ok(seconds) = text.parse() {
            // The range of years 1 to 9999, so that milliseconds are noticed.
            return match Timestamp::from_second(seconds) {
                Ok(time) => Ok(Self::At(time.as_microsecond())),
                Err(_) => Err(Error::usage(
                    "unix seconds are meant, this looks like milliseconds",
                )),
            };
        }
        if let Ok(date) = text.parse::<DateTime>() {
            return Ok(Self::Local(date));
        }
        // Without a unit it is no span: a fraction of a unix second is a mistake.
        parse_span(text.strip_suffix(" ago").unwrap_or(text))
            .filter(|_| text.ends_with(|c: char| c.is_ascii_alphabetic()))
            .map(Self::Ago)
            .ok_or_else(|| {
                Error::usage(
                    "expected RFC 3339 (2026-10-04T08:15:30Z), a date (2026-10-04, today, \
                     yesterday), unix seconds (1791101730) or a span back from now (42m, 3d)",
                )
            })
    }

    /// The same for a time that something was recorded: a number too small for unix seconds is a
    /// span without its unit, and would select all or nothing.
    pub(crate) fn parse_recorded(text: &str) -> Result<Self> {
        match text.parse::<u64>() {
            Ok(small) if small < 100_000_000 => Err(Error::usage(format!(
                "expected a span with its unit, such as {small}d or {small}h"
            ))),
            _ => Self::parse(text),
        }
    }

    /// Microseconds since 1970. Days are those of the user's time zone, of UTC under a fixed
    /// clock.
    pub(crate) fn resolve(self, clock: Clock) -> i64 {
        let at = |time: DateTime| {
            let at = clock.zone().to_timestamp(time);
            at.map_or(clock.micros(), |at| at.as_microsecond())
        };
        match self {
            Self::At(micros) => micros,
            Self::Ago(span) => {
                let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
                clock.micros().saturating_sub(micros)
            }
            Self::Local(time) => at(time),
            Self::DaysAgo(days) => at(day_before(clock, days).to_datetime(jiff::civil::Time::MIN)),
        }
    }
}

fn day_before(clock: Clock, days: i32) -> Date {
    let now = Timestamp::from_microsecond(clock.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
    clock
        .zone()
        .to_datetime(now)
        .date()
        .saturating_sub(days.days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_time() {
        // 2026-10-04T08:15:30Z
        let clock = Clock::Fixed(1_791_101_730_000_000);
        let midnight = 1_791_072_000_000_000;
        for (text, micros) in [
            ("2026-10-04T08:15:30Z", 1_791_101_730_000_000),
            ("1791101730", 1_791_101_730_000_000),
            ("1m", 1_791_101_670_000_000),
            ("1m30s", 1_791_101_640_000_000),
            ("15m ago", 1_791_100_830_000_000),
            ("2026-10-04", midnight),
            ("2026-10-04T08:15:30", 1_791_101_730_000_000),
            ("today", midnight),
            ("now", 1_791_101_730_000_000),
            ("5 minutes ago", 1_791_101_430_000_000),
            ("2026-10-04 08:15:30", 1_791_101_730_000_000),
            ("yesterday", midnight - 86_400_000_000),
        ] {
            let time = TimeArg::parse(text).unwrap();
            assert_eq!(time.resolve(clock), micros, "{text}");
        }
        for bad in [
            "",
            "m",
            "1x",
            "-1m",
            "1.5",
            "1791101730000",
            "2026-13-04",
            "noon",
        ] {
            assert!(TimeArg::parse(bad).is_err(), "{bad}");
        }
        assert!(TimeArg::parse_recorded("7").is_err());
        let recorded = TimeArg::parse_recorded("1791101730").unwrap();
        assert_eq!(recorded.resolve(clock), 1_791_101_730_000_000);
    }
}
