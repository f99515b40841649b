//! The verdict on one delivery, with what else is worth knowing.

use super::output::{SdkVerdict, Source, Status, Verification};
use super::sides::Side;
use crate::capture::{Capture, Fidelity, TimeSource};
use crate::delivery::Record;
use crate::delivery::record::SignedLineReader;
use crate::diagnosis::reencoding::{Encoder, FAITHFUL, first_change};
use crate::diagnosis::sdk::{self, Sdk};
use crate::diagnosis::{Case, Diagnosis, Limits, OtherBody, diagnose};
use crate::lettermint::verification::{SignatureVerdict, SignedHeaders, event_of, event_of_utf8};
use crate::lettermint::{EventPattern, NamedSecret, Verdict, Verifier, headers};

/// By what deliveries are judged, and what is done with the verdicts.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) verifier: Verifier,
    pub(super) secrets: Vec<NamedSecret>,
    /// Unix seconds to judge age by; `None`: when each delivery was received.
    pub(super) now: Option<i64>,
    /// Unix seconds before which a signature is too old for `--max-age`.
    pub(super) signed_since: Option<i64>,
    /// SDKs whose verdict is wanted too.
    pub(super) sdks: Vec<&'static Sdk>,
    /// Whether valid deliveries are printed too, and notes on them.
    pub(super) shows_valid: bool,
    pub(super) shows_notes: bool,
    pub(super) fail_fast: bool,
    /// Events of which a valid delivery must be seen.
    pub(super) required: Vec<EventPattern>,
}

impl Settings {
    /// The event and the side of a line that is valid beyond doubt, without building anything:
    /// nearly every line of a large file is. `None` says nothing.
    pub(super) fn quick_event<'a>(
        &self,
        line: &'a [u8],
        reader: &mut SignedLineReader,
    ) -> Option<(Option<&'a str>, Side)> {
        let (line, body) = reader.read(line)?;
        let now = self.now.unwrap_or(line.at.div_euclid(1_000_000));
        let has_event = || event_of_utf8(body).is_some();
        let verdict = self
            .verifier
            .verify_with(line.headers, body, Some(now), has_event);
        let side = Side::of_line(&line, body);
        (self.status(&verdict) == Status::Valid).then_some((line.event, side))
    }

    fn status(&self, verdict: &Verdict) -> Status {
        let is_old = self
            .signed_since
            .is_some_and(|since| verdict.signed_at.is_some_and(|at| at < since));
        match (verdict.is_valid(), is_old) {
            (false, _) => Status::Invalid,
            (true, true) => Status::Expired,
            (true, false) => Status::Valid,
        }
    }

    /// Unix seconds to judge a capture's age by; none when it is not known when it arrived.
    fn now(&self, capture: &Capture) -> Option<i64> {
        self.now.or(match capture.time {
            TimeSource::Recorded => Some(capture.record.at.div_euclid(1_000_000)),
            TimeSource::SignedAt | TimeSource::Unknown => None,
        })
    }

    /// The verdict on a capture, without notes and explanation.
    pub(super) fn judge(&self, source: Source, capture: &Capture) -> Verification {
        let record = &capture.record;
        let signed = SignedHeaders::of(&record.headers);
        let now = self.now(capture);
        let verdict = self.verifier.verify(signed, &record.body, now);
        let mut found = Verification::of_record(source, record, verdict, &self.secrets);
        found.status = match capture.fidelity {
            // A signature that matches proves that what was encoded anew is what was signed.
            Fidelity::Reencoded if verdict.signature == SignatureVerdict::Ok => {
                self.status(&verdict)
            }
            Fidelity::Reencoded | Fidelity::Absent => Status::Unverifiable,
            Fidelity::Exact | Fidelity::Doubtful => self.status(&verdict),
        };
        found
    }

    /// Adds what else is worth knowing, and what the SDKs say that were asked for.
    pub(super) fn annotate(&self, found: &mut Verification, capture: &Capture) {
        let Capture { record, notes, .. } = capture;
        found.notes.extend(notes.iter().cloned());
        if found.status == Status::Unverifiable {
            return;
        }
        let case = self.case(capture);
        found.sdks = self
            .sdks
            .iter()
            .map(|sdk| SdkVerdict {
                sdk,
                refusal: sdk::judge(sdk, &case).err(),
            })
            .collect();
        found.notes.extend(event_note(record));
        if found.verdict.is_valid() {
            found.notes.extend(older_sdks_note(&case));
            found.notes.extend(
                FAITHFUL
                    .iter()
                    .filter_map(|encoder| reencoding_note(&record.body, encoder)),
            );
        }
    }

    /// Looks for the cause of a refusal.
    pub(super) fn diagnose(
        &self,
        capture: &Capture,
        others: &[OtherBody<'_>],
        limits: Limits,
    ) -> Diagnosis {
        let case = Case {
            other_bodies: others,
            ..self.case(capture)
        };
        diagnose(&case, limits)
    }

    fn case<'a>(&'a self, capture: &'a Capture) -> Case<'a> {
        let record = &capture.record;
        Case {
            now: self.now(capture),
            tolerance: self.verifier.tolerance(),
            ..Case::new(&record.headers, &record.body, &self.secrets)
        }
    }
}

fn event_note(record: &Record) -> Option<String> {
    let header = record.headers.text(headers::EVENT)?;
    let body = event_of(&record.body)?;
    (header != body)
        .then(|| format!("X-Lettermint-Event is not the body's event, and is not signed: {header}"))
}

fn older_sdks_note(case: &Case<'_>) -> Option<String> {
    let refused = sdk::refused_by_older(case);
    let (_, first) = refused.first()?;
    let names: Vec<_> = refused.iter().map(|(sdk, _)| sdk.name).collect();
    Some(format!(
        "older SDKs refuse it: {} ({}: {first})",
        names.join(", "),
        names[0]
    ))
}

fn reencoding_note(body: &[u8], encoder: &Encoder) -> Option<String> {
    let change = first_change(body, encoder)?;
    let what = match &change.becomes {
        None => "this JSON cannot be read or written there".to_owned(),
        Some(becomes) => format!(
            "at byte {}{} `{}` becomes `{becomes}`",
            change.offset,
            match change.path.as_str() {
                "" => String::new(),
                path => format!(" ({path})"),
            },
            change.was,
        ),
    };
    Some(format!(
        "a handler that parses it and verifies what {} writes refuses it: {what}",
        encoder.name
    ))
}
