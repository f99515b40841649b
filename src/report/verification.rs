//! What verification of one delivery found, and the sum of many.

use serde_json::{Value, json};

use super::paint::{Paint, Role};
use super::{Outcome, duration, visible};
use crate::delivery::Record;
use crate::delivery::record::SecretRef;
use crate::protocol::verification::{SignatureVerdict, TimeVerdict};
use crate::protocol::{NamedSecret, Reason, Verdict};

/// The verdict on one delivery.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Where it was read, `file:line` or an option's name.
    pub source: String,
    /// The event, when known.
    pub event: Option<String>,
    /// The delivery's id, when known.
    pub id: Option<String>,
    /// The attempt, when known.
    pub attempt: Option<u32>,
    /// What verification says.
    pub verdict: Verdict,
    /// Which secret matched.
    pub secret: Option<SecretRef>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

impl Verification {
    /// The verdict on a record that was read at `source`, judged with `secrets`.
    #[must_use]
    pub fn of_record(
        source: String,
        record: &Record,
        verdict: Verdict,
        secrets: &[NamedSecret],
    ) -> Self {
        Self {
            source,
            event: record.event.clone(),
            id: record.id.clone(),
            attempt: record.attempt,
            verdict,
            secret: matched_secret(&verdict, secrets),
            notes: Vec::new(),
        }
    }

    /// Writes the line of facts about the time and the signature.
    fn facts(&self, paint: &dyn Paint, out: &mut String) {
        let verdict = &self.verdict;
        out.push_str("    ");
        paint.paint(Role::Faint, "signature ", out);
        match verdict.signature {
            SignatureVerdict::Ok => {
                paint.paint(Role::Good, "ok", out);
                if let Some(secret) = &self.secret {
                    out.push_str(&format!(
                        " (secret {}: {})",
                        secret.position,
                        visible::escape(&secret.source)
                    ));
                }
            }
            SignatureVerdict::Mismatch => paint.paint(Role::Bad, "mismatch", out),
            SignatureVerdict::Unknown => paint.paint(Role::Warning, "unknown", out),
        }
        paint.paint(Role::Faint, ", time ", out);
        match verdict.time {
            TimeVerdict::Ok => paint.paint(Role::Good, "ok", out),
            TimeVerdict::OutOfTolerance => paint.paint(Role::Bad, "out of tolerance", out),
            TimeVerdict::Unknown => paint.paint(Role::Warning, "unknown", out),
        }
        if let Some(signed_at) = verdict.signed_at {
            out.push_str(&format!(" (signed at {signed_at}"));
            if let Some(age) = verdict.age_seconds {
                out.push_str(&format!(", {}", duration::age(age)));
            }
            out.push(')');
        }
        out.push('\n');
    }

    /// Why it is not valid, with the exact defect of a malformed header.
    #[must_use]
    pub fn explanation(&self) -> Option<String> {
        let reason = self.verdict.reason?;
        Some(match (reason, self.verdict.malformed) {
            (Reason::SignatureHeaderMalformed, Some(malformed)) => {
                format!("{}: {malformed}", reason.explanation())
            }
            _ => reason.explanation().to_owned(),
        })
    }
}

impl Outcome for Verification {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        match self.verdict.reason {
            None => paint.paint(Role::Good, "✓ valid", out),
            Some(reason) => paint.paint(Role::Bad, &format!("✗ {}", reason.code()), out),
        }
        out.push_str("  ");
        let event = self.event.as_deref().unwrap_or("(no event)");
        paint.paint(Role::Strong, &visible::escape(event), out);
        if let Some(id) = &self.id {
            out.push_str("  ");
            out.push_str(&visible::escape(id));
        }
        if let Some(attempt) = self.attempt {
            paint.paint(Role::Faint, &format!("  attempt {attempt}"), out);
        }
        paint.paint(
            Role::Faint,
            &format!("  {}", visible::escape(&self.source)),
            out,
        );
        out.push('\n');
        self.facts(paint, out);
        if let (Some(explanation), Some(reason)) = (self.explanation(), self.verdict.reason) {
            out.push_str(&format!("    {explanation}\n    "));
            paint.paint(Role::Warning, "hint: ", out);
            out.push_str(reason.hint());
            out.push('\n');
        }
        for note in &self.notes {
            out.push_str("    ");
            paint.paint(Role::Faint, "note: ", out);
            out.push_str(&visible::escape(note));
            out.push('\n');
        }
    }

    fn json(&self) -> Option<Value> {
        let verdict = &self.verdict;
        Some(json!({
            "source": self.source,
            "event": self.event,
            "id": self.id,
            "attempt": self.attempt,
            "valid": verdict.is_valid(),
            "reason": verdict.reason.map(Reason::code),
            "signed_at": verdict.signed_at,
            "age_seconds": verdict.age_seconds,
            "time": verdict.time.code(),
            "signature": verdict.signature.code(),
            "secret": self.secret.as_ref().map(SecretRef::to_json),
            "findings": [],
            "notes": self.notes,
        }))
    }
}

/// Which of the given secrets matched, by position and source.
#[must_use]
pub fn matched_secret(verdict: &Verdict, secrets: &[NamedSecret]) -> Option<SecretRef> {
    let position = verdict.secret?;
    secrets.get(position).map(|named| SecretRef {
        position: position + 1,
        source: named.source.clone(),
    })
}

/// How many deliveries were valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerificationSummary {
    /// Genuine deliveries.
    pub valid: u64,
    /// Deliveries that an SDK would refuse.
    pub invalid: u64,
    /// Lines or entries that could not be read.
    pub unreadable: u64,
}

impl Outcome for VerificationSummary {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let bad = self.invalid + self.unreadable > 0;
        let role = if bad { Role::Bad } else { Role::Good };
        let total = self.valid + self.invalid;
        paint.paint(role, &format!("{} of {total} valid", self.valid), out);
        if self.invalid > 0 {
            out.push_str(&format!(", {} invalid", self.invalid));
        }
        if self.unreadable > 0 {
            out.push_str(&format!(", {} unreadable", self.unreadable));
        }
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        Some(json!({"summary": {
            "deliveries": self.valid + self.invalid,
            "valid": self.valid,
            "invalid": self.invalid,
            "unreadable": self.unreadable,
        }}))
    }
}
