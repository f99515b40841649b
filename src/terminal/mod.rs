//! The one owner of stdout and stderr: what is written where, in which form, in which colors.
//!
//! Data goes to stdout, messages to stderr. Color is decided for each stream on its own.

pub(crate) mod duration;
pub(crate) mod fold;
pub(crate) mod github;
pub(crate) mod json_text;
pub(crate) mod junit;
pub(crate) mod line;
pub(crate) mod mask;
pub(crate) mod outcome;
pub(crate) mod output;
pub(crate) mod paint;
pub(crate) mod progress;
pub(crate) mod prompt;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod visible;

pub(crate) use outcome::{JSON_START, Outcome, json_line};
pub(crate) use paint::{Paint, Role};

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::sync::{Arc, OnceLock};

use colored::{Color, Colorize as _};

use self::mask::Mask;
use super::context::Context;
use crate::error::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; also when `CLICOLOR_FORCE`
    /// is.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    /// One value, or one on each line for streams.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    /// Messages; also data, where stdout belongs to a command that is run.
    Stderr,
}

#[derive(Debug, Clone)]
pub(crate) struct Terminal {
    format: Format,
    quiet: bool,
    verbose: bool,
    columns: Option<usize>,
    stdout: StreamState,
    stderr: StreamState,
    /// Whether GitHub Actions reads what is written, and takes some of it for commands.
    is_read_by_github: bool,
    /// Why stdout takes no more, once it does not: what would be written is dropped from then on.
    stdout_end: Arc<OnceLock<io::Error>>,
    mask: Mask,
}

#[derive(Debug, Clone, Copy)]
struct StreamState {
    is_terminal: bool,
    paint: AnsiPaint,
}

impl Terminal {
    pub(crate) fn new(context: &Context, format: Format, color: ColorChoice, quiet: bool) -> Self {
        // The crate would decide from stdout alone; here it is told, and each stream decides.
        colored::control::set_override(true);
        let state = |is_terminal| StreamState {
            is_terminal,
            paint: AnsiPaint {
                enabled: wants_color(context, color, is_terminal),
                width: None,
            },
        };
        let columns = context.variable("COLUMNS");
        Self {
            format,
            quiet,
            verbose: false,
            columns: columns.and_then(|columns| columns.to_str()?.parse().ok()),
            stdout: state(context.stdout_is_terminal),
            stderr: state(context.stderr_is_terminal),
            is_read_by_github: context
                .variable("GITHUB_ACTIONS")
                .is_some_and(|value| value == "true"),
            stdout_end: Arc::default(),
            mask: Mask::default(),
        }
    }

    pub(crate) fn with_whole_replies(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// Whether the replies of handlers are wanted whole.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// The secrets that must not be written.
    pub(crate) fn mask(&self) -> &Mask {
        &self.mask
    }

    fn state(&self, stream: Stream) -> &StreamState {
        match stream {
            Stream::Stdout => &self.stdout,
            Stream::Stderr => &self.stderr,
        }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether only failures and results are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) fn is_terminal(&self, stream: Stream) -> bool {
        self.state(stream).is_terminal
    }

    /// The columns that text for a stream should keep to: those of the terminal, else the
    /// variable `COLUMNS`, else any number.
    pub(crate) fn width(&self, stream: Stream) -> Option<usize> {
        match self.is_terminal(stream) {
            true => self.terminal_width(stream),
            false => self.columns,
        }
    }

    fn terminal_width(&self, stream: Stream) -> Option<usize> {
        if !self.is_terminal(stream) {
            return None;
        }
        let size = match stream {
            Stream::Stdout => terminal_size::terminal_size_of(io::stdout()),
            Stream::Stderr => terminal_size::terminal_size_of(io::stderr()),
        };
        size.map(|(width, _)| usize::from(width.0))
            .filter(|width| *width > 0)
    }

    /// Appends an outcome's text as it is painted for a stream.
    pub(crate) fn render(&self, outcome: &dyn Outcome, stream: Stream, out: &mut String) {
        let Some(width) = self.terminal_width(stream) else {
            return outcome.text(&self.state(stream).paint, out);
        };
        let paint = AnsiPaint {
            width: Some(width),
            ..self.state(stream).paint
        };
        let mut text = String::new();
        outcome.text(&paint, &mut text);
        fold::fold(&text, width, out);
    }

    /// An outcome as it is written to a stream: to stdout in the form asked for, to stderr as text.
    pub(crate) fn rendered(&self, stream: Stream, outcome: &dyn Outcome) -> String {
        let mut text = String::new();
        if stream == Stream::Stdout && self.format == Format::Json {
            if let Some(json) = outcome.json() {
                text = json_line(&json);
            }
        } else {
            self.render(outcome, stream, &mut text);
        }
        text
    }

    /// Writes an outcome to a stream.
    pub(crate) fn emit_to(&self, stream: Stream, outcome: &dyn Outcome) {
        self.write_text(stream, &self.rendered(stream, outcome));
    }

    /// Writes an outcome to stdout in the form asked for.
    pub(crate) fn emit(&self, outcome: &dyn Outcome) {
        self.emit_to(Stream::Stdout, outcome);
    }

    /// Writes an outcome that repeats settings: what begins as secrets do was typed there where a
    /// name or a path belongs.
    pub(crate) fn emit_settings(&self, outcome: &dyn Outcome) {
        let text = self.rendered(Stream::Stdout, outcome);
        self.write_text(Stream::Stdout, &self.mask.message(&text));
    }

    /// Writes what was rendered for a stream. On a terminal, whatever it holds besides our colors
    /// is made visible once more, so that no renderer can forget it; JSON stays JSON.
    pub(crate) fn write_text(&self, stream: Stream, text: &str) {
        let text = match stream {
            Stream::Stdout => self.mask.known_text(text),
            Stream::Stderr => self.mask.message(text),
        };
        let shown = match self.state(stream) {
            StreamState { is_terminal, paint } if *is_terminal => {
                visible::escape_painted(&text, paint.enabled)
            }
            _ if self.is_read_by_github => github::disarm(&text),
            _ => Cow::Borrowed(&*text),
        };
        self.write_raw(stream, shown.as_bytes());
    }

    /// Writes untrusted bytes to stdout: as they are into a file or pipe, with controls made
    /// visible on a terminal.
    pub(crate) fn write(&self, bytes: &[u8]) {
        match self.stdout.is_terminal {
            false => self.write_raw(Stream::Stdout, bytes),
            true => {
                let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
                self.write_text(Stream::Stdout, &visible::escape_lines(&text));
            }
        }
    }

    /// The same for bytes that may not end a line, after which a terminal's prompt would stand.
    pub(crate) fn write_data(&self, bytes: &[u8]) {
        self.write(bytes);
        if self.stdout.is_terminal && !bytes.ends_with(b"\n") {
            self.write(b"\n");
        }
    }

    /// Writes workflow commands of GitHub Actions, which no other text may look like.
    pub(crate) fn write_unchanged(&self, stream: Stream, commands: &str) {
        self.write_raw(stream, commands.as_bytes());
    }

    /// Writes, unless nobody reads any more: a closed or full stdout ends the printing, not the
    /// work that the exit code speaks of.
    fn write_raw(&self, stream: Stream, bytes: &[u8]) {
        if stream == Stream::Stderr {
            // When stderr is gone there is nowhere left to report that.
            let _ = io::stderr().lock().write_all(bytes);
        } else if !bytes.is_empty() && !self.is_closed() {
            let mut stdout = io::stdout().lock();
            let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
            if let Err(error) = written {
                // Another thread may have found out first.
                let _ = self.stdout_end.set(error);
            }
        }
    }

    /// Whether nothing that is written to stdout arrives any more, so that work whose only product
    /// it is may end.
    pub(crate) fn is_closed(&self) -> bool {
        self.stdout_end.get().is_some()
    }

    /// Why stdout could not be written, when that is a failure: a reader that has seen enough
    /// (`| head -1`) is none.
    pub(crate) fn stdout_failure(&self) -> Option<Error> {
        let error = self.stdout_end.get()?;
        (error.kind() != io::ErrorKind::BrokenPipe).then(|| Error::io("write to stdout", error))
    }

    /// Writes an outcome to stderr as text, whatever the form of stdout.
    pub(crate) fn tell(&self, outcome: &dyn Outcome) {
        if !self.quiet {
            self.emit_to(Stream::Stderr, outcome);
        }
    }

    /// A line on stderr, left out when quiet.
    pub(crate) fn status(&self, line: &str) {
        if !self.quiet {
            self.write_stderr(&format!("{line}\n"));
        }
    }

    pub(crate) fn warning(&self, message: &str) {
        self.labeled(Role::Warning, "warning", message);
    }

    pub(crate) fn hint(&self, message: &str) {
        self.labeled(Role::Good, "hint", message);
    }

    /// An error with its hints: lines of text, or one JSON object with `--json`. On stderr.
    pub(crate) fn error(&self, error: &Error) {
        if self.format == Format::Json {
            let json = serde_json::json!({"type": "error", "error": {
                "kind": error.kind().code(),
                "message": error.to_string(),
                "hints": error.hints(),
            }});
            self.write_stderr(&json_line(&json));
            return;
        }
        self.labeled(Role::Bad, "error", &error.to_string());
        for hint in error.hints() {
            self.hint(hint);
        }
    }

    fn labeled(&self, role: Role, label: &str, message: &str) {
        let mut line = String::new();
        self.stderr.paint.paint(role, label, &mut line);
        line.push_str(": ");
        line.push_str(&visible::escape(message));
        line.push('\n');
        self.write_stderr(&line);
    }

    /// Writes what clap made.
    pub(crate) fn write_help(&self, stream: Stream, help: &clap::builder::StyledStr) {
        match self.state(stream).paint.enabled {
            true => self.write_folded(stream, &help.ansi().to_string()),
            false => self.write_folded(stream, &help.to_string()),
        }
    }

    fn write_stderr(&self, text: &str) {
        self.write_folded(Stream::Stderr, text);
    }

    /// Writes text, folded to the terminal if it is for one.
    fn write_folded(&self, stream: Stream, text: &str) {
        let mut folded = String::new();
        match self.terminal_width(stream) {
            Some(width) => fold::fold(text, width, &mut folded),
            None => folded.push_str(text),
        }
        self.write_text(stream, &folded);
    }
}

/// <https://no-color.org> and <https://bixense.com/clicolors>.
fn wants_color(context: &Context, choice: ColorChoice, is_terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if context.variable("NO_COLOR").is_some() => false,
        ColorChoice::Auto => {
            let forced = context
                .variable("CLICOLOR_FORCE")
                .is_some_and(|value| value != "0");
            let dumb = context.variable("TERM").is_some_and(|term| term == "dumb");
            forced || (is_terminal && !dumb)
        }
    }
}

/// Colors as ANSI sequences, or none.
#[derive(Debug, Clone, Copy)]
struct AnsiPaint {
    enabled: bool,
    /// Of a terminal.
    width: Option<usize>,
}

impl Paint for AnsiPaint {
    fn width(&self) -> Option<usize> {
        self.width
    }

    fn paint(&self, role: Role, text: &str, out: &mut String) {
        if !self.enabled {
            out.push_str(text);
            return;
        }
        let styled = match role {
            Role::Good => text.color(Color::Green),
            Role::Bad => text.color(Color::Red).bold(),
            Role::Warning => text.color(Color::Yellow),
            Role::Strong => text.bold(),
            Role::Faint => text.dimmed(),
            Role::Key => text.color(Color::Cyan),
            Role::Text => text.color(Color::Green),
            Role::Literal => text.color(Color::Magenta),
        };
        out.push_str(&styled.to_string());
    }
}
