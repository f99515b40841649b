//! `deliveries diff`: how two requests differ.

use clap::Args;

use crate::app::AppContext;
use crate::args::recorded::StoreFileArgs;
use crate::error::Result;
use crate::exit::ExitCode;

/// Show how two requests differ: headers, the first byte, JSON values, the encoding
///
/// When the bodies hold the same values in other bytes, the re-encoding that turns one into the
/// other is named: that is what breaks signatures.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries diff 9d3f6a1e@1 9d3f6a1e@2
  lettermint-hook deliveries diff capture.har 9d3f6a1e
  lettermint-hook deliveries diff before.ndjson:3 after.ndjson:3

Exits 0 when they are the same to the byte, 1 when they differ.")]
pub struct DiffArgs {
    /// The one: an id of the store or its beginning, ID@ATTEMPT, FILE or FILE:LINE
    #[arg(value_name = "A", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub left: String,
    /// The other
    #[arg(value_name = "B", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub right: String,
    /// Store.
    #[command(flatten)]
    pub store: StoreFileArgs,
}

/// Runs the command.
///
/// # Errors
/// Nothing or several are meant, something cannot be read, stdout gone.
pub fn run(args: &DiffArgs, app: &AppContext) -> Result<ExitCode> {
    let DiffArgs { left, right, store } = args;
    let comparison = super::comparing::compare(app, &store.path(app), left, right)?;
    app.terminal.emit(&comparison)?;
    Ok(match comparison.difference.is_empty() {
        true => ExitCode::Success,
        false => ExitCode::Negative,
    })
}
