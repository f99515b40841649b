//! What a run of `listen` is to receive, and whether it did. Pure: the clock is elsewhere.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::Value;

use crate::lettermint::{Condition, glob};
use crate::listen::output::expected::{Expected, ExpectedLine};

/// `EVENT` or `EVENT:COUNT`, with globs in the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpectedEvent {
    /// A glob.
    pub(crate) event: String,
    /// How many there must be at least, from 1.
    pub(crate) count: u64,
}

impl FromStr for ExpectedEvent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (event, count) = match text.split_once(':') {
            None => (text, 1),
            Some((event, count)) => match count.parse() {
                Ok(count) if count > 0 => (event, count),
                _ => return Err(format!("a count is a number from 1: {count}")),
            },
        };
        if event.is_empty() {
            return Err("expected EVENT or EVENT:COUNT, such as message.delivered:2".to_owned());
        }
        Ok(Self {
            event: event.to_owned(),
            count,
        })
    }
}

/// What is asked for; empty parts ask for nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Demands {
    /// Events that must come.
    pub(crate) events: Vec<ExpectedEvent>,
    /// What a delivery must be to count for `events`; without any of those, one delivery that
    /// meets all of these must come.
    pub(crate) conditions: Vec<Condition>,
    /// Globs of events that must not come.
    pub(crate) forbidden: Vec<String>,
    /// How many deliveries there must be in all, after which the verdict is given.
    pub(crate) count: Option<u64>,
    /// Whether `events` must come in their order.
    pub(crate) ordered: bool,
}

impl Demands {
    /// Whether nothing is asked for.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
            && self.conditions.is_empty()
            && self.forbidden.is_empty()
            && self.count.is_none()
    }
}

/// What is known so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// It can still go either way.
    Nothing,
    /// All that was asked for has come.
    Met,
    /// It cannot be met any more, and why.
    Missed(String),
}

/// The demands and what has come of them.
#[derive(Debug, Clone)]
pub(crate) struct Expectations {
    demands: Demands,
    came: Vec<u64>,
    total: u64,
    instead: BTreeMap<String, u64>,
    missed: Option<String>,
}

impl Expectations {
    /// Nothing has come yet.
    #[must_use]
    pub(crate) fn new(mut demands: Demands) -> Self {
        if demands.events.is_empty() && !demands.conditions.is_empty() {
            demands.events.push(ExpectedEvent {
                event: "*".to_owned(),
                count: 1,
            });
        }
        Self {
            came: vec![0; demands.events.len()],
            demands,
            total: 0,
            instead: BTreeMap::new(),
            missed: None,
        }
    }

    /// Takes note of a delivery that was accepted and is no repeat.
    pub(crate) fn see(&mut self, event: &str, body: &[u8]) {
        self.total += 1;
        if let Some(glob) = self
            .demands
            .forbidden
            .iter()
            .find(|g| glob::matches(g, event))
        {
            let why = if glob == event {
                format!("{event} came, which is forbidden")
            } else {
                format!("{event} came, and {glob} is forbidden")
            };
            self.missed.get_or_insert(why);
        }
        let meets = self.demands.conditions.is_empty() || {
            let payload = serde_json::from_slice(body).unwrap_or(Value::Null);
            self.demands
                .conditions
                .iter()
                .all(|condition| condition.is_met_by(&payload))
        };
        if !(meets && self.take(event)) {
            *self.instead.entry(event.to_owned()).or_default() += 1;
        }
    }

    /// Counts an event for every demand that it fits. Whether there was any.
    fn take(&mut self, event: &str) -> bool {
        let open = self.first_open();
        let mut taken = false;
        for (position, wanted) in self.demands.events.iter().enumerate() {
            if !glob::matches(&wanted.event, event) {
                continue;
            }
            if self.demands.ordered && open.is_some_and(|open| position > open) {
                if !taken && let Some(open) = open {
                    let awaited = &self.demands.events[open].event;
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
        let wanted = self.demands.events.iter().zip(&self.came);
        wanted
            .into_iter()
            .position(|(wanted, came)| *came < wanted.count)
    }

    /// What is known after what has come so far.
    #[must_use]
    pub(crate) fn known(&self) -> Known {
        if let Some(why) = &self.missed {
            return Known::Missed(why.clone());
        }
        let all_came = self.first_open().is_none();
        match self.demands.count {
            Some(count) if self.total < count => Known::Nothing,
            Some(count) if !all_came => Known::Missed(format!(
                "{count} deliveries came, and not all that was expected"
            )),
            Some(_) => Known::Met,
            // Nothing but prohibitions: only the end can tell.
            None if self.demands.events.is_empty() => Known::Nothing,
            None if all_came => Known::Met,
            None => Known::Nothing,
        }
    }

    /// What is known when nothing more will come, because of `why`.
    #[must_use]
    pub(crate) fn known_at_end(&self, why: &str) -> Known {
        match self.known() {
            Known::Nothing if self.first_open().is_none() && self.demands.count.is_none() => {
                Known::Met
            }
            Known::Nothing => Known::Missed(why.to_owned()),
            known => known,
        }
    }

    /// The report on each demand.
    #[must_use]
    pub(crate) fn report(&self, known: &Known) -> Expected {
        let conditions: Vec<String> = self
            .demands
            .conditions
            .iter()
            .map(ToString::to_string)
            .collect();
        let mut lines: Vec<ExpectedLine> = Vec::new();
        for (wanted, came) in self.demands.events.iter().zip(&self.came) {
            let mut what = wanted.event.clone();
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
        for glob in &self.demands.forbidden {
            let came = self.instead_matching(glob);
            lines.push(ExpectedLine {
                what: format!("no {glob}"),
                wanted: None,
                came,
                met: came == 0,
            });
        }
        if let Some(count) = self.demands.count {
            lines.push(ExpectedLine {
                what: "deliveries in all".to_owned(),
                wanted: Some(count),
                came: self.total,
                met: self.total >= count,
            });
        }
        Expected {
            met: *known == Known::Met,
            why: match known {
                Known::Missed(why) => Some(why.clone()),
                Known::Met | Known::Nothing => None,
            },
            lines,
            instead: self.instead.clone().into_iter().collect(),
        }
    }

    fn instead_matching(&self, glob: &str) -> u64 {
        let matching = self
            .instead
            .iter()
            .filter(|(event, _)| glob::matches(glob, event));
        matching.map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demands(events: &[&str]) -> Demands {
        Demands {
            events: events.iter().map(|text| text.parse().unwrap()).collect(),
            ..Demands::default()
        }
    }

    fn after(demands: Demands, events: &[&str]) -> Known {
        let mut expectations = Expectations::new(demands);
        for event in events {
            assert_eq!(expectations.known(), Known::Nothing, "known before {event}");
            expectations.see(event, b"{}");
        }
        expectations.known()
    }

    #[test]
    fn all_events_must_come_often_enough() {
        let wanted = || demands(&["message.sent:2", "message.*ed"]);
        assert_eq!(
            after(wanted(), &["message.sent", "message.sent"]),
            Known::Nothing
        );
        assert_eq!(
            after(
                wanted(),
                &["message.sent", "message.delivered", "message.sent"]
            ),
            Known::Met
        );
    }

    #[test]
    fn an_order_is_kept_or_missed_at_once() {
        let ordered = || Demands {
            ordered: true,
            ..demands(&["a:2", "b", "c"])
        };
        assert_eq!(
            after(ordered(), &["a", "x", "a", "b", "a", "c"]),
            Known::Met
        );
        assert_eq!(
            after(ordered(), &["a", "b"]),
            Known::Missed("b came before a".to_owned())
        );
    }

    #[test]
    fn forbidden_events_end_it_and_absence_is_known_at_the_end() {
        let forbidding = || Demands {
            forbidden: vec!["*bounced".to_owned()],
            ..Demands::default()
        };
        assert_eq!(after(forbidding(), &["a", "b"]), Known::Nothing);
        assert!(matches!(
            after(forbidding(), &["a", "soft_bounced"]),
            Known::Missed(_)
        ));
        let mut quiet = Expectations::new(forbidding());
        assert_eq!(quiet.known_at_end("time"), Known::Met);
        quiet.see("hard_bounced", b"{}");
        assert!(matches!(quiet.known_at_end("time"), Known::Missed(_)));
    }

    #[test]
    fn a_total_closes_the_books() {
        let counting = || Demands {
            count: Some(2),
            ..demands(&["a"])
        };
        assert_eq!(after(counting(), &["a", "b"]), Known::Met);
        assert!(matches!(after(counting(), &["b", "b"]), Known::Missed(_)));
        let mut open = Expectations::new(counting());
        open.see("a", b"{}");
        assert_eq!(open.known_at_end("time"), Known::Missed("time".to_owned()));
    }

    #[test]
    fn conditions_narrow_what_counts() {
        let mut wanted = Expectations::new(Demands {
            conditions: vec![
                "data.recipient=*@example.com".parse().unwrap(),
                "data.n=7".parse().unwrap(),
            ],
            ..Demands::default()
        });
        wanted.see("a", br#"{"data":{"recipient":"jane@example.org","n":7}}"#);
        wanted.see("a", b"not json");
        assert_eq!(wanted.known(), Known::Nothing);
        wanted.see("a", br#"{"data":{"recipient":"jane@example.com","n":7}}"#);
        assert_eq!(wanted.known(), Known::Met);
        let report = wanted.report(&Known::Met);
        assert_eq!(
            report.lines[0].what,
            "* with data.recipient=*@example.com, data.n=7"
        );
        assert_eq!(report.instead, [("a".to_owned(), 2)]);
    }

    #[test]
    fn what_can_be_asked_for() {
        assert!("a:0".parse::<ExpectedEvent>().is_err());
        assert!("a:x".parse::<ExpectedEvent>().is_err());
        assert!(":1".parse::<ExpectedEvent>().is_err());
        assert!("data".parse::<Condition>().is_err());
        assert!("data..a=1".parse::<Condition>().is_err());
    }
}
