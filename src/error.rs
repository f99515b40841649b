//! The one error type: a kind that decides the exit code, a message, what caused it, and hints on
//! what to type next.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;

use crate::delivery::target::TargetError;
use crate::exit::ExitCode;
use crate::lettermint::edit::EditError;
use crate::lettermint::event_pattern::UnknownEvent;

/// What kind of end it is. Every kind has one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// The command line, or what it names, makes no sense.
    Usage,
    /// Files, ports, network or TLS did not allow it.
    CannotRun,
    Negative,
    Interrupted,
}

impl ErrorKind {
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Usage => ExitCode::Usage,
            Self::CannotRun => ExitCode::CannotRun,
            Self::Negative => ExitCode::Negative,
            Self::Interrupted => ExitCode::Interrupted,
        }
    }

    /// The word for it in JSON errors.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::CannotRun => "cannot_run",
            Self::Negative => "negative",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A failed run.
///
/// The message is lower case, has its value at the end, and fits after "failed to".
#[derive(Debug)]
pub(crate) struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    hints: Vec<String>,
}

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
            hints: Vec::new(),
        }
    }

    /// Exit 2.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Exit 3.
    pub(crate) fn cannot_run(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::CannotRun, message)
    }

    /// Exit 1.
    pub(crate) fn negative(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Negative, message)
    }

    /// Exit 130.
    pub(crate) fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "interrupted")
    }

    /// What the system refused, exit 3: `cannot listen (address in use)`.
    pub(crate) fn io(what: &str, error: &io::Error) -> Self {
        Self::cannot_run(format!("cannot {what} ({})", describe_io(error)))
            .caused_by(copy_of(error))
    }

    /// A file that could not be used, exit 3.
    pub(crate) fn file(action: &str, path: &Path, error: &io::Error) -> Self {
        let message = format!(
            "cannot {action} ({}): {}",
            describe_io(error),
            path.display()
        );
        Self::cannot_run(message).caused_by(copy_of(error))
    }

    /// A usage error in the words of its cause.
    fn of(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::usage(source.to_string()).caused_by(source)
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Says first what it is about: an option, an event.
    pub(crate) fn about(mut self, subject: &str) -> Self {
        self.message = format!("{subject}: {}", self.message);
        self
    }

    /// Adds a line on what to type next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub(crate) fn maybe_hint(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<EditError> for Error {
    fn from(error: EditError) -> Self {
        let hint = error.hint().map(str::to_owned);
        Self::of(error).maybe_hint(hint)
    }
}

impl From<UnknownEvent> for Error {
    fn from(error: UnknownEvent) -> Self {
        let hint = error.hint();
        Self::of(error).hint(hint)
    }
}

impl From<TargetError> for Error {
    fn from(error: TargetError) -> Self {
        let hint = error.hint();
        Self::of(error).hint(hint)
    }
}

/// An I/O error to keep: most callers have theirs only lent.
fn copy_of(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

/// An I/O error in a few lower-case words, without the operating system's number.
pub(crate) fn describe_io(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => text.to_owned(),
    }
}
