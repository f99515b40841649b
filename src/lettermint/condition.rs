//! What a field of a payload must look like: `PATH=GLOB`.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::glob;
use super::path::Path;

/// A field of the payload and the glob that its value must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    path: Path,
    glob: String,
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, glob) = text.split_once('=').ok_or_else(|| {
            "expected PATH=VALUE, such as data.recipient=*@example.com".to_owned()
        })?;
        Ok(Self {
            path: Path::parse(path).map_err(|error| error.to_string())?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_other_values() {
        let payload = serde_json::json!({"data": {"to": "a@example.com", "tags": [{"n": 7}]}});
        for (text, met) in [
            ("data.to=*@example.com", true),
            ("data.to=a@example.org", false),
            ("data.tags[0].n=7", true),
            ("data.tags[1].n=*", false),
            ("data.tags=*", true),
        ] {
            let condition: Condition = text.parse().unwrap();
            assert_eq!(condition.is_met_by(&payload), met, "{text}");
        }
        assert!("data.to".parse::<Condition>().is_err());
        assert!("data..to=x".parse::<Condition>().is_err());
    }
}
