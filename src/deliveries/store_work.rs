//! What was done to a store: imports, exports, redactions and prunings.

use serde_json::{Value, json};

use crate::sending::output::load::thousands;
use crate::terminal::Outcome;
use crate::terminal::paint::{Paint, Role};

/// Records that were written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Such as `exported`.
    pub done: &'static str,
    /// How many.
    pub count: u64,
    /// Where to.
    pub path: String,
}

/// What came of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Taken into the store.
    pub imported: u64,
    /// In the store already.
    pub known: u64,
    /// Other requests that were captured along with deliveries.
    pub no_deliveries: u64,
    /// Captured without a payload.
    pub without_payload: u64,
    /// What could not be read.
    pub unreadable: u64,
}

/// What came of a pruning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Records that are gone.
    pub removed: u64,
    /// Records that stay.
    pub kept: u64,
    /// Lines that are no records; they stay.
    pub unreadable: u64,
    /// Bytes by which the store is smaller.
    pub freed: u64,
    /// Whether nothing was done but counting.
    pub dry_run: bool,
}

impl Outcome for Written {
    fn text(&self, _: &dyn Paint, out: &mut String) {
        let Self { done, count, path } = self;
        let noun = if *count == 1 {
            "delivery"
        } else {
            "deliveries"
        };
        out.push_str(&format!("{done} {} {noun}: {path}\n", thousands(*count)));
    }

    fn json(&self) -> Option<Value> {
        Some(json!({"type": self.done, "count": self.count, "path": self.path}))
    }
}

impl Outcome for Imported {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let role = match self.unreadable {
            0 => Role::Good,
            _ => Role::Warning,
        };
        let head = format!("imported {}", thousands(self.imported));
        paint.paint(role, &head, out);
        for (count, words) in [
            (self.known, "in the store already"),
            (self.no_deliveries, "no webhook deliveries"),
            (self.without_payload, "without a payload"),
            (self.unreadable, "not readable"),
        ] {
            if count > 0 {
                out.push_str(&format!(", {} {words}", thousands(count)));
            }
        }
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": "import",
            "imported": self.imported,
            "known": self.known,
            "no_deliveries": self.no_deliveries,
            "without_payload": self.without_payload,
            "unreadable": self.unreadable,
        }))
    }
}

impl Outcome for Pruned {
    fn text(&self, _: &dyn Paint, out: &mut String) {
        let verb = if self.dry_run {
            "would remove"
        } else {
            "removed"
        };
        out.push_str(&format!(
            "{verb} {} ({}), {} stay\n",
            thousands(self.removed),
            crate::terminal::duration::bytes(usize::try_from(self.freed).unwrap_or(usize::MAX)),
            thousands(self.kept),
        ));
        if self.unreadable > 0 {
            out.push_str(&format!(
                "lines that are no records stay as they are: {}\n",
                thousands(self.unreadable)
            ));
        }
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": "prune",
            "removed": self.removed,
            "kept": self.kept,
            "unreadable": self.unreadable,
            "freed_bytes": self.freed,
            "dry_run": self.dry_run,
        }))
    }
}
