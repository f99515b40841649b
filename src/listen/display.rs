//! Which deliveries are shown, and how, in a thread of its own: however slow the screen is, and
//! even when it stands still, receiving, signals and time limits go on.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::json;
use tokio::runtime::Handle;

use super::args::DisplayArgs;
use super::causes::BriefCauses;
use super::delivery::ReceivedDelivery;
use super::display_queue::{DisplayLine, DisplayQueue};
use super::output::received::{Cause, Received};
use crate::terminal::{Format, Stream, Terminal, json_line, visible};

const BATCH: usize = 64 * 1024;

/// The pause after what waited was written. Without it, every delivery under load wakes this
/// thread for a line of its own, which costs the receiver more than the line; nobody sees it.
const PAUSE: Duration = Duration::from_millis(5);

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

#[derive(Debug)]
pub(crate) struct Display {
    pub(crate) terminal: Terminal,
    pub(crate) stream: Stream,
    pub(crate) options: DisplayArgs,
    /// The secrets by source and fingerprint.
    pub(crate) secrets: Vec<String>,
    /// The handler's URL, if there is one.
    pub(crate) forward_to: Option<String>,
    pub(crate) zone: TimeZone,
}

impl Display {
    pub(crate) fn shows(&self, delivery: &ReceivedDelivery) -> bool {
        let DisplayArgs {
            events,
            conditions,
            only,
            compact: _,
            full: _,
        } = &self.options;
        let record = &delivery.record;
        let event = record.event.as_deref().unwrap_or_default();
        let valid = record.verdict.as_ref().map(|verdict| verdict.valid);
        let kind = match only {
            None => true,
            Some(Only::Invalid) => valid == Some(false),
            Some(Only::Valid) => valid == Some(true),
            Some(Only::Duplicate) => delivery.earlier.is_some(),
        };
        !self.terminal.is_closed()
            && kind
            && (!self.terminal.is_quiet() || record.is_failed())
            && (events.is_empty() || events.iter().any(|pattern| pattern.matches(event)))
            && (conditions.is_empty() || {
                let payload = serde_json::from_slice(&record.body).unwrap_or_default();
                conditions.iter().all(|one| one.is_met_by(&payload))
            })
    }

    /// Whether a delivery is shown with the cause of its rejection, which takes a few
    /// milliseconds to find: too long for where deliveries are answered.
    pub(crate) fn explains(&self, delivery: &ReceivedDelivery) -> bool {
        let verdict = delivery.record.verdict.as_ref();
        verdict.is_some_and(|verdict| !verdict.valid)
    }

    pub(crate) fn render(
        &self,
        delivery: &ReceivedDelivery,
        cause: Option<&Cause>,
        out: &mut String,
    ) {
        let shown = Received {
            delivery,
            cause,
            detail: self.options.detail(),
            is_whole: self.terminal.is_verbose(),
            secrets: &self.secrets,
            forward_to: self.forward_to.as_deref(),
            width: self.terminal.width(self.stream),
            zone: &self.zone,
        };
        match self.terminal.format() {
            Format::Json => shown.json_line(out),
            Format::Text => self.terminal.render(&shown, self.stream, out),
        }
    }

    fn flush(&self, queue: &DisplayQueue, out: &mut String) {
        let was_closed = self.terminal.is_closed();
        self.terminal.write_text(self.stream, out);
        out.clear();
        queue.has_written();
        if self.terminal.is_closed() && !was_closed {
            self.terminal.status(
                "stdout is closed: deliveries are answered and recorded, and no longer shown",
            );
        }
    }

    /// What is said in place of deliveries that were left out.
    fn missed(&self, count: u64) -> String {
        match self.terminal.format() {
            Format::Json => json_line(&json!({"type": "dropped", "count": count})),
            Format::Text => {
                let reader = match self.terminal.is_terminal(self.stream) {
                    true => "this terminal",
                    false => "who reads this",
                };
                format!("… {count} more recorded, not shown: {reader} is slower than the senders\n")
            }
        }
    }
}

/// Shows what comes until the end. What waits is written at once.
/// Blocks its thread, which must not be one of the runtime's.
pub(crate) fn run(
    display: &Arc<Display>,
    causes: &BriefCauses,
    queue: &DisplayQueue,
    runtime: &Handle,
) {
    let mut out = String::new();
    let mut missed_before = 0;
    loop {
        let mut next = Some(runtime.block_on(queue.next()));
        let mut last = None;
        while let Some(line) = next {
            if let DisplayLine::End(text) = line {
                last = Some(text);
                break;
            }
            take(display, causes, queue, line, &mut out);
            if out.len() > BATCH {
                display.flush(queue, &mut out);
            }
            next = queue.next_waiting();
        }
        let missed = queue.missed() - missed_before;
        missed_before += missed;
        if missed > 0 {
            out.push_str(&display.missed(missed));
        }
        out.push_str(last.as_deref().unwrap_or_default());
        display.flush(queue, &mut out);
        if last.is_some() {
            return;
        }
        std::thread::sleep(PAUSE);
    }
}

/// Takes in one line.
fn take(
    display: &Display,
    causes: &BriefCauses,
    queue: &DisplayQueue,
    line: DisplayLine,
    out: &mut String,
) {
    let terminal = &display.terminal;
    match line {
        DisplayLine::Rendered(lines) if out.is_empty() => *out = lines,
        DisplayLine::Rendered(lines) => out.push_str(&lines),
        DisplayLine::Delivery(delivery) => {
            let cause = causes.of(&delivery.record);
            display.render(&delivery, cause.as_ref(), out);
        }
        DisplayLine::Ready(listening, shown) => {
            terminal.tell(&*listening);
            if terminal.format() == Format::Json {
                terminal.emit(&*listening);
            }
            // Nobody waits for a display that stood still.
            let _ = shown.send(());
        }
        DisplayLine::Status(line) => {
            display.flush(queue, out);
            terminal.status(&visible::escape(&line));
        }
        DisplayLine::Warning(message) => {
            display.flush(queue, out);
            terminal.warning(&message);
        }
        DisplayLine::End(text) => out.push_str(&text),
    }
}
