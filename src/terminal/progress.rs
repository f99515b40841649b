//! How much of an input is read, as a line on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::context::Context;

/// How much of the input is read, shown on stderr when that is a terminal.
#[derive(Debug)]
pub(crate) struct ByteProgress(Option<ProgressBar>);

impl ByteProgress {
    /// A line for so many bytes, or for an unknown number.
    pub(crate) fn new(context: &Context, is_wanted: bool, total: Option<u64>) -> Self {
        if !is_wanted || !context.stderr_is_terminal {
            return Self(None);
        }
        let (bar, template) = match total {
            Some(total) => (
                ProgressBar::new(total),
                "{wide_bar} {percent:>3} %  {binary_bytes_per_sec}  {eta} left",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{spinner} {elapsed}  {binary_bytes}  {binary_bytes_per_sec}",
            ),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    /// Counts bytes that are done.
    pub(crate) fn advance(&self, bytes: usize) {
        if let Some(bar) = &self.0 {
            bar.inc(bytes as u64);
        }
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
