//! What a field of a payload must look like: `PATH=GLOB`.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::glob;
use super::path::{BadPath, Path};

/// A field of the payload and the glob that its value must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    path: Path,
    glob: String,
}

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// It has no `=`.
    #[error("expected PATH=VALUE, such as data.recipient=*@example.com")]
    NoValue,
    /// What stands before the `=` is no path.
    #[error(transparent)]
    BadPath(#[from] BadPath),
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        let (path, glob) = text.split_once('=').ok_or(ConditionError::NoValue)?;
        Ok(Self {
            path: Path::parse(path)?,
            glob: glob.to_owned(),
        })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.path, self.glob)
    }
}

impl Condition {
    /// Whether a payload meets it. Texts are compared as they are, anything else as JSON.
    #[must_use]
    pub fn is_met_by(&self, payload: &Value) -> bool {
        match self.path.get(payload) {
            None => false,
            Some(Value::String(text)) => glob::matches(&self.glob, text),
            Some(other) => glob::matches(&self.glob, &other.to_string()),
        }
    }
}
