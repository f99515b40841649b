//! Finding the signing secrets: options, then the environment, then `.env`.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::context::Context;
use crate::error::{Error, Result};
use crate::protocol::secret::PREFIX;
use crate::protocol::{NamedSecret, Secret};

/// The variable that Lettermint's SDKs read in their examples.
pub const VARIABLE: &str = "LETTERMINT_WEBHOOK_SECRET";

/// Where the user said the secrets are.
#[derive(Debug, Clone, Default)]
pub struct SecretSources {
    /// `--secret-file`; `-` is stdin.
    pub files: Vec<PathBuf>,
    /// `--secret-env`.
    pub variables: Vec<String>,
    /// `--secret`.
    pub values: Vec<String>,
}

/// All secrets that the options name, in the order file, variable, value; without any, the one
/// of [`VARIABLE`], else the one of `.env` in the working folder. Possibly none.
///
/// # Errors
/// A file or variable that was named and cannot be read, or an empty secret.
pub fn find(context: &Context, sources: &SecretSources) -> Result<Vec<NamedSecret>> {
    let mut found = Vec::new();
    for path in &sources.files {
        found.push(from_file(context, path)?);
    }
    for name in &sources.variables {
        let value = context.variable(name).ok_or_else(|| {
            Error::usage(format!(
                "--secret-env names a variable that is not set or empty: {name}"
            ))
        })?;
        found.push(named(
            &format!("--secret-env {name}"),
            value.as_encoded_bytes(),
        )?);
    }
    for value in &sources.values {
        found.push(named("--secret", value.as_bytes())?);
    }
    if !found.is_empty() {
        return Ok(found);
    }
    if let Some(value) = context.variable(VARIABLE) {
        return Ok(vec![named(VARIABLE, value.as_encoded_bytes())?]);
    }
    Ok(from_dot_env(context)?.into_iter().collect())
}

/// The error for a command that needs a secret and has none.
#[must_use]
pub fn missing() -> Error {
    Error::usage("no secret to sign or verify with")
        .hint(format!(
            "set {VARIABLE}, or use `--secret-file PATH`, `--secret-env NAME` or `--secret VALUE`"
        ))
        .hint("`lettermint-hook secret new` makes one for local use")
}

/// The one secret that `spec` names for `option`: `env:NAME` or `file:PATH`.
///
/// # Errors
/// Another form, or a variable or file that cannot be read.
pub fn from_spec(context: &Context, option: &str, spec: &str) -> Result<NamedSecret> {
    let mut found = match spec.split_once(':') {
        Some(("env", name)) => {
            let value = context.variable(name).ok_or_else(|| {
                Error::usage(format!(
                    "{option} names a variable that is not set or empty: {name}"
                ))
            })?;
            named(option, value.as_encoded_bytes())?
        }
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
///
/// # Errors
/// The system has no random bytes, exit 3.
pub fn fresh() -> Result<NamedSecret> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::cannot_run(format!("cannot get random bytes from the system: {error}"))
    })?;
    let digits = bytes.map(|byte| format!("{byte:02x}")).concat();
    named("made for this run", format!("{PREFIX}{digits}").as_bytes())
}

fn named(source: &str, bytes: &[u8]) -> Result<NamedSecret> {
    let secret = Secret::new(bytes).map_err(|error| {
        Error::usage(format!("{error}: {source}"))
            .hint("leave the option out, or give a secret such as `whsec_…`")
    })?;
    Ok(NamedSecret {
        source: source.to_owned(),
        secret,
    })
}

fn from_file(context: &Context, path: &Path) -> Result<NamedSecret> {
    let source = format!("--secret-file {}", path.display());
    let mut bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| Error::file("read the secret from", path, &error))?;
        bytes
    } else {
        fs::read(context.folder.join(path))
            .map_err(|error| Error::file("read the secret file", path, &error))?
    };
    // One trailing newline is the editor's; more would be somebody's mistake to be warned of.
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    named(&source, &bytes)
}

fn from_dot_env(context: &Context) -> Result<Option<NamedSecret>> {
    let path = context.folder.join(".env");
    let Ok(entries) = dotenvy::from_path_iter(&path) else {
        return Ok(None);
    };
    // Lines that are no assignment belong to others and do not concern us.
    let value = entries
        .flatten()
        .find(|(name, value)| name == VARIABLE && !value.is_empty());
    value
        .map(|(_, value)| named(&format!("{VARIABLE} in .env"), value.as_bytes()))
        .transpose()
}
