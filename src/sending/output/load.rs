//! The summary of a bulk run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::attempt::Attempt;
use super::histogram::Histogram;
use crate::context::clock::Clock;
use crate::delivery::tampering::Judgment;
use crate::delivery::{Outgoing, Reply};
use crate::sending::bulk::Run;
use crate::sending::job::Job;
use crate::sending::sender::somebody_answered;
use crate::terminal::Outcome;
use crate::terminal::duration::measured;
use crate::terminal::paint::{Paint, Plain, Role};

/// The outcome of a delivery that could not be sent.
const NOT_SENT: &str = "not sent";
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
    /// Of these, deliveries that were not sent.
    not_sent: u64,
    /// Attempts that repeat a delivery.
    repeated: u64,
    /// Attempts that were tampered with.
    tampered: u64,
    /// Those of them that were answered as they should be.
    as_expected: u64,
    /// Attempts by status, or by the words of the failure.
    outcomes: BTreeMap<String, Count>,
    /// From the intended start of each attempt to the end of its answer.
    pub(crate) latency: Histogram,
    pub(crate) elapsed: Duration,
    /// Connections used at the same time.
    pub(crate) concurrency: usize,
    /// Attempts a second that were intended, if a rate was.
    pub(crate) rate: Option<f64>,
    pub(crate) answered: bool,
}

#[derive(Debug, Clone, Default)]
struct Count {
    count: u64,
    /// The first that went wrong.
    failure: Option<Arc<FirstFailure>>,
}

/// The first attempt with an outcome that is wrong stands for all.
#[derive(Debug)]
pub(crate) struct FirstFailure {
    /// What it was judged to be, of one that was tampered with.
    judgment: Option<String>,
    /// What text says of it.
    explanation: String,
    json: Value,
}

impl FirstFailure {
    pub(in crate::sending) fn of(
        run: &Run,
        job: &Job,
        outgoing: &Outgoing,
        reply: &Reply,
        judgment: Option<&Judgment>,
    ) -> Self {
        let remarks = run.signer.remarks(job);
        let attempt = Attempt {
            at: 0,
            outgoing,
            target: run.client.endpoint().target().as_str(),
            reply,
            remarks: &remarks,
            judgment,
            is_controlled: false,
            has_fixed_time: matches!(run.clock, Clock::Fixed(_)),
            is_repeat: false,
            is_whole: false,
            zone: &TimeZone::UTC,
        };
        let line = attempt.json().unwrap_or_default();
        let kept = ["id", "status", "error", "reply", "hint", "judgment"];
        let members = kept.map(|name| (name.to_owned(), line[name].clone()));
        Self {
            judgment: judgment.map(|judgment| judgment.words.clone()),
            explanation: attempt.explanation(&Plain),
            json: members.into_iter().collect(),
        }
    }
}

impl LoadSummary {
    /// What the threads of a run came to together.
    pub(crate) fn total_of(parts: &[Arc<Mutex<Self>>]) -> Self {
        let mut total = Self::default();
        for part in parts {
            let part = part.lock().unwrap_or_else(PoisonError::into_inner);
            total.delivered += part.delivered;
            total.failed += part.failed;
            total.not_sent += part.not_sent;
            total.repeated += part.repeated;
            total.tampered += part.tampered;
            total.as_expected += part.as_expected;
            total.answered |= part.answered;
            total.latency.merge(&part.latency);
            for (outcome, more) in &part.outcomes {
                let sum = total.outcomes.entry(outcome.clone()).or_default();
                sum.count += more.count;
                sum.failure = sum.failure.take().or_else(|| more.failure.clone());
            }
        }
        total
    }

    /// Counts an attempt; the first with a wrong outcome is explained.
    pub(crate) fn count(
        &mut self,
        reply: &Reply,
        is_repeat: bool,
        judgment: Option<&Judgment>,
        explain: impl FnOnce() -> FirstFailure,
    ) {
        match reply.is_success() {
            true => self.delivered += 1,
            false => self.failed += 1,
        }
        self.repeated += u64::from(is_repeat);
        self.answered |= somebody_answered(reply);
        self.latency.record(reply.duration);
        let is_good = match judgment {
            Some(judgment) => judgment.as_expected,
            None => reply.is_success(),
        };
        if judgment.is_some() {
            self.tampered += 1;
            self.as_expected += u64::from(is_good);
        }
        let explain = (!is_good).then_some(explain);
        match (&reply.error, reply.status) {
            (Some(failure), _) => self.count_outcome(failure.kind.words(), explain),
            (None, Some(status @ 100..=999)) => {
                let digit = |number: u16| b'0' + (number % 10) as u8;
                let digits = [digit(status / 100), digit(status / 10), digit(status)];
                self.count_outcome(std::str::from_utf8(&digits).unwrap_or_default(), explain);
            }
            (None, _) => self.count_outcome("no answer", explain),
        }
    }

    /// Counts a delivery that cannot be sent.
    pub(crate) fn count_refused(&mut self) {
        self.failed += 1;
        self.not_sent += 1;
        self.count_outcome(NOT_SENT, None::<fn() -> FirstFailure>);
    }

    fn count_outcome(&mut self, name: &str, explain: Option<impl FnOnce() -> FirstFailure>) {
        let outcome = match self.outcomes.get_mut(name) {
            Some(outcome) => outcome,
            // A name is new once for each thread.
            None => self.outcomes.entry(name.to_owned()).or_default(),
        };
        outcome.count += 1;
        if let (Some(explain), None) = (explain, &outcome.failure) {
            outcome.failure = Some(Arc::new(explain()));
        }
    }

    /// Attempts, and deliveries that were not sent.
    pub(crate) fn total(&self) -> u64 {
        self.delivered + self.failed
    }

    pub(crate) fn attempts(&self) -> u64 {
        self.total() - self.not_sent
    }

    fn deliveries(&self) -> u64 {
        self.total() - self.repeated
    }

    /// Whether anything was sent, and all of it answered as it should be.
    pub(crate) fn is_good(&self) -> bool {
        let good = match self.tampered {
            0 => self.delivered,
            _ => self.as_expected,
        };
        good == self.total() && good > 0
    }

    fn verdict(&self) -> String {
        let [delivered, attempts, deliveries, as_expected] = [
            self.delivered,
            self.attempts(),
            self.deliveries(),
            self.as_expected,
        ]
        .map(thousands);
        match (self.total(), self.tampered, self.repeated) {
            (0, _, _) => "nothing was sent".to_owned(),
            (_, 0, 0) => format!("{delivered} of {deliveries} deliveries delivered"),
            (_, 0, _) => {
                let noun = if self.deliveries() == 1 {
                    "delivery"
                } else {
                    "deliveries"
                };
                format!("{delivered} of {attempts} attempts at {deliveries} {noun} answered 2xx")
            }
            _ => format!("{as_expected} of {attempts} as they should be"),
        }
    }

    /// What is shown while it goes on.
    pub(crate) fn progress(&self) -> String {
        let p99 = match self.latency.count() {
            0 => Duration::ZERO,
            _ => self.latency.quantile(0.99),
        };
        format!(
            "{}/s  {} failed  p99 {}",
            thousands(self.per_second() as u64),
            thousands(self.failed),
            measured(p99)
        )
    }

    /// Attempts a second over the whole run.
    pub(crate) fn per_second(&self) -> f64 {
        self.total() as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }
}

/// A text with how often it is true, unless once: `connection refused ×21`.
pub(crate) fn times(text: &str, count: u64) -> String {
    match count {
        1 => text.to_owned(),
        _ => format!("{text} ×{}", thousands(count)),
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
        let role = Role::of(self.is_good());
        paint.paint(role, &self.verdict(), out);
        out.push_str(&format!(
            " in {}, {} a second, {} connections\n",
            measured(self.elapsed),
            thousands(self.per_second().round() as u64),
            self.concurrency
        ));
        for (outcome, Count { count, failure }) in &self.outcomes {
            let role = match (failure, outcome.as_str()) {
                (None, name) if name != NOT_SENT => Role::Good,
                _ => Role::Bad,
            };
            out.push_str("  ");
            paint.paint(role, outcome, out);
            out.push_str(&format!("  {}\n", thousands(*count)));
            if let Some(failure) = failure {
                if let Some(judgment) = &failure.judgment {
                    out.push_str(&format!("    {judgment}\n"));
                }
                out.push_str(&failure.explanation);
            }
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
        // Beside the bound in front and the count behind.
        let space = paint
            .width()
            .map(|width| width.saturating_sub(15 + thousands(most).len()));
        let bar = space.unwrap_or(BAR).clamp(1, BAR);
        for (bound, count) in rows {
            let blocks = "█".repeat((count as usize * bar).div_ceil(most as usize));
            paint.paint(Role::Faint, &format!("  ≤ {:>8}  ", measured(bound)), out);
            out.push_str(&format!("{blocks:<bar$} {}\n", thousands(count)));
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
        let counts = self.outcomes.iter();
        let counts = counts.map(|(name, outcome)| (name.clone(), outcome.count.into()));
        let outcomes: Map<String, Value> = counts.collect();
        let failures = self.outcomes.iter().filter_map(|(name, outcome)| {
            let mut first = outcome.failure.as_ref()?.json.clone();
            first["outcome"] = name.as_str().into();
            first["count"] = outcome.count.into();
            Some(first)
        });
        let mut line = json!({
            "type": "summary",
            "deliveries": self.deliveries(),
            "delivered": self.delivered,
            "failed": self.failed,
            "attempts": self.attempts(),
            "outcomes": outcomes,
            "failures": failures.collect::<Vec<_>>(),
            "elapsed_us": micros(self.elapsed),
            "per_second": self.per_second(),
            "concurrency": self.concurrency,
            "rate": self.rate,
            "latency_us": latency,
            "histogram": histogram,
        });
        if self.tampered > 0 {
            line["tampered"] = self.tampered.into();
            line["as_expected"] = self.as_expected.into();
        }
        Some(line)
    }
}
