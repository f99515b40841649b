//! Verdicts, problems and their sum, as text, JSON, JUnit and annotations of GitHub.

mod findings;
mod printer;
mod summary;
mod verification;

use std::fmt;

pub(crate) use findings::{SdkTable, SdkVerdict};
pub(crate) use printer::Printer;
pub(crate) use summary::{Unreadable, VerificationSummary};
pub(crate) use verification::{Detail, Status, Verification};

/// Where something was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// A file's path as the user named it, `-`, or an option.
    pub(crate) name: String,
    /// Counted from 1, in a file.
    pub(crate) line: Option<usize>,
}

impl Source {
    pub(crate) fn line(name: &str, line: usize) -> Self {
        Self {
            name: name.to_owned(),
            line: Some(line),
        }
    }

    /// A source without lines.
    pub(crate) fn whole(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            line: None,
        }
    }

    /// The file, when it is one.
    pub(crate) fn file(&self) -> Option<&str> {
        (self.line.is_some() && self.name != "-").then_some(&self.name)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}
