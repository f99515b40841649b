//! How deliveries look, and which are looked at.

use jiff::tz::TimeZone;

use crate::lettermint::Condition;
use crate::lettermint::glob;
use crate::listen::display_line::Arrival;
use crate::listen::output::received::{Cause, Detail, Received};
use crate::terminal::{Format, Stream, Terminal};

/// Which deliveries are shown; what is answered and recorded is never touched by it.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    /// Globs of events; none means all.
    pub(crate) events: Vec<String>,
    /// What the payload must be like.
    pub(crate) conditions: Vec<Condition>,
    /// What verification, or memory, must have said.
    pub(crate) only: Option<Only>,
    /// Only what failed.
    pub(crate) quiet: bool,
}

/// One kind of delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Only {
    /// Refused by verification.
    Invalid,
    /// Genuine.
    Valid,
    /// Repeats of an id.
    Duplicate,
}

impl View {
    fn shows(&self, arrival: &Arrival) -> bool {
        let record = &arrival.record;
        let event = record.event.as_deref().unwrap_or_default();
        let valid = record.verdict.as_ref().map(|verdict| verdict.valid);
        let kind = match self.only {
            None => true,
            Some(Only::Invalid) => valid == Some(false),
            Some(Only::Valid) => valid == Some(true),
            Some(Only::Duplicate) => arrival.earlier.is_some(),
        };
        kind && (!self.quiet || record.is_failed())
            && (self.events.is_empty() || self.events.iter().any(|glob| glob::matches(glob, event)))
            && self.meets(&record.body)
    }

    fn meets(&self, body: &[u8]) -> bool {
        self.conditions.is_empty() || {
            let payload = serde_json::from_slice(body).unwrap_or_default();
            self.conditions.iter().all(|one| one.is_met_by(&payload))
        }
    }
}

/// Where and how deliveries are shown.
#[derive(Debug)]
pub(crate) struct Rendering {
    /// Whose streams.
    pub(crate) terminal: Terminal,
    /// Which of them.
    pub(crate) stream: Stream,
    /// How much of each delivery.
    pub(crate) detail: Detail,
    /// Which deliveries.
    pub(crate) view: View,
    /// The zone in which people read the time.
    pub(crate) zone: TimeZone,
}

impl Rendering {
    /// Whether a delivery is shown at all.
    #[must_use]
    pub(crate) fn shows(&self, arrival: &Arrival) -> bool {
        self.view.shows(arrival)
    }

    /// Whether a delivery is shown with the cause of its rejection, which takes a few
    /// milliseconds to find: too long for where deliveries are answered.
    #[must_use]
    pub(crate) fn explains(&self, arrival: &Arrival) -> bool {
        let verdict = arrival.record.verdict.as_ref();
        verdict.is_some_and(|verdict| !verdict.valid)
    }

    /// Appends a delivery as it is shown.
    pub(crate) fn render(&self, arrival: &Arrival, cause: Option<&Cause>, out: &mut String) {
        let shown = Received {
            record: &arrival.record,
            cause,
            sequence: arrival.sequence,
            earlier: arrival.earlier,
            handler: arrival.handler.as_ref(),
            remarks: &arrival.remarks,
            detail: self.detail,
            width: self.terminal.width(self.stream),
            zone: &self.zone,
        };
        match self.terminal.format() {
            Format::Json => shown.json_line(out),
            Format::Text => self.terminal.render(&shown, self.stream, out),
        }
    }
}
