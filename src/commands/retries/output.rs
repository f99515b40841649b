//! The retry schedule as a table.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::lettermint::retry_schedule::{PlannedAttempt, schedule};
use crate::lettermint::timestamp::Style;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::table;
use crate::terminal::table::{Align, cell};
use crate::terminal::{Outcome, duration, time};

/// The schedule from a first attempt on.
#[derive(Debug, Clone)]
pub struct RetryTable {
    /// The first attempt, in microseconds since 1970.
    pub start: i64,
    /// How many attempts.
    pub max_attempts: u32,
    /// The zone in which people read times.
    pub zone: TimeZone,
}

impl RetryTable {
    fn at(&self, planned: &PlannedAttempt) -> i64 {
        let elapsed = i64::try_from(planned.elapsed.as_micros()).unwrap_or(i64::MAX);
        self.start.saturating_add(elapsed)
    }
}

impl Outcome for RetryTable {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let rows: Vec<_> = schedule(self.max_attempts)
            .map(|planned| {
                let wait = match planned.delay.as_secs() {
                    0 => String::new(),
                    seconds => format!("+{}", duration::span(seconds)),
                };
                vec![
                    (Role::Strong, planned.attempt.to_string()),
                    cell(wait),
                    cell(duration::span(planned.elapsed.as_secs())),
                    cell(time::date_and_time(self.at(&planned), &self.zone)),
                ]
            })
            .collect();
        let columns = [
            ("ATTEMPT", Align::Right),
            ("WAIT", Align::Right),
            ("SINCE FIRST", Align::Right),
            ("AT", Align::Left),
        ];
        table::write(&columns, &rows, paint, out);
    }

    fn json(&self) -> Option<Value> {
        let row = |planned: PlannedAttempt| {
            json!({
                "attempt": planned.attempt,
                "wait_seconds": planned.delay.as_secs(),
                "elapsed_seconds": planned.elapsed.as_secs(),
                "at": Style::MicrosZulu.format(self.at(&planned)),
            })
        };
        Some(schedule(self.max_attempts).map(row).collect())
    }
}
