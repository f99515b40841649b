//! The clock.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The machine's time.
    System,
    /// A fixed time in microseconds since 1970, from `--now`.
    Fixed(i64),
}

impl Clock {
    /// Microseconds since 1970.
    pub(crate) fn micros(self) -> i64 {
        match self {
            Self::Fixed(micros) => micros,
            Self::System => system_micros(),
        }
    }

    /// Unix seconds, rounded down as the SDKs do.
    pub(crate) fn seconds(self) -> i64 {
        self.micros().div_euclid(1_000_000)
    }

    /// The user's time zone; UTC under a fixed clock, so that output is the same everywhere.
    pub(crate) fn zone(self) -> TimeZone {
        match self {
            Self::System => TimeZone::system(),
            Self::Fixed(_) => TimeZone::UTC,
        }
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
