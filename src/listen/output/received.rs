//! What `listen` received: one line, then the payload.

use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};

use super::mail;
use crate::delivery::Reply;
use crate::delivery::record::RecordedVerdict;
use crate::diagnosis::reply::{self, Asked, Origin};
use crate::json::object;
use crate::listen::delivery::ReceivedDelivery;
use crate::sending::output::answer;
use crate::terminal::json_text;
use crate::terminal::json_text::Length;
use crate::terminal::line::{Line, labeled};
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{JSON_START, Outcome, duration, time, visible};

/// Characters of a payload's text that are shown unless all are asked for.
const TEXT_SHOWN: usize = 120;
const SUBJECT_SHOWN: usize = 40;
/// The event whose payload is a mail.
const INBOUND: &str = "message.inbound";

/// Why a delivery was rejected, proven by a signature that matches.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Cause {
    /// The stable code, such as `body.reformatted`.
    pub(crate) code: String,
    pub(crate) message: String,
}

/// How much of a delivery is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The line only.
    Line,
    /// The line and the payload, long texts shortened.
    Payload,
    /// The line and the whole payload.
    Full,
}

#[derive(Debug)]
pub(crate) struct Received<'a> {
    pub(crate) delivery: &'a ReceivedDelivery,
    /// Of its rejection, when that was looked for and found.
    pub(crate) cause: Option<&'a Cause>,
    pub(crate) detail: Detail,
    /// Whether the handler's reply is shown whole.
    pub(crate) is_whole: bool,
    /// The secrets that it had to verify with, by source and fingerprint.
    pub(crate) secrets: &'a [String],
    /// Where it was forwarded to.
    pub(crate) forward_to: Option<&'a str>,
    /// The terminal's columns, when there is one.
    pub(crate) width: Option<usize>,
    pub(crate) zone: &'a TimeZone,
}

/// The first of the fields that say whom or what an event is about.
fn subject_of(body: &[u8]) -> Option<String> {
    let payload = object::members(body)?;
    let data = object::members(payload.get("data")?.get().as_bytes())?;
    ["recipient", "value", "subject", "message"]
        .into_iter()
        .find_map(|name| object::text_of(&data, name))
        .map(|text| text.to_string())
}

impl Received<'_> {
    fn verdict(&self) -> (&'static str, &str, Role) {
        match &self.delivery.record.verdict {
            None => ("?", "unverified", Role::Warning),
            Some(RecordedVerdict { valid: true, .. }) => ("✓", "verified", Role::Good),
            Some(RecordedVerdict { reason, .. }) => {
                ("✗", reason.as_deref().unwrap_or("invalid"), Role::Bad)
            }
        }
    }

    /// Whom or what the event is about, for the line.
    fn subject(&self) -> Option<String> {
        let text = subject_of(&self.delivery.record.body)?;
        let columns = self
            .width
            .map_or(SUBJECT_SHOWN, |width| width.saturating_sub(20));
        Some(visible::shorten(&text, columns.clamp(12, SUBJECT_SHOWN)))
    }

    fn line(&self, paint: &dyn Paint, out: &mut String) {
        let record = &self.delivery.record;
        let (mark, word, role) = self.verdict();
        let mut line = Line::new(paint, self.width, out);
        line.piece(&[
            (Some(Role::Faint), &time::clock(record.at, self.zone)),
            (Some(role), mark),
            (Some(role), &visible::escape(word)),
        ]);
        let event = record.event.as_deref().unwrap_or("(no event)");
        line.piece(&[(Some(Role::Strong), &visible::escape(event))]);
        if let Some(subject) = self.subject() {
            line.piece(&[(None, &subject)]);
        }
        let faint = Some(Role::Faint);
        if let Some(attempt) = record.attempt {
            line.words(faint, format_args!("attempt {attempt}"));
        }
        line.piece(&[(faint, &duration::bytes(record.body.len()))]);
        let signed_at = record
            .verdict
            .as_ref()
            .and_then(|verdict| verdict.signed_at);
        if let Some(signed_at) = signed_at {
            let age = record.at.div_euclid(1_000_000) - signed_at;
            line.words(faint, format_args!("signed {}", duration::age(age)));
        }
        if let Some(handler) = &self.delivery.handler {
            let taken = duration::measured(handler.duration);
            line.words(faint, format_args!("handler {taken}"));
        }
        if let Some(reply) = &record.reply {
            let status = match reply.status {
                Some(status) => status.to_string(),
                None => "no answer".to_owned(),
            };
            let role = match reply.status {
                Some(200..=299) => Role::Faint,
                _ => Role::Bad,
            };
            line.piece(&[
                (Some(Role::Faint), "→"),
                (Some(role), &status),
                (Some(Role::Faint), &duration::measured(reply.duration)),
            ]);
        }
        for remark in self.delivery.faults.remarks() {
            line.piece(&[(Some(Role::Warning), &visible::escape(&remark))]);
        }
        line.words(faint, format_args!("#{}", self.delivery.sequence));
        line.end();
    }

    /// What follows the line: an earlier delivery, what went wrong, and hints.
    fn remarks(&self, paint: &dyn Paint, out: &mut String) {
        let record = &self.delivery.record;
        if let Some(earlier) = self.delivery.earlier {
            let ago = (record.at - earlier.at).div_euclid(1_000_000);
            let words = format!(
                "    duplicate of #{}, {}\n",
                earlier.sequence,
                duration::age(ago)
            );
            paint.paint(Role::Warning, &words, out);
        }
        let hint = |text: &str, out: &mut String| labeled("hint", Role::Warning, text, paint, out);
        let reason = record
            .verdict
            .as_ref()
            .and_then(RecordedVerdict::known_reason);
        if let Some(reason) = reason {
            out.push_str(&format!("    {}\n", reason.explanation()));
            match self.cause {
                None => hint(&answer::of_rejection(reason, self.secrets), out),
                Some(cause) => {
                    let words = format!("{}: {}", cause.code, cause.message);
                    labeled("proven", Role::Good, &visible::escape(&words), paint, out);
                    hint("`lettermint-hook verify` explains it in full", out);
                }
            }
        }
        if let Some(coding) = record.headers.text("content-encoding") {
            out.push_str(&format!(
                "    note: verified and recorded as received, still encoded: {}\n",
                visible::escape(coding)
            ));
        }
        if let Some(handler) = &self.delivery.handler {
            self.answer(handler, paint, out);
        }
    }

    /// What the handler did with it, and whether that was right.
    fn answer(&self, handler: &Reply, paint: &dyn Paint, out: &mut String) {
        let record = &self.delivery.record;
        let asked = Asked {
            url: self.forward_to,
            has_credentials: record.headers.contains("authorization"),
            signature: match &record.verdict {
                Some(verdict) if verdict.valid => Origin::Verified,
                Some(_) => Origin::Invalid,
                None => Origin::Unknown,
            },
            accepts_others: false,
        };
        let reading = reply::read(handler, asked);
        if let Some(reason) = self.delivery.accepted_reason() {
            let words =
                format!("    handler ACCEPTED a delivery that does not verify ({reason})\n");
            paint.paint(Role::Bad, &visible::escape_lines(&words), out);
        }
        if let Some(failure) = &handler.error {
            let words = format!("    handler: {failure}\n");
            out.push_str(&visible::escape_lines(&words));
        }
        // Nothing is said of a success in which nothing is odd.
        let is_good = handler.is_success();
        if self.is_whole || !is_good || !reading.hints.is_empty() {
            answer::write(handler, &reading, is_good, self.is_whole, paint, out);
        }
    }

    /// Appends the JSON line: the record's own line, with what this run knows in front.
    pub(crate) fn json_line(&self, out: &mut String) {
        let mut line = Vec::with_capacity(2 * self.delivery.record.body.len() + 512);
        self.delivery.record.write_line(&mut line);
        let earlier = self
            .delivery
            .earlier
            .map_or_else(|| "null".to_owned(), |e| e.sequence.to_string());
        // The record has a `v` of its own, that of its format; the line needs one, in front.
        out.push_str(&format!(
            "{JSON_START}\"type\":\"delivery\",\"seq\":{},\"duplicate_of\":{earlier},",
            self.delivery.sequence
        ));
        if self.delivery.handler.is_some() {
            let accepted = self.delivery.accepted_reason().is_some();
            out.push_str(&format!("\"handler_accepted_invalid\":{accepted},"));
        }
        if let Some(cause) = self.cause {
            out.push_str(&format!("\"cause\":{},", json!(cause)));
        }
        // A record is an object that begins with `v` and is more than that, and JSON is UTF-8.
        let rest = line
            .strip_prefix(JSON_START.as_bytes())
            .unwrap_or(&line[1..]);
        out.push_str(std::str::from_utf8(rest).unwrap_or("}\n"));
    }
}

impl Outcome for Received<'_> {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        self.line(paint, out);
        self.remarks(paint, out);
        let shown = self
            .width
            .map_or(TEXT_SHOWN, |width| width.saturating_sub(36));
        let length = match self.detail {
            Detail::Line => return,
            Detail::Payload => Length::AtMost(shown.clamp(20, TEXT_SHOWN)),
            Detail::Full => Length::Full,
        };
        if self.delivery.record.event.as_deref() == Some(INBOUND) {
            mail::write(&self.delivery.record.body, self.width, paint, out);
        }
        json_text::write(&self.delivery.record.body, 4, length, paint, out);
    }

    fn json(&self) -> Option<Value> {
        let mut line = String::new();
        self.json_line(&mut line);
        let members = line.strip_prefix(JSON_START)?;
        serde_json::from_str(&format!("{{{members}")).ok()
    }
}
