//! How far a run is, as a line on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::context::Context;

/// A line on stderr, when that is a terminal.
#[derive(Debug)]
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A line for so much, or for an unknown amount, with a template for each.
    pub(crate) fn new(
        context: &Context,
        is_wanted: bool,
        total: Option<u64>,
        [known, unknown]: [&str; 2],
    ) -> Self {
        if !is_wanted || !context.stderr_is_terminal {
            return Self(None);
        }
        let (bar, template) = match total {
            Some(total) => (ProgressBar::new(total), known),
            None => (ProgressBar::new_spinner(), unknown),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    pub(crate) fn is_visible(&self) -> bool {
        self.0.is_some()
    }

    /// Counts what is done.
    pub(crate) fn advance(&self, more: usize) {
        if let Some(bar) = &self.0 {
            bar.inc(more as u64);
        }
    }

    /// Says how much is done, and a message.
    pub(crate) fn show(&self, done: u64, message: String) {
        if let Some(bar) = &self.0 {
            bar.set_position(done);
            bar.set_message(message);
        }
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
