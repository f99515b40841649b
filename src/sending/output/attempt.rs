//! One attempt that was made, and the summary of many.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::answer;
use crate::delivery::tampering::{Answer, Expected, Judgment};
use crate::delivery::{Outgoing, Reply};
use crate::diagnosis::reply::{self, Asked, Origin, Reading};
use crate::lettermint::timestamp::Style;
use crate::sending::signer::Remarks;
use crate::terminal::paint::{Paint, Role, mark};
use crate::terminal::{Outcome, duration, time, visible};

/// What is said of a refusal that is right and proves nothing by itself.
const UNCONTROLLED: &str = "does the handler accept a genuine delivery? One that refuses all does this, too: `--tamper all` sends both";

pub(crate) struct Attempt<'a> {
    /// When it was sent, in microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) outgoing: &'a Outgoing,
    pub(crate) target: &'a str,
    pub(crate) reply: &'a Reply,
    pub(crate) remarks: &'a Remarks,
    /// Of a delivery that was tampered with.
    pub(crate) judgment: Option<&'a Judgment>,
    /// Whether the endpoint accepted a genuine delivery, signed with the same secret.
    pub(crate) is_controlled: bool,
    /// Whether the signature's time is not the clock's.
    pub(crate) has_fixed_time: bool,
    /// Whether the same was explained before.
    pub(crate) is_repeat: bool,
    /// Whether the reply is shown whole.
    pub(crate) is_whole: bool,
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

    /// What the reply says, and what to try, of a tampering above all its own fix.
    fn reading(&self) -> Reading {
        let must_be_refused = self
            .judgment
            .is_some_and(|it| matches!(it.expected, Some(Expected::Refuse(_))));
        let asked = Asked {
            url: Some(self.target),
            has_credentials: self.outgoing.headers.contains("authorization"),
            accepts_others: self.is_controlled && self.remarks.secret.is_some(),
            signature: match &self.remarks.secret {
                _ if must_be_refused => Origin::Invalid,
                Some(secret) => Origin::Signed(Some(secret)),
                None => Origin::Unknown,
            },
        };
        let mut reading = reply::read(self.reply, asked);
        let Some(judgment) = self.judgment else {
            return reading;
        };
        let is_genuine = self.remarks.tampering.is_none_or(|it| it.is_none());
        if judgment.as_expected
            || self.reply.is_success()
            || !(judgment.fix.is_none() || is_genuine)
        {
            reading.hints.clear();
        }
        if judgment.as_expected {
            if let (Answer::Refused, Some(Expected::Refuse(reason))) =
                (judgment.answer, judgment.expected)
                && !self.is_controlled
                && !reply::refuses_for(self.reply, reason, self.remarks.secret.as_ref())
            {
                reading.hints.push(UNCONTROLLED.to_owned());
            }
            return reading;
        }
        reading.hints.extend(match (judgment.mistake, judgment.fix) {
            (Some(_), Some(fix)) if is_genuine => Some(fix.to_owned()),
            (Some(mistake), Some(fix)) if self.is_controlled => {
                Some(format!("the handler {mistake}: {fix}"))
            }
            (Some(mistake), Some(fix)) => Some(format!(
                "does the handler accept a genuine delivery? Send it without `--tamper`; if so, it {mistake}: {fix}"
            )),
            (_, fix) => fix.map(str::to_owned),
        });
        if judgment.fix.is_some() && !self.reply.is_success() && self.has_fixed_time {
            let time =
                "`--now` sets the time of the signature, and a handler goes by its own clock";
            reading.hints.push(time.to_owned());
        }
        reading
    }

    /// What went wrong and what to try, as far as text shows it. Alike for attempts that failed
    /// alike; of a success what is odd about it.
    pub(crate) fn explanation(&self, paint: &dyn Paint) -> String {
        let mut out = String::new();
        let reading = self.reading();
        if self.is_good() && reading.hints.is_empty() && !self.is_whole {
            return out;
        }
        if let Some(failure) = &self.reply.error
            && !failure.detail.is_empty()
        {
            out.push_str(&format!("    {}\n", visible::escape(&failure.detail)));
        }
        let is_good = self.is_good();
        answer::write(
            self.reply,
            &reading,
            is_good,
            self.is_whole,
            paint,
            &mut out,
        );
        out
    }
}

impl Outcome for Attempt<'_> {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let good = self.is_good();
        let (mark, role) = mark(good);
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
            "reply": reply::whole_text(self.reply),
            "remarks": self.remarks.words,
            "hint": self.reading().hint(),
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
