//! The summary of many verdicts, and what could not be judged.

use std::ops::AddAssign;

use serde_json::{Value, json};

use super::{Source, Status};
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, visible};

/// How many deliveries were valid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct VerificationSummary {
    pub(crate) valid: u64,
    /// Deliveries that an SDK would refuse.
    pub(crate) invalid: u64,
    /// Genuine deliveries that were signed too long ago for `--max-age`.
    pub(crate) expired: u64,
    /// Deliveries without raw bytes.
    pub(crate) unverifiable: u64,
    /// Lines or entries that could not be read.
    pub(crate) unreadable: u64,
    /// Records of what was sent whose other side was received and is counted, or the other way.
    pub(crate) second_sides: u64,
    /// Events of which a valid delivery was required and none seen.
    pub(crate) missing: Vec<String>,
    /// Whether it ended at the first failure.
    pub(crate) stopped: bool,
    /// Requests that are no deliveries, in formats that hold any.
    pub(crate) other_requests: u64,
    /// Files of directories that are no captures.
    pub(crate) other_files: u64,
    /// Whether it is good when there was nothing to judge.
    pub(crate) may_be_empty: bool,
}

impl VerificationSummary {
    pub(crate) fn is_good(&self) -> bool {
        self.invalid + self.expired + self.unverifiable + self.unreadable == 0
            && self.missing.is_empty()
            && self.nothing_verified().is_none()
    }

    /// What to say when there was nothing to judge: fixtures that were emptied by mistake must
    /// not be good.
    pub(crate) fn nothing_verified(&self) -> Option<String> {
        let is_empty = self.deliveries() + self.unreadable == 0;
        (is_empty && !self.may_be_empty).then(|| {
            let mut text = NOTHING.to_owned();
            text.push_str(": no delivery was found");
            self.skipped(&mut text);
            text
        })
    }

    fn skipped(&self, out: &mut String) {
        let mut separator = "; skipped:";
        for (count, one, more) in [
            (self.other_requests, "other request", "other requests"),
            (self.other_files, "other file", "other files"),
        ] {
            if count > 0 {
                let noun = if count == 1 { one } else { more };
                out.push_str(&format!("{separator} {count} {noun}"));
                separator = ",";
            }
        }
    }

    pub(crate) fn add(&mut self, status: Status) {
        *self.count(status) += 1;
    }

    /// Takes back a delivery whose other side is counted.
    pub(crate) fn second_side(&mut self, status: Status) {
        *self.count(status) -= 1;
        self.second_sides += 1;
    }

    fn count(&mut self, status: Status) -> &mut u64 {
        match status {
            Status::Valid => &mut self.valid,
            Status::Invalid => &mut self.invalid,
            Status::Expired => &mut self.expired,
            Status::Unverifiable => &mut self.unverifiable,
        }
    }

    fn deliveries(&self) -> u64 {
        self.valid + self.invalid + self.expired + self.unverifiable
    }

    /// The line of numbers.
    pub(super) fn counts(&self, paint: &dyn Paint, out: &mut String) {
        let role = Role::of(self.is_good());
        let total = self.deliveries();
        paint.paint(role, &format!("{} of {total} valid", self.valid), out);
        for (count, what) in [
            (self.invalid, "invalid"),
            (self.expired, "expired"),
            (self.unverifiable, "unverifiable"),
            (self.unreadable, UNREADABLE),
        ] {
            if count > 0 {
                out.push_str(&format!(", {count} {what}"));
            }
        }
        if self.second_sides > 0 {
            out.push_str(&format!(
                "; {} sent and received, counted once",
                self.second_sides
            ));
        }
        self.skipped(out);
        if self.stopped {
            out.push_str("; stopped at the first failure");
        }
        out.push('\n');
    }
}

impl AddAssign for VerificationSummary {
    fn add_assign(&mut self, other: Self) {
        self.valid += other.valid;
        self.invalid += other.invalid;
        self.expired += other.expired;
        self.unverifiable += other.unverifiable;
        self.unreadable += other.unreadable;
        self.second_sides += other.second_sides;
        self.missing.extend(other.missing);
        self.stopped |= other.stopped;
        self.other_requests += other.other_requests;
        self.other_files += other.other_files;
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
        match self.nothing_verified() {
            Some(text) => {
                paint.paint(Role::Bad, &format!("✗ {text}"), out);
                out.push('\n');
            }
            None => self.counts(paint, out),
        }
    }

    fn json(&self) -> Option<Value> {
        Some(json!({"type": "summary", "summary": {
            "deliveries": self.deliveries(),
            "valid": self.valid,
            "invalid": self.invalid,
            "expired": self.expired,
            "unverifiable": self.unverifiable,
            "unreadable": self.unreadable,
            "sent_and_received": self.second_sides,
            "missing": self.missing,
            "stopped": self.stopped,
            "other_requests": self.other_requests,
            "other_files": self.other_files,
            "nothing_verified": self.nothing_verified().is_some(),
        }}))
    }
}

pub(super) const NOTHING: &str = "nothing was verified";
pub(super) const UNREADABLE: &str = "unreadable";

/// A line or an entry that is no delivery.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) source: Source,
    pub(crate) message: String,
}

impl Outcome for Unreadable {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        paint.paint(Role::Bad, "✗ unreadable", out);
        out.push_str(&format!(
            "  {}  {}\n",
            visible::escape(&self.source.to_string()),
            visible::escape(&self.message)
        ));
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": UNREADABLE,
            "source": self.source.to_string(),
            "valid": false,
            "status": UNREADABLE,
            "error": self.message,
        }))
    }
}
