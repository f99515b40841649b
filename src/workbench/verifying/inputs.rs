//! What to verify: files, folders, patterns and standard input, told apart by what they hold.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Component, Path, PathBuf};

use super::chunks::ChunkReader;
use crate::adapter::store;
use crate::delivery::formats::{self, Capture, Format, Problem};
use crate::error::{Error, Result};
use crate::event::glob;
use crate::workbench::Session;
use crate::workbench::captures::{is_stdin, named_by_curl, recognise, unrecognised};

/// How much of a file is looked at to tell its format.
const LOOKED_AT: u64 = 64 << 10;

/// One file, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    path: PathBuf,
    /// The name as its user knows it.
    pub(super) shown: String,
    /// Known without looking.
    format: Option<Format>,
    /// Found in a folder, where other files may lie as well.
    in_folder: bool,
}

/// What an input holds.
pub(super) enum Content {
    /// One record a line.
    Lines(ChunkReader),
    /// Captures and problems in the document's order.
    Whole(Vec<Result<Capture, Problem>>),
}

/// The inputs that were named, those of patterns and folders in the order of their names;
/// without any, the store.
///
/// # Errors
/// Standard input named twice, a pattern that matches nothing, a folder that cannot be read.
pub(super) fn inputs(session: &Session, named: &[PathBuf]) -> Result<Vec<Input>> {
    if named.is_empty() {
        return Ok(vec![Input {
            path: session.context.folder.join(store::DEFAULT_PATH),
            shown: store::DEFAULT_PATH.to_owned(),
            format: Some(Format::Store),
            in_folder: false,
        }]);
    }
    if named.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(Error::usage("standard input can be read once only: -"));
    }
    let mut inputs = Vec::new();
    for path in named {
        let there = session.context.folder.join(path);
        if is_stdin(path) || there.exists() || !is_pattern(path) {
            add(session, path, false, &mut inputs)?;
            continue;
        }
        let mut found = vec![PathBuf::new()];
        for part in path.components() {
            found = expand(&session.context.folder, &found, part);
        }
        if found.is_empty() {
            return Err(
                Error::cannot_run(format!("no file matches: {}", path.display())).hint(
                    "patterns know `*` and `?`; a folder's name stands for all files below it",
                ),
            );
        }
        for path in found {
            add(session, &path, false, &mut inputs)?;
        }
    }
    Ok(inputs)
}

fn is_pattern(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.contains(['*', '?']))
}

/// The paths that one part of a pattern leads to.
fn expand(folder: &Path, found: &[PathBuf], part: Component<'_>) -> Vec<PathBuf> {
    let text = part.as_os_str().to_str().unwrap_or_default();
    if !text.contains(['*', '?']) {
        let paths = found.iter().map(|path| path.join(part.as_os_str()));
        return paths.filter(|path| folder.join(path).exists()).collect();
    }
    let mut paths = Vec::new();
    for path in found {
        // What cannot be listed holds nothing that a pattern could name.
        for name in names(&folder.join(path)).unwrap_or_default() {
            let name = name.to_string_lossy();
            if glob::matches(text, &name) && (text.starts_with('.') || !name.starts_with('.')) {
                paths.push(path.join(&*name));
            }
        }
    }
    paths
}

/// The names in a folder, in order.
fn names(folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let mut names = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

fn add(session: &Session, shown: &Path, in_folder: bool, inputs: &mut Vec<Input>) -> Result<()> {
    let path = session.context.folder.join(shown);
    if is_stdin(shown) || !path.is_dir() {
        inputs.push(Input {
            path,
            shown: shown.display().to_string(),
            format: None,
            in_folder,
        });
        return Ok(());
    }
    for name in names(&path).map_err(|error| Error::file("read", shown, &error))? {
        // Hidden files are nobody's captures, such as `.gitignore`.
        if !name.as_encoded_bytes().starts_with(b".") {
            add(session, &shown.join(name), true, inputs)?;
        }
    }
    Ok(())
}

impl Input {
    /// The error for an input that cannot be read.
    #[must_use]
    pub(super) fn failed(&self, error: &io::Error) -> Error {
        let action = match self.format {
            Some(_) => "read the store",
            None => "read",
        };
        let failed = Error::file(action, Path::new(&self.shown), error);
        match (error.kind(), self.format) {
            (io::ErrorKind::NotFound, Some(_)) => failed
                .hint("`lettermint-hook listen` records what it receives there; or name a file"),
            _ => failed,
        }
    }

    /// How many bytes it has, when that is known.
    #[must_use]
    pub(super) fn size(&self) -> Option<u64> {
        let metadata = fs::metadata(&self.path).ok()?;
        metadata.is_file().then_some(metadata.len())
    }

    /// Opens it and tells its format.
    ///
    /// # Errors
    /// It cannot be read, exit 3. What is none of the formats is a problem in it, not an error.
    pub(super) fn open(&self, session: &Session) -> Result<Content> {
        self.open_as_is(session)
            .map_err(|error| self.failed(&error))
    }

    fn open_as_is(&self, session: &Session) -> io::Result<Content> {
        let mut source: Box<dyn Read + Send> = match self.shown.as_str() {
            "-" => Box::new(io::stdin()),
            _ => Box::new(File::open(&self.path)?),
        };
        let mut start = Vec::new();
        source.by_ref().take(LOOKED_AT).read_to_end(&mut start)?;
        if let Some(text) = start.strip_prefix(b"\xef\xbb\xbf") {
            start = text.to_vec();
        }
        match self.format.or_else(|| recognise(&start)) {
            Some(format) if format.is_by_line() => {
                Ok(Content::Lines(ChunkReader::new(start, source)))
            }
            Some(format) => {
                let mut document = Vec::new();
                Cursor::new(start)
                    .chain(source)
                    .read_to_end(&mut document)?;
                Ok(Content::Whole(self.parse(format, &document, session)))
            }
            None if self.in_folder || start.trim_ascii().is_empty() => {
                Ok(Content::Whole(Vec::new()))
            }
            None => Ok(Content::Whole(vec![Err(unrecognised())])),
        }
    }

    fn parse(
        &self,
        format: Format,
        document: &[u8],
        session: &Session,
    ) -> Vec<Result<Capture, Problem>> {
        let beside = self.path.parent().unwrap_or(Path::new(""));
        let parsed = formats::parse(format, document, &mut |name| {
            named_by_curl(name, &session.context.folder, beside)
        });
        // A browser's HAR holds all of its traffic; the deliveries are what was asked about.
        let wanted = |capture: &Capture| format != Format::Har || capture.is_delivery();
        let captures = parsed.captures.into_iter().filter(wanted).map(Ok);
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
