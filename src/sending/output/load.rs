//! The summary of a bulk run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::histogram::Histogram;
use crate::delivery::Reply;
use crate::sending::sender::somebody_answered;
use crate::terminal::Outcome;
use crate::terminal::duration::measured;
use crate::terminal::paint::{Paint, Role};

/// Rows of the histogram that is drawn.
const ROWS: usize = 12;
const BAR: usize = 40;

/// What many attempts came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct LoadSummary {
    /// Answered 2xx.
    pub(crate) delivered: u64,
    /// Everything else.
    pub(crate) failed: u64,
    /// Attempts by status, or by the words of the failure.
    pub(crate) outcomes: BTreeMap<String, u64>,
    /// From the intended start of each attempt to the end of its answer.
    pub(crate) latency: Histogram,
    pub(crate) elapsed: Duration,
    /// Connections used at the same time.
    pub(crate) concurrency: usize,
    /// Attempts a second that were intended, if a rate was.
    pub(crate) rate: Option<f64>,
    pub(crate) answered: bool,
}

impl LoadSummary {
    /// What the threads of a run came to together.
    pub(crate) fn total(parts: &[Arc<Mutex<Self>>]) -> Self {
        let mut total = Self::default();
        for part in parts {
            let part = part.lock().unwrap_or_else(PoisonError::into_inner);
            total.delivered += part.delivered;
            total.failed += part.failed;
            total.answered |= part.answered;
            total.latency.merge(&part.latency);
            for (outcome, count) in &part.outcomes {
                *total.outcomes.entry(outcome.clone()).or_default() += count;
            }
        }
        total
    }

    pub(crate) fn count(&mut self, reply: &Reply) {
        match reply.is_success() {
            true => self.delivered += 1,
            false => self.failed += 1,
        }
        self.answered |= somebody_answered(reply);
        self.latency.record(reply.duration);
        match (&reply.error, reply.status) {
            (Some(failure), _) => self.count_outcome(failure.kind.words()),
            (None, Some(status @ 100..=999)) => {
                let digit = |number: u16| b'0' + (number % 10) as u8;
                let digits = [digit(status / 100), digit(status / 10), digit(status)];
                self.count_outcome(std::str::from_utf8(&digits).unwrap_or_default());
            }
            (None, _) => self.count_outcome("no answer"),
        }
    }

    /// Counts a delivery that cannot be sent.
    pub(crate) fn count_refused(&mut self) {
        self.failed += 1;
        self.count_outcome("not sent");
    }

    fn count_outcome(&mut self, name: &str) {
        match self.outcomes.get_mut(name) {
            Some(count) => *count += 1,
            None => {
                self.outcomes.insert(name.to_owned(), 1);
            }
        }
    }

    pub(crate) fn sent(&self) -> u64 {
        self.delivered + self.failed
    }

    /// Attempts a second over the whole run.
    pub(crate) fn per_second(&self) -> f64 {
        self.sent() as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }
}

/// A number with its thousands apart: `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
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
            thousands(self.sent())
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
            "sent": self.sent(),
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
