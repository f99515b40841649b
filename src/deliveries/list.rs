//! `deliveries list`: the latest attempts.

use clap::Args;

use super::warn_of_broken_lines;
use crate::app::AppContext;
use crate::args::recorded::{DirectionArgs, SelectionArgs, StoreFileArgs};
use crate::context::clock::Clock;
use crate::deliveries::delivery_list::{DeliveryHeading, DeliveryRow};
use crate::deliveries::delivery_log;
use crate::error::Result;
use crate::exit::ExitCode;

/// List the latest attempts, newest first
///
/// Received and sent deliveries alike. The store is read from its end and no further back than
/// it takes to find as many as are wanted.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries list
  lettermint-hook deliveries list --failed --since 2h
  lettermint-hook deliveries list --event 'message.*_bounced' --direction received --limit 5
  lettermint-hook deliveries list --json | jq -r 'select(.failed) | .id'")]
pub struct ListArgs {
    /// Which.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Direction.
    #[command(flatten)]
    pub direction: DirectionArgs,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Selection")]
    pub limit: u32,
    /// Store.
    #[command(flatten)]
    pub store: StoreFileArgs,
}

/// Runs the command.
///
/// # Errors
/// The store cannot be read, stdout gone.
pub fn run(args: &ListArgs, app: &AppContext) -> Result<ExitCode> {
    let ListArgs {
        selection,
        direction,
        limit,
        store,
    } = args;
    let selection = selection.selection(direction.direction, Clock::System);
    let zone = app.zone(Clock::System);
    let path = store.path(app);
    let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
    let mut heading = Some(DeliveryHeading);
    let seen = delivery_log::latest(&path, &selection, limit, |summary| {
        if let Some(heading) = heading.take() {
            app.terminal.emit(&heading)?;
        }
        app.terminal.emit(&DeliveryRow {
            summary,
            zone: &zone,
        })
    })?;
    warn_of_broken_lines(seen, app);
    if seen.taken == 0 {
        app.terminal.status(&match seen.passed {
            0 => "nothing is recorded yet".to_owned(),
            passed => format!("nothing selected, of attempts recorded: {passed}"),
        });
    }
    Ok(ExitCode::Success)
}
