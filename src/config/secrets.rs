//! Finding the signing secrets: options, then the environment, then `.env`.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::webhook::{BasicAuth, SecretPlace};
use crate::config::{dot_env, source};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::lettermint::secret::PREFIX;
use crate::lettermint::{NamedSecret, Secret};

/// The variable that Lettermint's SDKs read in their examples.
pub(crate) const VARIABLE: &str = "LETTERMINT_WEBHOOK_SECRET";

/// The file that is asked for it when the environment has none.
pub(crate) const DOT_ENV: &str = ".env";

/// Where the user said the secrets are.
#[derive(Debug, Clone, Default)]
pub(crate) struct SecretSources {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) variables: Vec<String>,
    pub(crate) values: Vec<String>,
}

impl SecretSources {
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.variables.is_empty() && self.values.is_empty()
    }
}

/// All secrets that the options name, in the order file, variable, value; without any, the one
/// of [`VARIABLE`], else the one of `.env` in `directory`. Possibly none.
pub(crate) fn find(
    context: &Context,
    directory: &Path,
    sources: &SecretSources,
) -> Result<Vec<NamedSecret>> {
    let mut found = Vec::new();
    for path in &sources.files {
        found.push(from_file(context, path)?);
    }
    for name in &sources.variables {
        found.push(from_variable(context, "--secret-env", name)?);
    }
    for value in &sources.values {
        found.push(named("--secret", value.as_bytes())?);
    }
    if !found.is_empty() {
        return Ok(found);
    }
    // Set to nothing is a mistake to be told of: to go on without a secret would mean to accept
    // every delivery.
    if let Some(value) = context.variable_or_empty(VARIABLE) {
        return Ok(vec![named(VARIABLE, value.as_encoded_bytes())?]);
    }
    Ok(from_dot_env(context, &directory.join(DOT_ENV))?
        .into_iter()
        .collect())
}

pub(crate) fn of_webhook(
    context: &Context,
    webhook: &str,
    place: &SecretPlace,
) -> Result<NamedSecret> {
    let source = format!("{place} of the webhook {webhook}");
    match place {
        SecretPlace::File(path) => read_file(context, path, &source),
        SecretPlace::Variable(name) => {
            let value = webhook_variable(context, name, &source, "whsec_…")?;
            named(&source, value.as_encoded_bytes())
        }
    }
}

pub(crate) fn password(context: &Context, webhook: &str, auth: &BasicAuth) -> Result<Secret> {
    let name = &auth.password_env;
    let source = format!("password_env {name} of the webhook {webhook}");
    let value = webhook_variable(context, name, &source, "…")?;
    Secret::new(value.as_encoded_bytes()).map_err(|error| Error::usage(error.to_string()))
}

fn webhook_variable<'a>(
    context: &'a Context,
    name: &str,
    source: &str,
    example: &str,
) -> Result<&'a OsStr> {
    context.variable(name).ok_or_else(|| {
        Error::usage(format!("variable not set or empty: {source}"))
            .hint(format!("set it, such as with `export {name}={example}`"))
    })
}

/// The error for a command that needs a secret and has none.
pub(crate) fn missing() -> Error {
    Error::usage("no secret to sign or verify with")
        .hint(format!(
            "set {VARIABLE}, or use `--secret-file PATH`, `--secret-env NAME` or `--secret VALUE`"
        ))
        .hint("`lettermint-hook secret new --env` puts one for local use into .env")
}

/// The one secret that `spec` names for `option`: `env:NAME` or `file:PATH`.
pub(crate) fn from_spec(context: &Context, option: &str, spec: &str) -> Result<NamedSecret> {
    let mut found = match spec.split_once(':') {
        Some(("env", name)) => from_variable(context, option, name)?,
        Some(("file", path)) => from_file(context, Path::new(path))?,
        _ => {
            return Err(
                Error::usage(format!("{option} takes env:NAME or file:PATH"))
                    .hint("a secret on the command line would be seen by other users"),
            );
        }
    };
    found.source = format!("{option} {spec}");
    Ok(found)
}

/// A new random secret, for a run that needs one and was given none.
pub(crate) fn fresh() -> Result<NamedSecret> {
    let bytes: [u8; 24] = random_bytes()?;
    let digits = bytes.map(|byte| format!("{byte:02x}")).concat();
    named("made for this run", format!("{PREFIX}{digits}").as_bytes())
}

pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::cannot_run(format!("cannot get random bytes from the system: {error}"))
    })?;
    Ok(bytes)
}

fn named(source: &str, bytes: &[u8]) -> Result<NamedSecret> {
    let secret = Secret::new(bytes).map_err(|error| {
        Error::usage(format!("{error}: {source}"))
            .hint("leave it out altogether, or give a secret such as `whsec_…`")
    })?;
    Ok(NamedSecret::new(source, secret))
}

fn from_variable(context: &Context, option: &str, name: &str) -> Result<NamedSecret> {
    let value = context.variable(name).ok_or_else(|| {
        if !is_name(name) {
            return in_the_wrong_place(&format!("{option} takes the name of a variable"));
        }
        Error::usage(format!(
            "{option} names a variable that is not set or empty: {name}"
        ))
        .hint(format!("`export {name}=whsec_…` sets it"))
    })?;
    named(&format!("{option} {name}"), value.as_encoded_bytes())
}

/// Whether a text can be a variable's name. If not it may be the secret itself, which must not be
/// repeated then.
pub(crate) fn is_name(text: &str) -> bool {
    let is_part = |c: char| c == '_' || c.is_ascii_alphanumeric();
    !text.is_empty() && text.chars().all(is_part) && !text.starts_with(PREFIX)
}

fn in_the_wrong_place(what: &str) -> Error {
    Error::usage(format!("{what}, not the secret")).hint("`--secret VALUE` takes the secret itself")
}

fn from_file(context: &Context, path: &Path) -> Result<NamedSecret> {
    let source = format!("--secret-file {}", path.display());
    read_file(context, path, &source)
}

fn read_file(context: &Context, path: &Path, source: &str) -> Result<NamedSecret> {
    let bytes = context
        .read_settings(path)
        .map_err(|error| match path.to_str() {
            Some("-") => Error::file("read the secret from", path, &error),
            Some(text) if text.starts_with(PREFIX) => {
                in_the_wrong_place("--secret-file takes the path of a file")
            }
            _ => Error::file("read the secret file", path, &error),
        })?;
    // One trailing newline is the editor's; more would be somebody's mistake to be warned of.
    let line = [&b"\r\n"[..], b"\n"]
        .iter()
        .find_map(|end| bytes.strip_suffix(*end));
    named(source, line.unwrap_or(&bytes))
}

fn from_dot_env(context: &Context, path: &Path) -> Result<Option<NamedSecret>> {
    let Some(bytes) = read_dot_env(context, path)? else {
        return Ok(None);
    };
    let shown = source::shown(context, path);
    let environment = |name: &str| {
        let value = context.variable(name)?;
        Some(value.as_encoded_bytes().to_vec())
    };
    let found = dot_env::look_up(&bytes, VARIABLE, environment).map_err(|broken| {
        let dot_env::Broken { line, why } = broken;
        Error::cannot_run(format!("cannot read ({why}): {shown}:{line}")).hint(format!(
            "write it as `{VARIABLE}=whsec_…` on a line of its own"
        ))
    })?;
    let Some(value) = found.value else {
        return Ok(None);
    };
    let mut named = named(&format!("{VARIABLE} in {shown}"), &value)?;
    named.notes = found.warnings;
    Ok(Some(named))
}

/// The line that holds a secret, in a file's bytes.
pub(crate) fn line_in_dot_env(bytes: &[u8]) -> Option<usize> {
    dot_env::line_of(bytes, VARIABLE)
}

/// The file's bytes, `None` when there is none.
pub(crate) fn read_dot_env(context: &Context, path: &Path) -> Result<Option<Vec<u8>>> {
    // A directory of this name is somebody's virtual environment.
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        || path.is_dir()
    {
        return Ok(None);
    }
    let failed = |error| Error::file("read", Path::new(&source::shown(context, path)), &error);
    context.read_settings(path).map(Some).map_err(failed)
}
