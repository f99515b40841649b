//! Writing what is received, in a thread of its own: however slow the screen is, and even when
//! it stands still, receiving, signals and time limits go on.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::causes::BriefCauses;
use super::rendering::Rendering;
use crate::error::Result;
use crate::listen::display_line::{Notice, Waiting};
use crate::terminal::visible;

/// Bytes that are written at once.
const BATCH: usize = 64 * 1024;

/// The pause after what waited was written. Without it, every delivery under load wakes this
/// thread for a line of its own, which costs the receiver more than the line; nobody sees it.
const PAUSE: Duration = Duration::from_millis(5);

/// Who writes what is to be shown.
#[derive(Debug)]
pub(crate) struct Screen {
    /// Where and how.
    pub(crate) rendering: Arc<Rendering>,
    /// Looks for the cause of a rejection.
    pub(crate) causes: BriefCauses,
}

impl Screen {
    /// Shows what comes until the end. What waits is written at once. Blocks its thread, which
    /// must not be one of the runtime's.
    ///
    /// # Errors
    /// stdout is gone.
    pub(crate) fn run(&self, waiting: &Waiting, runtime: &Handle) -> Result<()> {
        let mut out = String::new();
        let mut goes_on = true;
        while goes_on {
            let mut next = Some(runtime.block_on(waiting.next()));
            while let Some(notice) = next.take().filter(|_| goes_on) {
                goes_on = self.take(notice, &mut out)?;
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
            if goes_on {
                std::thread::sleep(PAUSE);
            }
        }
        Ok(())
    }

    /// Takes in one notice. `false` at the end.
    fn take(&self, notice: Notice, out: &mut String) -> Result<bool> {
        let terminal = &self.rendering.terminal;
        match notice {
            Notice::Lines(lines) if out.is_empty() => *out = lines,
            Notice::Lines(lines) => out.push_str(&lines),
            Notice::Delivery(arrival) => {
                let cause = self.causes.of(&arrival.record);
                self.rendering.render(&arrival, cause.as_ref(), out);
            }
            Notice::Refused {
                remote,
                status,
                why,
            } => {
                self.flush(out)?;
                let line = format!("refused {remote} with {status}: {why}");
                terminal.status(&visible::escape(&line));
            }
            Notice::Warning(message) => {
                self.flush(out)?;
                terminal.warning(&message);
            }
            Notice::End => return Ok(false),
        }
        Ok(true)
    }

    fn flush(&self, out: &mut String) -> Result<()> {
        let rendering = &self.rendering;
        let result = rendering
            .terminal
            .write_to(rendering.stream, out.as_bytes());
        out.clear();
        result
    }
}
