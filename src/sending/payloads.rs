//! Fresh payloads by name.

use bytes::Bytes;

use crate::error::{Error, Result};
use crate::lettermint::edit::EditError;
use crate::lettermint::{Edit, Fresh, PayloadTemplate, catalogue, suggest};

/// A body and what it says of itself.
#[derive(Debug, Clone)]
pub struct Payload {
    /// Its event.
    pub event: Option<String>,
    /// Its delivery id.
    pub id: Option<String>,
    /// The bytes.
    pub body: Bytes,
}

impl Payload {
    /// A template filled in.
    #[must_use]
    pub fn render(template: &PayloadTemplate, fresh: &Fresh) -> Self {
        let mut body = Vec::with_capacity(1024);
        template.render(fresh, &mut body);
        Self {
            event: template.event().map(str::to_owned),
            id: template.id(fresh),
            body: body.into(),
        }
    }
}

/// The template of an event with edits applied. Names that the catalogue does not have need an
/// edit of their data.
///
/// # Errors
/// An unknown name, an edit that is refused; exit 2.
pub fn template_of(name: &str, edits: &[Edit]) -> Result<PayloadTemplate> {
    let refused =
        |error: EditError| Error::usage(format!("{name}: {error}")).maybe_hint(error.hint());
    let has_data = edits.iter().any(|edit| !edit.is_id());
    match catalogue::find(name) {
        Some(event) => match PayloadTemplate::of_event(event, edits).map_err(refused)? {
            Some(template) => Ok(template),
            None if has_data => PayloadTemplate::of_unknown(name, edits).map_err(refused),
            None => {
                let message = format!("no payload was ever published of the event: {name}");
                Err(Error::usage(message).hint(
                    "give its bytes with `--body FILE`, or its fields with `--set data.…`",
                ))
            }
        },
        None if has_data => PayloadTemplate::of_unknown(name, edits).map_err(refused),
        None => Err(unknown_event(name).hint(
            "an event of your own needs its fields with `--set data.…`, or its bytes with `--body FILE`",
        )),
    }
}

/// The names of all events that have a payload.
#[must_use]
pub fn all_names() -> Vec<String> {
    catalogue::EVENTS
        .iter()
        .filter(|event| event.sample_json().is_some())
        .map(|event| event.name.to_owned())
        .collect()
}

/// The error for a name that the catalogue does not have.
#[must_use]
pub fn unknown_event(name: &str) -> Error {
    let error = Error::usage(format!("unknown event: {name}"));
    let nearest = suggest::did_you_mean(name, catalogue::names());
    error.hint(nearest.unwrap_or_else(|| "`lettermint-hook events` lists them".into()))
}
