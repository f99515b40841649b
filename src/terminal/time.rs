//! Points in time for people, in a time zone that is handed in.

use jiff::{Timestamp, tz::TimeZone};

/// `10:15:30.123` in the zone.
pub(crate) fn clock(unix_micros: i64, zone: &TimeZone) -> String {
    // Written for every delivery that is received: by hand, which costs less than a pattern.
    match Timestamp::from_microsecond(unix_micros) {
        Ok(time) => {
            let time = zone.to_datetime(time);
            let (hour, minute, second) = (time.hour(), time.minute(), time.second());
            format!(
                "{hour:02}:{minute:02}:{second:02}.{:03}",
                time.millisecond()
            )
        }
        Err(_) => unix_micros.to_string(),
    }
}

/// `2026-10-04 10:15:30` in the zone.
pub(crate) fn date_and_time(unix_micros: i64, zone: &TimeZone) -> String {
    match Timestamp::from_microsecond(unix_micros) {
        Ok(time) => (zone.to_datetime(time).strftime("%Y-%m-%d %H:%M:%S")).to_string(),
        Err(_) => unix_micros.to_string(),
    }
}
