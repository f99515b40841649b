//! Changing single fields of a payload: `PATH=TEXT`, `PATH:=JSON` and removal.
//!
//! An edit is always applied or refused. A path must exist, be a documented field of the
//! event, or lie inside an open map; anything else is a typo until proven otherwise, and the
//! error names the nearest path. The order of all other fields is unchanged.

use serde_json::{Map, Value};

use super::catalogue;
use super::catalogue::{EVENTS, Event};
use super::path::{BadPath, Path, Step};
use super::suggest;

/// One change to a payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    path: Path,
    /// What the field is set to; without it the field is removed.
    value: Option<Value>,
}

/// Why an edit was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EditError {
    message: String,
    hint: Option<String>,
}

impl EditError {
    fn new(message: String, hint: Option<String>) -> Self {
        Self { message, hint }
    }

    /// What to type instead, when known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl From<BadPath> for EditError {
    fn from(bad: BadPath) -> Self {
        Self::new(bad.to_string(), None)
    }
}

impl Edit {
    /// Reads `PATH=TEXT` or `PATH:=JSON`.
    ///
    /// # Errors
    /// When it is neither, the path is none, or what follows `:=` is not JSON.
    pub fn parse_set(text: &str) -> Result<Self, EditError> {
        let Some((path, value)) = text.split_once('=') else {
            let message = format!("expected PATH=TEXT or PATH:=JSON: {text}");
            return Err(EditError::new(message, None));
        };
        let Some(path) = path.strip_suffix(':') else {
            return Self::set(path, value.into());
        };
        let json = serde_json::from_str(value).map_err(|error| {
            let message = format!("the value of `{path}` is not JSON ({error}): {value}");
            let hint = format!("`{path}={value}` sets it as text instead");
            EditError::new(message, Some(hint))
        })?;
        Self::set(path, json)
    }

    /// Reads the path of a field to remove.
    ///
    /// # Errors
    /// When it is no path.
    pub fn parse_unset(text: &str) -> Result<Self, EditError> {
        Ok(Self {
            path: Path::parse(text)?,
            value: None,
        })
    }

    /// Sets the field at a path to a value.
    ///
    /// # Errors
    /// When it is no path.
    pub fn set(path: &str, value: Value) -> Result<Self, EditError> {
        Ok(Self {
            path: Path::parse(path)?,
            value: Some(value),
        })
    }

    /// Sets the delivery's id.
    #[must_use]
    pub fn id(id: &str) -> Self {
        Self {
            path: Path::default().join(Step::Name("id".to_owned())),
            value: Some(id.into()),
        }
    }

    /// Whether it concerns the delivery's id and nothing else.
    #[must_use]
    pub fn is_id(&self) -> bool {
        matches!(self.path.steps(), [Step::Name(name)] if name == "id")
    }

    /// Whether a text occurs in what it puts into the payload: names and values.
    pub(crate) fn contains_text(&self, needle: &str) -> bool {
        let in_path = |step: &Step| matches!(step, Step::Name(name) if name.contains(needle));
        self.value.as_ref().is_some_and(|value| {
            self.path.steps().iter().any(in_path) || value.to_string().contains(needle)
        })
    }

    /// What is doubtful about a text for a field that holds truth values or numbers: JSON was
    /// meant, most likely. Says what to write instead.
    #[must_use]
    pub fn misfit(&self) -> Option<String> {
        let Some(Value::String(text)) = &self.value else {
            return None;
        };
        let path = self.path.generic();
        let field = EVENTS
            .iter()
            .flat_map(Event::fields)
            .find(|field| field.path == path)?;
        let (kind, example) = match field.kind {
            kind if kind.starts_with("boolean") => ("true or false", "true"),
            kind if kind.starts_with("integer") || kind.starts_with("number") => ("a number", "1"),
            _ => return None,
        };
        let json = serde_json::from_str::<Value>(text)
            .ok()
            .filter(|json| !json.is_string());
        let json = json.map_or(example.to_owned(), |json| json.to_string());
        let path = &self.path;
        Some(format!(
            "`{path}={text}` sets the text \"{text}\" where the event has {kind}; `{path}:={json}` sets JSON"
        ))
    }

    /// Changes the payload in place.
    ///
    /// # Errors
    /// When the payload has no such field, or an index is past the end; the payload may then be
    /// changed in part and must be dropped.
    pub fn apply(&self, payload: &mut Value) -> Result<(), EditError> {
        let event = payload["event"].as_str().and_then(catalogue::find);
        match &self.value {
            Some(value) => set(payload, &self.path, value.clone(), event),
            None => unset(payload, &self.path),
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
        let here = || Path::of_steps(&path.steps()[..=depth]);
        // PHP writes an empty map as `[]`, so that is what a map to be filled looks like.
        let is_empty = place.is_null() || place.as_array().is_some_and(Vec::is_empty);
        place = match step {
            Step::Name(name) => {
                if is_empty {
                    *place = Value::Object(Map::new());
                }
                let Value::Object(members) = place else {
                    return Err(no_such_field(&Value::Null, &here(), event));
                };
                members.entry(name).or_insert(Value::Null)
            }
            Step::Index(index) => {
                if is_empty {
                    *place = Value::Array(Vec::new());
                }
                let Value::Array(items) = place else {
                    return Err(no_such_field(&Value::Null, &here(), event));
                };
                let length = items.len();
                if *index == length {
                    items.push(Value::Null);
                }
                items.get_mut(*index).ok_or_else(|| {
                    let message = format!(
                        "`{}` is past the end: the array has {length} elements",
                        here()
                    );
                    EditError::new(message, Some(format!("index {length} appends an element")))
                })?
            }
        };
    }
    *place = value;
    Ok(())
}

fn unset(payload: &mut Value, path: &Path) -> Result<(), EditError> {
    let missing = no_such_field(payload, path, None);
    let Some((last, parents)) = path.steps().split_last() else {
        return Err(missing);
    };
    match (last, Path::of_steps(parents).get_mut(payload)) {
        (Step::Name(name), Some(Value::Object(members))) => {
            members.shift_remove(name).map(drop).ok_or(missing)
        }
        (Step::Index(index), Some(Value::Array(items))) if *index < items.len() => {
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
    let is_inside = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    event.fields().any(|field| {
        let is_open = field.kind.contains("object<") || field.kind.starts_with("array<");
        generic == field.path
            || generic == format!("{}[]", field.path)
            || is_inside(field.path, &generic)
            || is_open && is_inside(&generic, field.path)
    })
}

fn no_such_field(payload: &Value, path: &Path, event: Option<&Event>) -> EditError {
    let mut known = Vec::new();
    collect_paths(payload, &Path::default(), &mut known);
    if let Some(event) = event {
        known.extend(event.fields().map(|field| field.path.to_owned()));
    }
    let path = path.to_string();
    let hint = suggest::did_you_mean(&path, known.iter().map(String::as_str));
    EditError::new(format!("the payload has no field `{path}`"), hint)
}

fn collect_paths(value: &Value, at: &Path, out: &mut Vec<String>) {
    let mut collect = |step, inner| {
        let path = at.join(step);
        out.push(path.to_string());
        collect_paths(inner, &path, out);
    };
    match value {
        Value::Object(members) => {
            (members.iter()).for_each(|(name, member)| collect(Step::Name(name.clone()), member));
        }
        Value::Array(items) => {
            (items.iter().enumerate()).for_each(|(index, item)| collect(Step::Index(index), item));
        }
        _ => {}
    }
}
