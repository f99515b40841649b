//! Answering badly on purpose, the same way for the same seed.

use std::str::FromStr;
use std::time::Duration;

use crate::args::values::parse_duration;
use crate::error::Error;
use crate::http::server::Fault;
use crate::lettermint::Random;
use crate::lettermint::glob;

/// `EVENT=STATUS`: what an event is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusFor {
    event: String,
    status: u16,
}

impl FromStr for StatusFor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (event, status) = text
            .split_once('=')
            .ok_or_else(|| "expected EVENT=STATUS, such as message.inbound=422".to_owned())?;
        Ok(Self {
            event: event.to_owned(),
            status: parse_status(status)?,
        })
    }
}

/// Reads a status that a server can end a request with.
///
/// # Errors
/// A sentence on the range.
pub(crate) fn parse_status(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(status @ 200..=599) => Ok(status),
        _ => Err(format!("a status is a number from 200 to 599: {text}")),
    }
}

/// A wait, or a range to draw one from: `2s`, `1s..5s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delay {
    from: Duration,
    to: Duration,
}

impl FromStr for Delay {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (from, to) = (parse_duration(from)?, parse_duration(to)?);
        if from > to {
            return Err(Error::usage(format!(
                "the range ends before it begins: {text}"
            )));
        }
        Ok(Self { from, to })
    }
}

/// What is to go wrong.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    /// Statuses of the first accepted deliveries in order; the last one goes on.
    pub(crate) respond: Vec<u16>,
    /// Statuses by event; the first that fits is taken, before `respond`.
    pub(crate) respond_for: Vec<StatusFor>,
    /// How long every answer waits.
    pub(crate) delay: Option<Delay>,
    /// The share of connections closed without an answer.
    pub(crate) drop: f64,
    /// The share of connections reset.
    pub(crate) reset: f64,
    /// The share of answers cut short.
    pub(crate) truncate: f64,
}

impl Faults {
    /// Whether everything goes right.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.respond.is_empty()
            && self.respond_for.is_empty()
            && self.delay.is_none()
            && self.drop + self.reset + self.truncate == 0.0
    }

    /// In the words of the options, for the start of a run.
    #[must_use]
    pub(crate) fn describe(&self) -> Vec<String> {
        let mut words = Vec::new();
        if !self.respond.is_empty() {
            let list: Vec<String> = self.respond.iter().map(ToString::to_string).collect();
            words.push(format!(
                "answers {}, then {}",
                list.join(", "),
                list[list.len() - 1]
            ));
        }
        for StatusFor { event, status } in &self.respond_for {
            words.push(format!("{event} is answered {status}"));
        }
        if let Some(Delay { from, to }) = self.delay {
            let measured = crate::terminal::duration::measured;
            words.push(if from == to {
                format!("waits {}", measured(from))
            } else {
                format!("waits {} to {}", measured(from), measured(to))
            });
        }
        for (share, what) in [
            (self.drop, "dropped"),
            (self.reset, "reset"),
            (self.truncate, "cut short"),
        ] {
            if share > 0.0 {
                words.push(format!("{:.0} % {what}", share * 100.0));
            }
        }
        words
    }
}

/// What happens to one answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Act {
    /// The status instead of the usual one.
    pub(crate) status: Option<u16>,
    /// The wait before the answer.
    pub(crate) delay: Duration,
    /// What becomes of the answer.
    pub(crate) fault: Option<Fault>,
}

impl Act {
    /// Whether anything but the time it takes is bad about it.
    #[must_use]
    pub(crate) fn is_bad(&self) -> bool {
        self.fault.is_some()
            || self
                .status
                .is_some_and(|status| !(200..300).contains(&status))
    }

    /// What is unusual, for the line; empty when nothing is.
    #[must_use]
    pub(crate) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self
            .status
            .is_some_and(|status| !(200..300).contains(&status))
        {
            remarks.push("status on purpose".to_owned());
        }
        if self.delay > Duration::ZERO {
            remarks.push(format!(
                "delayed {}",
                crate::terminal::duration::measured(self.delay)
            ));
        }
        match self.fault {
            None => {}
            Some(Fault::Drop) => remarks.push("dropped on purpose".to_owned()),
            Some(Fault::Reset) => remarks.push("reset on purpose".to_owned()),
            Some(Fault::Truncate) => remarks.push("reply cut short on purpose".to_owned()),
        }
        remarks
    }
}

/// The faults and the dice.
#[derive(Debug)]
pub(crate) struct Misbehaviour {
    faults: Faults,
    random: Random,
    answered: usize,
}

impl Misbehaviour {
    /// The same faults and generator make the same acts in the same order.
    #[must_use]
    pub(crate) fn new(faults: Faults, random: Random) -> Self {
        Self {
            faults,
            random,
            answered: 0,
        }
    }

    /// The next act. A delivery that was `refused` keeps its 401 and uses up no status, but is
    /// delayed, dropped and so on like any other.
    pub(crate) fn next(&mut self, event: &str, refused: bool) -> Act {
        if self.faults.is_empty() {
            return Act::default();
        }
        // Both dice are thrown every time, so that one option does not shift another's luck.
        let (length, fate) = (self.random.unit(), self.random.unit());
        let delay = self
            .faults
            .delay
            .map_or(Duration::ZERO, |Delay { from, to }| {
                from + (to - from).mul_f64(length)
            });
        let mut share = self.faults.drop;
        let fault = if fate < share {
            Some(Fault::Drop)
        } else {
            share += self.faults.reset;
            if fate < share {
                Some(Fault::Reset)
            } else if fate < share + self.faults.truncate {
                Some(Fault::Truncate)
            } else {
                None
            }
        };
        Act {
            status: if refused { None } else { self.status(event) },
            delay,
            fault,
        }
    }

    fn status(&mut self, event: &str) -> Option<u16> {
        let special = self
            .faults
            .respond_for
            .iter()
            .find(|one| glob::matches(&one.event, event));
        if let Some(special) = special {
            return Some(special.status);
        }
        let last = self.faults.respond.len().checked_sub(1)?;
        let status = self.faults.respond[self.answered.min(last)];
        self.answered += 1;
        Some(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_in_order_and_by_event() {
        let faults = Faults {
            respond: vec![500, 200],
            respond_for: vec!["*.inbound=422".parse().unwrap()],
            ..Faults::default()
        };
        let mut acts = Misbehaviour::new(faults, Random::seeded(1));
        let statuses: Vec<_> = ["a", "message.inbound", "a", "a"]
            .into_iter()
            .map(|event| acts.next(event, false).status)
            .collect();
        assert_eq!(statuses, [Some(500), Some(422), Some(200), Some(200)]);
        assert_eq!(acts.next("a", true).status, None);
    }

    #[test]
    fn one_seed_one_fate() {
        let faults = Faults {
            drop: 0.2,
            reset: 0.2,
            truncate: 0.2,
            delay: Some("1s..3s".parse().unwrap()),
            ..Faults::default()
        };
        let run = |seed| {
            let mut acts = Misbehaviour::new(faults.clone(), Random::seeded(seed));
            (0..1000).map(|_| acts.next("a", false)).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let acts = run(7);
        for fault in [Fault::Drop, Fault::Reset, Fault::Truncate] {
            let count = acts.iter().filter(|act| act.fault == Some(fault)).count();
            assert!((150..250).contains(&count), "{fault:?} {count}");
        }
        assert!(
            acts.iter()
                .all(|act| (1.0..3.0).contains(&act.delay.as_secs_f64()))
        );
    }

    #[test]
    fn what_can_be_asked_for() {
        assert!("5s..1s".parse::<Delay>().is_err() && "1s..".parse::<Delay>().is_err());
        assert!(parse_status("199").is_err() && parse_status("abc").is_err());
        assert!("a".parse::<StatusFor>().is_err());
    }
}
