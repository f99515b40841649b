//! Test results as JUnit XML, which every CI system reads.
//!
//! There is no one schema. This keeps to what all of them take: the one of Jenkins (xunit-plugin,
//! `junit-10.xsd`), which wants `errors` and `failures` of every suite and knows no `skipped` of
//! the whole, and readers of mocha's reports, which want `time` everywhere. No date and no host,
//! so that the same result is the same document but for the times.

use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::SpooledTempFile;

use crate::error::{Error, Result};
use crate::terminal::mask::Mask;
use crate::terminal::output::{NewFile, Readers};
use crate::terminal::visible;

/// Bytes of cases that are kept in memory; more go to a file.
const IN_MEMORY: usize = 1 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Judged, and the answer is no.
    Failure,
    /// Not judged: it could not be read, or the run ended.
    Error,
}

/// Why a case did not pass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem<'a> {
    pub(crate) kind: Kind,
    /// A stable code.
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
    /// All there is to say, in lines; may be empty.
    pub(crate) detail: &'a str,
}

/// The cases of one file or one subject: their number, and where they end.
#[derive(Debug)]
struct Suite {
    name: String,
    counts: Counts,
    taken: Duration,
    /// Bytes of its cases.
    length: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    tests: u64,
    failures: u64,
    errors: u64,
}

/// A document, written down as its cases come. The numbers stand before the cases, so those wait in
/// memory or in a file.
#[derive(Debug)]
pub(crate) struct Report {
    name: &'static str,
    mask: Mask,
    begun: Instant,
    /// When the last case was added, and the next begins.
    last: Instant,
    suites: Vec<Suite>,
    cases: SpooledTempFile,
    /// The first case that could not be kept.
    failed: Option<io::Error>,
}

impl Report {
    /// The report of a run that began then.
    pub(crate) fn new(name: &'static str, begun: Instant, mask: &Mask) -> Self {
        Self {
            name,
            mask: mask.clone(),
            begun,
            last: begun,
            suites: Vec::new(),
            cases: SpooledTempFile::new(IN_MEMORY),
            failed: None,
        }
    }

    /// Adds a case to a suite, which is the last one or a new one. Its class is the suite's name.
    pub(crate) fn case(&mut self, suite: &str, name: &str, problem: Option<Problem<'_>>) {
        let masked = |text| self.mask.known_text(text);
        let (suite, name) = (&*masked(suite), &*masked(name));
        let now = Instant::now();
        let taken = now.duration_since(self.last);
        self.last = now;
        if self.suites.last().is_none_or(|last| last.name != suite) {
            self.suites.push(Suite {
                name: suite.to_owned(),
                counts: Counts::default(),
                taken: Duration::ZERO,
                length: 0,
            });
        }
        let Some(last) = self.suites.last_mut() else {
            return;
        };
        let mut out = String::from("    <testcase");
        attribute("classname", suite, &mut out);
        attribute("name", name, &mut out);
        attribute("time", &seconds(taken), &mut out);
        last.taken += taken;
        last.counts.tests += 1;
        match problem {
            None => out.push_str("/>\n"),
            Some(problem) => {
                let tag = match problem.kind {
                    Kind::Failure => "failure",
                    Kind::Error => "error",
                };
                last.counts.failures += u64::from(problem.kind == Kind::Failure);
                last.counts.errors += u64::from(problem.kind == Kind::Error);
                out.push_str(&format!(">\n      <{tag}"));
                attribute("type", problem.code, &mut out);
                attribute("message", &self.mask.known_text(problem.message), &mut out);
                out.push_str(&format!(
                    ">{}</{tag}>\n    </testcase>\n",
                    text(&self.mask.known_text(problem.detail))
                ));
            }
        }
        last.length += out.len() as u64;
        if let Err(error) = self.cases.write_all(out.as_bytes()) {
            self.failed.get_or_insert(error);
        }
    }

    /// Writes the document to a file, whole or not at all.
    pub(crate) fn save(&mut self, path: &Path) -> Result<()> {
        let mut save = || {
            let mut file = NewFile::begin(path, Readers::Usual)?;
            self.write(|bytes| file.write_all(bytes))?;
            file.put_in_place()
        };
        save()
            .map(drop)
            .map_err(|error| Error::file("write --junit", path, &error))
    }

    /// Hands on the document in pieces that end with lines.
    pub(crate) fn write(
        &mut self,
        mut write: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut total = Counts::default();
        for Suite { counts, .. } in &self.suites {
            total.tests += counts.tests;
            total.failures += counts.failures;
            total.errors += counts.errors;
        }
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        open(
            "<testsuites",
            self.name,
            total,
            self.begun.elapsed(),
            &mut out,
        );
        out.push_str(">\n");
        self.cases.rewind()?;
        let mut cases = BufReader::new(&mut self.cases);
        for suite in &self.suites {
            open(
                "  <testsuite",
                &suite.name,
                suite.counts,
                suite.taken,
                &mut out,
            );
            attribute("skipped", "0", &mut out);
            out.push_str(">\n");
            write(out.as_bytes())?;
            let mut rest = cases.by_ref().take(suite.length);
            let mut line = Vec::new();
            while rest.read_until(b'\n', &mut line)? > 0 {
                write(&line)?;
                line.clear();
            }
            out = String::from("  </testsuite>\n");
        }
        out.push_str("</testsuites>\n");
        write(out.as_bytes())
    }
}

fn open(tag: &str, name: &str, counts: Counts, taken: Duration, out: &mut String) {
    out.push_str(tag);
    attribute("name", name, out);
    for (name, count) in [
        ("tests", counts.tests),
        ("failures", counts.failures),
        ("errors", counts.errors),
    ] {
        attribute(name, &count.to_string(), out);
    }
    attribute("time", &seconds(taken), out);
}

fn seconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64())
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
    fn many_cases_are_not_kept_in_memory() {
        let mut report = Report::new("verify", Instant::now(), &Mask::default());
        let detail = "x".repeat(1_000);
        let problem = Problem {
            kind: Kind::Failure,
            code: "a",
            message: "b",
            detail: &detail,
        };
        for _ in 0..2_000 {
            report.case("s", "n", Some(problem));
        }
        assert!(report.cases.is_rolled());
        let mut out = Vec::new();
        report.write(|bytes| out.write_all(bytes)).unwrap();
        let failures = String::from_utf8(out).unwrap();
        assert_eq!(failures.matches("<failure").count(), 2_000);
    }

    #[test]
    fn what_xml_cannot_hold_is_written_as_an_escape() {
        assert_eq!(text("2 ]]> \u{ffff}\r"), "2 ]]&gt; \\uffff\\u000d");
    }
}
