//! What a run came to that sent deliveries one after another.

use serde_json::{Value, json};

use super::load::thousands;
use crate::terminal::Outcome;
use crate::terminal::paint::{Paint, Role};

/// Deliveries, each in one attempt or more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DeliverySummary {
    pub(crate) deliveries: u64,
    /// Answered 2xx in the end.
    pub(crate) delivered: u64,
    /// Answered 2xx, or as a correct handler answers a delivery that was tampered with.
    pub(crate) good: u64,
    pub(crate) attempts: u64,
    /// The number of the attempt that was made last.
    pub(crate) last_attempt: u32,
    /// Deliveries that were tampered with.
    pub(crate) tampered: u64,
    /// Those of them that were answered as they should be.
    pub(crate) as_expected: u64,
    /// What went wrong more than once, and how often.
    pub(crate) repeats: Vec<(String, u64)>,
}

impl DeliverySummary {
    fn verdict(&self) -> Option<String> {
        let failed = self.attempts - self.delivered;
        let attempts = |count: u64| match count {
            1 => "1 failed attempt".to_owned(),
            count => format!("{} failed attempts", thousands(count)),
        };
        match (self.tampered, self.deliveries, self.attempts) {
            // A single attempt is its own summary.
            (_, 0 | 1, 0 | 1) => None,
            (0, 1, _) if self.delivered == 1 => Some(format!(
                "delivered at attempt {} ({})",
                self.last_attempt,
                attempts(failed)
            )),
            (0, 1, _) => Some(format!("not delivered: {}", attempts(failed))),
            (0, deliveries, all) => {
                let (delivered, total) = (thousands(self.delivered), thousands(deliveries));
                let more = match all == deliveries {
                    true => String::new(),
                    false => format!(", {} attempts", thousands(all)),
                };
                Some(format!("{delivered} of {total} deliveries delivered{more}"))
            }
            (tampered, _, _) => Some(format!(
                "{} of {} as they should be",
                thousands(self.as_expected),
                thousands(tampered)
            )),
        }
    }
}

impl Outcome for DeliverySummary {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        for (what, count) in &self.repeats {
            paint.paint(Role::Bad, &format!("✗ {what} ×{}", thousands(*count)), out);
            out.push('\n');
        }
        if let Some(verdict) = self.verdict() {
            let role = Role::of(self.good == self.deliveries);
            paint.paint(role, &verdict, out);
            out.push('\n');
        }
    }

    fn json(&self) -> Option<Value> {
        let mut line = json!({
            "type": "summary",
            "deliveries": self.deliveries,
            "delivered": self.delivered,
            "failed": self.deliveries - self.delivered,
            "attempts": self.attempts,
            "failed_attempts": self.attempts - self.delivered,
        });
        if self.tampered > 0 {
            line["tampered"] = self.tampered.into();
            line["as_expected"] = self.as_expected.into();
        }
        Some(line)
    }
}
