//! One attempt that was made, and the summary of many.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::delivery::reply::FailureKind;
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
    pub(crate) zone: &'a TimeZone,
}

impl Attempt<'_> {
    fn result(&self) -> String {
        match (&self.reply.error, self.reply.status) {
            (Some(failure), _) => failure.kind.words().to_owned(),
            (None, Some(status)) => status.to_string(),
            (None, None) => "no answer".to_owned(),
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match (&self.reply.error, self.reply.status) {
            (None, Some(400 | 401 | 403 | 422)) if self.remarks.is_wrong => {
                Some("the handler refused it, as it should")
            }
            _ => failure_hint(self.reply),
        }
    }
}

impl Outcome for Attempt<'_> {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let good = self.reply.is_success();
        let (mark, role) = if good {
            ("✓", Role::Good)
        } else {
            ("✗", Role::Bad)
        };
        paint.paint(Role::Faint, &time::clock(self.at, self.zone), out);
        out.push(' ');
        paint.paint(role, &format!("{mark} {}", self.result()), out);
        out.push_str("  ");
        out.push_str(&duration::measured(self.reply.duration));
        out.push_str("  ");
        let event = self.outgoing.event.as_deref().unwrap_or("(no event)");
        paint.paint(Role::Strong, &visible::escape(event), out);
        out.push_str("  ");
        out.push_str(&visible::escape(
            self.outgoing.id.as_deref().unwrap_or("(no id)"),
        ));
        paint.paint(
            Role::Faint,
            &format!("  attempt {}", self.outgoing.attempt),
            out,
        );
        for remark in &self.remarks.words {
            out.push_str("  ");
            paint.paint(Role::Warning, &visible::escape(remark), out);
        }
        out.push('\n');
        if good {
            return;
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
            paint.paint(Role::Faint, "reply: ", out);
            out.push_str(&visible::shorten(body.trim(), REPLY_SHOWN));
            out.push('\n');
        }
        if let Some(hint) = self.hint() {
            out.push_str("    ");
            paint.paint(Role::Warning, "hint: ", out);
            out.push_str(hint);
            out.push('\n');
        }
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
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
            "hint": self.hint(),
        }))
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

/// How many attempts of a run succeeded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AttemptSummary {
    /// Answered 2xx.
    pub(crate) delivered: u64,
    /// Everything else.
    pub(crate) failed: u64,
}

impl AttemptSummary {
    pub(crate) fn count(&mut self, reply: &Reply) {
        if reply.is_success() {
            self.delivered += 1;
        } else {
            self.failed += 1;
        }
    }

    pub(crate) fn total(&self) -> u64 {
        self.delivered + self.failed
    }
}

impl Outcome for AttemptSummary {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        // A single attempt is its own summary.
        if self.total() < 2 {
            return;
        }
        let role = if self.failed == 0 {
            Role::Good
        } else {
            Role::Bad
        };
        paint.paint(
            role,
            &format!("{} of {} delivered", self.delivered, self.total()),
            out,
        );
        if self.failed > 0 {
            out.push_str(&format!(", {} failed", self.failed));
        }
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": "summary",
            "sent": self.total(),
            "delivered": self.delivered,
            "failed": self.failed,
        }))
    }
}
