//! `secret`: make one, or check the configured ones without showing them.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::app::AppContext;
use crate::args::SecretArgs;
use crate::config::{dot_env, secrets, source as config};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::secret::PREFIX;
use crate::lettermint::{NamedSecret, Secret};
use crate::terminal::output::NewFile;
use crate::terminal::paint::mark;
use crate::terminal::{Outcome, Paint, Role, visible};

/// Make a secret for local use, or check the configured ones without showing them
///
/// A secret signs deliveries on your machine only: what Lettermint sends is signed with the
/// secret that its dashboard shows once, when the webhook is made.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook secret new --env
  export LETTERMINT_WEBHOOK_SECRET=$(lettermint-hook secret new)
  lettermint-hook secret check
  lettermint-hook secret check --secret-file key.txt --json")]
pub(crate) struct SecretCommandArgs {
    #[command(subcommand)]
    action: SecretAction,
}

#[derive(Debug, Subcommand)]
enum SecretAction {
    /// Print a new random secret
    ///
    /// `whsec_` and 32 bytes from the system's source of randomness. It is printed and kept
    /// nowhere, or with --env written into a file and not printed.
    #[command(after_help = "\
Examples:
  lettermint-hook secret new --env
  lettermint-hook secret new > key.txt")]
    New(NewArgs),
    /// Look for mistakes in the configured secrets without showing them
    ///
    /// Exits 1 when any looks wrong. Shown are where each was found, its length and the first 8
    /// hex digits of its SHA-256, to compare two machines.
    #[command(after_help = "\
Examples:
  lettermint-hook secret check --secret-env STAGING_SECRET")]
    Check(SecretArgs),
}

#[derive(Debug, Args)]
struct NewArgs {
    /// Write it into this file as LETTERMINT_WEBHOOK_SECRET [default: .env]
    ///
    /// Nothing else in the file is touched. The file gets mode 0600. Without a path it is the
    /// .env that every command reads: beside the config file, else in the working directory.
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true)]
    env: Option<Option<PathBuf>>,
    /// Replace the one that the file has
    #[arg(long, requires = "env")]
    force: bool,
}

pub(crate) fn run(args: &SecretCommandArgs, app: &AppContext) -> Result<ExitCode> {
    match &args.action {
        SecretAction::New(NewArgs { env, force }) => {
            let bytes: [u8; 32] = secrets::random_bytes()?;
            let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
            match env {
                None => app.terminal.emit(&NewSecret(secret)),
                Some(path) => {
                    let path = match path {
                        Some(path) => app.context.directory.join(path),
                        None => app.directory().join(secrets::DOT_ENV),
                    };
                    write_env(app, &path, &secret, *force)?;
                }
            }
            Ok(ExitCode::Success)
        }
        SecretAction::Check(args) => {
            let found = app.find_secrets(&args.sources())?;
            if found.is_empty() {
                return Err(secrets::missing());
            }
            let check = SecretCheck(found);
            app.terminal.emit_settings(&check);
            Ok(ExitCode::of(check.is_clean()))
        }
    }
}

/// Writes the secret into a file of variables, and says what is left to do.
fn write_env(app: &AppContext, path: &Path, secret: &str, force: bool) -> Result<()> {
    let shown = config::shown(&app.context, path);
    let failed = |error: io::Error| Error::file("write", Path::new(&shown), &error);
    if path.is_dir() {
        return Err(failed(io::Error::other("it is a directory")));
    }
    let old = secrets::read_dot_env(&app.context, path)?.unwrap_or_default();
    if !force && let Some(line) = secrets::line_in_dot_env(&old) {
        let message = format!("{} is there already: {shown}:{line}", secrets::VARIABLE);
        return Err(Error::negative(message).hint(
            "`lettermint-hook secret check` looks at it, `--force` puts a new one in its place",
        ));
    }
    let new = dot_env::assign(&old, secrets::VARIABLE, secret)
        .ok_or_else(|| failed(io::Error::other("it is UTF-16; save it as UTF-8 first")))?;
    let mut file = NewFile::next_to(path).map_err(failed)?;
    file.write_all(&new).map_err(failed)?;
    file.put_in_place().map_err(failed)?;
    let secret = Secret::new(secret).map_err(|error| Error::cannot_run(error.to_string()))?;
    app.terminal.emit_settings(&Written {
        fingerprint: secret.fingerprint(),
        path: shown.clone(),
    });
    if is_not_ignored(path) {
        let warning = format!("git would commit this file: {shown}");
        app.terminal.warning(&warning);
        app.terminal
            .hint(&format!("`echo {} >> .gitignore`", secrets::DOT_ENV));
    }
    app.terminal.hint(
        "let your handler read the same file, such as with `node --env-file=.env`, and restart it; \
         then `lettermint-hook send message.delivered`",
    );
    Ok(())
}

/// Whether git knows for sure that a file would be committed.
fn is_not_ignored(path: &Path) -> bool {
    let mut git = Command::new("git");
    git.args(["check-ignore", "--quiet"]).arg(path);
    git.current_dir(path.parent().unwrap_or(Path::new(".")));
    git.stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    git.status().is_ok_and(|status| status.code() == Some(1))
}

/// A secret that was written into a file, which is not shown.
struct Written {
    path: String,
    fingerprint: String,
}

impl Outcome for Written {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        paint.paint(Role::Good, "✓", out);
        let path = visible::escape(&self.path);
        out.push_str(&format!(" {path}: {} is a new secret", secrets::VARIABLE));
        let facts = format!("  sha256 {}…\n", self.fingerprint);
        paint.paint(Role::Faint, &facts, out);
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": "secret_written",
            "path": self.path,
            "variable": secrets::VARIABLE,
            "sha256_prefix": self.fingerprint,
        }))
    }
}

/// A secret that was just made: the only one that is ever shown.
struct NewSecret(String);

impl Outcome for NewSecret {
    fn text(&self, _: &dyn Paint, out: &mut String) {
        out.push_str(&self.0);
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        Some(json!({ "type": "secret", "secret": self.0 }))
    }
}

struct SecretCheck(Vec<NamedSecret>);

impl SecretCheck {
    fn is_clean(&self) -> bool {
        self.0.iter().all(|named| named.problems().is_empty())
    }
}

impl Outcome for SecretCheck {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        for (position, named) in self.0.iter().enumerate() {
            let problems = named.problems();
            let (mark, role) = mark(problems.is_empty());
            paint.paint(role, mark, out);
            out.push_str(&format!(
                " {}. {}",
                position + 1,
                visible::escape(&named.source)
            ));
            let facts = format!(
                "  {} bytes, sha256 {}…\n",
                named.secret.expose().len(),
                named.secret.fingerprint()
            );
            paint.paint(Role::Faint, &facts, out);
            for problem in problems {
                out.push_str(&format!("    {problem}\n"));
            }
        }
    }

    fn json(&self) -> Option<Value> {
        let describe = |(position, named): (usize, &NamedSecret)| {
            json!({
                "position": position + 1,
                "source": named.source,
                "bytes": named.secret.expose().len(),
                "sha256_prefix": named.secret.fingerprint(),
                "problems": named.problems(),
            })
        };
        let secrets: Value = self.0.iter().enumerate().map(describe).collect();
        Some(json!({"type": "secret_check", "secrets": secrets}))
    }
}
