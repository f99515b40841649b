//! `secret`: make one, or check the configured ones without showing them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::app::AppContext;
use crate::args::SecretArgs;
use crate::config::secrets;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::lettermint::NamedSecret;
use crate::lettermint::secret::{PREFIX, SecretLint};
use crate::terminal::{Outcome, Paint, Role, visible};

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
pub(crate) struct SecretCommandArgs {
    #[command(subcommand)]
    action: SecretAction,
}

#[derive(Debug, Subcommand)]
enum SecretAction {
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

pub(crate) fn run(args: &SecretCommandArgs, app: &AppContext) -> Result<ExitCode> {
    match &args.action {
        SecretAction::New => {
            let bytes: [u8; 32] = secrets::random_bytes()?;
            let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
            app.terminal.emit(&NewSecret(secret));
            Ok(ExitCode::Success)
        }
        SecretAction::Check(args) => {
            let found = app.find_secrets(&args.sources())?;
            if found.is_empty() {
                return Err(secrets::missing());
            }
            let check = SecretCheck(found);
            app.terminal.emit(&check);
            Ok(ExitCode::of(check.is_clean()))
        }
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
        self.0.iter().all(|named| named.secret.lints().is_empty())
    }
}

/// The first 8 hex digits of a secret's SHA-256: enough to see that two are the same, too
/// little to find one.
fn fingerprint(named: &NamedSecret) -> String {
    Sha256::digest(named.secret.expose())
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl Outcome for SecretCheck {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        for (position, named) in self.0.iter().enumerate() {
            let lints = named.secret.lints();
            let (mark, role) = if lints.is_empty() {
                ("✓", Role::Good)
            } else {
                ("✗", Role::Bad)
            };
            paint.paint(role, mark, out);
            out.push_str(&format!(
                " {}. {}",
                position + 1,
                visible::escape(&named.source)
            ));
            let facts = format!(
                "  {} bytes, sha256 {}…\n",
                named.secret.expose().len(),
                fingerprint(named)
            );
            paint.paint(Role::Faint, &facts, out);
            for lint in lints {
                out.push_str(&format!("    the secret {}\n", lint.message()));
            }
        }
    }

    fn json(&self) -> Option<Value> {
        let describe = |(position, named): (usize, &NamedSecret)| {
            let problems: Vec<_> = named
                .secret
                .lints()
                .into_iter()
                .map(SecretLint::message)
                .collect();
            json!({
                "position": position + 1,
                "source": named.source,
                "bytes": named.secret.expose().len(),
                "sha256_prefix": fingerprint(named),
                "problems": problems,
            })
        };
        let secrets: Value = self.0.iter().enumerate().map(describe).collect();
        Some(json!({"type": "secret_check", "secrets": secrets}))
    }
}
