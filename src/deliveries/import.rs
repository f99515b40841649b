//! `deliveries import`: captures of other tools into the store.

use std::path::PathBuf;

use clap::Args;

use crate::app::AppContext;
use crate::args::recorded::StoreFileArgs;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::store::input;

/// Take captures of other tools into the store
///
/// HAR of browsers and proxies, raw HTTP requests, curl commands, records, lines of `listen
/// --json`, exports of the Team API, told apart by what they hold. A delivery that the store has
/// already (same direction, id, attempt and time) is not taken again. Everything that is not
/// taken is counted, and what cannot be read is named.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries import capture.har
  lettermint-hook deliveries import captures/ --store production.ndjson

Exits 0 when everything could be read, 1 when something could not.")]
pub struct ImportArgs {
    /// Captures: files, folders, `-` for stdin
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Store.
    #[command(flatten)]
    pub store: StoreFileArgs,
}

/// Runs the command.
///
/// # Errors
/// A file that cannot be read, a store that cannot be written, stdout gone.
pub fn run(args: &ImportArgs, app: &AppContext) -> Result<ExitCode> {
    let ImportArgs { files, store } = args;
    let inputs = input::inputs(app, files, None)?;
    let imported = super::importing::import(app, inputs, &store.path(app))?;
    app.terminal.emit(&imported)?;
    Ok(match imported.unreadable {
        0 => ExitCode::Success,
        _ => ExitCode::Negative,
    })
}
