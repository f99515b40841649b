//! The two ways in which payloads write a time, and reading either.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// How a payload writes a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `2026-10-04T08:15:30.000000Z`: the envelope's `timestamp`.
    MicrosZulu,
    /// `2026-10-04T08:15:29+00:00`: times inside `data`.
    SecondsOffset,
}

impl Style {
    /// Writes a time of so many microseconds since 1970 (UTC). A time outside the years 0 to
    /// 9999 is clamped.
    pub fn write(self, unix_micros: i64, out: &mut Vec<u8>) {
        // Years -9999 to 9999 is what a timestamp holds; the nearest end stands for the rest.
        let time = Timestamp::from_microsecond(unix_micros).unwrap_or(if unix_micros < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        let at = TimeZone::UTC.to_datetime(time);
        digits(out, i64::from(at.year().max(0)), 4);
        for (mark, number) in [
            (b'-', at.month()),
            (b'-', at.day()),
            (b'T', at.hour()),
            (b':', at.minute()),
            (b':', at.second()),
        ] {
            out.push(mark);
            digits(out, i64::from(number), 2);
        }
        match self {
            Self::MicrosZulu => {
                out.push(b'.');
                digits(out, i64::from(at.subsec_nanosecond() / 1_000), 6);
                out.push(b'Z');
            }
            Self::SecondsOffset => out.extend_from_slice(b"+00:00"),
        }
    }

    /// The text of a time.
    #[must_use]
    pub fn format(self, unix_micros: i64) -> String {
        let mut out = Vec::with_capacity(27);
        self.write(unix_micros, &mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

fn digits(out: &mut Vec<u8>, number: i64, width: usize) {
    let mut buffer = [b'0'; 20];
    let mut rest = number;
    for place in buffer[20 - width..].iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&buffer[20 - width..]);
}

/// Microseconds since 1970 of any RFC 3339 time.
#[must_use]
pub fn parse_micros(text: &str) -> Option<i64> {
    if let Some(micros) = parse_micros_zulu(text.as_bytes()) {
        return Some(micros);
    }
    // A date alone is a valid civil date but no point in time; RFC 3339 wants both.
    if !text.contains(['T', 't', ' ']) {
        return None;
    }
    text.parse::<Timestamp>()
        .ok()
        .map(|time| time.as_microsecond())
}

/// The same of what [`Style::MicrosZulu`] writes, as a store has a million of these to read.
fn parse_micros_zulu(text: &[u8]) -> Option<i64> {
    let text: &[u8; 27] = text.try_into().ok()?;
    let marks = [
        (4, b'-'),
        (7, b'-'),
        (10, b'T'),
        (13, b':'),
        (16, b':'),
        (19, b'.'),
        (26, b'Z'),
    ];
    if marks.iter().any(|(place, mark)| text[*place] != *mark) {
        return None;
    }
    let number = |from: usize, to: usize| {
        text[from..to].iter().try_fold(0, |number, digit| {
            let digit = char::from(*digit).to_digit(10)?;
            Some(number * 10 + digit as i32)
        })
    };
    let small = |from: usize| number(from, from + 2).map(|number| number as i8);
    let at = DateTime::new(
        number(0, 4)? as i16,
        small(5)?,
        small(8)?,
        small(11)?,
        small(14)?,
        small(17)?,
        number(20, 26)? * 1_000,
    );
    let time = TimeZone::UTC.to_timestamp(at.ok()?).ok()?;
    Some(time.as_microsecond())
}

/// A span of so many seconds for people, in its two largest units: `45 s`, `2 min`, `24 h 13 min`, `3 d 4 h`.
#[must_use]
pub fn span(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let pair = |large: u64, large_unit: &str, small: u64, small_unit: &str| match small {
        0 => format!("{large} {large_unit}"),
        _ => format!("{large} {large_unit} {small} {small_unit}"),
    };
    match () {
        () if days >= 2 => pair(days, "d", hours % 24, "h"),
        () if hours > 0 => pair(hours, "h", minutes % 60, "min"),
        () if minutes > 0 => pair(minutes, "min", seconds % 60, "s"),
        () => format!("{seconds} s"),
    }
}
