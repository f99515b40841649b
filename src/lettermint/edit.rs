//! Changing single fields of a payload: `PATH=TEXT`, `PATH:=JSON` and removal.
//!
//! An edit is always applied or refused. A path must exist, be a documented field of the
//! event, or lie inside an open map; anything else is a typo until proven otherwise, and the
//! error names the nearest path. The order of all other fields is unchanged.

use serde_json::{Map, Value};

use super::catalogue;
use super::catalogue::Event;
use super::path::{BadPath, Path, Step};
use super::suggest;

/// One change to a payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    path: Path,
    change: Change,
}

#[derive(Debug, Clone, PartialEq)]
enum Change {
    Set(Value),
    Unset,
}

/// Why an edit was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no `PATH=TEXT` or `PATH:=JSON`.
    #[error("expected PATH=TEXT or PATH:=JSON: {0}")]
    NoAssignment(String),
    /// The path cannot be read.
    #[error(transparent)]
    BadPath(#[from] BadPath),
    /// What follows `:=` is not JSON.
    #[error("the value of `{path}` is not JSON ({cause}): {text}")]
    BadJson {
        /// The path before `:=`.
        path: String,
        /// The text after it.
        text: String,
        /// What the parser says.
        cause: String,
    },
    /// The payload has no such field and its event none by that name.
    #[error("the payload has no field `{path}`")]
    NoSuchField {
        /// The path.
        path: String,
        /// The most similar one that exists.
        nearest: Option<String>,
    },
    /// An index past the end. One past the last element appends.
    #[error("`{path}` is past the end: the array has {length} elements")]
    PastTheEnd {
        /// The path up to the index.
        path: String,
        /// The array's length.
        length: usize,
    },
}

impl EditError {
    /// What to type instead, when known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuchField {
                nearest: Some(nearest),
                ..
            } => Some(format!("did you mean `{nearest}`?")),
            Self::PastTheEnd { length, .. } => Some(format!("index {length} appends an element")),
            Self::BadJson { path, text, .. } => {
                Some(format!("`{path}={text}` sets it as text instead"))
            }
            _ => None,
        }
    }
}

impl Edit {
    /// Reads `PATH=TEXT` or `PATH:=JSON`.
    ///
    /// # Errors
    /// [`EditError::NoAssignment`], [`EditError::BadPath`], [`EditError::BadJson`].
    pub fn parse_set(text: &str) -> Result<Self, EditError> {
        let (left, right) = text
            .split_once('=')
            .ok_or_else(|| EditError::NoAssignment(text.to_owned()))?;
        let (path, value) = match left.strip_suffix(':') {
            Some(path) => {
                let value = serde_json::from_str(right).map_err(|error| EditError::BadJson {
                    path: path.to_owned(),
                    text: right.to_owned(),
                    cause: error.to_string(),
                })?;
                (path, value)
            }
            None => (left, Value::String(right.to_owned())),
        };
        Ok(Self {
            path: Path::parse(path)?,
            change: Change::Set(value),
        })
    }

    /// Reads the path of a field to remove.
    ///
    /// # Errors
    /// [`EditError::BadPath`].
    pub fn parse_unset(text: &str) -> Result<Self, EditError> {
        Ok(Self {
            path: Path::parse(text)?,
            change: Change::Unset,
        })
    }

    /// Sets the field at a path to a value.
    ///
    /// # Errors
    /// [`EditError::BadPath`].
    pub fn set(path: &str, value: Value) -> Result<Self, EditError> {
        Ok(Self {
            path: Path::parse(path)?,
            change: Change::Set(value),
        })
    }

    /// Sets the delivery's id.
    #[must_use]
    pub fn id(id: &str) -> Self {
        Self {
            path: Path::of_field("id"),
            change: Change::Set(id.into()),
        }
    }

    /// Whether it concerns the delivery's id and nothing else.
    #[must_use]
    pub fn is_id(&self) -> bool {
        matches!(self.path.steps(), [Step::Name(name)] if name == "id")
    }

    /// Whether a text occurs in what it puts into the payload: names and values.
    pub(crate) fn contains_text(&self, needle: &str) -> bool {
        match &self.change {
            Change::Set(value) => {
                let in_path =
                    |step: &Step| matches!(step, Step::Name(name) if name.contains(needle));
                self.path.steps().iter().any(in_path) || value.to_string().contains(needle)
            }
            Change::Unset => false,
        }
    }

    /// Changes the payload in place.
    ///
    /// # Errors
    /// [`EditError::NoSuchField`], [`EditError::PastTheEnd`]; the payload may then be changed in
    /// part and must be dropped.
    pub fn apply(&self, payload: &mut Value) -> Result<(), EditError> {
        let event = payload
            .get("event")
            .and_then(Value::as_str)
            .and_then(catalogue::find);
        match &self.change {
            Change::Set(value) => set(payload, &self.path, value.clone(), event),
            Change::Unset => unset(payload, &self.path),
        }
    }
}

fn set(
    payload: &mut Value,
    path: &Path,
    value: Value,
    event: Option<&Event>,
) -> Result<(), EditError> {
    if !may_exist(payload, path, event) {
        return Err(no_such_field(payload, path, event));
    }
    let mut place = payload;
    for (depth, step) in path.steps().iter().enumerate() {
        match step {
            Step::Name(name) => {
                // PHP writes an empty map as `[]`, so that is what a map to be filled looks like.
                let empty =
                    place.is_null() || place.as_array().is_some_and(|items| items.is_empty());
                if empty {
                    *place = Value::Object(Map::new());
                }
                let Value::Object(members) = place else {
                    return Err(no_such_field(&Value::Null, &path.prefix(depth + 1), event));
                };
                place = members.entry(name).or_insert(Value::Null);
            }
            Step::Index(index) => {
                if place.is_null() {
                    *place = Value::Array(Vec::new());
                }
                let Value::Array(items) = place else {
                    return Err(no_such_field(&Value::Null, &path.prefix(depth + 1), event));
                };
                let length = items.len();
                if *index == length {
                    items.push(Value::Null);
                }
                place = items.get_mut(*index).ok_or_else(|| EditError::PastTheEnd {
                    path: path.prefix(depth + 1).to_string(),
                    length,
                })?;
            }
        }
    }
    *place = value;
    Ok(())
}

fn unset(payload: &mut Value, path: &Path) -> Result<(), EditError> {
    let missing = no_such_field(payload, path, None);
    let (last, parents) = path.steps().split_last().ok_or_else(|| missing.clone())?;
    let mut place = payload;
    for step in parents {
        place = match step {
            Step::Name(name) => place.get_mut(name),
            Step::Index(index) => place.get_mut(index),
        }
        .ok_or_else(|| missing.clone())?;
    }
    match (last, place) {
        (Step::Name(name), Value::Object(members)) => {
            members.shift_remove(name).map(drop).ok_or(missing)
        }
        (Step::Index(index), Value::Array(items)) if *index < items.len() => {
            items.remove(*index);
            Ok(())
        }
        _ => Err(missing),
    }
}

/// Whether a path is there, documented for the event, or inside something open. Payloads of
/// unknown events are open altogether.
fn may_exist(payload: &Value, path: &Path, event: Option<&Event>) -> bool {
    if path.get(payload).is_some() {
        return true;
    }
    let Some(event) = event else {
        return true;
    };
    // Appending to an array that is there, as far as that element's shape goes.
    let generic = path.generic();
    event.fields().any(|field| {
        let open = field.kind.contains("object<") || field.kind.starts_with("array<");
        generic == field.path
            || generic == format!("{}[]", field.path)
            || (field.path.starts_with(&generic)
                && matches!(
                    field.path.as_bytes().get(generic.len()),
                    Some(b'.') | Some(b'[')
                ))
            || (open
                && generic
                    .strip_prefix(field.path)
                    .is_some_and(|rest| rest.starts_with(['.', '['])))
    })
}

fn no_such_field(payload: &Value, path: &Path, event: Option<&Event>) -> EditError {
    let mut known = Vec::new();
    collect_paths(payload, &mut Vec::new(), &mut known);
    if let Some(event) = event {
        known.extend(event.fields().map(|field| field.path.to_owned()));
    }
    let path = path.to_string();
    EditError::NoSuchField {
        nearest: suggest::nearest(&path, known.iter().map(String::as_str)).map(str::to_owned),
        path,
    }
}

fn collect_paths(value: &Value, at: &mut Vec<Step>, out: &mut Vec<String>) {
    if !at.is_empty() {
        out.push(Path::of_steps(at).to_string());
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                at.push(Step::Name(name.clone()));
                collect_paths(member, at, out);
                at.pop();
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                at.push(Step::Index(index));
                collect_paths(item, at, out);
                at.pop();
            }
        }
        _ => {}
    }
}
