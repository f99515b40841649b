//! Showing what is received, in a thread of its own: however slow the screen is, and even when
//! it stands still, receiving, signals and time limits go on.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::notice::{Arrival, Notice, Waiting};
use crate::adapter::terminal::{Format, Stream, Terminal};
use crate::error::Result;
use crate::event::Condition;
use crate::event::glob;
use crate::report::received::{Detail, Received};
use crate::report::visible;
use crate::workbench::verifying::BriefCauses;

/// Bytes that are written at once.
const BATCH: usize = 64 * 1024;

/// The pause after what waited was written. Without it, every delivery under load wakes this
/// thread for a line of its own, which costs the receiver more than the line; nobody sees it.
const PAUSE: Duration = Duration::from_millis(2);

/// Which deliveries are shown; what is answered and recorded is never touched by it.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Globs of events; none means all.
    pub events: Vec<String>,
    /// What the payload must be like.
    pub conditions: Vec<Condition>,
    /// What verification, or memory, must have said.
    pub only: Option<Only>,
    /// Only what failed.
    pub quiet: bool,
}

/// One kind of delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Only {
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
pub struct Screen {
    /// Whose streams.
    pub terminal: Terminal,
    /// Which of them.
    pub stream: Stream,
    /// How much of each delivery.
    pub detail: Detail,
    /// Which deliveries.
    pub view: View,
    /// Looks for the cause of a rejection. Here, not where deliveries are answered: it may take
    /// a few milliseconds.
    pub causes: BriefCauses,
    /// The zone in which people read the time.
    pub zone: TimeZone,
}

impl Screen {
    /// Shows what comes until the end. What waits is written at once.
    ///
    /// # Errors
    /// stdout is gone.
    pub fn run(&self, waiting: &mut Waiting) -> Result<()> {
        let mut out = String::new();
        while let Some(first) = waiting.wait() {
            let width = self.terminal.width(self.stream);
            let mut next = Some(first);
            while let Some(notice) = next {
                if !self.take(notice, width, &mut out)? {
                    return self.flush(&mut out);
                }
                if out.len() > BATCH {
                    self.flush(&mut out)?;
                }
                next = waiting.next_waiting();
            }
            let missed = waiting.take_missed();
            if missed > 0 {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    out,
                    "… {missed} more recorded, not shown: this terminal is slower than the senders"
                );
            }
            self.flush(&mut out)?;
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Renders one notice. `false` at the end.
    fn take(&self, notice: Notice, width: Option<usize>, out: &mut String) -> Result<bool> {
        match notice {
            Notice::Delivery(arrival) => {
                if self.view.shows(&arrival) {
                    self.render(&arrival, width, out);
                }
            }
            Notice::Refused {
                remote,
                status,
                why,
            } => {
                self.flush(out)?;
                let line = format!("refused {remote} with {status}: {why}");
                self.terminal.status(&visible::escape(&line));
            }
            Notice::Warning(message) => {
                self.flush(out)?;
                self.terminal.warning(&message);
            }
            Notice::End => return Ok(false),
        }
        Ok(true)
    }

    fn render(&self, arrival: &Arrival, width: Option<usize>, out: &mut String) {
        let cause = match self.terminal.format() {
            Format::Json => None,
            Format::Text => self.causes.of(&arrival.record),
        };
        let shown = Received {
            record: &arrival.record,
            cause: cause.as_deref(),
            sequence: arrival.sequence,
            earlier: arrival.earlier,
            handler: arrival.handler.as_ref(),
            remarks: &arrival.remarks,
            detail: self.detail,
            width,
            zone: &self.zone,
        };
        match self.terminal.format() {
            Format::Json => shown.json_line(out),
            Format::Text => self.terminal.render(&shown, self.stream, out),
        }
    }

    fn flush(&self, out: &mut String) -> Result<()> {
        let result = self.terminal.write_to(self.stream, out.as_bytes());
        out.clear();
        result
    }
}
