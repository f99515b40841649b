//! What the commands on the store say.

pub(crate) mod diff;
pub(crate) mod list;
pub(crate) mod show;

use serde_json::{Value, json};

use crate::sending::output::load::thousands;
use crate::store::Pruned;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, duration};

#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) done: &'static str,
    pub(crate) count: u64,
    pub(crate) path: String,
}

#[derive(Debug, Default)]
pub(crate) struct Imported {
    pub(crate) imported: u64,
    pub(crate) known: u64,
    /// Other requests that were captured along with deliveries.
    pub(crate) no_deliveries: u64,
    pub(crate) without_payload: u64,
    pub(crate) unreadable: u64,
    /// Files of directories that are no captures.
    pub(crate) other_files: u64,
}

#[derive(Debug)]
pub(crate) struct Pruning {
    pub(crate) pruned: Pruned,
    pub(crate) dry_run: bool,
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
            (self.no_deliveries, "other requests"),
            (self.without_payload, "without a payload"),
            (self.unreadable, "not readable"),
            (self.other_files, "skipped files"),
        ] {
            if count > 0 {
                let singular = words.strip_suffix('s').filter(|_| count == 1);
                let words = singular.unwrap_or(words);
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
            "other_files": self.other_files,
        }))
    }
}

impl Outcome for Pruning {
    fn text(&self, _: &dyn Paint, out: &mut String) {
        let verb = if self.dry_run {
            "would remove"
        } else {
            "removed"
        };
        out.push_str(&format!(
            "{verb} {} ({}), {} stay\n",
            thousands(self.pruned.removed),
            duration::bytes(usize::try_from(self.pruned.freed).unwrap_or(usize::MAX)),
            thousands(self.pruned.kept),
        ));
        if self.pruned.unreadable > 0 {
            out.push_str(&format!(
                "lines that are no records stay as they are: {}\n",
                thousands(self.pruned.unreadable)
            ));
        }
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": "prune",
            "removed": self.pruned.removed,
            "kept": self.pruned.kept,
            "unreadable": self.pruned.unreadable,
            "freed_bytes": self.pruned.freed,
            "dry_run": self.dry_run,
        }))
    }
}
