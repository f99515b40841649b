//! The one door to captures: files, folders and standard input, told apart by what they hold.
//!
//! Formats of one record a line are read line by line in constant memory, so that a reader may
//! look at a line before it decides to decode it; every other format is read whole.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek as _};
use std::path::{Path, PathBuf};

use super::Session;
use crate::adapter::context::Context;
use crate::adapter::terminal::Terminal;
use crate::delivery::formats::{self, Capture, Format, Problem, detect, parse_line};
use crate::error::{Error, Result};

/// How much of a file is looked at to tell its format.
const LOOKED_AT: usize = 64 * 1024;
/// How many lines at the start may be broken before a file of records is none.
const BROKEN_AT_START: usize = 8;
/// How many problems are said one by one.
const SAID: u64 = 20;

/// A file, or standard input, that holds captures.
#[derive(Debug)]
pub struct Input {
    path: PathBuf,
    /// The name as people know it.
    pub shown: String,
    /// Known without looking.
    format: Option<Format>,
    /// Found in a folder, where other files may lie as well.
    in_folder: bool,
    /// The open file, for an input that cannot be opened again or may be another by then.
    pinned: Option<File>,
}

/// Something that an input holds.
#[derive(Debug)]
pub enum Entry<'a> {
    /// A line of a format of one record a line, not yet decoded. Never blank.
    Line {
        /// Its number, counted from 1.
        number: usize,
        /// Where it starts, in bytes from the start of the input.
        offset: u64,
        /// Without its newline.
        bytes: &'a [u8],
    },
    /// A request of another format.
    Capture(Box<Capture>),
    /// What could not be read.
    Problem(Problem),
}

impl Entry<'_> {
    /// The request in it; `None` when it is a line that holds none.
    ///
    /// # Errors
    /// What could not be read.
    pub fn decode(self) -> Result<Option<Capture>, Problem> {
        match self {
            Self::Line { number, bytes, .. } => parse_line(bytes, number),
            Self::Capture(capture) => Ok(Some(*capture)),
            Self::Problem(problem) => Err(problem),
        }
    }
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

    fn named(session: &Session, path: &Path) -> Self {
        Self {
            path: match is_stdin(path) {
                true => path.to_owned(),
                false => session.context.folder.join(path),
            },
            shown: path.display().to_string(),
            format: None,
            in_folder: false,
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
                (io::ErrorKind::NotFound, Some(_)) => failed.hint("`lettermint-hook listen` records what it receives there; `--store PATH` names another file"),
                _ => failed,
            }
        })
    }

    fn failed(&self, error: &io::Error) -> Error {
        Error::file("read", Path::new(&self.shown), error)
    }

    /// Opens it and tells its format.
    ///
    /// # Errors
    /// It cannot be read, exit 3. What is none of the formats is an entry, not an error.
    pub fn open(&self, context: &Context) -> Result<OpenInput> {
        let mut source: Box<dyn Read + Send> = match (is_stdin(&self.path), &self.pinned) {
            (true, None) => Box::new(io::stdin()),
            _ => Box::new(self.file()?),
        };
        let mut start = Vec::new();
        source
            .by_ref()
            .take(LOOKED_AT as u64)
            .read_to_end(&mut start)
            .map_err(|error| self.failed(&error))?;
        let format = self.format.or_else(|| recognise(&start));
        let mut rest = Cursor::new(start).chain(source);
        let content = match format {
            Some(format) if format.is_by_line() => Content::Lines {
                input: BufReader::with_capacity(LOOKED_AT, Box::new(rest)),
                number: 0,
                offset: 0,
                end: 0,
                buffer: Vec::new(),
            },
            Some(format) => {
                let mut document = Vec::new();
                rest.read_to_end(&mut document)
                    .map_err(|error| self.failed(&error))?;
                Content::whole(self.parse(format, &document, context))
            }
            None if rest.get_ref().0.get_ref().trim_ascii().is_empty() || self.in_folder => {
                Content::whole(Vec::new())
            }
            None => Content::whole(vec![Err(unrecognised())]),
        };
        Ok(OpenInput {
            shown: self.shown.clone(),
            format,
            content,
        })
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
pub(super) fn named_by_curl(
    name: &str,
    folder: &Path,
    own_folder: &Path,
) -> Result<Vec<u8>, String> {
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

pub(super) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn spooled_stdin() -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// The format of what begins so. Records are still recognised when the first lines are broken.
pub(super) fn recognise(start: &[u8]) -> Option<Format> {
    detect(start).or_else(|| {
        memchr::memchr_iter(b'\n', start)
            .take(BROKEN_AT_START)
            .filter_map(|newline| detect(&start[newline + 1..]))
            .find(|format| format.is_by_line())
    })
}

pub(super) fn unrecognised() -> Problem {
    let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    Problem {
        line: 1,
        entry: None,
        message: format!("not a capture; expected one of: {}", names.join(", ")),
    }
}

/// An input that is being read.
pub struct OpenInput {
    shown: String,
    /// What it holds; `None` when it is none of ours or empty.
    pub format: Option<Format>,
    content: Content,
}

#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
enum Content {
    Lines {
        input: BufReader<Box<dyn Read + Send>>,
        number: usize,
        /// Where the line in the buffer starts, and where it ends.
        offset: u64,
        end: u64,
        buffer: Vec<u8>,
    },
    Whole {
        entries: std::vec::IntoIter<Result<Capture, Problem>>,
        current: Option<Result<Capture, Problem>>,
    },
}

impl Content {
    fn whole(entries: Vec<Result<Capture, Problem>>) -> Self {
        Self::Whole {
            entries: entries.into_iter(),
            current: None,
        }
    }
}

impl OpenInput {
    /// Moves on to the next entry. `false` at the end.
    ///
    /// # Errors
    /// The input cannot be read any further, exit 3.
    pub fn advance(&mut self) -> Result<bool> {
        match &mut self.content {
            Content::Whole { entries, current } => {
                *current = entries.next();
                Ok(current.is_some())
            }
            Content::Lines {
                input,
                number,
                offset,
                end,
                buffer,
            } => loop {
                buffer.clear();
                let read = input
                    .read_until(b'\n', buffer)
                    .map_err(|error| Error::file("read", Path::new(&self.shown), &error))?;
                if read == 0 {
                    return Ok(false);
                }
                *number += 1;
                *offset = *end;
                *end += read as u64;
                // A store that a Windows editor saved begins with a byte order mark.
                if *number == 1 && buffer.starts_with(b"\xef\xbb\xbf") {
                    buffer.drain(..3);
                    *offset += 3;
                }
                if !buffer.trim_ascii().is_empty() {
                    return Ok(true);
                }
            },
        }
    }

    /// The entry that [`OpenInput::advance`] came to. One that is no line is given once.
    pub fn entry(&mut self) -> Option<Entry<'_>> {
        match &mut self.content {
            Content::Whole { current, .. } => current.take().map(|entry| match entry {
                Ok(capture) => Entry::Capture(Box::new(capture)),
                Err(problem) => Entry::Problem(problem),
            }),
            Content::Lines {
                number,
                offset,
                buffer,
                ..
            } => Some(Entry::Line {
                number: *number,
                offset: *offset,
                bytes: buffer.trim_ascii(),
            }),
        }
    }

    /// The next entry, `None` at the end.
    ///
    /// # Errors
    /// As of [`OpenInput::advance`].
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_>>> {
        match self.advance()? {
            true => Ok(self.entry()),
            false => Ok(None),
        }
    }
}

/// The inputs that were named, with the files of folders in the order of their names; without
/// any, the store.
///
/// # Errors
/// A folder that cannot be read, or standard input named twice.
pub fn inputs(session: &Session, named: &[PathBuf], store: Option<&Path>) -> Result<Vec<Input>> {
    if named.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(Error::usage("standard input can be read once only: -"));
    }
    let mut inputs = Vec::new();
    for path in named {
        let input = Input::named(session, path);
        if input.path.is_dir() {
            add_folder(&input, &mut inputs)?;
        } else {
            inputs.push(input);
        }
    }
    if let (true, Some(path)) = (named.is_empty(), store) {
        let shown = path.strip_prefix(&session.context.folder).unwrap_or(path);
        inputs.push(Input::store(path, &shown.display().to_string()));
    }
    Ok(inputs)
}

fn add_folder(folder: &Input, inputs: &mut Vec<Input>) -> Result<()> {
    let mut names: Vec<_> = fs::read_dir(&folder.path)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.file_name()))
                .collect()
        })
        .map_err(|error| folder.failed(&error))?;
    names.sort_unstable();
    for name in names {
        // Hidden files are nobody's captures, such as `.gitignore`.
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let input = Input {
            path: folder.path.join(&name),
            shown: Path::new(&folder.shown).join(&name).display().to_string(),
            format: None,
            in_folder: true,
            pinned: None,
        };
        if input.path.is_dir() {
            add_folder(&input, inputs)?;
        } else {
            inputs.push(input);
        }
    }
    Ok(())
}

/// Says what could not be read: the first of it one by one, the rest as a number.
#[derive(Debug)]
pub struct Troubles<'a> {
    terminal: &'a Terminal,
    count: u64,
}

impl<'a> Troubles<'a> {
    /// Nothing yet.
    #[must_use]
    pub fn new(terminal: &'a Terminal) -> Self {
        Self { terminal, count: 0 }
    }

    /// Says one.
    pub fn add(&mut self, shown: &str, problem: &Problem) {
        self.count += 1;
        if self.count <= SAID {
            let Problem { line, message, .. } = problem;
            self.terminal.warning(&format!("{shown}:{line}: {message}"));
        }
    }

    /// Says how many more there were, and returns how many in all.
    pub fn finish(self) -> u64 {
        if let Some(more) = self.count.checked_sub(SAID).filter(|more| *more > 0) {
            self.terminal
                .warning(&format!("and more that could not be read: {more}"));
        }
        self.count
    }
}
