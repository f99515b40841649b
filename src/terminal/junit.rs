//! Test results as JUnit XML, which every CI system reads.
//!
//! There is no one schema; this keeps to what they all take: `testsuites`, `testsuite`,
//! `testcase`, `failure`. No times and no host, so that the same result is the same
//! document.

use crate::terminal::visible;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CaseResult {
    Passed,
    Failed {
        kind: String,
        message: String,
        /// All there is to say, in lines; may be empty.
        detail: String,
    },
}

/// The cases of one file or one subject, written down as they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suite {
    name: String,
    cases: String,
    total: usize,
    failed: usize,
}

impl Suite {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            cases: String::new(),
            total: 0,
            failed: 0,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Adds a case. Its class is the suite's name.
    pub(crate) fn add(&mut self, name: &str, result: &CaseResult) {
        self.total += 1;
        let out = &mut self.cases;
        out.push_str("    <testcase");
        attribute("classname", &self.name, out);
        attribute("name", name, out);
        match result {
            CaseResult::Passed => out.push_str("/>\n"),
            CaseResult::Failed {
                kind,
                message,
                detail,
            } => {
                self.failed += 1;
                out.push_str(">\n      <failure");
                attribute("type", kind, out);
                attribute("message", message, out);
                out.push('>');
                out.push_str(&text(detail));
                out.push_str("</failure>\n    </testcase>\n");
            }
        }
    }
}

pub(crate) fn document(name: &str, suites: &[Suite]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let total = suites.iter().map(|suite| suite.total).sum();
    let failed = suites.iter().map(|suite| suite.failed).sum();
    open("<testsuites", name, total, failed, &mut out);
    for suite in suites {
        open(
            "  <testsuite",
            &suite.name,
            suite.total,
            suite.failed,
            &mut out,
        );
        out.push_str(&suite.cases);
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn open(tag: &str, name: &str, total: usize, failed: usize, out: &mut String) {
    out.push_str(tag);
    attribute("name", name, out);
    attribute("tests", &total.to_string(), out);
    attribute("failures", &failed.to_string(), out);
    // Nothing is ever skipped, but some readers want the number.
    attribute("skipped", "0", out);
    out.push_str(">\n");
}

fn attribute(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    // A parser would make spaces of line breaks here.
    out.push_str(&text(value).replace('\n', "&#10;").replace('\t', "&#9;"));
    out.push('"');
}

/// Escaped for XML. Characters that XML 1.0 cannot hold even escaped, and those that deceive a
/// reader, are written as `\u001b`.
fn text(value: &str) -> String {
    visible::escape_lines(value)
        .replace('\u{fffe}', "\\ufffe")
        .replace('\u{ffff}', "\\uffff")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_counts_and_escapes() {
        let mut suite = Suite::new("a&b.ndjson");
        suite.add("one", &CaseResult::Passed);
        suite.add("two \"quoted\"", &CaseResult::Passed);
        suite.add(
            "three \u{1b}[31m \u{202e}",
            &CaseResult::Failed {
                kind: "signature_mismatch".into(),
                message: "a\nb <c>".into(),
                detail: "line 1\nline\t2 ]]> \u{ffff}\r".into(),
            },
        );
        assert_eq!(
            document("verify", &[suite]),
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="verify" tests="3" failures="1" skipped="0">
  <testsuite name="a&amp;b.ndjson" tests="3" failures="1" skipped="0">
    <testcase classname="a&amp;b.ndjson" name="one"/>
    <testcase classname="a&amp;b.ndjson" name="two &quot;quoted&quot;"/>
    <testcase classname="a&amp;b.ndjson" name="three \u001b[31m \u202e">
      <failure type="signature_mismatch" message="a&#10;b &lt;c&gt;">line 1
line	2 ]]&gt; \uffff\u000d</failure>
    </testcase>
  </testsuite>
</testsuites>
"#
        );
    }
}
