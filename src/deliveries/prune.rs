//! `deliveries prune`: making the store smaller.

use clap::Args;

use super::output::Pruning;
use crate::app::AppContext;
use crate::args::recorded::StoreFileArgs;
use crate::args::time::TimeArg;
use crate::args::values::parse_count;
use crate::context::clock::Clock;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::store::{Expiry, prune};

/// Remove old deliveries from the store
///
/// With both options, what is older goes unless it is among the last N. Listeners may go on
/// recording meanwhile: nothing is lost. Lines that are no records stay.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries prune --older-than 7d
  lettermint-hook deliveries prune --keep-last 1000
  lettermint-hook deliveries prune --older-than 7d --keep-last 100 --dry-run")]
pub(crate) struct PruneArgs {
    /// Remove what was recorded before this: a span back from now, or a time
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse_recorded, required_unless_present = "keep_last")]
    pub(crate) older_than: Option<TimeArg>,
    /// Keep the last N attempts
    #[arg(long, value_name = "N", value_parser = parse_count::<u64>(0..))]
    pub(crate) keep_last: Option<u64>,
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) store: StoreFileArgs,
}

pub(crate) fn run(args: &PruneArgs, app: &AppContext) -> Result<ExitCode> {
    let PruneArgs {
        older_than,
        keep_last,
        dry_run,
        store,
    } = args;
    let expiry = Expiry {
        before: older_than.map(|time| time.resolve(Clock::System)),
        keep_last: *keep_last,
    };
    if expiry
        .before
        .is_some_and(|before| before > Clock::System.micros())
    {
        return Err(Error::usage("--older-than is in the future"));
    }
    app.terminal.emit(&Pruning {
        pruned: prune(&store.path(app), expiry, *dry_run)?,
        dry_run: *dry_run,
    });
    Ok(ExitCode::Success)
}
