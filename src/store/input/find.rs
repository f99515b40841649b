//! From the names on a command line to inputs: directories and patterns expanded.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::{Input, is_stdin};
use crate::app::AppContext;
use crate::config::source as config;
use crate::error::{Error, Result};
use crate::lettermint::glob;

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
        let mut found = vec![PathBuf::new()];
        for part in path.components() {
            found = expand(&app.context.directory, &found, part);
        }
        if found.is_empty() {
            return Err(
                Error::cannot_run(format!("no file matches: {}", path.display())).hint(
                    "patterns know `*` and `?`; a directory's name stands for all files below it",
                ),
            );
        }
        for path in found {
            add(app, &path, false, &mut inputs)?;
        }
    }
    Ok(inputs)
}

fn is_pattern(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.contains(['*', '?']))
}

fn expand(directory: &Path, found: &[PathBuf], part: Component<'_>) -> Vec<PathBuf> {
    let text = part.as_os_str().to_str().unwrap_or_default();
    if !text.contains(['*', '?']) {
        let paths = found.iter().map(|path| path.join(part.as_os_str()));
        return paths.filter(|path| directory.join(path).exists()).collect();
    }
    let mut paths = Vec::new();
    for path in found {
        // What cannot be listed holds nothing that a pattern could name.
        for name in names(&directory.join(path)).unwrap_or_default() {
            let name = name.to_string_lossy();
            if glob::matches(text, &name) && (text.starts_with('.') || !name.starts_with('.')) {
                paths.push(path.join(&*name));
            }
        }
    }
    paths
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
    for name in names(&input.path).map_err(|error| Error::file("read", shown, &error))? {
        // Hidden files are nobody's captures, such as `.gitignore`.
        if !name.as_encoded_bytes().starts_with(b".") {
            add(app, &shown.join(name), true, inputs)?;
        }
    }
    Ok(())
}
