//! The sum of many verdicts.

use std::ops::AddAssign;

use super::Standing;
use serde_json::{Value, json};

use crate::terminal::Outcome;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::visible;

/// How many deliveries were valid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerificationSummary {
    /// Genuine deliveries.
    pub valid: u64,
    /// Deliveries that an SDK would refuse.
    pub invalid: u64,
    /// Genuine deliveries that were signed too long ago for `--max-age`.
    pub expired: u64,
    /// Deliveries without raw bytes.
    pub unverifiable: u64,
    /// Lines or entries that could not be read.
    pub unreadable: u64,
    /// Events of which a valid delivery was required and none seen.
    pub missing: Vec<String>,
    /// Whether it ended at the first failure.
    pub stopped: bool,
}

impl VerificationSummary {
    /// Whether everything was as it should be.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.invalid + self.expired + self.unverifiable + self.unreadable == 0
            && self.missing.is_empty()
    }

    /// Whether there was nothing at all to judge, which is no failure but rarely meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.deliveries() + self.unreadable == 0
    }

    /// Counts one delivery.
    pub(crate) fn add(&mut self, status: Standing) {
        let count = match status {
            Standing::Valid => &mut self.valid,
            Standing::Invalid => &mut self.invalid,
            Standing::Expired => &mut self.expired,
            Standing::Unverifiable => &mut self.unverifiable,
        };
        *count += 1;
    }

    fn deliveries(&self) -> u64 {
        self.valid + self.invalid + self.expired + self.unverifiable
    }
}

impl AddAssign for VerificationSummary {
    fn add_assign(&mut self, other: Self) {
        self.valid += other.valid;
        self.invalid += other.invalid;
        self.expired += other.expired;
        self.unverifiable += other.unverifiable;
        self.unreadable += other.unreadable;
        self.missing.extend(other.missing);
        self.stopped |= other.stopped;
    }
}

impl Outcome for VerificationSummary {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        for event in &self.missing {
            paint.paint(Role::Bad, "✗ missing", out);
            out.push_str(&format!(
                "  no valid delivery of a required event: {}\n",
                visible::escape(event)
            ));
        }
        let role = match self.is_good() {
            true => Role::Good,
            false => Role::Bad,
        };
        let total = self.deliveries();
        paint.paint(role, &format!("{} of {total} valid", self.valid), out);
        for (count, what) in [
            (self.invalid, "invalid"),
            (self.expired, "expired"),
            (self.unverifiable, "unverifiable"),
            (self.unreadable, "unreadable"),
        ] {
            if count > 0 {
                out.push_str(&format!(", {count} {what}"));
            }
        }
        if self.stopped {
            out.push_str("; stopped at the first failure");
        }
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        Some(json!({"summary": {
            "deliveries": self.deliveries(),
            "valid": self.valid,
            "invalid": self.invalid,
            "expired": self.expired,
            "unverifiable": self.unverifiable,
            "unreadable": self.unreadable,
            "missing": self.missing,
            "stopped": self.stopped,
        }}))
    }
}
