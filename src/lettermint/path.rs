//! Places in a payload: `data.tags[0].name`.

use std::fmt;

use serde_json::Value;

/// A place in a payload: `data.tags[0].name`, or `data.metadata["with.dots"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path(Vec<Step>);

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Into the field of an object.
    Name(String),
    /// Into the element of an array.
    Index(usize),
}

/// A text that is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a path such as `data.tags[0].name`: {0}")]
pub struct BadPath(String);

impl Path {
    /// The path of these steps.
    pub(crate) fn of_steps(steps: &[Step]) -> Self {
        Self(steps.to_vec())
    }

    /// The steps from the payload down.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Reads a path.
    ///
    /// # Errors
    /// [`BadPath`].
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        let bad = || BadPath(text.to_owned());
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            if let Some(bracket) = rest.strip_prefix('[') {
                let (step, after) = bracket_step(bracket).ok_or_else(bad)?;
                steps.push(step);
                rest = after;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                if end == 0 {
                    return Err(bad());
                }
                steps.push(Step::Name(rest[..end].to_owned()));
                rest = &rest[end..];
            }
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None if rest.is_empty() => return Ok(Self(steps)),
                None if rest.starts_with('[') => {}
                None => return Err(bad()),
            }
        }
    }

    /// The value at this place, if any.
    #[must_use]
    pub fn get<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            Step::Name(name) => value.get(name),
            Step::Index(index) => value.get(index),
        })
    }

    pub(crate) fn get_mut<'a>(&self, value: &'a mut Value) -> Option<&'a mut Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            Step::Name(name) => value.get_mut(name),
            Step::Index(index) => value.get_mut(index),
        })
    }

    /// The path with every index as `[]`, as the catalogue writes it.
    pub(crate) fn generic(&self) -> String {
        let mut out = String::new();
        for step in &self.0 {
            match step {
                Step::Name(name) if out.is_empty() => out.push_str(name),
                Step::Name(name) => out.extend([".", name]),
                Step::Index(_) => out.push_str("[]"),
            }
        }
        out
    }

    /// The path one step further down.
    pub(crate) fn join(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if name.contains(['.', '[', ']', '"']) => write!(f, "[{name:?}]")?,
                Step::Name(name) if position == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The step inside brackets, and what follows the closing one.
fn bracket_step(text: &str) -> Option<(Step, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (name, after) = quoted.split_once("\"]")?;
        return Some((Step::Name(name.to_owned()), after));
    }
    let (index, after) = text.split_once(']')?;
    Some((Step::Index(index.parse().ok()?), after))
}
