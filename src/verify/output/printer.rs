//! Verdicts in the format that was asked for, in the order of the files, and as JUnit XML beside it.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use super::summary::{NOTHING, UNREADABLE};
use super::{Detail, Source, Status, Unreadable, Verification, VerificationSummary};
use crate::app::AppContext;
use crate::diagnosis::Finding;
use crate::error::{Error, Result};
use crate::terminal::Stream;
use crate::terminal::github::Annotations;
use crate::terminal::junit::{Kind, Problem, Report};
use crate::terminal::paint::Plain;
use crate::verify::args::OutputFormat;

const NAME: &str = "lettermint-hook verify";

pub(crate) struct Printer<'a> {
    app: &'a AppContext,
    format: OutputFormat,
    /// For `--format junit` and `--junit`.
    report: Option<Report>,
    /// The file of `--junit`.
    file: Option<PathBuf>,
    annotations: Annotations,
    /// The codes of findings whose fixes were spelled out.
    spelled_out: HashSet<Vec<String>>,
}

/// What is said of a failure wherever it is said.
struct Said<'a> {
    kind: Kind,
    code: &'a str,
    message: &'a str,
    /// The delivery it is about, or where in the file it is.
    name: &'a str,
    detail: &'a str,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(app: &'a AppContext, format: OutputFormat, file: Option<PathBuf>) -> Self {
        let is_wanted = format == OutputFormat::Junit || file.is_some();
        Self {
            app,
            format,
            report: is_wanted.then(|| Report::new(NAME, Instant::now(), app.terminal.mask())),
            file,
            annotations: Annotations::new(&app.context, app.terminal.mask()),
            spelled_out: HashSet::new(),
        }
    }

    /// Whether valid deliveries are wanted too.
    pub(crate) fn wants_valid(&self) -> bool {
        self.report.is_some() || self.shows_valid()
    }

    /// Whether they are shown to people, with notes on them.
    pub(crate) fn shows_valid(&self) -> bool {
        let is_text = matches!(self.format, OutputFormat::Text | OutputFormat::Json);
        is_text && !self.app.terminal.is_quiet()
    }

    pub(crate) fn verification(&mut self, found: &mut Verification) {
        let codes: Vec<_> = found.findings.iter().map(Finding::code).collect();
        if !codes.is_empty() && !self.spelled_out.insert(codes) {
            found.detail = Detail::WithoutFixes;
        }
        let title = found.title();
        if found.status == Status::Valid {
            if let Some(report) = &mut self.report {
                report.case(&found.source.name, &title, None);
            }
        } else if self.report.is_some() || self.format == OutputFormat::Github {
            let said = Said {
                kind: Kind::Failure,
                code: found.code(),
                message: &found.headline(),
                name: &title,
                detail: &found.detail_text(),
            };
            let cause = found.cause().map(|cause| format!(" ({cause})"));
            let key = format!("{}{}", found.code(), cause.unwrap_or_default());
            self.say(&found.source, &key, &said);
        }
        if matches!(self.format, OutputFormat::Text | OutputFormat::Json)
            && (found.status != Status::Valid || self.shows_valid())
        {
            if self.format == OutputFormat::Text && self.app.terminal.is_quiet() {
                found.detail = Detail::Line;
            }
            self.app.terminal.emit(found);
        }
    }

    pub(crate) fn unreadable(&mut self, found: &Unreadable) {
        if matches!(self.format, OutputFormat::Text | OutputFormat::Json) {
            self.app.terminal.emit(found);
        }
        let line = found.source.line.map(|line| format!("line {line}"));
        let said = Said {
            kind: Kind::Error,
            code: UNREADABLE,
            message: &format!("{UNREADABLE}: {}", found.message),
            name: &line.unwrap_or_else(|| found.source.name.clone()),
            detail: "",
        };
        self.say(&found.source, UNREADABLE, &said);
    }

    /// Puts a failure where it is read by programs.
    fn say(&mut self, source: &Source, key: &str, said: &Said<'_>) {
        let Said {
            kind,
            code,
            message,
            name,
            detail,
        } = *said;
        if let Some(report) = &mut self.report {
            let problem = Problem {
                kind,
                code,
                message,
                detail,
            };
            report.case(&source.name, name, Some(problem));
        }
        if self.format == OutputFormat::Github {
            self.annotations.add(key, source.file(), source.line, || {
                format!("{name}: {message}\n{detail}").trim_end().to_owned()
            });
        }
    }

    /// Ends the output, also when the run ended with an error.
    pub(crate) fn finish(
        mut self,
        summary: &VerificationSummary,
        error: Option<&Error>,
    ) -> Result<()> {
        let mut counts = String::new();
        if let Some(error) = error {
            let error_text = error.to_string();
            let text = self.app.terminal.mask().message(&error_text);
            counts = format!("ended early: {text}\n");
            let said = Said {
                kind: Kind::Error,
                code: error.kind().code(),
                message: &text,
                name: "the run",
                detail: &error.hints().join("\n"),
            };
            self.say(&Source::whole(NAME), error.kind().code(), &said);
        } else {
            self.failures_of_all(summary);
            match summary.nothing_verified() {
                Some(text) => counts = text + "\n",
                None => summary.counts(&Plain, &mut counts),
            }
        }
        let terminal = &self.app.terminal;
        match self.format {
            OutputFormat::Text | OutputFormat::Json if error.is_none() => terminal.emit(summary),
            OutputFormat::Text | OutputFormat::Json | OutputFormat::Junit => {}
            OutputFormat::Github => {
                terminal.write_unchanged(Stream::Stdout, &self.annotations.commands());
                terminal.write_text(Stream::Stdout, &counts);
                (self.annotations)
                    .append_summary(&self.app.context, NAME, &counts)
                    .map_err(|error| Error::io("append to $GITHUB_STEP_SUMMARY", &error))?;
            }
        }
        let Some(report) = &mut self.report else {
            return Ok(());
        };
        if self.format == OutputFormat::Junit {
            // A stdout that cannot be written is told at the end of the program.
            let write = |bytes: &[u8]| {
                terminal.write(bytes);
                Ok(())
            };
            let written = report.write(write);
            written.map_err(|error| Error::io("keep the cases of --format junit", &error))?;
        }
        self.file.as_ref().map_or(Ok(()), |path| report.save(path))
    }

    /// What is wrong with the run and not with a delivery of it.
    fn failures_of_all(&mut self, summary: &VerificationSummary) {
        if let Some(message) = summary.nothing_verified() {
            // On the same terminal, the summary says it.
            let is_said = self.format == OutputFormat::Text
                && self.app.terminal.is_terminal(Stream::Stdout)
                && self.app.terminal.is_terminal(Stream::Stderr);
            if !is_said {
                self.app.terminal.warning(&message);
            }
            (self.app.terminal).hint("`--allow-empty` takes that for a success");
            let said = Said {
                kind: Kind::Failure,
                code: NOTHING,
                message: &message,
                name: NOTHING,
                detail: "",
            };
            self.say(&Source::whole(NAME), NOTHING, &said);
        }
        for event in &summary.missing {
            let said = Said {
                kind: Kind::Failure,
                code: "missing",
                message: &format!("no valid delivery of a required event: {event}"),
                name: event,
                detail: "",
            };
            let key = format!("missing: {event}");
            self.say(&Source::whole("--require-event"), &key, &said);
        }
    }
}
