//! `deliveries list`: the latest attempts.

use clap::Args;

use super::warn_of_broken_lines;
use crate::adapter::clock::{Clock, TimeArg};
use crate::command::options::{DirectionChoice, StoreFileArgs};
use crate::error::Result;
use crate::exit::ExitCode;
use crate::report::delivery_list::{DeliveryHeading, DeliveryRow};
use crate::workbench::selection::Selection;
use crate::workbench::{Session, delivery_log};

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
    /// Deliveries of this event; * stands for anything
    #[arg(long, value_name = "GLOB", help_heading = "Selection")]
    pub event: Vec<String>,
    /// Deliveries that were refused or not answered 2xx
    #[arg(long, help_heading = "Selection")]
    pub failed: bool,
    /// Deliveries recorded at this time or later
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, help_heading = "Selection", allow_hyphen_values = true)]
    pub since: Option<TimeArg>,
    /// Deliveries recorded before this time
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, help_heading = "Selection", allow_hyphen_values = true)]
    pub until: Option<TimeArg>,
    /// Deliveries that went this way
    #[arg(
        long,
        value_name = "WAY",
        default_value = "any",
        help_heading = "Selection"
    )]
    pub direction: DirectionChoice,
    /// Deliveries with this id, or its beginning
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    pub id: Vec<String>,
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
pub fn run(args: &ListArgs, session: &Session) -> Result<ExitCode> {
    let ListArgs {
        event,
        failed,
        since,
        until,
        direction,
        id,
        limit,
        store,
    } = args;
    let resolve = |time: &TimeArg| time.resolve(Clock::System);
    let selection = Selection {
        ids: id.clone(),
        events: event.clone(),
        since: since.as_ref().map(resolve),
        until: until.as_ref().map(resolve),
        failed: *failed,
        direction: direction.direction(),
        conditions: Vec::new(),
    };
    let zone = session.zone(Clock::System);
    let path = store.path(session);
    let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
    let mut heading = Some(DeliveryHeading);
    let seen = delivery_log::latest(&path, &selection, limit, |summary| {
        if let Some(heading) = heading.take() {
            session.terminal.emit(&heading)?;
        }
        session.terminal.emit(&DeliveryRow {
            summary,
            zone: &zone,
        })
    })?;
    warn_of_broken_lines(seen, session);
    if seen.taken == 0 {
        session.terminal.status(&match seen.passed {
            0 => "nothing is recorded yet".to_owned(),
            passed => format!("nothing selected, of attempts recorded: {passed}"),
        });
    }
    Ok(ExitCode::Success)
}
