//! Verdicts in the format that was asked for, in the order of the files.

use std::collections::HashSet;

use super::{Detail, Source, Status, Unreadable, Verification, VerificationSummary};
use crate::error::Result;
use crate::terminal::github::Annotation;
use crate::terminal::junit::{self, CaseResult, Suite};
use crate::terminal::paint::Plain;
use crate::terminal::{Outcome as _, Terminal};
use crate::verify::args::OutputFormat;

pub(crate) struct Printer<'a> {
    terminal: &'a Terminal,
    format: OutputFormat,
    suites: Vec<Suite>,
    spelled_out: HashSet<String>,
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

    pub(crate) fn verification(&mut self, found: &mut Verification) -> Result<()> {
        match self.format {
            OutputFormat::Text => {
                let codes = found.finding_codes();
                if self.terminal.is_quiet() {
                    found.detail = Detail::Line;
                } else if !codes.is_empty() && !self.spelled_out.insert(codes) {
                    found.detail = Detail::WithoutFixes;
                }
                self.terminal.emit(found)
            }
            OutputFormat::Json => self.terminal.emit(found),
            OutputFormat::Junit => {
                self.case(&found.source, &found.title(), &found.case());
                Ok(())
            }
            OutputFormat::Github if found.status == Status::Valid => Ok(()),
            OutputFormat::Github => {
                let id = found.id.as_deref().unwrap_or("(no id)");
                let message = format!("{id}: {}\n{}", found.headline(), found.detail_text());
                self.annotate(&found.source, found.code(), message.trim_end())
            }
        }
    }

    pub(crate) fn unreadable(&mut self, found: &Unreadable) -> Result<()> {
        match self.format {
            OutputFormat::Text | OutputFormat::Json => self.terminal.emit(found),
            OutputFormat::Junit => {
                let title = format!("line {}", found.source.line.unwrap_or(1));
                self.case(&found.source, &title, &found.case());
                Ok(())
            }
            OutputFormat::Github => self.annotate(&found.source, Unreadable::CODE, &found.message),
        }
    }

    pub(crate) fn finish(mut self, summary: &VerificationSummary) -> Result<()> {
        if summary.is_empty() {
            self.terminal
                .warning("nothing was verified: no deliveries found");
        }
        match self.format {
            OutputFormat::Text | OutputFormat::Json => return self.terminal.emit(summary),
            OutputFormat::Junit => {}
            OutputFormat::Github => {
                for event in &summary.missing {
                    let message = format!("no valid delivery of a required event: {event}");
                    self.annotate(&Source::whole("--require-event"), "missing", &message)?;
                }
                let mut text = String::new();
                // The missing ones are said above.
                let counts = VerificationSummary {
                    missing: Vec::new(),
                    ..summary.clone()
                };
                counts.text(&Plain, &mut text);
                return self.terminal.write(text.as_bytes());
            }
        }
        let mut required = Suite::new("--require-event");
        for event in &summary.missing {
            let result = CaseResult::Failed {
                kind: "missing".to_owned(),
                message: format!("no valid delivery of a required event: {event}"),
                detail: String::new(),
            };
            required.add(event, &result);
        }
        if !summary.missing.is_empty() {
            self.suites.push(required);
        }
        let document = junit::document("lettermint-hook verify", &self.suites);
        self.terminal.write(document.as_bytes())
    }

    fn annotate(&self, source: &Source, title: &str, message: &str) -> Result<()> {
        let mut out = String::new();
        Annotation {
            file: source.file(),
            line: source.line,
            title: &format!("lettermint-hook: {title}"),
            message,
        }
        .write(&mut out);
        self.terminal.write(out.as_bytes())
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
