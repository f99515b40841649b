//! A line or an entry that is no delivery.

use serde_json::{Value, json};

use super::Source;
use crate::terminal::junit::CaseResult;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, visible};

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Where it is.
    pub source: Source,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl Unreadable {
    /// Its code among the reasons.
    pub const CODE: &str = "unreadable";

    /// As a test case.
    #[must_use]
    pub fn case(&self) -> CaseResult {
        CaseResult::Failed {
            kind: Self::CODE.to_owned(),
            message: format!("{}: {}", Self::CODE, self.message),
            detail: String::new(),
        }
    }
}

impl Outcome for Unreadable {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        paint.paint(Role::Bad, "✗ unreadable", out);
        let source = self.source.to_string();
        let text = format!(
            "  {}  {}\n",
            visible::escape(&source),
            visible::escape(&self.message)
        );
        out.push_str(&text);
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "source": self.source.to_string(),
            "valid": false,
            "status": Self::CODE,
            "error": self.message,
        }))
    }
}
