//! The delivery log: an attempt a line, newest first.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::delivery::RecordSummary;
use crate::delivery::record::RecordedVerdict;
use crate::lettermint::catalogue;
use crate::lettermint::timestamp::Style;
use crate::terminal::line::Line;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, duration, time, visible};

#[derive(Debug)]
pub(crate) struct DeliveryRow<'a> {
    /// What was sent, or what was received and not sent from here.
    pub(crate) summary: &'a RecordSummary<'a>,
    /// The same attempt as it was received, when the store has both.
    pub(crate) twin: Option<RecordSummary<'a>>,
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
        let role = match (self.is_failed(), &summary.reply) {
            (true, _) => Role::Bad,
            (false, Some(_)) => Role::Good,
            (false, None) => Role::Faint,
        };
        (status, role)
    }

    fn verdict(&self) -> Option<&RecordedVerdict> {
        let twin = self.twin.as_ref();
        (self.summary.verdict.as_ref()).or_else(|| twin?.verdict.as_ref())
    }

    fn is_failed(&self) -> bool {
        let twin = self.twin.as_ref();
        self.summary.is_failed() || twin.is_some_and(RecordSummary::is_failed)
    }

    fn direction(&self) -> &'static str {
        match self.twin {
            Some(_) => "both",
            None => self.summary.direction.as_str(),
        }
    }

    /// Why it failed, in the words of whoever said so.
    fn reason(&self) -> Option<String> {
        let summary = self.summary;
        let refused = self
            .verdict()
            .filter(|verdict| !verdict.valid)
            .map(|verdict| verdict.reason.as_deref().unwrap_or("refused"));
        let failed = summary
            .reply
            .as_ref()
            .and_then(|reply| reply.error.as_ref());
        refused.or(failed.map(|error| &**error)).map(str::to_owned)
    }
}

/// The columns of a UUID.
const ID: usize = 36;

impl DeliveryRow<'_> {
    /// The row on a terminal that is too narrow for a table.
    fn pieces(&self, width: usize, paint: &dyn Paint, out: &mut String) {
        let summary = self.summary;
        let (status, role) = self.status();
        let event = visible::escape(summary.event.as_deref().unwrap_or("(no event)"));
        let mut line = Line::new(paint, Some(width), out);
        let time = time::date_and_time(summary.at, self.zone);
        line.piece(&[(Some(Role::Faint), &time)]);
        line.piece(&[(Some(role), &status)]);
        if let Some(reply) = &summary.reply {
            line.piece(&[(None, &duration::measured(reply.duration()))]);
        }
        line.piece(&[(None, self.direction())]);
        line.piece(&[(Some(Role::Strong), &event)]);
        if let Some(attempt) = summary.attempt {
            line.words(None, format_args!("attempt {attempt}"));
        }
        let id = visible::escape(summary.id.as_deref().unwrap_or("(no id)"));
        line.piece(&[(None, &id)]);
        if let Some(reason) = self.reason() {
            line.piece(&[(Some(Role::Bad), &visible::shorten(&reason, 80))]);
        }
        line.end();
    }
}

impl Outcome for DeliveryRow<'_> {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let summary = self.summary;
        // Rows are written as they are found, so widths cannot wait for the last one.
        let event_width = catalogue::names().map(str::len).max().unwrap_or(0);
        let table = 19 + 6 + 8 + 8 + event_width + 7 + 6 * 2 + ID;
        if let Some(width) = paint.width().filter(|width| *width < table) {
            return self.pieces(width, paint, out);
        }
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
            self.direction()
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
        let verdict = self.verdict();
        Some(json!({
            "type": "recorded_attempt",
            "at": Style::MicrosZulu.format(summary.at),
            "direction": self.direction(),
            "event": summary.event.as_deref(),
            "id": summary.id.as_deref(),
            "attempt": summary.attempt,
            "target": summary.target(),
            "failed": self.is_failed(),
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
