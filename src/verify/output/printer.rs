//! Verdicts in the format that was asked for, in the order of the files.

use std::collections::HashSet;

use super::summary::{NOTHING, UNREADABLE};
use super::{Detail, Source, Status, Unreadable, Verification, VerificationSummary};
use crate::diagnosis::Finding;
use crate::terminal::Terminal;
use crate::terminal::github::Annotation;
use crate::terminal::junit::{self, CaseResult, Suite};
use crate::terminal::paint::Plain;
use crate::verify::args::OutputFormat;

pub(crate) struct Printer<'a> {
    terminal: &'a Terminal,
    format: OutputFormat,
    suites: Vec<Suite>,
    /// The codes of findings whose fixes were spelled out.
    spelled_out: HashSet<Vec<String>>,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(terminal: &'a Terminal, format: OutputFormat) -> Self {
        Self {
            terminal,
            format,
            suites: Vec::new(),
            spelled_out: HashSet::new(),
        }
    }

    pub(crate) fn verification(&mut self, found: &mut Verification) {
        match self.format {
            OutputFormat::Text => {
                let codes: Vec<_> = found.findings.iter().map(Finding::code).collect();
                if self.terminal.is_quiet() {
                    found.detail = Detail::Line;
                } else if !codes.is_empty() && !self.spelled_out.insert(codes) {
                    found.detail = Detail::WithoutFixes;
                }
                self.terminal.emit(found);
            }
            OutputFormat::Json => self.terminal.emit(found),
            OutputFormat::Junit => {
                let result = match found.status {
                    Status::Valid => CaseResult::Passed,
                    _ => CaseResult::Failed {
                        kind: found.code().to_owned(),
                        message: found.headline(),
                        detail: found.detail_text(),
                    },
                };
                self.case(&found.source, &found.title(), &result);
            }
            OutputFormat::Github if found.status == Status::Valid => {}
            OutputFormat::Github => {
                let id = found.id.as_deref().unwrap_or("(no id)");
                let message = format!("{id}: {}\n{}", found.headline(), found.detail_text());
                self.annotate(&found.source, found.code(), message.trim_end());
            }
        }
    }

    pub(crate) fn unreadable(&mut self, found: &Unreadable) {
        match self.format {
            OutputFormat::Text | OutputFormat::Json => self.terminal.emit(found),
            OutputFormat::Junit => {
                let title = format!("line {}", found.source.line.unwrap_or(1));
                let result = CaseResult::Failed {
                    kind: UNREADABLE.to_owned(),
                    message: format!("{UNREADABLE}: {}", found.message),
                    detail: String::new(),
                };
                self.case(&found.source, &title, &result);
            }
            OutputFormat::Github => self.annotate(&found.source, UNREADABLE, &found.message),
        }
    }

    pub(crate) fn finish(mut self, summary: &VerificationSummary) {
        let nothing = summary.nothing_verified();
        if let Some(text) = &nothing {
            self.terminal.warning(text);
            self.terminal
                .hint("`--allow-empty` takes that for a success");
        }
        let required = Source::whole("--require-event");
        let missing = summary.missing.iter().map(|event| {
            let message = format!("no valid delivery of a required event: {event}");
            (event, message)
        });
        match self.format {
            OutputFormat::Text | OutputFormat::Json => self.terminal.emit(summary),
            OutputFormat::Junit => {
                if let Some(message) = nothing {
                    let result = CaseResult::Failed {
                        kind: NOTHING.to_owned(),
                        message,
                        detail: String::new(),
                    };
                    self.case(&Source::whole("verify"), NOTHING, &result);
                }
                for (event, message) in missing {
                    let result = CaseResult::Failed {
                        kind: "missing".to_owned(),
                        message,
                        detail: String::new(),
                    };
                    self.case(&required, event, &result);
                }
                let document = junit::document("lettermint-hook verify", &self.suites);
                self.terminal.write(document.as_bytes());
            }
            OutputFormat::Github => {
                if let Some(message) = nothing {
                    self.annotate(&Source::whole("verify"), NOTHING, &message);
                }
                for (_, message) in missing {
                    self.annotate(&required, "missing", &message);
                }
                let mut text = String::new();
                summary.counts(&Plain, &mut text);
                self.terminal.write(text.as_bytes());
            }
        }
    }

    fn annotate(&self, source: &Source, title: &str, message: &str) {
        let mut out = String::new();
        Annotation {
            file: source.file(),
            line: source.line,
            title: &format!("lettermint-hook: {title}"),
            message,
        }
        .write(&mut out);
        self.terminal.write(out.as_bytes());
    }

    /// Adds a case to its file's suite, which is the last one: files come one after another.
    fn case(&mut self, source: &Source, title: &str, result: &CaseResult) {
        match self.suites.last_mut() {
            Some(suite) if suite.name() == source.name => suite.add(title, result),
            _ => {
                let mut suite = Suite::new(&source.name);
                suite.add(title, result);
                self.suites.push(suite);
            }
        }
    }
}
