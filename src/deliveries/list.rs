//! `deliveries list`: the latest attempts.

use std::io;

use clap::Args;

use super::output::list::DeliveryRow;
use super::warn_of_broken_lines;
use crate::app::AppContext;
use crate::args::recorded::{DirectionArgs, SelectionArgs, StoreFileArgs};
use crate::context::clock::Clock;
use crate::delivery::{Record, RecordSummary};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::store::BackwardReader;
use crate::store::input::Input;

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
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) direction: DirectionArgs,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Selection")]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) store: StoreFileArgs,
}

pub(crate) fn run(args: &ListArgs, app: &AppContext) -> Result<ExitCode> {
    let ListArgs {
        selection,
        direction,
        limit,
        store,
    } = args;
    let selection = selection.selection(direction.direction, Clock::System);
    let zone = app.zone(Clock::System);
    let path = store.path(app);
    let file = Input::store(&path, &path.display().to_string()).file()?;
    let failed = |error: io::Error| Error::file("read the store", &path, &error);
    let mut reader = BackwardReader::new(file).map_err(failed)?;
    let (mut listed, mut passed, mut broken) = (0, 0, 0);
    while listed < *limit
        && let Some(line) = reader.next_line().map_err(failed)?
    {
        let Some(summary) = RecordSummary::parse(line) else {
            broken += 1;
            continue;
        };
        let body = || Record::parse(line).ok().map(|record| record.body);
        if selection.judge(&summary, body).is_err() {
            passed += 1;
            continue;
        }
        listed += 1;
        app.terminal.emit(&DeliveryRow {
            summary: &summary,
            zone: &zone,
            is_first: listed == 1,
        });
    }
    warn_of_broken_lines(broken, app);
    if listed == 0 {
        app.terminal.status(&match passed {
            0 => "nothing is recorded yet".to_owned(),
            passed => format!("nothing selected, of attempts recorded: {passed}"),
        });
    }
    Ok(ExitCode::Success)
}
