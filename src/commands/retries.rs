//! `retries`: the retry schedule with clock times.

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::app::AppContext;
use crate::args::NowArgs;
use crate::args::time::TimeArg;
use crate::args::values::parse_count;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::lettermint::retry_schedule;
use crate::lettermint::retry_schedule::{PlannedAttempt, schedule};
use crate::lettermint::timestamp::Style;
use crate::terminal::table::{self, Align, cell};
use crate::terminal::{Outcome, Paint, Role, duration, time};

/// Show when Lettermint tries a failed delivery again
///
/// Lettermint's documentation says "12 attempts" above a table of 13: one first attempt and 12
/// retries over 24 h 13 min. The table is what is shown; --max-attempts 12 shows the other
/// reading.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook retries
  lettermint-hook retries --from 2026-10-04T08:15:30Z
  lettermint-hook retries --from 3h --json")]
pub(crate) struct RetriesArgs {
    /// When the first attempt was made [default: now]
    ///
    /// RFC 3339, unix seconds, or a span back from now (42m, 3d).
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, allow_hyphen_values = true)]
    from: Option<TimeArg>,
    /// Attempts before the delivery is marked failed
    #[arg(long, value_name = "N", default_value_t = retry_schedule::MAX_ATTEMPTS,
          value_parser = parse_count::<u32>(1..=u64::from(retry_schedule::MAX_ATTEMPTS)))]
    max_attempts: u32,
    #[command(flatten)]
    now: NowArgs,
}

pub(crate) fn run(args: &RetriesArgs, app: &AppContext) -> Result<ExitCode> {
    let RetriesArgs {
        from,
        max_attempts,
        now,
    } = args;
    let clock = now.clock();
    let start = from.map_or_else(|| clock.micros(), |from| from.resolve(clock));
    app.terminal.emit(&RetryTable {
        start,
        max_attempts: *max_attempts,
        zone: app.zone(clock),
    });
    Ok(ExitCode::Success)
}

/// The schedule from a first attempt on.
struct RetryTable {
    /// The first attempt, in microseconds since 1970.
    start: i64,
    max_attempts: u32,
    zone: TimeZone,
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
        let attempts: Value = schedule(self.max_attempts).map(row).collect();
        Some(json!({"type": "retries", "attempts": attempts}))
    }
}
