//! Verdicts in the form that was asked for.

use std::collections::HashSet;

use crate::error::Result;
use crate::terminal::Outcome;
use crate::terminal::Terminal;
use crate::terminal::github::Annotation;
use crate::terminal::junit;
use crate::terminal::junit::{CaseResult, Suite};
use crate::verify::output::{Source, Standing, Unreadable, Verification, VerificationSummary};

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// One JSON value a line.
    Json,
    /// JUnit XML, one case a delivery.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
}

/// Prints verdicts in the order of the files.
pub(crate) struct Printer<'a> {
    terminal: &'a Terminal,
    form: Form,
    suites: Vec<Suite>,
    /// Findings whose fixes were spelled out.
    spelled_out: HashSet<String>,
}

impl<'a> Printer<'a> {
    /// Nothing printed yet.
    #[must_use]
    pub(crate) fn new(terminal: &'a Terminal, form: Form) -> Self {
        Self {
            terminal,
            form,
            suites: Vec::new(),
            spelled_out: HashSet::new(),
        }
    }

    /// Whether valid deliveries are shown too.
    #[must_use]
    pub(crate) fn shows_valid(&self) -> bool {
        match self.form {
            Form::Text | Form::Json => !self.terminal.is_quiet(),
            Form::Junit => true,
            Form::Github => false,
        }
    }

    /// Whether notes on valid deliveries are shown.
    #[must_use]
    pub(crate) fn shows_notes(&self) -> bool {
        matches!(self.form, Form::Text | Form::Json) && self.shows_valid()
    }

    /// Prints a verdict.
    ///
    /// # Errors
    /// [`crate::error::Error::stdout`].
    pub(crate) fn verification(&mut self, found: &mut Verification) -> Result<()> {
        match self.form {
            Form::Text if self.terminal.is_quiet() => self.terminal.emit(&Line(found)),
            Form::Text => {
                let codes = found.explanation.codes();
                found.explanation.is_brief = !codes.is_empty() && !self.spelled_out.insert(codes);
                self.terminal.emit(found)
            }
            Form::Json => self.terminal.emit(found),
            Form::Junit => {
                self.case(&found.source, &found.title(), &found.case());
                Ok(())
            }
            Form::Github if found.standing == Standing::Valid => Ok(()),
            Form::Github => {
                let id = found.id.as_deref().unwrap_or("(no id)");
                let message = format!("{id}: {}\n{}", found.headline(), found.detail());
                self.annotate(&found.source, found.code(), message.trim_end())
            }
        }
    }

    /// Prints what could not be read.
    ///
    /// # Errors
    /// [`crate::error::Error::stdout`].
    pub(crate) fn unreadable(&mut self, found: &Unreadable) -> Result<()> {
        match self.form {
            Form::Text | Form::Json => self.terminal.emit(found),
            Form::Junit => {
                let title = format!("line {}", found.source.line.unwrap_or(1));
                self.case(&found.source, &title, &found.case());
                Ok(())
            }
            Form::Github => self.annotate(&found.source, Unreadable::CODE, &found.message),
        }
    }

    /// Prints the end.
    ///
    /// # Errors
    /// [`crate::error::Error::stdout`].
    pub(crate) fn finish(mut self, summary: &VerificationSummary) -> Result<()> {
        if summary.is_empty() {
            self.terminal
                .warning("nothing was verified: no deliveries found");
        }
        match self.form {
            Form::Text | Form::Json => return self.terminal.emit(summary),
            Form::Junit => {}
            Form::Github => {
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
                counts.text(&crate::terminal::paint::Plain, &mut text);
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

/// The first line only.
struct Line<'a>(&'a Verification);

impl Outcome for Line<'_> {
    fn text(&self, paint: &dyn crate::terminal::Paint, out: &mut String) {
        self.0.line(paint, out);
    }

    fn json(&self) -> Option<serde_json::Value> {
        self.0.json()
    }
}
