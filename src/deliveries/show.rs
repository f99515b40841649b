//! `deliveries show`: one delivery with all its attempts.

use clap::Args;

use super::warn_of_broken_lines;
use crate::app::AppContext;
use crate::args::recorded::StoreFileArgs;
use crate::context::clock::Clock;
use crate::deliveries::delivery_history::DeliveryHistory;
use crate::deliveries::delivery_log;
use crate::error::Result;
use crate::exit::ExitCode;

/// Show one delivery: all its attempts, its headers and its payload
///
/// The headers and the payload are those of the latest attempt. Long texts are shown whole, and
/// control characters made visible.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries show 9d3f6a1e
  lettermint-hook deliveries show 9d3f6a1e --json | jq '.records[-1].reply'

Exits 1 when there is no such delivery, 2 when the beginning of the id is that of several.")]
pub struct ShowArgs {
    /// The delivery's id, or enough of its beginning
    #[arg(value_name = "ID", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub id: String,
    /// Store.
    #[command(flatten)]
    pub store: StoreFileArgs,
}

/// Runs the command.
///
/// # Errors
/// The store cannot be read, no delivery or several are meant, stdout gone.
pub fn run(args: &ShowArgs, app: &AppContext) -> Result<ExitCode> {
    let ShowArgs { id, store } = args;
    let (records, seen) = delivery_log::history(&store.path(app), id)?;
    warn_of_broken_lines(seen, app);
    app.terminal.emit(&DeliveryHistory {
        id: records
            .first()
            .and_then(|record| record.id.clone())
            .unwrap_or_default(),
        records,
        zone: app.zone(Clock::System),
    })?;
    Ok(ExitCode::Success)
}
