//! Opening any capture: files, directories, patterns and standard input, told apart by content.
//!
//! Formats of one record a line are read in blocks of lines, so that memory is bounded whatever
//! the size of the file, and a reader may look at a line before it decides to decode it. Every
//! other format is a document that is read whole, as one block.

mod blocks;
mod find;
mod parallel;

pub(crate) use blocks::{Block, Entry};
pub(crate) use find::inputs;
pub(crate) use parallel::each_block;

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek as _};
use std::path::{Path, PathBuf};

use crate::capture as formats;
use crate::capture::{Capture, Format, Problem, detect};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::terminal::Terminal;
use blocks::{LineBlocks, Position};

/// How much of a file is looked at to tell its format.
const LOOKED_AT: usize = 64 * 1024;
/// How many lines at the start may be broken before a file of records is none.
const BROKEN_AT_START: usize = 8;

/// A file, or standard input, that holds captures.
#[derive(Debug)]
pub(crate) struct Input {
    path: PathBuf,
    /// The name as people know it.
    pub(crate) shown: String,
    /// The store: records, one per line, whatever state its start is in.
    is_store: bool,
    /// Found in a directory, where other files may lie as well.
    in_directory: bool,
    /// The open file, for an input that cannot be opened again or may be another by then.
    pinned: Option<File>,
}

impl Input {
    pub(crate) fn store(path: &Path, shown: &str) -> Self {
        Self {
            path: path.to_owned(),
            shown: shown.to_owned(),
            is_store: true,
            in_directory: false,
            pinned: None,
        }
    }

    /// A file of a name, or standard input for `-`.
    fn named(context: &Context, shown: &Path, in_directory: bool) -> Self {
        Self {
            path: match is_stdin(shown) {
                true => shown.to_owned(),
                false => context.directory.join(shown),
            },
            shown: shown.display().to_string(),
            is_store: false,
            in_directory,
            pinned: None,
        }
    }

    /// Makes sure that the input can be read again and is then still the same: standard input is
    /// kept in a temporary file, and the store opened once, as somebody may prune it meanwhile.
    pub(crate) fn pin(&mut self) -> Result<()> {
        if self.pinned.is_none() && (is_stdin(&self.path) || self.is_store) {
            self.pinned = Some(match is_stdin(&self.path) {
                true => spooled_stdin().map_err(|error| self.failed(&error))?,
                false => self.open_file()?,
            });
        }
        Ok(())
    }

    /// A handle on the pinned file, or on the file as it is now, at its start.
    pub(crate) fn file(&self) -> Result<File> {
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
            match (error.kind(), self.is_store) {
                (io::ErrorKind::NotFound, true) => failed.hint(
                    "`lettermint-hook listen` records what it receives there; `--store PATH` names another file",
                ),
                _ => failed,
            }
        })
    }

    pub(crate) fn failed(&self, error: &io::Error) -> Error {
        read_error(self.is_store, &self.shown, error)
    }

    /// Opens it and tells its format. What is none of the formats is an entry, not an error.
    pub(crate) fn open(&self, context: &Context) -> Result<OpenInput> {
        let mut rest: Box<dyn Read + Send> = match (is_stdin(&self.path), &self.pinned) {
            (true, None) => Box::new(io::stdin()),
            _ => Box::new(self.file()?),
        };
        let mut start = Vec::new();
        rest.by_ref()
            .take(LOOKED_AT as u64)
            .read_to_end(&mut start)
            .map_err(|error| self.failed(&error))?;
        let format = match self.is_store {
            true => Some(Format::Store),
            false => recognize(&start),
        };
        let content = match format {
            Some(format) if format.is_by_line() => Content::Lines(LineBlocks::new(start, rest)),
            Some(format) => {
                let mut document = Vec::new();
                Cursor::new(start)
                    .chain(rest)
                    .read_to_end(&mut document)
                    .map_err(|error| self.failed(&error))?;
                Content::Document(Some(self.parse(format, &document, context)))
            }
            None if self.in_directory || start.trim_ascii().is_empty() => Content::Document(None),
            None => Content::Document(Some(vec![Err(unrecognized())])),
        };
        Ok(OpenInput {
            format,
            shown: self.shown.clone(),
            is_store: self.is_store,
            content,
            block: Block::default(),
            position: Position::default(),
        })
    }

    /// How many bytes it has, when that is known.
    pub(crate) fn size(&self) -> Option<u64> {
        let metadata = fs::metadata(&self.path).ok()?;
        metadata.is_file().then_some(metadata.len())
    }

    /// Captures and problems in the document's order.
    fn parse(
        &self,
        format: Format,
        document: &[u8],
        context: &Context,
    ) -> Vec<Result<Capture, Problem>> {
        let own_directory = self.path.parent().unwrap_or(Path::new(""));
        let parsed = formats::parse(format, document, &mut |name| {
            named_by_curl(name, &context.directory, own_directory)
        });
        let captures = parsed.captures.into_iter().map(Ok);
        let mut entries: Vec<_> = captures
            .chain(parsed.problems.into_iter().map(Err))
            .collect();
        entries.sort_by_key(|entry| match entry {
            Ok(capture) => capture.line,
            Err(problem) => problem.line,
        });
        entries
    }
}

/// An input that is being read, in blocks or entry by entry.
pub(crate) struct OpenInput {
    /// What it holds; `None` when it is none of ours or empty.
    pub(crate) format: Option<Format>,
    shown: String,
    is_store: bool,
    content: Content,
    /// The block that is read entry by entry, and how far.
    block: Block,
    position: Position,
}

enum Content {
    Lines(LineBlocks),
    /// All of its entries, until they are handed out.
    Document(Option<Vec<Result<Capture, Problem>>>),
}

impl OpenInput {
    /// The next block, `None` at the end.
    fn next_block(&mut self) -> Result<Option<Block>> {
        match &mut self.content {
            Content::Document(entries) => Ok(entries.take().map(Block::document)),
            Content::Lines(lines) => lines
                .next_block()
                .map_err(|error| read_error(self.is_store, &self.shown, &error)),
        }
    }

    /// Takes back a block's memory.
    fn recycle(&mut self, block: Block) {
        if let Content::Lines(lines) = &mut self.content {
            lines.recycle(block);
        }
    }

    /// The next entry, `None` at the end.
    pub(crate) fn next_entry(&mut self) -> Result<Option<Entry<'_>>> {
        while !self.block.has_entry(&mut self.position) {
            let done = std::mem::take(&mut self.block);
            self.recycle(done);
            let Some(block) = self.next_block()? else {
                return Ok(None);
            };
            self.block = block;
            self.position = Position::default();
        }
        Ok(self.block.entry(&mut self.position))
    }
}

fn read_error(is_store: bool, shown: &str, error: &io::Error) -> Error {
    let action = match is_store {
        true => "read the store",
        false => "read",
    };
    Error::file(action, Path::new(shown), error)
}

/// The file that a curl command names: from the working directory, as curl would, else from that
/// of the file with the command.
fn named_by_curl(name: &str, working: &Path, own: &Path) -> Result<Vec<u8>, String> {
    if name == "-" {
        return Err("what was piped into curl is not in the command".to_owned());
    }
    fs::read(working.join(name))
        .or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => fs::read(own.join(name)),
            _ => Err(error),
        })
        .map_err(|error| crate::error::describe_io(&error))
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn spooled_stdin() -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// The format of what begins so. Records are still recognized when the first lines are broken.
fn recognize(start: &[u8]) -> Option<Format> {
    detect(start).or_else(|| {
        memchr::memchr_iter(b'\n', start)
            .take(BROKEN_AT_START)
            .filter_map(|newline| detect(&start[newline + 1..]))
            .find(|format| format.is_by_line())
    })
}

fn unrecognized() -> Problem {
    let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    Problem {
        line: 1,
        entry: None,
        message: format!("not a capture; expected one of: {}", names.join(", ")),
    }
}

const PRINTED: u64 = 20;

/// Warns of what could not be read: the first of it one by one, the rest as a number.
#[derive(Debug)]
pub(crate) struct ProblemWarnings<'a> {
    terminal: &'a Terminal,
    count: u64,
}

impl<'a> ProblemWarnings<'a> {
    pub(crate) fn new(terminal: &'a Terminal) -> Self {
        Self { terminal, count: 0 }
    }

    pub(crate) fn add(&mut self, shown: &str, problem: &Problem) {
        self.count += 1;
        if self.count <= PRINTED {
            let Problem { line, message, .. } = problem;
            self.terminal.warning(&format!("{shown}:{line}: {message}"));
        }
    }

    /// Warns of the rest, and returns how many there were in all.
    pub(crate) fn finish(self) -> u64 {
        if let Some(more) = self.count.checked_sub(PRINTED).filter(|more| *more > 0) {
            self.terminal
                .warning(&format!("and more that could not be read: {more}"));
        }
        self.count
    }
}
