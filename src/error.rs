//! The one error type that commands end with: a kind that decides the exit code, a message, and
//! hints on what to type next.

use std::fmt;
use std::io;
use std::path::Path;

use crate::exit::ExitCode;

/// What kind of end it is. Every kind has one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line, or what it names, makes no sense.
    Usage,
    /// Files, ports, network or TLS did not allow it.
    CannotRun,
    /// It ran, and the answer is no.
    Negative,
    /// Ctrl+C.
    Interrupted,
    /// The reader of stdout went away, which is no error to anybody.
    OutputClosed,
}

impl ErrorKind {
    /// The exit code of this kind.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Usage => ExitCode::Usage,
            Self::CannotRun => ExitCode::CannotRun,
            Self::Negative => ExitCode::Negative,
            Self::Interrupted => ExitCode::Interrupted,
            Self::OutputClosed => ExitCode::Success,
        }
    }

    /// The word for it in JSON errors.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::CannotRun => "cannot_run",
            Self::Negative => "negative",
            Self::Interrupted => "interrupted",
            Self::OutputClosed => "output_closed",
        }
    }
}

/// A failed run.
///
/// The message is lower case, has its value at the end, and fits after "failed to".
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hints: Vec<String>,
}

/// The result of anything that can end a run.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Exit 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Exit 3.
    pub fn cannot_run(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::CannotRun, message)
    }

    /// Exit 1.
    pub fn negative(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Negative, message)
    }

    /// Exit 130.
    #[must_use]
    pub fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "interrupted")
    }

    /// A file that could not be used, exit 3.
    #[must_use]
    pub fn file(action: &str, path: &Path, error: &io::Error) -> Self {
        let message = format!(
            "cannot {action} ({}): {}",
            describe_io(error),
            path.display()
        );
        Self::cannot_run(message)
    }

    /// A write to stdout that failed: exit 0 when its reader went away, else 3.
    #[must_use]
    pub fn stdout(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::new(ErrorKind::OutputClosed, "stdout was closed")
        } else {
            Self::cannot_run(format!("cannot write to stdout ({})", describe_io(error)))
        }
    }

    /// Adds a line on what to type next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a hint when there is one.
    #[must_use]
    pub fn maybe_hint(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to type next.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// An I/O error in a few lower-case words, without the operating system's number.
#[must_use]
pub fn describe_io(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => text.to_owned(),
    }
}
