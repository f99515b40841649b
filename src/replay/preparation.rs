//! From a capture to what is sent of it.

use serde_json::Value;

use crate::capture::{Capture, Fidelity};
use crate::delivery::outgoing::identify;
use crate::delivery::resend::{kept_headers, next_attempt, verbatim_copy};
use crate::delivery::{Direction, Outgoing, Record};
use crate::json::writer;
use crate::lettermint::verification::{SignatureVerdict, SignedHeaders};
use crate::lettermint::{Edit, Verifier, headers};
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
#[derive(Debug, Clone)]
pub(super) struct Preparation {
    pub(super) edits: Vec<Edit>,
    pub(super) attempt: AttemptNumber,
    /// Whether what did not verify gets a valid signature.
    pub(super) resign_invalid: bool,
    /// Knows the keys to sign with.
    pub(super) verifier: Verifier,
}

impl Preparation {
    /// What is sent of a capture, or why it is not signed anew or an edit of its payload cannot be
    /// made.
    pub(super) fn job(&self, capture: &Capture) -> Result<Job, String> {
        known_body(capture)?;
        let record = &capture.record;
        let doubt = self.doubt(record)?;
        let mut job = Job {
            event: record.event.clone(),
            id: record.id.clone(),
            body: record.body.clone(),
            attempt: self.attempt.of(record.attempt),
            headers: kept_headers(&record.headers),
            notes: notes(capture).into_iter().chain(doubt).collect(),
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

    /// Why a signature of our own would say too much, or `Err` when it is not made for that reason.
    ///
    /// A forgery must not become a genuine delivery without a word. One whose signature does
    /// verify with the present secret is none: the listener had another secret, or was late.
    fn doubt(&self, record: &Record) -> Result<Option<String>, String> {
        let verifies = || {
            let signed = SignedHeaders::of(&record.headers);
            let verdict = self.verifier.verify(signed, &record.body, None);
            verdict.signature == SignatureVerdict::Ok
        };
        let verdict = record.verdict.as_ref();
        match verdict.filter(|verdict| !verdict.valid) {
            Some(verdict) => {
                let reason = verdict.reason.as_deref().unwrap_or("no reason recorded");
                if verifies() {
                    return Ok(Some(format!("refused when received: {reason}")));
                }
                match self.resign_invalid {
                    true => Ok(Some(format!("did not verify when received: {reason}"))),
                    false => Err(format!(
                        "it did not verify when received ({reason}), and `--resign-invalid` is not given"
                    )),
                }
            }
            // What was sent here has no verdict, and may have been tampered with.
            None if record.direction == Direction::Sent
                && record.headers.contains(headers::SIGNATURE)
                && !verifies() =>
            {
                Ok(Some("its own signature does not verify".to_owned()))
            }
            None => Ok(None),
        }
    }
}

/// The capture as it was, with the headers that its destination asks for.
pub(super) fn verbatim(capture: &Capture, signer: &Signer) -> Outgoing {
    let mut outgoing = verbatim_copy(&capture.record);
    outgoing.headers.overlay(&signer.headers);
    outgoing
}

/// What may not be the body that was captured is not sent.
pub(super) fn known_body(capture: &Capture) -> Result<(), String> {
    match &capture.unframed {
        None => Ok(()),
        Some(why) => Err(why.clone()),
    }
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
