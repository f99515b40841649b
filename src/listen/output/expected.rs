//! What was expected and what came: as text, JSON and JUnit XML.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::terminal::junit;
use crate::terminal::junit::{CaseResult, Suite};
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, visible};

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
            let (mark, role) = if line.met {
                ("✓", Role::Good)
            } else {
                ("✗", Role::Bad)
            };
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

impl Expected {
    /// As a JUnit test suite: one case for each expectation, and one for a run that failed
    /// although each was met.
    pub(crate) fn junit(&self) -> String {
        let mut suite = Suite::new("lettermint-hook listen");
        let failed = |message: &str| CaseResult::Failed {
            kind: "missed".to_owned(),
            message: message.to_owned(),
            detail: String::new(),
        };
        for line in &self.lines {
            let result = match line.met {
                true => CaseResult::Passed,
                false => failed(&line.counts()),
            };
            suite.add(&line.what, &result);
        }
        if !self.met && self.lines.iter().all(|line| line.met) {
            suite.add("the run", &failed(self.why.as_deref().unwrap_or("failed")));
        }
        junit::document("lettermint-hook listen", &[suite])
    }
}
