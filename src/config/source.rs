//! The config file: finding it, and reading it when a command first asks.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::Webhook;
use crate::config::file::{FILE_NAME, Problem, Severity, WebhookFile};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::lettermint::suggest;

/// A config file that can be used.
#[derive(Debug)]
pub(crate) struct Config {
    /// Its webhooks in order, disabled ones included.
    pub(crate) webhooks: Vec<Webhook>,
    pub(crate) warnings: Vec<String>,
}

/// The file that `--config` names, else the nearest one from the working directory upwards.
pub(crate) fn locate(context: &Context, named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(path) => Some(context.directory.join(path)),
        None => (context.directory.ancestors())
            .map(|directory| directory.join(FILE_NAME))
            // What is there and cannot be read is an error then, and not taken for absent.
            .find(|path| fs::symlink_metadata(path).is_ok()),
    }
}

impl Config {
    pub(crate) fn webhook(&self, name: &str) -> Result<&Webhook> {
        let names = || self.webhooks.iter().map(|webhook| webhook.name.as_str());
        self.webhooks
            .iter()
            .find(|webhook| webhook.name == name)
            .ok_or_else(|| {
                let hint = suggest::did_you_mean(name, names());
                Error::usage(format!("no webhook in the config file is called: {name}"))
                    .hint(hint.unwrap_or_else(|| "`lettermint-hook webhooks` lists them".into()))
            })
    }
}

pub(crate) fn read(context: &Context, path: &Path) -> Result<WebhookFile> {
    let failed = |error: io::Error| Error::file("read the config file", path, &error);
    let bytes = context.read_settings(path).map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|_| failed(io::Error::other("it is not UTF-8")))?;
    let directory = path.parent().unwrap_or(Path::new(""));
    Ok(WebhookFile::parse(&text, directory))
}

/// The path as people know it: relative when it is not far from the working directory.
pub(crate) fn shown(context: &Context, path: &Path) -> String {
    let near = context.directory.ancestors().take(4).enumerate();
    let mut near = near.filter_map(|(up, directory)| {
        let below = path.strip_prefix(directory).ok()?;
        Some(format!("{}{}", "../".repeat(up), below.display()))
    });
    near.next().unwrap_or_else(|| path.display().to_string())
}

/// The error for a command that needs a config file and has none.
pub(crate) fn missing() -> Error {
    Error::cannot_run(format!("no config file: {FILE_NAME}"))
        .hint("it is looked for from the working directory upwards; `--config PATH` names another")
        .hint("begin one with `[[webhook]]`, `name = \"…\"`, `url = \"http://localhost:3000/…\"`")
}

/// The file's content, when there is no error in it.
pub(crate) fn load(context: &Context, path: &Path) -> Result<Config> {
    let file = read(context, path)?;
    let shown = shown(context, path);
    let at = |problem: &Problem| format!("{shown}:{}: {}", problem.line, problem.message);
    let mut errors = file
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    if let Some(first) = errors.next() {
        let error = Error::usage(at(first)).maybe_hint(first.hint.clone());
        return Err(match errors.count() {
            0 => error,
            more => error.hint(format!(
                "`lettermint-hook webhooks` shows this and {more} more problems"
            )),
        });
    }
    let warnings = file.problems.iter().map(at).collect();
    Ok(Config {
        webhooks: file.webhooks(),
        warnings,
    })
}
