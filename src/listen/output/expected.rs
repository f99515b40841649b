//! What was expected and what came: as text, JSON and JUnit XML.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Serialize;
use serde_json::Value;

use super::summary::ListenSummary;
use crate::app::AppContext;
use crate::error::{Error, Result};
use crate::terminal::github::Annotations;
use crate::terminal::junit::{Kind, Problem, Report};
use crate::terminal::mask::Mask;
use crate::terminal::paint::{Paint, Plain, Role, mark};
use crate::terminal::{Outcome, Stream, visible};

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "verdict")]
pub(crate) struct Expected {
    pub(crate) met: bool,
    pub(crate) why: Option<String>,
    #[serde(rename = "expectations")]
    pub(crate) lines: Vec<ExpectedLine>,
    /// Events that came and were not asked for, with their counts.
    #[serde(rename = "also_came")]
    pub(crate) instead: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ExpectedLine {
    #[serde(rename = "expected")]
    pub(crate) what: String,
    /// How many at least, or exactly; `None` for what must not come.
    pub(crate) wanted: Option<u64>,
    pub(crate) exact: bool,
    /// How many count.
    pub(crate) came: u64,
    /// What else was received and why it does not count, each with its number.
    pub(crate) not_counted: BTreeMap<String, u64>,
    pub(crate) met: bool,
}

impl ExpectedLine {
    /// What came of what was wanted and, where something is missing, what came in vain.
    fn counts(&self) -> String {
        let Some(wanted) = self.wanted else {
            return format!("{} came", self.came);
        };
        let exactly = if self.exact { "exactly " } else { "" };
        let mut words = format!("{} of {exactly}{wanted}", self.came);
        if self.came < wanted && !self.not_counted.is_empty() {
            let received = self.came + self.not_counted.values().sum::<u64>();
            let why: Vec<String> = match self.not_counted.iter().next() {
                Some((why, _)) if self.not_counted.len() == 1 => vec![why.clone()],
                _ => (self.not_counted.iter())
                    .map(|(why, count)| format!("{why} ({count})"))
                    .collect(),
            };
            words.push_str(&format!(": received {received}, but {}", why.join(", ")));
        }
        words
    }
}

impl Outcome for Expected {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        for line in &self.lines {
            let (mark, role) = mark(line.met);
            paint.paint(role, mark, out);
            out.push(' ');
            out.push_str(&visible::escape(&line.what));
            paint.paint(
                Role::Faint,
                &format!("  {}", visible::escape(&line.counts())),
                out,
            );
            out.push('\n');
        }
        if !self.instead.is_empty() {
            let list: Vec<String> = self
                .instead
                .iter()
                .map(|(event, count)| format!("{count} {}", visible::escape(event)))
                .collect();
            paint.paint(Role::Faint, "  also came: ", out);
            out.push_str(&list.join(", "));
            out.push('\n');
        }
        match &self.why {
            None if self.met => paint.paint(Role::Good, "as expected", out),
            why => {
                paint.paint(Role::Bad, "not as expected", out);
                if let Some(why) = why {
                    out.push_str(": ");
                    out.push_str(&visible::escape(why));
                }
            }
        }
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }
}

const NAME: &str = "lettermint-hook listen";

impl Expected {
    /// What was missed, each with why: an expectation, or the run although each was met.
    fn missed(&self) -> impl Iterator<Item = (&str, String)> {
        let all_met = self.lines.iter().all(|line| line.met);
        let why = self.why.clone().unwrap_or_else(|| "failed".to_owned());
        let lines = self.lines.iter().filter(|line| !line.met);
        lines
            .map(|line| (line.what.as_str(), line.counts()))
            .chain((!self.met && all_met).then_some(("the run", why)))
    }

    /// As JUnit XML: a case for each expectation, and one for a run that failed although each was
    /// met.
    pub(crate) fn junit(&self, begun: Instant, mask: &Mask) -> Report {
        let mut report = Report::new(NAME, begun, mask);
        for line in self.lines.iter().filter(|line| line.met) {
            report.case(NAME, &line.what, None);
        }
        for (what, why) in self.missed() {
            let problem = Problem {
                kind: Kind::Failure,
                code: "missed",
                message: &why,
                detail: self.why.as_deref().unwrap_or_default(),
            };
            report.case(NAME, what, Some(problem));
        }
        report
    }

    /// For GitHub Actions: annotations, and the summary of the step.
    pub(crate) fn to_github(&self, app: &AppContext, summary: &ListenSummary) -> Result<()> {
        let mut annotations = Annotations::new(&app.context, app.terminal.mask());
        for (what, why) in self.missed() {
            annotations.add(&format!("missed: {what}"), None, None, || why);
        }
        let mut line = String::new();
        summary.text(&Plain, &mut line);
        // The runner reads both streams, and stdout may be the command's.
        (app.terminal).write_unchanged(Stream::Stderr, &annotations.commands());
        annotations
            .append_summary(&app.context, NAME, &line)
            .map_err(|error| Error::io("append to $GITHUB_STEP_SUMMARY", &error))
    }
}

/// The report of a run that could not be.
pub(crate) fn failed_run(error: &Error, mask: &Mask) -> Report {
    let mut report = Report::new(NAME, Instant::now(), mask);
    let text = error.to_string();
    let problem = Problem {
        kind: Kind::Error,
        code: error.kind().code(),
        message: &mask.message(&text),
        detail: &error.hints().join("\n"),
    };
    report.case(NAME, "the run", Some(problem));
    report
}
