//! What was expected and what came: as text, JSON and JUnit XML.

use serde_json::{Map, Value, json};

use crate::terminal::junit;
use crate::terminal::junit::{CaseResult, Suite};
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, visible};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) met: bool,
    pub(crate) why: Option<String>,
    pub(crate) lines: Vec<ExpectedLine>,
    /// Events that came and were not asked for, with their counts.
    pub(crate) instead: Vec<(String, u64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpectedLine {
    pub(crate) what: String,
    /// How many at least; `None` for what must not come.
    pub(crate) wanted: Option<u64>,
    pub(crate) came: u64,
    pub(crate) met: bool,
}

impl ExpectedLine {
    fn counts(&self) -> String {
        match self.wanted {
            Some(wanted) => format!("{} of {wanted}", self.came),
            None => format!("{} came", self.came),
        }
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
            paint.paint(Role::Faint, &format!("  {}", line.counts()), out);
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
        let lines: Vec<Value> = self
            .lines
            .iter()
            .map(|line| {
                json!({
                    "expected": line.what,
                    "wanted": line.wanted,
                    "came": line.came,
                    "met": line.met,
                })
            })
            .collect();
        let instead: Map<String, Value> = self
            .instead
            .iter()
            .map(|(event, count)| (event.clone(), (*count).into()))
            .collect();
        Some(json!({
            "type": "verdict",
            "met": self.met,
            "why": self.why,
            "expectations": lines,
            "also_came": instead,
        }))
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
