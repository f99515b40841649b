//! What a run of `listen` is to receive, and whether it did. Pure: the clock is elsewhere.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::Value;

use crate::args::values::{parse_count, parse_event};
use crate::error::Error;
use crate::lettermint::EventPattern;
use crate::listen::args::AssertArgs;
use crate::listen::output::expected::{Expected, ExpectedLine};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpectedEvent {
    pub(crate) event: EventPattern,
    /// How many there must be at least, from 1.
    pub(crate) count: u64,
}

impl FromStr for ExpectedEvent {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (event, count) = text.split_once(':').unwrap_or((text, "1"));
        let count = parse_count(1..)(count).map_err(|_| {
            let expected = "expected EVENT or EVENT:COUNT, such as message.delivered:2";
            Error::usage(format!("{expected}: {text}"))
        })?;
        Ok(Self {
            event: parse_event(event)?,
            count,
        })
    }
}

impl AssertArgs {
    pub(crate) fn is_empty(&self) -> bool {
        self.expect.is_empty()
            && self.expect_where.is_empty()
            && self.forbid.is_empty()
            && self.count.is_none()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    /// It can still go either way.
    Pending,
    Met,
    /// It cannot be met any more, and why.
    Failed(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Expectations {
    expected: AssertArgs,
    came: Vec<u64>,
    total: u64,
    instead: BTreeMap<String, u64>,
    missed: Option<String>,
}

impl Expectations {
    /// Nothing has come yet.
    pub(crate) fn new(mut expected: AssertArgs) -> Self {
        if expected.expect.is_empty() && !expected.expect_where.is_empty() {
            expected.expect.push(ExpectedEvent {
                event: EventPattern::any(),
                count: 1,
            });
        }
        Self {
            came: vec![0; expected.expect.len()],
            expected,
            total: 0,
            instead: BTreeMap::new(),
            missed: None,
        }
    }

    /// Takes note of a delivery that was accepted and is no repeat.
    pub(crate) fn see(&mut self, event: &str, body: &[u8]) {
        self.total += 1;
        if let Some(glob) = self
            .expected
            .forbid
            .iter()
            .find(|pattern| pattern.matches(event))
        {
            let why = if glob.as_str() == event {
                format!("{event} came, which is forbidden")
            } else {
                format!("{event} came, and {glob} is forbidden")
            };
            self.missed.get_or_insert(why);
        }
        let meets = self.expected.expect_where.is_empty() || {
            let payload = serde_json::from_slice(body).unwrap_or(Value::Null);
            self.expected
                .expect_where
                .iter()
                .all(|condition| condition.is_met_by(&payload))
        };
        if !(meets && self.take(event)) {
            *self.instead.entry(event.to_owned()).or_default() += 1;
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
            self.came[position] += 1;
            taken = true;
        }
        taken
    }

    fn first_open(&self) -> Option<usize> {
        let wanted = self.expected.expect.iter().zip(&self.came);
        wanted
            .into_iter()
            .position(|(wanted, came)| *came < wanted.count)
    }

    /// What is known after what has come so far.
    pub(crate) fn status(&self) -> Status {
        if let Some(why) = &self.missed {
            return Status::Failed(why.clone());
        }
        let all_came = self.first_open().is_none();
        match self.expected.count {
            Some(count) if self.total < count => Status::Pending,
            Some(count) if !all_came => Status::Failed(format!(
                "{count} deliveries came, and not all that was expected"
            )),
            Some(_) => Status::Met,
            // Nothing but prohibitions: only the end can tell.
            None if self.expected.expect.is_empty() => Status::Pending,
            None if all_came => Status::Met,
            None => Status::Pending,
        }
    }

    /// What is known when nothing more will come, because of `why`.
    pub(crate) fn status_at_end(&self, why: &str) -> Status {
        match self.status() {
            Status::Pending if self.first_open().is_none() && self.expected.count.is_none() => {
                Status::Met
            }
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
        let mut lines: Vec<ExpectedLine> = Vec::new();
        for (wanted, came) in self.expected.expect.iter().zip(&self.came) {
            let mut what = wanted.event.to_string();
            if !conditions.is_empty() {
                what.push_str(&format!(" with {}", conditions.join(", ")));
            }
            lines.push(ExpectedLine {
                what,
                wanted: Some(wanted.count),
                came: *came,
                met: *came >= wanted.count,
            });
        }
        for glob in &self.expected.forbid {
            let matching = self.instead.iter().filter(|(event, _)| glob.matches(event));
            let came = matching.map(|(_, count)| count).sum();
            lines.push(ExpectedLine {
                what: format!("no {glob}"),
                wanted: None,
                came,
                met: came == 0,
            });
        }
        if let Some(count) = self.expected.count {
            lines.push(ExpectedLine {
                what: "deliveries in all".to_owned(),
                wanted: Some(count),
                came: self.total,
                met: self.total >= count,
            });
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

    fn after(expected: &AssertArgs, events: &[&str]) -> Expectations {
        let mut expectations = Expectations::new(expected.clone());
        for event in events {
            assert_eq!(expectations.status(), Status::Pending, "before {event}");
            expectations.see(event, b"{}");
        }
        expectations
    }

    fn expecting(events: &[&str]) -> AssertArgs {
        AssertArgs {
            expect: events.iter().map(|text| text.parse().unwrap()).collect(),
            ..AssertArgs::default()
        }
    }

    #[test]
    fn an_order_is_kept_or_missed_at_once() {
        let ordered = AssertArgs {
            ordered: true,
            ..expecting(&["message.sent:2", "*bounced", "message.opened"])
        };
        let [sent, bounced] = ["message.sent", "message.soft_bounced"];
        let kept = [sent, "x", sent, bounced, sent, "message.opened"];
        let kept = after(&ordered, &kept);
        assert_eq!(kept.status(), Status::Met);
        let missed = after(&ordered, &[sent, bounced]).status();
        assert_eq!(
            missed,
            Status::Failed(format!("{bounced} came before {sent}"))
        );
    }

    #[test]
    fn absence_is_known_at_the_end() {
        let forbidding = AssertArgs {
            forbid: vec!["*bounced".parse().unwrap()],
            ..AssertArgs::default()
        };
        let quiet = after(&forbidding, &["a", "b"]);
        assert_eq!(quiet.status(), Status::Pending);
        assert_eq!(quiet.status_at_end("time"), Status::Met);
        let came = after(&forbidding, &["hard_bounced"]);
        assert!(matches!(came.status_at_end("time"), Status::Failed(_)));
    }

    #[test]
    fn a_total_decides() {
        let counting = AssertArgs {
            count: Some(2),
            ..expecting(&["message.sent"])
        };
        assert_eq!(
            after(&counting, &["message.sent", "b"]).status(),
            Status::Met
        );
        let other = after(&counting, &["b", "b"]).status();
        assert!(matches!(other, Status::Failed(_)));
        let ended = after(&counting, &["message.sent"]).status_at_end("time");
        assert_eq!(ended, Status::Failed("time".to_owned()));
    }

    #[test]
    fn conditions_narrow_what_counts() {
        let mut wanted = Expectations::new(AssertArgs {
            expect_where: vec![
                "data.recipient=*@example.com".parse().unwrap(),
                "data.n=7".parse().unwrap(),
            ],
            ..AssertArgs::default()
        });
        wanted.see("a", br#"{"data":{"recipient":"jane@example.org","n":7}}"#);
        wanted.see("a", b"not json");
        assert_eq!(wanted.status(), Status::Pending);
        wanted.see("a", br#"{"data":{"recipient":"jane@example.com","n":7}}"#);
        assert_eq!(wanted.status(), Status::Met);
        let report = wanted.report(&Status::Met);
        assert_eq!(
            report.lines[0].what,
            "* with data.recipient=*@example.com, data.n=7"
        );
        assert_eq!(report.instead, [("a".to_owned(), 2)].into());
    }
}
