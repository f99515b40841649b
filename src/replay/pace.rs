//! Keeping the gaps between captured deliveries.

use std::time::Duration;

use tokio::time::Instant;

use crate::capture::{Capture, TimeSource};

/// When each delivery's turn is: as long after the first as it was captured after the first,
/// divided by a factor.
#[derive(Debug)]
pub struct Pace {
    speed: f64,
    /// When the first one was captured, and when it was sent.
    start: Option<(i64, Instant)>,
}

impl Pace {
    /// The captured gaps divided by `speed`.
    #[must_use]
    pub fn new(speed: f64) -> Self {
        Self { speed, start: None }
    }

    /// How long to wait before a capture. One whose time is not known, or that was captured
    /// before the first, is not waited for.
    pub fn wait(&mut self, capture: &Capture) -> Duration {
        if capture.time == TimeSource::Unknown {
            return Duration::ZERO;
        }
        let at = capture.record.at;
        let (first, began) = *self.start.get_or_insert_with(|| (at, Instant::now()));
        let micros = u64::try_from(at.saturating_sub(first)).unwrap_or(0);
        let planned = Duration::from_micros(micros).div_f64(self.speed);
        planned.saturating_sub(began.elapsed())
    }
}
