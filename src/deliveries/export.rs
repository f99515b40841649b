//! `deliveries export`: captures for other tools.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::AppContext;
use crate::args::recorded::{DirectionArgs, PartArgs, SelectionArgs, StoreFileArgs};
use crate::capture::ExportFormat;
use crate::context::clock::Clock;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::store::input;
use crate::store::query::choose;

/// Write recorded deliveries in a format that other tools read
///
/// Requests come out to the byte in every format, and `deliveries import` and `replay` read all
/// of them back. Times, replies and verdicts are kept as far as the format has a place for them.
/// Credentials (Authorization, cookies) are written as `[redacted]`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries export --format har --output deliveries.har
  lettermint-hook deliveries export --format curl --id 9d3f6a1e
  lettermint-hook deliveries export --failed --since 2h --format http

Exits 1 when nothing is selected.")]
pub struct ExportArgs {
    /// Captures to convert: files, folders, `-` for stdin [default: the store]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// The format
    #[arg(long, value_name = "FORMAT")]
    pub format: FormatChoice,
    /// Write to this file [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Selection.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Part.
    #[command(flatten)]
    pub part: PartArgs,
    /// Direction.
    #[command(flatten)]
    pub direction: DirectionArgs,
    /// Store.
    #[command(flatten)]
    pub store: StoreFileArgs,
}

/// A format to export to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatChoice {
    /// HTTP Archive 1.2, for browsers and proxies
    Har,
    /// HTTP/1.1 request messages, one after another
    Http,
    /// Command lines of curl
    Curl,
    /// Records, one a line
    Ndjson,
    /// Records as one JSON array
    Json,
}

impl From<FormatChoice> for ExportFormat {
    fn from(choice: FormatChoice) -> Self {
        match choice {
            FormatChoice::Har => Self::Har,
            FormatChoice::Http => Self::Http,
            FormatChoice::Curl => Self::Curl,
            FormatChoice::Ndjson => Self::Ndjson,
            FormatChoice::Json => Self::Json,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Nothing is selected, something cannot be read or written, stdout gone.
pub fn run(args: &ExportArgs, app: &AppContext) -> Result<ExitCode> {
    let ExportArgs {
        sources,
        format,
        output,
        selection,
        part,
        direction,
        store,
    } = args;
    let inputs = input::inputs(app, sources, Some(&store.path(app)))?;
    let wanted = selection.selection(direction.direction, Clock::System);
    let mut chosen = choose(app, inputs, &wanted, &part.part())?;
    super::exporting::export(app, &mut chosen, (*format).into(), output.as_deref())?;
    Ok(ExitCode::Success)
}
