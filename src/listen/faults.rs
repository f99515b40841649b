//! Fault injection, the same for the same seed.

use std::str::FromStr;
use std::time::Duration;

use crate::args::values::{parse_duration, parse_event};
use crate::error::Error;
use crate::http::server::Fault;
use crate::lettermint::{EventPattern, Random};
use crate::listen::args::FaultArgs;
use crate::terminal::duration::measured;

/// `EVENT=STATUS`: what an event is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusFor {
    event: EventPattern,
    status: u16,
}

impl FromStr for StatusFor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (event, status) = text
            .split_once('=')
            .ok_or_else(|| Error::usage("expected EVENT=STATUS, such as message.inbound=422"))?;
        Ok(Self {
            event: parse_event(event)?,
            status: parse_status(status)?,
        })
    }
}

/// Reads a status that a server can end a request with.
pub(crate) fn parse_status(text: &str) -> Result<u16, Error> {
    match text.parse() {
        Ok(status @ 200..=599) => Ok(status),
        _ => Err(Error::usage(format!(
            "expected a status from 200 to 599, such as 503: {text}"
        ))),
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

impl FaultArgs {
    pub(crate) fn is_empty(&self) -> bool {
        self.respond.is_empty()
            && self.respond_for.is_empty()
            && self.delay.is_none()
            && self.drop + self.reset + self.truncate_reply == 0.0
    }

    /// In a few words each, for the start of a run.
    pub(crate) fn describe(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(last) = self.respond.last() {
            let list: Vec<String> = self.respond.iter().map(ToString::to_string).collect();
            words.push(format!("answers {}, then {last}", list.join(", ")));
        }
        for StatusFor { event, status } in &self.respond_for {
            words.push(format!("{event} is answered {status}"));
        }
        if let Some(Delay { from, to }) = self.delay {
            words.push(if from == to {
                format!("waits {}", measured(from))
            } else {
                format!("waits {} to {}", measured(from), measured(to))
            });
        }
        for (share, what) in [
            (self.drop, "dropped"),
            (self.reset, "reset"),
            (self.truncate_reply, "cut short"),
        ] {
            if share > 0.0 {
                words.push(format!("{:.0} % {what}", share * 100.0));
            }
        }
        words
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AnswerFaults {
    pub(crate) status: Option<u16>,
    pub(crate) delay: Duration,
    pub(crate) fault: Option<Fault>,
}

impl AnswerFaults {
    /// The status, if it refuses the delivery.
    pub(crate) fn refusal(&self) -> Option<u16> {
        self.status.filter(|status| !(200..300).contains(status))
    }

    /// Whether anything but the time it takes is bad about it.
    pub(crate) fn is_bad(&self) -> bool {
        self.fault.is_some() || self.refusal().is_some()
    }

    /// What is unusual, for the line and the record; empty when nothing is.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let status = self.refusal().map(|_| "status on purpose".to_owned());
        let is_delayed = self.delay > Duration::ZERO;
        let delay = is_delayed.then(|| format!("delayed {}", measured(self.delay)));
        let fault = self.fault.map(|fault| fault.remark().to_owned());
        [status, delay, fault].into_iter().flatten().collect()
    }
}

/// Draws what happens to each answer: the same for the same seed.
#[derive(Debug)]
pub(crate) struct Faults {
    options: FaultArgs,
    random: Random,
    answered: usize,
}

impl Faults {
    pub(crate) fn new(options: FaultArgs, random: Random) -> Result<Self, Error> {
        if options.drop + options.reset + options.truncate_reply > 1.0 {
            return Err(Error::usage(
                "--drop, --reset and --truncate-reply are shares of the same answers: together at most 1",
            ));
        }
        Ok(Self {
            options,
            random,
            answered: 0,
        })
    }

    /// For the next answer. A delivery that was `refused` keeps its 401 and uses up no status,
    /// but is delayed, dropped and so on like any other.
    pub(crate) fn next(&mut self, event: &str, refused: bool) -> AnswerFaults {
        // Both are drawn every time, so that one option does not shift what another draws.
        let (length, fate) = (self.random.unit(), self.random.unit());
        let options = &self.options;
        let delay = options.delay.map_or(Duration::ZERO, |Delay { from, to }| {
            from + (to - from).mul_f64(length)
        });
        let mut share = 0.0;
        let fault = [
            (options.drop, Fault::Drop),
            (options.reset, Fault::Reset),
            (options.truncate_reply, Fault::Truncate),
        ]
        .into_iter()
        .find_map(|(part, fault)| {
            share += part;
            (fate < share).then_some(fault)
        });
        AnswerFaults {
            status: if refused { None } else { self.status(event) },
            delay,
            fault,
        }
    }

    fn status(&mut self, event: &str) -> Option<u16> {
        let mut special = self.options.respond_for.iter();
        if let Some(special) = special.find(|one| one.event.matches(event)) {
            return Some(special.status);
        }
        let last = self.options.respond.len().checked_sub(1)?;
        let status = self.options.respond[self.answered.min(last)];
        self.answered += 1;
        Some(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_kept_and_a_seed_repeats_itself() {
        let options = FaultArgs {
            drop: 0.2,
            reset: 0.2,
            truncate_reply: 0.2,
            delay: Some("1s..3s".parse().unwrap()),
            ..FaultArgs::default()
        };
        let run = |seed| {
            let mut faults = Faults::new(options.clone(), Random::seeded(seed)).unwrap();
            (0..1000)
                .map(|_| faults.next("a", false))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let drawn = run(7);
        for fault in [Fault::Drop, Fault::Reset, Fault::Truncate] {
            let count = drawn.iter().filter(|one| one.fault == Some(fault)).count();
            assert!((150..250).contains(&count), "{fault:?} {count}");
        }
        let delays = drawn.iter().map(|one| one.delay.as_secs_f64());
        assert!(delays.into_iter().all(|delay| (1.0..3.0).contains(&delay)));
    }
}
