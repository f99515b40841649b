//! What is to be delivered: a payload with what it says of itself.

use bytes::Bytes;

use crate::delivery::outgoing::identify;
use crate::delivery::tampering::Tampering;
use crate::error::{Error, Result};
use crate::lettermint::edit::EditError;
use crate::lettermint::event_pattern::UnknownEvent;
use crate::lettermint::{Edit, Fresh, Header, PayloadTemplate, catalogue, scenario};

/// One delivery to be made, with everything but its signature.
#[derive(Debug, Clone, Default)]
pub(crate) struct Job {
    /// Its sequence number in a bulk run.
    pub(crate) number: u64,
    pub(crate) event: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) body: Bytes,
    /// The number of the first attempt, counted from 1.
    pub(crate) attempt: u32,
    /// Header lines of this delivery alone, to add or to put in place of Lettermint's.
    pub(crate) headers: Vec<Header>,
    /// Whether it was sent before in the same run.
    pub(crate) is_repeat: bool,
    /// What is done to it on purpose.
    pub(crate) tampering: Option<Tampering>,
    /// What is unusual about it, in words.
    pub(crate) notes: Vec<String>,
}

impl Job {
    pub(crate) fn render(template: &PayloadTemplate, fresh: &Fresh, attempt: u32) -> Self {
        let mut body = Vec::with_capacity(1024);
        template.render(fresh, &mut body);
        Self {
            event: template.event().map(str::to_owned),
            id: template.id(fresh),
            body: body.into(),
            attempt,
            ..Self::default()
        }
    }

    /// These bytes, with the event that they name unless another is given.
    pub(crate) fn of_body(body: Vec<u8>, event: Option<String>, attempt: u32) -> Self {
        let (named, id) = identify(&body);
        Self {
            event: event.or(named),
            id,
            body: body.into(),
            attempt,
            ..Self::default()
        }
    }
}

/// The template of an event with edits applied. Names that the catalogue does not have need an
/// edit of their data. An unknown name or a refused edit is an error, exit 2.
pub(crate) fn template_of(name: &str, edits: &[Edit]) -> Result<PayloadTemplate> {
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
        None if scenario::find(name).is_some() => {
            Err(unknown_event(name).hint(format!("the scenario is sent with `--scenario {name}`")))
        }
        None => Err(unknown_event(name).hint(
            "an event of your own needs its fields with `--set data.…`, or its bytes with `--body FILE`",
        )),
    }
}

/// The error for a name that the catalogue does not have.
pub(crate) fn unknown_event(name: &str) -> Error {
    UnknownEvent::new(name).into()
}
