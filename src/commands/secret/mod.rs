//! `secret`: make one, or look over the configured ones without showing them.

pub mod output;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};

use crate::app::AppContext;
use crate::args::SecretArgs;
use crate::commands::secret::output::{NewSecret, SecretCheck};
use crate::config::secrets;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::secret::PREFIX;

/// Make a secret for local use, or check the configured ones without showing them
///
/// A secret signs deliveries on your machine only: what Lettermint sends is signed with the
/// secret that its dashboard shows once, when the webhook is made.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  export LETTERMINT_WEBHOOK_SECRET=$(lettermint-hook secret new)
  lettermint-hook secret check
  lettermint-hook secret check --secret-file key.txt --json")]
pub struct SecretCommandArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: SecretAction,
}

/// What to do with secrets.
#[derive(Debug, Subcommand)]
pub enum SecretAction {
    /// Print a new random secret
    ///
    /// `whsec_` and 32 bytes from the system's source of randomness. It is printed and kept
    /// nowhere.
    #[command(after_help = "\
Examples:
  lettermint-hook secret new > key.txt")]
    New,
    /// Look for mistakes in the configured secrets without showing them
    ///
    /// Exits 1 when any looks wrong. Shown are where each was found, its length and the first 8
    /// hex digits of its SHA-256, to compare two machines.
    #[command(after_help = "\
Examples:
  lettermint-hook secret check --secret-env STAGING_SECRET")]
    Check(SecretArgs),
}

/// Runs the command.
///
/// # Errors
/// No secret to check, one that cannot be read, stdout gone.
pub fn run(args: &SecretCommandArgs, app: &AppContext) -> Result<ExitCode> {
    match &args.action {
        SecretAction::New => {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).map_err(|error| {
                Error::cannot_run(format!("cannot get random bytes from the system: {error}"))
            })?;
            let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
            app.terminal.emit(&NewSecret(secret))?;
            Ok(ExitCode::Success)
        }
        SecretAction::Check(args) => {
            let found = app.find_secrets(&args.sources())?;
            if found.is_empty() {
                return Err(secrets::missing());
            }
            let check = SecretCheck(found);
            app.terminal.emit(&check)?;
            Ok(if check.is_clean() {
                ExitCode::Success
            } else {
                ExitCode::Negative
            })
        }
    }
}
