//! What a run of `listen` is to receive, and whether it did. Pure: the clock is elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::args::values::{parse_count, parse_event};
use crate::error::Error;
use crate::lettermint::EventPattern;
use crate::listen::args::AssertArgs;
use crate::listen::output::expected::{Expected, ExpectedLine};

/// Different keys of a count by name; the rest is one. Strangers choose the names of events.
const DISTINCT: usize = 50;

/// How many deliveries must come: `N` or `=N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    AtLeast(u64),
    Exactly(u64),
}

impl Wanted {
    fn number(self) -> u64 {
        match self {
            Self::AtLeast(number) | Self::Exactly(number) => number,
        }
    }

    /// Whether more may still have to come.
    fn is_open(self, came: u64) -> bool {
        came < self.number()
    }

    fn is_exceeded(self, came: u64) -> bool {
        matches!(self, Self::Exactly(number) if came > number)
    }
}

impl FromStr for Wanted {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.strip_prefix('=') {
            Some(number) => Ok(Self::Exactly(parse_count(0..)(number)?)),
            None => Ok(Self::AtLeast(parse_count(1..)(text)?)),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(number) => write!(f, "{number}"),
            Self::Exactly(number) => write!(f, "exactly {number}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpectedEvent {
    pub(crate) event: EventPattern,
    pub(crate) wanted: Wanted,
}

impl FromStr for ExpectedEvent {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (event, wanted) = text.split_once(':').unwrap_or((text, "1"));
        let wanted = wanted.parse().map_err(|_| {
            Error::usage(format!(
                "expected EVENT, EVENT:N (at least N) or EVENT:=N (exactly N), \
                 such as message.delivered:2: {text}"
            ))
        })?;
        Ok(Self {
            event: parse_event(event)?,
            wanted,
        })
    }
}

impl AssertArgs {
    pub(crate) fn is_empty(&self) -> bool {
        self.expect.is_empty()
            && self.expect_where.is_empty()
            && self.forbid.is_empty()
            && !self.forbid_invalid
            && self.count.is_none()
    }
}

/// What became of a delivery, as far as expectations go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It does not verify, for this reason.
    Invalid(String),
    /// It does not verify, for this reason, and the handler accepted it.
    WronglyAccepted(String),
    /// It was not answered 2xx, and why.
    NotAccepted(String),
    Accepted,
    /// Accepted as another attempt was before.
    AcceptedAgain,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    /// It can still go either way.
    Pending,
    Met,
    /// It cannot be met any more, and why.
    Failed(String),
}

/// What came of one kind.
#[derive(Debug, Clone, Default)]
struct Came {
    counted: u64,
    /// Attempts that were not counted, by the reason.
    not_counted: BTreeMap<String, u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Expectations {
    expected: AssertArgs,
    /// In the order of `--expect`.
    came: Vec<Came>,
    /// In the order of `--forbid`.
    forbidden: Vec<u64>,
    total: Came,
    invalid: u64,
    instead: BTreeMap<String, u64>,
    missed: Option<String>,
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    let name = match counts.len() < DISTINCT || counts.contains_key(name) {
        true => name,
        false => "others",
    };
    *counts.entry(name.to_owned()).or_default() += 1;
}

impl Expectations {
    /// Nothing has come yet.
    pub(crate) fn new(mut expected: AssertArgs) -> Self {
        if expected.expect.is_empty() && !expected.expect_where.is_empty() {
            expected.expect.push(ExpectedEvent {
                event: EventPattern::any(),
                wanted: Wanted::AtLeast(1),
            });
        }
        Self {
            came: vec![Came::default(); expected.expect.len()],
            forbidden: vec![0; expected.forbid.len()],
            expected,
            total: Came::default(),
            invalid: 0,
            instead: BTreeMap::new(),
            missed: None,
        }
    }

    /// Takes note of a delivery.
    pub(crate) fn see(&mut self, event: &str, body: &[u8], fate: &Fate) {
        match fate {
            Fate::Invalid(reason) => {
                self.invalid += 1;
                if self.expected.forbid_invalid {
                    let name = if event.is_empty() {
                        "a delivery"
                    } else {
                        event
                    };
                    let why = format!("{name} came and does not verify: {reason}");
                    self.missed.get_or_insert(why);
                }
                self.leave_out(event, body, &format!("it does not verify: {reason}"));
            }
            Fate::WronglyAccepted(reason) => {
                self.invalid += 1;
                let why = format!("the handler accepted what does not verify ({reason}): {event}");
                self.missed.get_or_insert(why);
                self.leave_out(event, body, &format!("it does not verify: {reason}"));
            }
            Fate::NotAccepted(why) => {
                self.note_forbidden(event);
                self.leave_out(event, body, why);
            }
            Fate::Accepted => {
                self.note_forbidden(event);
                self.total.counted += 1;
                if !(self.meets_conditions(body) && self.take(event)) {
                    count(&mut self.instead, event);
                }
            }
            Fate::AcceptedAgain => {}
        }
    }

    fn note_forbidden(&mut self, event: &str) {
        for (pattern, came) in self.expected.forbid.iter().zip(&mut self.forbidden) {
            if pattern.matches(event) {
                *came += 1;
                let why = if pattern.as_str() == event {
                    format!("{event} came, which is forbidden")
                } else {
                    format!("{event} came, and {pattern} is forbidden")
                };
                self.missed.get_or_insert(why);
            }
        }
    }

    fn meets_conditions(&self, body: &[u8]) -> bool {
        let mut conditions = self.expected.expect_where.iter();
        self.expected.expect_where.is_empty() || {
            let payload = serde_json::from_slice(body).unwrap_or(Value::Null);
            conditions.all(|condition| condition.is_met_by(&payload))
        }
    }

    /// Remembers why a delivery does not count where it would have.
    fn leave_out(&mut self, event: &str, body: &[u8], why: &str) {
        count(&mut self.total.not_counted, why);
        let meets = self.meets_conditions(body);
        for (wanted, came) in self.expected.expect.iter().zip(&mut self.came) {
            if meets && wanted.event.matches(event) {
                count(&mut came.not_counted, why);
            }
        }
    }

    /// Counts an event for every expectation that it fits. Whether there was any.
    fn take(&mut self, event: &str) -> bool {
        let open = self.first_open();
        let mut taken = false;
        for (position, wanted) in self.expected.expect.iter().enumerate() {
            if !wanted.event.matches(event) {
                continue;
            }
            if self.expected.ordered && open.is_some_and(|open| position > open) {
                if !taken && let Some(open) = open {
                    let awaited = &self.expected.expect[open].event;
                    let why = format!("{event} came before {awaited}");
                    self.missed.get_or_insert(why);
                }
                continue;
            }
            let came = &mut self.came[position].counted;
            *came += 1;
            if wanted.wanted.is_exceeded(*came) {
                let why = format!("{} came {came} times, not {}", wanted.event, wanted.wanted);
                self.missed.get_or_insert(why);
            }
            taken = true;
        }
        taken
    }

    fn first_open(&self) -> Option<usize> {
        let mut wanted = self.expected.expect.iter().zip(&self.came);
        wanted.position(|(expected, came)| expected.wanted.is_open(came.counted))
    }

    /// Whether as much came as must.
    fn has_enough(&self) -> bool {
        let total = self.expected.count;
        let is_open = |wanted: Wanted| wanted.is_open(self.total.counted);
        self.first_open().is_none() && !total.is_some_and(is_open)
    }

    /// What is known after what has come so far.
    pub(crate) fn status(&self) -> Status {
        if let Some(why) = &self.missed {
            return Status::Failed(why.clone());
        }
        let total = self.total.counted;
        if let Some(wanted) = self.expected.count {
            if wanted.is_exceeded(total) {
                return Status::Failed(format!("{total} deliveries came, not {wanted}"));
            }
            if !wanted.is_open(total) && self.first_open().is_some() {
                return Status::Failed(format!(
                    "{total} deliveries came, and not all that was expected"
                ));
            }
        }
        match !self.needs_end() && self.has_enough() {
            true => Status::Met,
            false => Status::Pending,
        }
    }

    /// Whether only the end can tell that they are met, as of prohibitions and exact numbers.
    pub(crate) fn needs_end(&self) -> bool {
        let wanted = self.expected.expect.iter().map(|expected| expected.wanted);
        let mut wanted = wanted.chain(self.expected.count).peekable();
        wanted.peek().is_none() || wanted.any(|wanted| matches!(wanted, Wanted::Exactly(_)))
    }

    /// What is known when nothing more will come, because of `why`.
    pub(crate) fn status_at_end(&self, why: &str) -> Status {
        match self.status() {
            Status::Pending if self.has_enough() => Status::Met,
            Status::Pending => Status::Failed(why.to_owned()),
            status => status,
        }
    }

    pub(crate) fn report(&self, status: &Status) -> Expected {
        let conditions: Vec<String> = self
            .expected
            .expect_where
            .iter()
            .map(ToString::to_string)
            .collect();
        let line = |what: String, wanted: Wanted, came: &Came| ExpectedLine {
            what,
            wanted: Some(wanted.number()),
            exact: matches!(wanted, Wanted::Exactly(_)),
            came: came.counted,
            not_counted: came.not_counted.clone(),
            met: !wanted.is_open(came.counted) && !wanted.is_exceeded(came.counted),
        };
        let forbidden = |what: String, came: u64| ExpectedLine {
            what,
            wanted: None,
            exact: false,
            came,
            not_counted: BTreeMap::new(),
            met: came == 0,
        };
        let mut lines: Vec<ExpectedLine> = Vec::new();
        for (expected, came) in self.expected.expect.iter().zip(&self.came) {
            let mut what = expected.event.to_string();
            if !conditions.is_empty() {
                what.push_str(&format!(" with {}", conditions.join(", ")));
            }
            lines.push(line(what, expected.wanted, came));
        }
        for (pattern, came) in self.expected.forbid.iter().zip(&self.forbidden) {
            lines.push(forbidden(format!("no {pattern}"), *came));
        }
        if self.expected.forbid_invalid {
            let what = "no delivery that does not verify".to_owned();
            lines.push(forbidden(what, self.invalid));
        }
        if let Some(wanted) = self.expected.count {
            lines.push(line("deliveries in all".to_owned(), wanted, &self.total));
        }
        Expected {
            met: *status == Status::Met,
            why: match status {
                Status::Failed(why) => Some(why.clone()),
                Status::Met | Status::Pending => None,
            },
            lines,
            instead: self.instead.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_strangers_choose_are_bounded() {
        let mut wanted = Expectations::new(AssertArgs::default());
        for i in 0..1_000 {
            wanted.see(&format!("event {i}"), b"{}", &Fate::Accepted);
        }
        assert_eq!(wanted.instead.len(), DISTINCT + 1);
        assert_eq!(wanted.instead["others"], 1_000 - DISTINCT as u64);
    }
}
