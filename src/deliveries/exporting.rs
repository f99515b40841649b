//! Writing captures for other tools, and as fixtures.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::app::AppContext;
use crate::capture::{ExportFormat, Exporter};
use crate::deliveries::store_work::Written;
use crate::delivery::Record;
use crate::error::{Error, Result};
use crate::lettermint::SigningKey;
use crate::redaction::Redactor;
use crate::store::query::Chosen;
use crate::terminal::output::NewFile;

/// Bytes that are gathered before they are written.
const GATHERED: usize = 64 * 1024;

/// Writes what was chosen in a format, to a file or to stdout.
///
/// # Errors
/// An input cannot be read, or the output not written.
pub fn export(
    app: &AppContext,
    chosen: &mut Chosen,
    format: ExportFormat,
    output: Option<&Path>,
) -> Result<()> {
    write(app, chosen, format, output, "exported", |record| record)
}

/// Writes what was chosen with pseudonyms, signed with another key: records, one a line.
///
/// # Errors
/// As of [`export`].
pub fn redact(
    app: &AppContext,
    chosen: &mut Chosen,
    key: &SigningKey,
    output: Option<&Path>,
) -> Result<()> {
    let mut redactor = Redactor::new();
    let redacted = |record: Record| redactor.redact(&record, key);
    let format = ExportFormat::Ndjson;
    write(app, chosen, format, output, "redacted", redacted)
}

fn write(
    app: &AppContext,
    chosen: &mut Chosen,
    format: ExportFormat,
    output: Option<&Path>,
    done: &'static str,
    mut change: impl FnMut(Record) -> Record,
) -> Result<()> {
    let mut sink = Sink::open(app, output)?;
    let mut exporter = Exporter::new(format);
    let mut gathered = Vec::new();
    let mut count = 0;
    exporter.begin(&mut gathered);
    while let Some(capture) = chosen.next_capture()? {
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
        app.terminal.tell(&Written { done, count, path });
    }
    Ok(())
}

/// Where an export goes.
enum Sink {
    Stdout,
    File {
        file: NewFile,
        path: PathBuf,
        shown: String,
    },
    /// Something that is no file, such as a pipe: it is written as it is.
    Special {
        file: fs::File,
        shown: String,
    },
}

impl Sink {
    fn open(app: &AppContext, output: Option<&Path>) -> Result<Self> {
        let Some(named) = output.filter(|path| *path != Path::new("-")) else {
            return Ok(Self::Stdout);
        };
        let path = app.context.folder.join(named);
        let shown = named.display().to_string();
        let failed = |error: io::Error| Error::file("write", named, &error);
        if path.exists() && !path.is_file() {
            let file = fs::File::create(&path).map_err(failed)?;
            return Ok(Self::Special { file, shown });
        }
        let file = NewFile::next_to(&path).map_err(failed)?;
        Ok(Self::File { file, path, shown })
    }

    fn write(&mut self, app: &AppContext, bytes: &[u8]) -> Result<()> {
        let (result, shown) = match self {
            Self::Stdout => return app.terminal.write(bytes),
            Self::File { file, shown, .. } => (file.write_all(bytes), shown),
            Self::Special { file, shown } => (file.write_all(bytes), shown),
        };
        result.map_err(|error| Error::file("write", Path::new(shown), &error))
    }

    /// The file's name as people know it, if it is one.
    fn finish(self) -> Result<Option<String>> {
        match self {
            Self::Stdout => Ok(None),
            Self::Special { shown, .. } => Ok(Some(shown)),
            Self::File { file, path, shown } => match file.put_in_place(&path) {
                Ok(_) => Ok(Some(shown)),
                Err(error) => Err(Error::file("write", Path::new(&shown), &error)),
            },
        }
    }
}
