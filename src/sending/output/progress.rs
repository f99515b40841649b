//! A line of progress on a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::load::{LoadSummary, thousands};
use crate::context::Context;
use crate::terminal::duration::measured;

/// Progress of a bulk run, shown on stderr when that is a terminal.
#[derive(Debug)]
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A line for so many attempts, or for an unknown number.
    pub(crate) fn new(context: &Context, quiet: bool, count: Option<u64>) -> Self {
        if quiet || !context.stderr_is_terminal {
            return Self(None);
        }
        let bar = match count {
            Some(count) => ProgressBar::new(count),
            None => ProgressBar::new_spinner(),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        let template = match count {
            Some(_) => "{wide_bar} {percent:>3} %  {msg}",
            None => "{spinner} {elapsed}  {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    pub(crate) fn is_visible(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn show(&self, sum: &LoadSummary) {
        if let Some(bar) = &self.0 {
            bar.set_position(sum.total());
            let p99 = match sum.latency.count() {
                0 => Duration::ZERO,
                _ => sum.latency.quantile(0.99),
            };
            bar.set_message(format!(
                "{}/s  {} failed  p99 {}",
                thousands(sum.per_second() as u64),
                thousands(sum.failed),
                measured(p99)
            ));
        }
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
