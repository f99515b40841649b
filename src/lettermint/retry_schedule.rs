//! When Lettermint tries a failed delivery again.
//!
//! Source: docs.lettermint.co, "Webhooks", retry table. The page speaks of "12 attempts" over a
//! table that ends with the 13th; its delays sum to 24 h 13 min over 13 attempts. The table is
//! what is modelled: one first attempt and twelve retries.

use std::time::Duration;

/// Attempts of a delivery before it is marked failed.
pub const MAX_ATTEMPTS: u32 = 13;

/// Seconds that Lettermint waits for an answer.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// Minutes from the previous attempt to attempts 2, 3, … 13.
const DELAY_MINUTES: [u64; MAX_ATTEMPTS as usize - 1] =
    [1, 2, 5, 10, 10, 15, 30, 60, 120, 240, 360, 600];

/// The wait between the attempt before and `attempt` (counted from 1). Zero for the first;
/// `None` after the last.
#[must_use]
pub fn delay_before(attempt: u32) -> Option<Duration> {
    match attempt {
        0 => None,
        1 => Some(Duration::ZERO),
        _ => DELAY_MINUTES
            .get(attempt as usize - 2)
            .map(|minutes| Duration::from_secs(minutes * 60)),
    }
}

/// One row of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedAttempt {
    /// Counted from 1.
    pub attempt: u32,
    /// Wait after the attempt before.
    pub delay: Duration,
    /// Time since the first attempt.
    pub elapsed: Duration,
}

/// The schedule's first `max_attempts` rows, at most [`MAX_ATTEMPTS`].
pub fn schedule(max_attempts: u32) -> impl Iterator<Item = PlannedAttempt> {
    let mut elapsed = Duration::ZERO;
    (1..=max_attempts).map_while(move |attempt| {
        let delay = delay_before(attempt)?;
        elapsed += delay;
        Some(PlannedAttempt {
            attempt,
            delay,
            elapsed,
        })
    })
}
