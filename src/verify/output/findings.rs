//! Why a delivery is refused: the findings of a diagnosis, and what SDKs say.

use serde_json::{Value, json};

use crate::delivery::record::SecretRef;
use crate::diagnosis::Finding;
use crate::diagnosis::sdk::{Refusal, SDKS, Sdk};
use crate::terminal::line::labeled;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::table::{self, Align, cell};
use crate::terminal::{Outcome, visible};

/// Writes what was found, with the fix for each stack or, where it was spelled out before,
/// without.
pub(super) fn write(findings: &[Finding], with_fixes: bool, paint: &dyn Paint, out: &mut String) {
    for finding in findings {
        let (label, role) = match finding.proven {
            true => ("proven", Role::Good),
            false => ("suspected", Role::Warning),
        };
        let message = visible::escape(&finding.message);
        labeled(label, role, &message, paint, out);
        if let Some(secret) = &finding.secret {
            let SecretRef { position, source } = secret;
            let source = visible::escape(source);
            let key = finding
                .key_fingerprint
                .as_ref()
                .map(|key| format!(", SHA-256 of the key that matches starts with {key}"));
            let text = format!("{position}: {source}{}", key.unwrap_or_default());
            inner("secret", &text, paint, out);
        }
        inner("where", &finding.place(), paint, out);
        inner("fix", &finding.fix(), paint, out);
        if !with_fixes {
            continue;
        }
        for stack in finding.stacks() {
            inner(stack.stack, stack.fix, paint, out);
        }
        inner("docs", finding.docs(), paint, out);
    }
}

pub(super) fn to_json(finding: &Finding) -> Value {
    let stacks: Vec<_> = finding
        .stacks()
        .iter()
        .map(|stack| json!({"stack": stack.stack, "fix": stack.fix}))
        .collect();
    json!({
        "code": finding.code(),
        "proven": finding.proven,
        "message": finding.message,
        "place": finding.place(),
        "fix": finding.fix(),
        "stacks": stacks,
        "docs": finding.docs(),
        "secret": finding.secret.as_ref().map(SecretRef::to_json),
        "key_sha256": finding.key_fingerprint,
    })
}

/// A line below a finding: `      label: text`.
fn inner(label: &str, text: &str, paint: &dyn Paint, out: &mut String) {
    out.push_str("  ");
    labeled(label, Role::Faint, text, paint, out);
}

#[derive(Debug, Clone)]
pub(crate) struct SdkVerdict {
    pub(crate) sdk: &'static Sdk,
    /// Why it refuses the delivery, if it does.
    pub(crate) refusal: Option<Refusal>,
}

impl SdkVerdict {
    pub(crate) fn text(&self, paint: &dyn Paint, out: &mut String) {
        let name = self.sdk.name;
        match &self.refusal {
            None => labeled(name, Role::Good, "accepts it", paint, out),
            Some(refusal) => {
                let text = format!("refuses it ({}): {refusal}", refusal.reason.code());
                labeled(name, Role::Warning, &text, paint, out);
            }
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "sdk": self.sdk.name,
            "accepts": self.refusal.is_none(),
            "reason": self.refusal.as_ref().map(|refusal| refusal.reason.code()),
            "why": self.refusal.as_ref().map(|refusal| refusal.why),
        })
    }
}

/// Every SDK whose rules are known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SdkTable;

impl Outcome for SdkTable {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let rows: Vec<_> = SDKS
            .iter()
            .map(|sdk| {
                let known = match sdk.ran {
                    true => "by running it",
                    false => "from its source",
                };
                vec![cell(sdk.name), cell(sdk.package), cell(known)]
            })
            .collect();
        let columns = ["SDK", "package", "known"].map(|title| (title, Align::Left));
        table::write(&columns, &rows, paint, out);
    }

    fn json(&self) -> Option<Value> {
        let sdks = SDKS
            .iter()
            .map(|sdk| json!({"sdk": sdk.name, "package": sdk.package, "ran": sdk.ran}));
        Some(json!({"type": "sdks", "sdks": sdks.collect::<Value>()}))
    }
}
