//! One attempt that was made, and the summary of many.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::delivery::reply::FailureKind;
use crate::delivery::tampering::Judgment;
use crate::delivery::{Outgoing, Reply};
use crate::lettermint::timestamp::Style;
use crate::sending::signer::Remarks;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, duration, time, visible};

/// Characters of a failed reply's body that are shown.
const REPLY_SHOWN: usize = 200;

pub(crate) struct Attempt<'a> {
    /// When it was sent, in microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) outgoing: &'a Outgoing,
    pub(crate) target: &'a str,
    pub(crate) reply: &'a Reply,
    pub(crate) remarks: &'a Remarks,
    /// Of a delivery that was tampered with.
    pub(crate) judgment: Option<&'a Judgment>,
    /// Whether the signature's time is not the clock's.
    pub(crate) has_fixed_time: bool,
    /// Whether the same was explained before.
    pub(crate) is_repeat: bool,
    pub(crate) zone: &'a TimeZone,
}

impl Attempt<'_> {
    pub(crate) fn result(&self) -> String {
        match (&self.reply.error, self.reply.status) {
            (Some(failure), _) => failure.kind.words().to_owned(),
            (None, Some(status)) => status.to_string(),
            (None, None) => "no answer".to_owned(),
        }
    }

    fn is_good(&self) -> bool {
        match self.judgment {
            Some(judgment) => judgment.as_expected,
            None => self.reply.is_success(),
        }
    }

    fn hints(&self) -> Vec<&'static str> {
        if self.is_good() {
            return Vec::new();
        }
        let fix = self.judgment.and_then(|judgment| judgment.fix);
        let refused = fix.is_some() && !self.reply.is_success();
        let time = "`--now` sets the time of the signature, and a handler goes by its own clock";
        let is_genuine = self.remarks.tampering.is_none_or(|it| it.is_none());
        let hint = failure_hint(self.reply).filter(|_| fix.is_none() || is_genuine);
        hint.into_iter()
            .chain(fix)
            .chain((refused && self.has_fixed_time).then_some(time))
            .collect()
    }

    /// What went wrong and what to try, as far as text shows it. Alike for attempts that failed
    /// alike.
    pub(crate) fn explanation(&self, paint: &dyn Paint) -> String {
        let mut out = String::new();
        if self.is_good() {
            return out;
        }
        if let Some(failure) = &self.reply.error
            && !failure.detail.is_empty()
        {
            out.push_str("    ");
            out.push_str(&visible::escape(&failure.detail));
            out.push('\n');
        }
        if !self.reply.body.is_empty() {
            let body = String::from_utf8_lossy(&self.reply.body);
            out.push_str("    ");
            paint.paint(Role::Faint, "reply: ", &mut out);
            out.push_str(&visible::shorten(body.trim(), REPLY_SHOWN));
            out.push('\n');
        }
        for hint in self.hints() {
            out.push_str("    ");
            paint.paint(Role::Warning, "hint: ", &mut out);
            out.push_str(hint);
            out.push('\n');
        }
        out
    }
}

impl Outcome for Attempt<'_> {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let good = self.is_good();
        let (mark, role) = if good {
            ("✓", Role::Good)
        } else {
            ("✗", Role::Bad)
        };
        paint.paint(Role::Faint, &time::clock(self.at, self.zone), out);
        out.push(' ');
        let result = match self.judgment {
            Some(judgment) => judgment.words.clone(),
            None => self.result(),
        };
        paint.paint(role, &format!("{mark} {result}"), out);
        out.push_str("  ");
        if let Some(tampering) = &self.remarks.tampering {
            paint.paint(Role::Strong, &tampering.to_string(), out);
            // A verdict is long enough for a line of its own.
            out.push_str(if good { "  " } else { "\n    " });
        }
        out.push_str(&duration::measured(self.reply.duration));
        out.push_str("  ");
        let event = self.outgoing.event.as_deref().unwrap_or("(no event)");
        paint.paint(Role::Strong, &visible::escape(event), out);
        // Nobody looks for one of a table that was answered as it should be.
        if !good || self.judgment.is_none() {
            out.push_str("  ");
            out.push_str(&visible::escape(
                self.outgoing.id.as_deref().unwrap_or("(no id)"),
            ));
            let attempt = format!("  attempt {}", self.outgoing.attempt);
            paint.paint(Role::Faint, &attempt, out);
        }
        for remark in &self.remarks.words {
            out.push_str("  ");
            paint.paint(Role::Warning, &visible::escape(remark), out);
        }
        out.push('\n');
        if !self.is_repeat {
            out.push_str(&self.explanation(paint));
        }
    }

    fn json(&self) -> Option<Value> {
        let mut line = json!({
            "type": "attempt",
            "at": Style::MicrosZulu.format(self.at),
            "event": self.outgoing.event,
            "id": self.outgoing.id,
            "attempt": self.outgoing.attempt,
            "target": self.target,
            "signed_at": self.outgoing.signed_at,
            "success": self.reply.is_success(),
            "status": self.reply.status,
            "duration_us": u64::try_from(self.reply.duration.as_micros()).unwrap_or(u64::MAX),
            "error": self.reply.error.as_ref().map(ToString::to_string),
            "reply": String::from_utf8_lossy(&self.reply.body),
            "remarks": self.remarks.words,
            "hint": self.hints().first(),
        });
        if let (Some(tampering), Some(judgment)) = (&self.remarks.tampering, self.judgment) {
            line["tamper"] = tampering.to_string().into();
            line["expected"] = judgment.expected.map(|it| it.answer().code()).into();
            line["answer"] = judgment.answer.code().into();
            line["as_expected"] = judgment.as_expected.into();
            line["judgment"] = judgment.words.as_str().into();
        }
        Some(line)
    }
}

/// What to try first after a failed attempt; `None` after a successful one.
pub(crate) fn failure_hint(reply: &Reply) -> Option<&'static str> {
    if reply.is_success() {
        return None;
    }
    if let Some(failure) = &reply.error {
        return Some(match failure.kind {
            FailureKind::Refused => {
                "is the server running, and on this port? `lettermint-hook listen` starts one on 3000"
            }
            FailureKind::TimedOut => {
                "Lettermint waits 30 seconds: answer 2xx first, then do the slow work in a queue"
            }
            FailureKind::Closed => "the handler crashed or closed the connection: see its log",
            FailureKind::Unresolved => "check the host name",
            FailureKind::Tls => {
                "for a certificate of your own use `--cacert FILE`, or http:// on loopback"
            }
            FailureKind::NotHttp => "something else than an HTTP server listens there",
            FailureKind::Other => "see the detail above",
        });
    }
    Some(match reply.status {
        Some(300..=399) => "a redirect is a failed delivery: use the final URL",
        Some(400 | 401 | 403) => {
            "does the handler verify the raw body, before any JSON parser, with this very secret?"
        }
        Some(404) => "is this the handler's path?",
        Some(405) => "the handler must accept POST at this path",
        Some(408 | 504) => "answer 2xx first, then do the slow work in a queue",
        Some(413) => {
            "the handler's body limit is too small: inbound mail with attachments is large"
        }
        Some(415) => "the handler must accept Content-Type: application/json",
        Some(419) => "exempt the webhook path from CSRF protection",
        Some(429) => "the handler limits the rate; Lettermint would retry later",
        Some(500..=599) => "the handler failed: see its log",
        _ => "only 200 to 299 count as delivered",
    })
}

/// The wait before the next attempt of a failed delivery.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    pub(crate) attempt: u32,
    /// How long Lettermint waits.
    pub(crate) documented: Duration,
    /// How long it is waited here.
    pub(crate) real: Duration,
}

impl Outcome for Waiting {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let words = format!(
            "    attempt {} in {} (documented: {})\n",
            self.attempt,
            duration::measured(self.real),
            duration::span(self.documented.as_secs())
        );
        paint.paint(Role::Faint, &words, out);
    }

    fn json(&self) -> Option<Value> {
        None
    }
}
