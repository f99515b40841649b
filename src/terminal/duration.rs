//! Spans of time for people.

use std::time::Duration;

pub(crate) use crate::lettermint::timestamp::span;

/// A measured duration in three digits or so: `412 µs`, `1.6 ms`, `30.0 s`.
pub(crate) fn measured(duration: Duration) -> String {
    let micros = duration.as_micros();
    if micros < 1_000 {
        format!("{micros} µs")
    } else if micros < 100_000 {
        format!("{:.1} ms", micros as f64 / 1e3)
    } else if micros < 1_000_000 {
        format!("{:.0} ms", micros as f64 / 1e3)
    } else {
        format!("{:.1} s", micros as f64 / 1e6)
    }
}

/// How long ago or ahead: `12 s ago`, `5 min ahead`, `now`.
pub(crate) fn age(seconds: i64) -> String {
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("{} ago", span(seconds.unsigned_abs())),
        _ => format!("{} ahead", span(seconds.unsigned_abs())),
    }
}

/// A number of bytes: `429 B`, `1.2 KiB`, `10.0 MiB`.
pub(crate) fn bytes(count: usize) -> String {
    match count {
        0..1_024 => format!("{count} B"),
        1_024..1_048_576 => format!("{:.1} KiB", count as f64 / 1_024.0),
        _ => format!("{:.1} MiB", count as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_words() {
        assert_eq!(measured(Duration::from_micros(412)), "412 µs");
        assert_eq!(measured(Duration::from_micros(1_640)), "1.6 ms");
        assert_eq!(measured(Duration::from_millis(250)), "250 ms");
        assert_eq!(measured(Duration::from_secs(30)), "30.0 s");
        assert_eq!(span(45), "45 s");
        assert_eq!(span(120), "2 min");
        assert_eq!(span(1_453 * 60), "24 h 13 min");
        assert_eq!(span(3 * 86_400 + 4 * 3_600), "3 d 4 h");
        assert_eq!(age(0), "now");
        assert_eq!(age(301), "5 min 1 s ago");
        assert_eq!(age(-301), "5 min 1 s ahead");
        assert_eq!(bytes(429), "429 B");
        assert_eq!(bytes(1_300), "1.3 KiB");
        assert_eq!(bytes(10 << 20), "10.0 MiB");
    }
}
