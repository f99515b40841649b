//! The delivery log: an attempt a line, newest first.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::delivery::RecordSummary;
use crate::lettermint::catalogue;
use crate::lettermint::timestamp::Style;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, duration, time, visible};

#[derive(Debug)]
pub(crate) struct DeliveryRow<'a> {
    pub(crate) summary: &'a RecordSummary<'a>,
    pub(crate) zone: &'a TimeZone,
    /// Whether the titles of the columns stand above it.
    pub(crate) is_first: bool,
}

impl DeliveryRow<'_> {
    fn status(&self) -> (String, Role) {
        let summary = self.summary;
        let status = match &summary.reply {
            Some(reply) if reply.error.is_some() => "failed".to_owned(),
            Some(reply) => reply
                .status
                .map_or("-".to_owned(), |status| status.to_string()),
            None => "-".to_owned(),
        };
        let role = match (summary.is_failed(), &summary.reply) {
            (true, _) => Role::Bad,
            (false, Some(_)) => Role::Good,
            (false, None) => Role::Faint,
        };
        (status, role)
    }

    /// Why it failed, in the words of whoever said so.
    fn reason(&self) -> Option<String> {
        let summary = self.summary;
        let refused = summary
            .verdict
            .as_ref()
            .filter(|verdict| !verdict.valid)
            .map(|verdict| verdict.reason.as_deref().unwrap_or("refused"));
        let failed = summary
            .reply
            .as_ref()
            .and_then(|reply| reply.error.as_ref());
        refused.or(failed.map(|error| &**error)).map(str::to_owned)
    }
}

impl Outcome for DeliveryRow<'_> {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let summary = self.summary;
        // Rows are written as they are found, so widths cannot wait for the last one.
        let event_width = catalogue::names().map(str::len).max().unwrap_or(0);
        if self.is_first {
            let titles = format!(
                "{:19}  {:6}  {:8}  {:8}  {:event_width$}  {:7}  ID",
                "TIME", "STATUS", "DURATION", "WAY", "EVENT", "ATTEMPT"
            );
            paint.paint(Role::Faint, &titles, out);
            out.push('\n');
        }
        let (status, role) = self.status();
        let took = summary
            .reply
            .as_ref()
            .map(|reply| duration::measured(reply.duration()));
        let event = visible::escape(summary.event.as_deref().unwrap_or("(no event)"));
        let attempt = summary.attempt.map(|attempt| attempt.to_string());
        paint.paint(
            Role::Faint,
            &time::date_and_time(summary.at, self.zone),
            out,
        );
        out.push_str("  ");
        paint.paint(role, &format!("{status:6}"), out);
        out.push_str(&format!(
            "  {:>8}  {:8}  ",
            took.unwrap_or_default(),
            summary.direction.as_str()
        ));
        paint.paint(Role::Strong, &format!("{event:event_width$}"), out);
        out.push_str(&format!("  {:>7}  ", attempt.unwrap_or_default()));
        out.push_str(&visible::escape(summary.id.as_deref().unwrap_or("(no id)")));
        if let Some(reason) = self.reason() {
            out.push_str("  ");
            paint.paint(Role::Bad, &visible::shorten(&reason, 80), out);
        }
        out.push('\n');
    }

    fn json(&self) -> Option<Value> {
        let summary = self.summary;
        let reply = summary.reply.as_ref();
        let verdict = summary.verdict.as_ref();
        Some(json!({
            "type": "recorded_attempt",
            "at": Style::MicrosZulu.format(summary.at),
            "direction": summary.direction.as_str(),
            "event": summary.event.as_deref(),
            "id": summary.id.as_deref(),
            "attempt": summary.attempt,
            "target": summary.target(),
            "failed": summary.is_failed(),
            "status": reply.and_then(|reply| reply.status),
            "duration_us": reply.map(|reply| u64::try_from(reply.duration().as_micros()).unwrap_or(u64::MAX)),
            "error": reply.and_then(|reply| reply.error.as_deref()),
            "valid": verdict.map(|verdict| verdict.valid),
            "reason": verdict
                .filter(|verdict| !verdict.valid)
                .map(|verdict| verdict.reason.as_deref().unwrap_or_default()),
        }))
    }
}
