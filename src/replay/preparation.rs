//! From a capture to what is sent of it.

use serde_json::Value;

use crate::capture::{Capture, Fidelity};
use crate::delivery::outgoing::identify;
use crate::delivery::resend::{kept_headers, next_attempt, verbatim_copy};
use crate::delivery::{Outgoing, Record};
use crate::json::php_json;
use crate::lettermint::Edit;
use crate::sending::payloads::Payload;
use crate::sending::signer::Signer;

/// Which attempt a replayed delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AttemptNumber {
    /// The one after the captured.
    #[default]
    Next,
    /// The captured one.
    Same,
    /// This one.
    Fixed(u32),
}

impl AttemptNumber {
    /// Reads `same` or a number from 1.
    ///
    /// # Errors
    /// A sentence on what is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.parse() {
            _ if text == "same" => Ok(Self::Same),
            Ok(number @ 1..) => Ok(Self::Fixed(number)),
            _ => Err("expected a number from 1, or `same`".to_owned()),
        }
    }

    /// For a captured attempt; a capture that names none counts as the first.
    #[must_use]
    pub fn of(self, captured: Option<u32>) -> u32 {
        match self {
            Self::Next => next_attempt(captured),
            Self::Same => captured.unwrap_or(1),
            Self::Fixed(number) => number,
        }
    }
}

/// What is done to captures before they are sent.
#[derive(Debug, Clone, Default)]
pub struct Preparation {
    /// Changes to the payload.
    pub edits: Vec<Edit>,
    /// The attempts' number.
    pub attempt: AttemptNumber,
}

/// A captured delivery that is ready to be signed.
#[derive(Debug, Clone)]
pub struct Ready {
    /// What is signed.
    pub payload: Payload,
    /// The attempt.
    pub attempt: u32,
    /// The signer with what this one delivery needs besides.
    pub signer: Signer,
}

impl Preparation {
    /// Makes a capture ready.
    ///
    /// # Errors
    /// An edit that its payload does not take, in words.
    pub fn ready(&self, capture: &Capture, signer: &Signer) -> Result<Ready, String> {
        let record = &capture.record;
        let mut signer = signer.clone();
        // Those of the destination come last and win.
        let own = std::mem::replace(&mut signer.headers, kept_headers(&record.headers));
        signer.headers.extend(own);
        signer.notes = notes(capture);
        let (payload, changed) = self.payload(record)?;
        if changed {
            signer.notes.push("bytes changed".to_owned());
        }
        Ok(Ready {
            payload,
            attempt: self.attempt.of(record.attempt),
            signer,
        })
    }

    /// The payload with its edits, and whether they changed its bytes.
    ///
    /// # Errors
    /// As of [`Preparation::ready`].
    pub fn payload(&self, record: &Record) -> Result<(Payload, bool), String> {
        if self.edits.is_empty() {
            let payload = Payload {
                event: record.event.clone(),
                id: record.id.clone(),
                body: record.body.clone(),
            };
            return Ok((payload, false));
        }
        let edited = edit(&record.body, &self.edits)?;
        let changed = edited != record.body;
        let (event, id) = identify(&edited);
        let payload = Payload {
            event: event.or_else(|| record.event.clone()),
            id: id.or_else(|| record.id.clone()),
            body: edited.into(),
        };
        Ok((payload, changed))
    }
}

impl Ready {
    /// The attempt, signed at so many unix seconds.
    #[must_use]
    pub fn sign(&self, signed_at: i64) -> Outgoing {
        self.signer.sign(&self.payload, self.attempt, signed_at)
    }
}

/// The capture as it was, with the headers that its destination asks for.
#[must_use]
pub fn verbatim(capture: &Capture, signer: &Signer) -> Outgoing {
    let mut outgoing = verbatim_copy(&capture.record);
    outgoing.headers.overlay(&signer.headers);
    outgoing
}

/// What is unusual about a capture, for its line.
#[must_use]
pub fn notes(capture: &Capture) -> Vec<String> {
    match capture.fidelity {
        Fidelity::Reencoded => vec!["re-encoded: no raw bytes".to_owned()],
        _ => capture.notes.clone(),
    }
}

fn edit(body: &[u8], edits: &[Edit]) -> Result<Vec<u8>, String> {
    let mut payload: Value = serde_json::from_slice(body)
        .map_err(|error| format!("its body is no JSON that could be edited ({error})"))?;
    for edit in edits {
        edit.apply(&mut payload)
            .map_err(|error| match error.hint() {
                Some(hint) => format!("{error} ({hint})"),
                None => error.to_string(),
            })?;
    }
    Ok(php_json::encode(&payload))
}
