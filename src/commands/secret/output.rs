//! Secrets, spoken of without being shown. The one exception is a secret that was just made.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::lettermint::NamedSecret;
use crate::lettermint::secret::SecretLint;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, visible};

/// A secret that was just made, to be put somewhere by whoever asked for it.
#[derive(Clone)]
pub struct NewSecret(pub String);

impl Outcome for NewSecret {
    fn text(&self, _: &dyn Paint, out: &mut String) {
        out.push_str(&self.0);
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        Some(json!({ "secret": self.0 }))
    }
}

/// What looks wrong with the configured secrets.
#[derive(Debug, Clone)]
pub struct SecretCheck(pub Vec<NamedSecret>);

impl SecretCheck {
    /// Whether nothing looks wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.0.iter().all(|named| named.secret.lints().is_empty())
    }
}

/// The first 8 hex digits of a secret's SHA-256: enough to see that two are the same, too
/// little to find one.
#[must_use]
pub fn fingerprint(named: &NamedSecret) -> String {
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
        Some(self.0.iter().enumerate().map(describe).collect())
    }
}
