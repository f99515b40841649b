//! Files, folders, patterns and standard input, and which format each of them is of.

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek as _};
use std::path::{Path, PathBuf};

use crate::capture as formats;
use crate::capture::{Capture, Format, Problem, detect};
use crate::context::Context;
use crate::error::{Error, Result};

/// How much of a file is looked at to tell its format.
const LOOKED_AT: usize = 64 * 1024;
/// How many lines at the start may be broken before a file of records is none.
const BROKEN_AT_START: usize = 8;

/// A file, or standard input, that holds captures.
#[derive(Debug)]
pub struct Input {
    pub(crate) path: PathBuf,
    /// The name as people know it.
    pub shown: String,
    /// Known without looking.
    format: Option<Format>,
    /// Found in a folder, where other files may lie as well.
    in_folder: bool,
    /// The open file, for an input that cannot be opened again or may be another by then.
    pinned: Option<File>,
}

/// An input that was opened: its format, and all of its bytes.
pub struct Opened {
    /// The format; `None` when it is none of ours.
    pub format: Option<Format>,
    /// What was looked at.
    pub start: Vec<u8>,
    /// What follows it.
    pub rest: Box<dyn Read + Send>,
}

impl Input {
    /// A store: records, one a line, whatever state its start is in. It is opened once, so that
    /// it stays the same file while somebody prunes it.
    #[must_use]
    pub fn store(path: &Path, shown: &str) -> Self {
        Self {
            path: path.to_owned(),
            shown: shown.to_owned(),
            format: Some(Format::Store),
            in_folder: false,
            pinned: None,
        }
    }

    /// A file of a name, or standard input for `-`.
    pub(crate) fn named(context: &Context, shown: &Path, in_folder: bool) -> Self {
        Self {
            path: match is_stdin(shown) {
                true => shown.to_owned(),
                false => context.folder.join(shown),
            },
            shown: shown.display().to_string(),
            format: None,
            in_folder,
            pinned: None,
        }
    }

    /// Makes sure that the input can be read again and is then still the same.
    ///
    /// # Errors
    /// It cannot be opened, or standard input cannot be kept in a temporary file; exit 3.
    pub fn pin(&mut self) -> Result<()> {
        if self.pinned.is_none() && (is_stdin(&self.path) || self.format.is_some()) {
            self.pinned = Some(match is_stdin(&self.path) {
                true => spooled_stdin().map_err(|error| Error::file("read", &self.path, &error))?,
                false => self.open_file()?,
            });
        }
        Ok(())
    }

    /// A handle on the pinned file, or on the file as it is now, at its start.
    ///
    /// # Errors
    /// It cannot be opened, exit 3.
    pub fn file(&self) -> Result<File> {
        let Some(pinned) = &self.pinned else {
            return self.open_file();
        };
        let again = || {
            let mut file = pinned.try_clone()?;
            file.rewind()?;
            Ok(file)
        };
        again().map_err(|error| self.failed(&error))
    }

    fn open_file(&self) -> Result<File> {
        File::open(&self.path).map_err(|error| {
            let failed = self.failed(&error);
            match (error.kind(), self.format) {
                (io::ErrorKind::NotFound, Some(_)) => failed.hint(
                    "`lettermint-hook listen` records what it receives there; or name a file",
                ),
                _ => failed,
            }
        })
    }

    /// The error for an input that cannot be read.
    #[must_use]
    pub fn failed(&self, error: &io::Error) -> Error {
        let action = match self.format {
            Some(_) => "read the store",
            None => "read",
        };
        Error::file(action, Path::new(&self.shown), error)
    }

    /// Opens it and tells its format.
    ///
    /// # Errors
    /// It cannot be read, exit 3. What is none of the formats is no error.
    pub fn look(&self) -> Result<Opened> {
        let mut rest: Box<dyn Read + Send> = match (is_stdin(&self.path), &self.pinned) {
            (true, None) => Box::new(io::stdin()),
            _ => Box::new(self.file()?),
        };
        let mut start = Vec::new();
        rest.by_ref()
            .take(LOOKED_AT as u64)
            .read_to_end(&mut start)
            .map_err(|error| self.failed(&error))?;
        Ok(Opened {
            format: self.format.or_else(|| recognise(&start)),
            start,
            rest,
        })
    }

    /// Reads what is not of a format by line: captures and problems in the document's order.
    ///
    /// # Errors
    /// It cannot be read any further, exit 3.
    pub fn read_whole(
        &self,
        opened: Opened,
        context: &Context,
    ) -> Result<Vec<Result<Capture, Problem>>> {
        let Opened {
            format,
            start,
            rest,
        } = opened;
        let Some(format) = format else {
            let is_nothing = self.in_folder || start.trim_ascii().is_empty();
            return Ok(match is_nothing {
                true => Vec::new(),
                false => vec![Err(unrecognised())],
            });
        };
        let mut document = Vec::new();
        Cursor::new(start)
            .chain(rest)
            .read_to_end(&mut document)
            .map_err(|error| self.failed(&error))?;
        Ok(self.parse(format, &document, context))
    }

    /// How many bytes it has, when that is known.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        let metadata = fs::metadata(&self.path).ok()?;
        metadata.is_file().then_some(metadata.len())
    }

    fn parse(
        &self,
        format: Format,
        document: &[u8],
        context: &Context,
    ) -> Vec<Result<Capture, Problem>> {
        let own_folder = self.path.parent().unwrap_or(Path::new(""));
        let parsed = formats::parse(format, document, &mut |name| {
            named_by_curl(name, &context.folder, own_folder)
        });
        let problems = parsed.problems.into_iter().map(Err);
        let mut entries: Vec<_> = parsed
            .captures
            .into_iter()
            .map(Ok)
            .chain(problems)
            .collect();
        entries.sort_by_key(|entry| match entry {
            Ok(capture) => capture.line,
            Err(problem) => problem.line,
        });
        entries
    }
}

/// The file that a curl command names: from the working folder, as curl would, else from beside
/// the file with the command.
fn named_by_curl(name: &str, folder: &Path, own_folder: &Path) -> Result<Vec<u8>, String> {
    if name == "-" {
        return Err("what was piped into curl is not in the command".to_owned());
    }
    fs::read(folder.join(name))
        .or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => fs::read(own_folder.join(name)),
            _ => Err(error),
        })
        .map_err(|error| crate::error::describe_io(&error))
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn spooled_stdin() -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// The format of what begins so. Records are still recognised when the first lines are broken.
fn recognise(start: &[u8]) -> Option<Format> {
    detect(start).or_else(|| {
        memchr::memchr_iter(b'\n', start)
            .take(BROKEN_AT_START)
            .filter_map(|newline| detect(&start[newline + 1..]))
            .find(|format| format.is_by_line())
    })
}

fn unrecognised() -> Problem {
    let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    Problem {
        line: 1,
        entry: None,
        message: format!("not a capture; expected one of: {}", names.join(", ")),
    }
}
