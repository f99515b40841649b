//! From the names on a command line to inputs: directories and patterns expanded.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Input, is_stdin};
use crate::app::AppContext;
use crate::config::source as config;
use crate::error::{Error, Result};

/// The inputs that were named, those of patterns and directories in the order of their names;
/// without any, the store.
pub(crate) fn inputs(
    app: &AppContext,
    named: &[PathBuf],
    store: Option<&Path>,
) -> Result<Vec<Input>> {
    if let (true, Some(path)) = (named.is_empty(), store) {
        let shown = config::shown(&app.context, path);
        return Ok(vec![Input::store(path, &shown)]);
    }
    if named.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(Error::usage("standard input can be read once only: -"));
    }
    let mut inputs = Vec::new();
    for path in named {
        let there = app.context.directory.join(path);
        if is_stdin(path) || there.exists() || !is_pattern(path) {
            add(app, path, false, &mut inputs)?;
            continue;
        }
        let found = expanded(&app.context.directory, path);
        if found.is_empty() {
            let why = "no file matches; patterns know `*`, `**`, `?`, `[a-c]` and `{a,b}`";
            inputs.push(Input::absent(path, why));
        }
        // A pattern for any name sweeps up what lies around, as a directory's name does.
        let is_any = path
            .file_name()
            .is_some_and(|name| name == "*" || name == "**");
        for path in found {
            add(app, &path, is_any, &mut inputs)?;
        }
    }
    Ok(inputs)
}

/// What makes a path a pattern.
const SPECIAL: [char; 4] = ['*', '?', '[', '{'];

fn is_pattern(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.contains(SPECIAL))
}

/// The files and directories that match a pattern, in the order of their names.
fn expanded(directory: &Path, pattern: &Path) -> Vec<PathBuf> {
    let text = pattern.to_str().unwrap_or_default().replace('\\', "/");
    // Down to where the pattern begins, the path is as it is written.
    let special = text.find(SPECIAL).unwrap_or(text.len());
    let (start, rest) = text.split_at(text[..special].rfind('/').map_or(0, |slash| slash + 1));
    // Braces may hold slashes, and `**` any number of them.
    let depth = match rest.contains("**") || rest.contains('{') {
        true => usize::MAX,
        false => rest.split('/').count(),
    };
    let mut walk = Walk {
        directory,
        start: Path::new(start),
        pattern: rest,
        with_hidden: rest.starts_with('.') || rest.contains("/."),
        found: Vec::new(),
    };
    walk.below(Path::new(""), depth);
    walk.found
}

struct Walk<'a> {
    directory: &'a Path,
    start: &'a Path,
    pattern: &'a str,
    with_hidden: bool,
    found: Vec<PathBuf>,
}

impl Walk<'_> {
    /// Looks through what is below a directory, at most so many levels deep.
    fn below(&mut self, path: &Path, depth: usize) {
        let here = self.directory.join(self.start).join(path);
        // What cannot be listed holds nothing that a pattern could name.
        for name in names(&here).unwrap_or_default() {
            let path = path.join(&name);
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            let text = path.to_string_lossy().replace('\\', "/");
            let file_type = fs::symlink_metadata(here.join(&name)).map(|data| data.file_type());
            let is_directory = file_type.is_ok_and(|kind| kind.is_dir());
            let is_any = self.pattern.ends_with("**") && is_directory;
            if is_hidden && !self.with_hidden {
                continue;
            }
            if !is_any && fast_glob::glob_match(self.pattern, &text) {
                self.found.push(self.start.join(&path));
            } else if depth > 1 && (is_directory || here.join(&name).is_dir() && depth < usize::MAX)
            {
                // A link to a directory could lead round in a circle.
                self.below(&path, depth.saturating_sub(usize::from(depth < usize::MAX)));
            }
        }
    }
}

/// The names in a directory, in order.
fn names(directory: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let directory = match directory.as_os_str().is_empty() {
        true => Path::new("."),
        false => directory,
    };
    let mut names = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

fn add(app: &AppContext, shown: &Path, in_directory: bool, inputs: &mut Vec<Input>) -> Result<()> {
    let input = Input::named(&app.context, shown, in_directory);
    if is_stdin(shown) || !input.path.is_dir() {
        inputs.push(input);
        return Ok(());
    }
    // A link to a directory that it is in would lead round in a circle.
    let canonical = |path: &Path| path.canonicalize().ok();
    let leads_up = |(target, parent): (PathBuf, PathBuf)| parent.starts_with(target);
    if in_directory
        && input.path.is_symlink()
        && canonical(&input.path)
            .zip(input.path.parent().and_then(canonical))
            .is_some_and(leads_up)
    {
        return Ok(());
    }
    let before = inputs.len();
    for name in names(&input.path).map_err(|error| Error::file("read", shown, &error))? {
        // Hidden files are nobody's captures, such as `.gitignore`.
        if !name.as_encoded_bytes().starts_with(b".") {
            add(app, &shown.join(name), true, inputs)?;
        }
    }
    if inputs.len() == before && !in_directory {
        inputs.push(Input::absent(shown, "there are no files in the directory"));
    }
    Ok(())
}
