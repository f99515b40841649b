//! `retries`: the retry schedule with clock times.

pub mod output;

use clap::Args;

use crate::app::AppContext;
use crate::args::FixedArgs;
use crate::args::time::TimeArg;
use crate::commands::retries::output::RetryTable;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::lettermint::retry_schedule;

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
pub struct RetriesArgs {
    /// When the first attempt was made [default: now]
    ///
    /// RFC 3339, unix seconds, or a span back from now (42m, 3d).
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, allow_hyphen_values = true)]
    pub from: Option<TimeArg>,
    /// Attempts before the delivery is marked failed
    #[arg(long, value_name = "N", default_value_t = retry_schedule::MAX_ATTEMPTS,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(retry_schedule::MAX_ATTEMPTS)))]
    pub max_attempts: u32,
    /// Time.
    #[command(flatten)]
    pub fixed: FixedArgs,
}

/// Runs the command.
///
/// # Errors
/// stdout gone.
pub fn run(args: &RetriesArgs, app: &AppContext) -> Result<ExitCode> {
    let RetriesArgs {
        from,
        max_attempts,
        fixed,
    } = args;
    let clock = app.clock(fixed.now);
    let start = from.map_or_else(|| clock.micros(), |from| from.resolve(clock));
    app.terminal.emit(&RetryTable {
        start,
        max_attempts: *max_attempts,
        zone: app.zone(clock),
    })?;
    Ok(ExitCode::Success)
}
