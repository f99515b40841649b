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
use crate::capture::unreadable::{explain, is_capture_name, is_name_of_lines};
use crate::capture::{Capture, Format, Problem, detect};
use crate::context::{Context, signals};
use crate::error::{Error, Result};
use crate::store::file::regular;
use crate::terminal::Terminal;
use blocks::{LineBlocks, Position};
use flate2::read::MultiGzDecoder;

/// How much of a file is looked at to tell its format.
const LOOKED_AT: usize = 64 * 1024;
/// What a file compressed with gzip begins with (RFC 1952, section 2.3.1).
const GZIP: &[u8] = b"\x1f\x8b";
/// How much of a document is unpacked: a small file may hold any amount.
const UNPACKED_LIMIT: u64 = 1 << 30;
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
    /// Why there is no file, for a name that stands for none.
    absent: Option<&'static str>,
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
            absent: None,
            pinned: None,
        }
    }

    /// What a name stands for that no file has.
    fn absent(shown: &Path, why: &'static str) -> Self {
        Self {
            absent: Some(why),
            ..Self::store(shown, &shown.display().to_string())
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
            absent: None,
            pinned: None,
        }
    }

    /// Makes sure that the input can be read again at any place and is then still the same: what
    /// is read once only or compressed is kept in a temporary file, and the store is opened once,
    /// as somebody may prune it meanwhile.
    pub(crate) fn pin(&mut self) -> Result<()> {
        if self.pinned.is_some() || self.absent.is_some() {
            return Ok(());
        }
        let failed = |error: io::Error| self.failed(&error);
        let is_file = !is_stdin(&self.path) && self.path.is_file();
        self.pinned = if self.is_store {
            Some(self.open_file()?)
        } else if !is_file {
            Some(spooled(self.reader()?.0).map_err(failed)?)
        } else {
            let mut file = self.open_file()?;
            let start = read_start(&mut file, GZIP.len()).map_err(failed)?;
            let is_packed = start.starts_with(GZIP);
            is_packed
                .then(|| spooled(self.reader()?.0).map_err(failed))
                .transpose()?
        };
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
        if self.is_store {
            regular(&self.path).map_err(|error| self.failed(&error))?;
        }
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

    /// What it holds, unpacked when it is compressed with gzip.
    /// Also whether it is.
    fn reader(&self) -> Result<(Box<dyn Read + Send>, bool)> {
        let mut packed: Box<dyn Read + Send> = match (is_stdin(&self.path), &self.pinned) {
            (true, None) => Box::new(io::stdin()),
            _ => Box::new(self.file()?),
        };
        let start = read_start(&mut packed, GZIP.len()).map_err(|error| self.failed(&error))?;
        let is_packed = start.starts_with(GZIP);
        let whole = Cursor::new(start).chain(packed);
        let reader: Box<dyn Read + Send> = match is_packed {
            true => Box::new(MultiGzDecoder::new(whole)),
            false => Box::new(whole),
        };
        Ok((reader, is_packed))
    }

    /// Opens it and tells its format. What is none of the formats is an entry, not an error.
    pub(crate) fn open(&self, context: &Context) -> Result<OpenInput> {
        let mut open = OpenInput {
            format: None,
            nothing: Nothing::No,
            shown: self.shown.clone(),
            is_store: self.is_store,
            content: Content::Document(None),
            block: Block::default(),
            position: Position::default(),
        };
        if let Some(why) = self.absent {
            open.nothing = Nothing::Missing(why);
            return Ok(open);
        }
        // To open a pipe or a device that lies around would wait for somebody to write.
        if self.in_directory && !self.path.is_file() {
            open.nothing = match self.path.exists() || !is_capture_name(&self.shown) {
                true => Nothing::OtherFile,
                false => Nothing::Missing("the link leads nowhere"),
            };
            return Ok(open);
        }
        let (mut rest, is_packed) = self.reader()?;
        let start = match read_start(&mut rest, LOOKED_AT) {
            Err(error) if is_damage(&error) => {
                open.content = unreadable(format!("damaged gzip: {error}"));
                return Ok(open);
            }
            read => read.map_err(|error| self.failed(&error))?,
        };
        open.format = match self.is_store {
            true => Some(Format::Store),
            false => recognize(&start),
        };
        open.content = match open.format {
            Some(format) if format.is_by_line() => Content::Lines(LineBlocks::new(start, rest)),
            Some(format) => {
                let mut document = start;
                let limit = if is_packed { UNPACKED_LIMIT } else { u64::MAX };
                rest.take(limit)
                    .read_to_end(&mut document)
                    .map_err(|error| self.failed(&error))?;
                match document.len() as u64 > limit {
                    true => unreadable("it unpacks to more than 1 GiB: unpack it first".to_owned()),
                    false => Content::Document(Some(self.parse(format, &document, context))),
                }
            }
            None if start.trim_ascii().is_empty() => {
                if is_capture_name(&self.shown) && !is_name_of_lines(&self.shown) {
                    open.nothing = Nothing::Missing("the file is empty");
                }
                Content::Document(None)
            }
            None if self.in_directory && !is_capture_name(&self.shown) => {
                open.nothing = Nothing::OtherFile;
                Content::Document(None)
            }
            None => unreadable(explain(&start)),
        };
        Ok(open)
    }

    /// How many bytes it has, when that is known.
    pub(crate) fn size(&self) -> Option<u64> {
        let metadata = fs::metadata(&self.path).ok()?;
        let is_packed = self.path.extension().is_some_and(|name| name == "gz");
        (metadata.is_file() && !is_packed).then_some(metadata.len())
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

/// Whether an input holds nothing at all to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nothing {
    /// It holds something, or lines of which there are none.
    No,
    /// Nothing is where captures were named, and why.
    Missing(&'static str),
    /// A file of a directory that is no capture, neither by its name nor by its content.
    OtherFile,
}

impl Nothing {
    /// What is wrong with that, if anything is.
    pub(crate) fn problem(self, may_be_empty: bool) -> Option<Problem> {
        match self {
            Self::Missing(why) if !may_be_empty => Some(Problem::new(0, why)),
            _ => None,
        }
    }
}

/// An input that is being read, in blocks or entry by entry.
pub(crate) struct OpenInput {
    /// What it holds; `None` when it is none of ours or empty.
    pub(crate) format: Option<Format>,
    pub(crate) nothing: Nothing,
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
        signals::check()?;
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

/// The first bytes, at most so many.
fn read_start(input: &mut (dyn Read + Send), length: usize) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    input.take(length as u64).read_to_end(&mut start)?;
    Ok(start)
}

fn spooled(mut from: Box<dyn Read + Send>) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut from, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// Whether it is what flate2 says of a file that is cut or damaged.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

fn unreadable(message: String) -> Content {
    Content::Document(Some(vec![Err(Problem::new(1, message))]))
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

const PRINTED: u64 = 20;

/// Warns of what could not be read: the first of it one by one, the rest as a number.
#[derive(Debug)]
pub(crate) struct ProblemWarnings<'a> {
    terminal: &'a Terminal,
    count: u64,
    noted: u64,
}

impl<'a> ProblemWarnings<'a> {
    pub(crate) fn new(terminal: &'a Terminal) -> Self {
        Self {
            terminal,
            count: 0,
            noted: 0,
        }
    }

    /// Warns of what was read in a way of its own.
    pub(crate) fn note(&mut self, shown: &str, line: usize, note: &str) {
        self.noted += 1;
        if self.noted <= PRINTED {
            self.terminal.warning(&format!("{shown}:{line}: {note}"));
        }
    }

    pub(crate) fn add(&mut self, shown: &str, problem: &Problem) {
        self.count += 1;
        if self.count <= PRINTED {
            let Problem { line, message, .. } = problem;
            let place = match line {
                0 => String::new(),
                line => format!(":{line}"),
            };
            self.terminal.warning(&format!("{shown}{place}: {message}"));
        }
    }

    /// Warns of the rest, and returns how many there were in all.
    pub(crate) fn finish(self) -> u64 {
        for (count, what) in [
            (self.noted, "whose bodies do not end where they say"),
            (self.count, "that could not be read"),
        ] {
            if count > PRINTED {
                let more = count - PRINTED;
                self.terminal.warning(&format!("and more {what}: {more}"));
            }
        }
        self.count
    }
}
