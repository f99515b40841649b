//! From a capture to what is sent of it.

use serde_json::Value;

use crate::capture::{Capture, Fidelity};
use crate::delivery::Outgoing;
use crate::delivery::outgoing::identify;
use crate::delivery::resend::{kept_headers, next_attempt, verbatim_copy};
use crate::json::writer;
use crate::lettermint::Edit;
use crate::sending::job::Job;
use crate::sending::signer::Signer;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum AttemptNumber {
    /// The one after the captured.
    #[default]
    Next,
    Same,
    Fixed(u32),
}

impl AttemptNumber {
    /// Reads `same` or a number from 1.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.parse() {
            _ if text == "same" => Ok(Self::Same),
            Ok(number @ 1..) => Ok(Self::Fixed(number)),
            _ => Err("expected a number from 1, or `same`".to_owned()),
        }
    }

    /// For a captured attempt; a capture that names none counts as the first.
    fn of(self, captured: Option<u32>) -> u32 {
        match self {
            Self::Next => next_attempt(captured),
            Self::Same => captured.unwrap_or(1),
            Self::Fixed(number) => number,
        }
    }
}

/// What is done to captures before they are sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Preparation {
    pub(super) edits: Vec<Edit>,
    pub(super) attempt: AttemptNumber,
}

impl Preparation {
    /// What is sent of a capture, or why an edit of its payload cannot be made.
    pub(super) fn job(&self, capture: &Capture) -> Result<Job, String> {
        let record = &capture.record;
        let mut job = Job {
            event: record.event.clone(),
            id: record.id.clone(),
            body: record.body.clone(),
            attempt: self.attempt.of(record.attempt),
            headers: kept_headers(&record.headers),
            notes: notes(capture),
            ..Job::default()
        };
        if !self.edits.is_empty() {
            let edited = edit(&record.body, &self.edits)?;
            if edited != record.body {
                job.notes.push("bytes changed".to_owned());
            }
            let (event, id) = identify(&edited);
            job.event = event.or(job.event);
            job.id = id.or(job.id);
            job.body = edited.into();
        }
        Ok(job)
    }
}

/// The capture as it was, with the headers that its destination asks for.
pub(super) fn verbatim(capture: &Capture, signer: &Signer) -> Outgoing {
    let mut outgoing = verbatim_copy(&capture.record);
    outgoing.headers.overlay(&signer.headers);
    outgoing
}

/// What is unusual about a capture, for its line.
pub(super) fn notes(capture: &Capture) -> Vec<String> {
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
    Ok(writer::encode(&payload))
}
