//! A record without its headers and bodies, which is what lists need: reading it skips over the
//! bulk of a line instead of decoding it.

use std::borrow::Cow;
use std::time::Duration;

use serde::Deserialize;

use super::Record;
use super::record::{Direction, RecordError, RecordedVerdict, VERSION};
use super::reply::Failure;
use super::scan::record::{ScannedReply, ScannedVerdict};
use super::scan::{Scanned, Scratch, scan_without_body};
use crate::lettermint::timestamp;

/// One attempt in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSummary {
    /// Which way it went.
    pub direction: Direction,
    /// When it arrived or was sent, in microseconds since 1970.
    pub at: i64,
    /// The event.
    pub event: Option<String>,
    /// The delivery's id.
    pub id: Option<String>,
    /// The attempt.
    pub attempt: Option<u32>,
    /// The path of a received delivery, the URL of a sent one.
    pub target: String,
    /// What verification said: valid, or the reason code why not.
    pub verdict: Option<Result<(), String>>,
    /// How it was answered.
    pub reply: Option<ReplySummary>,
}

/// A reply in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplySummary {
    /// The HTTP status.
    pub status: Option<u16>,
    /// How long it took.
    pub duration: Duration,
    /// Why there is no whole answer.
    pub error: Option<Failure>,
}

/// What selecting asks about an attempt. Nothing is owned: a million of them are looked at for
/// one that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brief<'a> {
    /// Which way it went.
    pub direction: Direction,
    /// When it arrived or was sent, in microseconds since 1970.
    pub at: i64,
    /// The event.
    pub event: Option<&'a str>,
    /// The delivery's id.
    pub id: Option<&'a str>,
    /// Whether it failed, as of [`Record::is_failed`].
    pub is_failed: bool,
}

impl<'a> Brief<'a> {
    /// Reads a line as the store writes it. `None` leaves it to [`RecordSummary::parse`].
    #[must_use]
    pub fn scan(line: &'a [u8], scratch: &mut Scratch) -> Option<Self> {
        let scanned = scan_without_body(line, scratch)?;
        let text = |bytes: Option<&'a [u8]>| bytes.map(std::str::from_utf8).transpose().ok();
        let is_success = |reply: &ScannedReply<'_>| {
            reply.error.is_none() && matches!(reply.status, Some(200..=299))
        };
        Some(Self {
            direction: scanned.direction,
            at: scanned.at,
            event: text(scanned.event)?,
            id: text(scanned.id)?,
            is_failed: scanned.reply.is_some_and(|reply| !is_success(&reply))
                || scanned.verdict.is_some_and(|verdict| !verdict.valid),
        })
    }
}

#[derive(Deserialize)]
struct Line<'a> {
    v: u64,
    #[serde(borrow)]
    direction: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    event: Option<String>,
    id: Option<String>,
    attempt: Option<u32>,
    target: Option<String>,
    verdict: Option<LineVerdict>,
    reply: Option<LineReply>,
}

#[derive(Deserialize)]
struct LineVerdict {
    valid: bool,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct LineReply {
    status: Option<u16>,
    duration_us: Option<u64>,
    error: Option<String>,
}

impl LineVerdict {
    fn in_short(self) -> Result<(), String> {
        match self.valid {
            true => Ok(()),
            false => Err(self.reason.unwrap_or_default()),
        }
    }
}

impl LineReply {
    fn in_short(self) -> ReplySummary {
        ReplySummary {
            status: self.status,
            duration: Duration::from_micros(self.duration_us.unwrap_or_default()),
            error: self.error.as_deref().map(Failure::parse),
        }
    }
}

impl RecordSummary {
    /// Reads one line.
    ///
    /// # Errors
    /// [`RecordError`] when it is no record of version 1. Headers and bodies may not be judged.
    pub fn parse(line: &[u8]) -> Result<Self, RecordError> {
        Self::parse_with(line, &mut Scratch::default())
    }

    /// The same for many lines, with memory that is used again.
    ///
    /// # Errors
    /// As of [`RecordSummary::parse`].
    pub fn parse_with(line: &[u8], scratch: &mut Scratch) -> Result<Self, RecordError> {
        let scanned = scan_without_body(line, scratch);
        if let Some(summary) = scanned.and_then(|scanned| Self::of_scan(&scanned)) {
            return Ok(summary);
        }
        let Ok(line) = serde_json::from_slice::<Line<'_>>(line) else {
            // The whole reader knows which field it is, and may be more forgiving.
            return Record::parse(line).map(|record| Self::of(&record));
        };
        if line.v != VERSION {
            return Err(RecordError::NewerVersion(line.v));
        }
        Ok(Self {
            direction: Direction::parse(&line.direction)?,
            at: timestamp::parse_micros(&line.at).ok_or(RecordError::Field {
                field: "at",
                expected: "an RFC 3339 time",
            })?,
            event: line.event,
            id: line.id,
            attempt: line.attempt,
            target: line.target.unwrap_or_default(),
            verdict: line.verdict.map(LineVerdict::in_short),
            reply: line.reply.map(LineReply::in_short),
        })
    }

    /// The summary of a line that was scanned; `None` when something in it is unusual.
    fn of_scan(scanned: &Scanned<'_>) -> Option<Self> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let verdict = |verdict: ScannedVerdict<'_>| match verdict.valid {
            true => Ok(()),
            false => Err(verdict.reason.map(text).unwrap_or_default()),
        };
        let reply = match scanned.reply {
            None => None,
            Some(reply) => Some(ReplySummary {
                status: reply.status.map(u16::try_from).transpose().ok()?,
                duration: Duration::from_micros(reply.duration_us),
                error: match reply.error {
                    None => None,
                    Some(error) => {
                        let error: String = serde_json::from_slice(error).ok()?;
                        Some(Failure::parse(&error))
                    }
                },
            }),
        };
        Some(Self {
            direction: scanned.direction,
            at: scanned.at,
            event: scanned.event.map(text),
            id: scanned.id.map(text),
            attempt: scanned.attempt,
            target: text(scanned.target),
            verdict: scanned.verdict.map(verdict),
            reply,
        })
    }

    /// The summary of a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let verdict = |verdict: &RecordedVerdict| match verdict.valid {
            true => Ok(()),
            false => Err(verdict.reason.clone().unwrap_or_default()),
        };
        Self {
            direction: record.direction,
            at: record.at,
            event: record.event.clone(),
            id: record.id.clone(),
            attempt: record.attempt,
            target: record.target.clone(),
            verdict: record.verdict.as_ref().map(verdict),
            reply: record.reply.as_ref().map(|reply| ReplySummary {
                status: reply.status,
                duration: reply.duration,
                error: reply.error.clone(),
            }),
        }
    }

    /// What selecting asks about.
    #[must_use]
    pub fn brief(&self) -> Brief<'_> {
        Brief {
            direction: self.direction,
            at: self.at,
            event: self.event.as_deref(),
            id: self.id.as_deref(),
            is_failed: self.is_failed(),
        }
    }

    /// Whether the attempt failed, as of [`Record::is_failed`].
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| !reply.is_success())
            || self.verdict.as_ref().is_some_and(Result::is_err)
    }
}

impl ReplySummary {
    /// Whether it counts as delivered.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.error.is_none()
            && self
                .status
                .is_some_and(|status| (200..300).contains(&status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","event":"message.sent","id":"a","attempt":2,"method":"POST","target":"http://localhost/","headers":[["A","b"]],"body":"{\"x\":1}","verdict":{"valid":false,"reason":"stale","signed_at":1,"secret":null},"reply":{"status":null,"headers":[],"body":"","duration_us":5,"error":"timed out: 30 s"},"later":{}}"#;

    #[test]
    fn the_summary_of_a_line_is_that_of_its_record() {
        let summary = RecordSummary::parse(LINE.as_bytes()).unwrap();
        let record = Record::parse(LINE.as_bytes()).unwrap();
        assert_eq!(summary, RecordSummary::of(&record));
        assert_eq!(summary.is_failed(), record.is_failed());
        assert!(summary.is_failed());
    }

    #[test]
    fn what_is_no_record_is_none_here_either() {
        for bad in [
            "",
            "[]",
            r#"{"v":2}"#,
            r#"{"v":1,"direction":"up","at":"2026-10-04T08:15:30Z"}"#,
            r#"{"v":1,"direction":"sent","at":"noon"}"#,
            &LINE[..LINE.len() - 1],
        ] {
            assert!(RecordSummary::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
