//! `deliveries export`: captures for other tools.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::output::Written;
use crate::app::AppContext;
use crate::args::recorded::{DirectionArgs, PartArgs, SelectionArgs, StoreFileArgs};
use crate::capture::{ExportFormat, Exporter};
use crate::context::clock::Clock;
use crate::context::signals;
use crate::delivery::Record;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::store::input::inputs;
use crate::store::query::choose;
use crate::terminal::Format;
use crate::terminal::output::NewFile;

/// Bytes that are gathered before they are written.
const GATHERED: usize = 64 * 1024;

/// Write recorded deliveries in a format that other tools read
///
/// Requests are exported byte for byte in every format, and `deliveries import` and `replay` read all
/// of them back. Times, replies and verdicts are kept as far as the format has a place for them.
/// Credentials (Authorization, cookies) are written as `[redacted]`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries export --format har --output deliveries.har
  lettermint-hook deliveries export --format curl --id 9d3f6a1e
  lettermint-hook deliveries export --failed --since 2h --format http

Exits 1 when nothing is selected or something could not be read.")]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) records: RecordsArgs,
    /// The format
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: ExportFormat,
}

/// Which records are written, and where to.
#[derive(Debug, Args)]
pub(crate) struct RecordsArgs {
    /// Captures: files, directories, `-` for stdin [default: the store]
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    /// Write to this file [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) part: PartArgs,
    #[command(flatten)]
    pub(crate) direction: DirectionArgs,
    #[command(flatten)]
    pub(crate) store: StoreFileArgs,
}

impl ValueEnum for ExportFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Har => "HTTP Archive 1.2, for browsers and proxies",
            Self::Http => "HTTP/1.1 request messages, one after another",
            Self::Curl => "Command lines of curl",
            Self::Ndjson => "Records, one per line",
            Self::Json => "Records as one JSON array",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

pub(crate) fn run(args: &ExportArgs, app: &AppContext) -> Result<ExitCode> {
    let ExportArgs { records, format } = args;
    write(app, records, *format, "exported", |record| record)
}

/// Writes every record that is chosen, changed, in a format.
pub(super) fn write(
    app: &AppContext,
    args: &RecordsArgs,
    format: ExportFormat,
    done: &'static str,
    mut change: impl FnMut(Record) -> Record,
) -> Result<ExitCode> {
    let RecordsArgs {
        sources,
        output,
        selection,
        part,
        direction,
        store,
    } = args;
    let inputs = inputs(app, sources, Some(&store.path(app)))?;
    let selection = selection.selection(direction.direction, Clock::System);
    let mut chosen = choose(app, inputs, &selection, &part.part())?;
    let mut sink = Sink::open(app, output.as_deref())?;
    let mut exporter = Exporter::new(format);
    let mut gathered = Vec::new();
    let mut count = 0;
    exporter.begin(&mut gathered);
    // What nobody reads need not be written.
    while !(matches!(sink, Sink::Stdout) && app.terminal.is_closed())
        && let Some(capture) = chosen.next_capture()?
    {
        signals::check()?;
        exporter.record(&change(capture.record), &mut gathered);
        count += 1;
        if gathered.len() > GATHERED {
            sink.write(app, &gathered)?;
            gathered.clear();
        }
    }
    exporter.end(&mut gathered);
    sink.write(app, &gathered)?;
    if let Some(path) = sink.finish()? {
        let written = Written { done, count, path };
        match app.terminal.format() {
            Format::Json => app.terminal.emit(&written),
            Format::Text => app.terminal.tell(&written),
        }
    }
    Ok(chosen.exit_code())
}

enum Sink {
    Stdout,
    File { file: NewFile, shown: String },
}

impl Sink {
    fn open(app: &AppContext, output: Option<&Path>) -> Result<Self> {
        let Some(named) = output.filter(|path| *path != Path::new("-")) else {
            return Ok(Self::Stdout);
        };
        let path = app.context.directory.join(named);
        let shown = named.display().to_string();
        let failed = |error: io::Error| Error::file("write", named, &error);
        let file = NewFile::next_to(&path).map_err(failed)?;
        Ok(Self::File { file, shown })
    }

    fn write(&mut self, app: &AppContext, bytes: &[u8]) -> Result<()> {
        let (result, shown) = match self {
            Self::Stdout => {
                app.terminal.write(bytes);
                return Ok(());
            }
            Self::File { file, shown, .. } => (file.write_all(bytes), shown),
        };
        result.map_err(|error| Error::file("write", Path::new(shown), &error))
    }

    /// The file's name as people know it, if it is one.
    fn finish(self) -> Result<Option<String>> {
        match self {
            Self::Stdout => Ok(None),
            Self::File { file, shown } => match file.put_in_place() {
                Ok(_) => Ok(Some(shown)),
                Err(error) => Err(Error::file("write", Path::new(&shown), &error)),
            },
        }
    }
}
