//! The sum of a bulk run.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::histogram::Histogram;
use crate::terminal::Outcome;
use crate::terminal::duration::measured;
use crate::terminal::paint::{Paint, Role};

/// Rows of the histogram that is drawn.
const ROWS: usize = 12;
/// Width of the longest bar.
const BAR: usize = 40;

/// What many attempts came to.
#[derive(Debug, Clone, Default)]
pub struct LoadSummary {
    /// Answered 2xx.
    pub delivered: u64,
    /// Everything else.
    pub failed: u64,
    /// Attempts by status, or by the words of the failure.
    pub outcomes: BTreeMap<String, u64>,
    /// From the intended start of each attempt to the end of its answer.
    pub latency: Histogram,
    /// The whole run.
    pub elapsed: Duration,
    /// Connections used at the same time.
    pub concurrency: usize,
    /// Attempts a second that were intended, if a rate was.
    pub rate: Option<f64>,
    /// Whether anybody ever answered.
    pub answered: bool,
}

impl LoadSummary {
    /// All attempts.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.delivered + self.failed
    }

    /// Attempts a second over the whole run.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        self.total() as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }
}

/// A number with its thousands apart: `1,234,567`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

const QUANTILES: [(&str, f64); 5] = [
    ("p50", 0.5),
    ("p90", 0.9),
    ("p99", 0.99),
    ("p99.9", 0.999),
    ("p99.99", 0.9999),
];

impl Outcome for LoadSummary {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let role = if self.failed == 0 {
            Role::Good
        } else {
            Role::Bad
        };
        let delivered = format!(
            "{} of {} delivered",
            thousands(self.delivered),
            thousands(self.total())
        );
        paint.paint(role, &delivered, out);
        out.push_str(&format!(
            " in {}, {} a second, {} connections\n",
            measured(self.elapsed),
            thousands(self.per_second().round() as u64),
            self.concurrency
        ));
        for (outcome, count) in &self.outcomes {
            let role = match outcome.strip_prefix('2') {
                Some(_) => Role::Good,
                None => Role::Bad,
            };
            out.push_str("  ");
            paint.paint(role, outcome, out);
            out.push_str(&format!("  {}\n", thousands(*count)));
        }
        if self.latency.count() == 0 {
            return;
        }
        paint.paint(Role::Faint, "latency", out);
        for (name, share) in QUANTILES {
            out.push_str(&format!(
                "  {name} {}",
                measured(self.latency.quantile(share))
            ));
        }
        out.push_str(&format!("  max {}\n", measured(self.latency.max())));
        let rows = self.latency.rows(ROWS);
        let most = rows
            .iter()
            .map(|(_, count)| *count)
            .max()
            .unwrap_or(1)
            .max(1);
        for (bound, count) in rows {
            let bar = "█".repeat((count as usize * BAR).div_ceil(most as usize));
            paint.paint(Role::Faint, &format!("  ≤ {:>8}  ", measured(bound)), out);
            out.push_str(&format!("{bar:<BAR$} {}\n", thousands(count)));
        }
    }

    fn json(&self) -> Option<Value> {
        let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let mut latency: Map<String, Value> = QUANTILES
            .iter()
            .map(|(name, share)| {
                (
                    (*name).to_owned(),
                    micros(self.latency.quantile(*share)).into(),
                )
            })
            .collect();
        latency.insert("max".to_owned(), micros(self.latency.max()).into());
        let histogram: Vec<_> = self
            .latency
            .rows(ROWS)
            .into_iter()
            .map(|(bound, count)| json!({"le_us": micros(bound), "count": count}))
            .collect();
        Some(json!({
            "type": "summary",
            "sent": self.total(),
            "delivered": self.delivered,
            "failed": self.failed,
            "outcomes": self.outcomes,
            "elapsed_us": micros(self.elapsed),
            "per_second": self.per_second(),
            "concurrency": self.concurrency,
            "rate": self.rate,
            "latency_us": latency,
            "histogram": histogram,
        }))
    }
}
