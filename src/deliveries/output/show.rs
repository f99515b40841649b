//! One delivery with all its attempts.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::delivery::record::RecordedVerdict;
use crate::delivery::{Direction, Record, Reply};
use crate::diagnosis::reply::{self, Asked, Origin};
use crate::sending::output::answer;
use crate::terminal::json_text;
use crate::terminal::json_text::Length;
use crate::terminal::paint::{Paint, Role, mark};
use crate::terminal::{Outcome, duration, time, visible};

/// A delivery's records, oldest first. The request that is shown is that of the last.
#[derive(Debug)]
pub(crate) struct DeliveryHistory {
    pub(crate) records: Vec<Record>,
    /// Whether replies are shown whole.
    pub(crate) is_whole: bool,
    pub(crate) zone: TimeZone,
}

impl DeliveryHistory {
    fn attempt(&self, record: &Record, paint: &dyn Paint, out: &mut String) {
        paint.paint(
            Role::Faint,
            &time::date_and_time(record.at, &self.zone),
            out,
        );
        let way = match record.direction {
            Direction::Received => "received at",
            Direction::Sent => "sent to",
        };
        out.push_str(&format!("  {way} {}", visible::escape(&record.target)));
        if let Some(attempt) = record.attempt {
            paint.paint(Role::Strong, &format!("  attempt {attempt}"), out);
        }
        if let (Direction::Received, Some(remote)) = (record.direction, &record.remote) {
            let from = format!("  from {}", visible::escape(remote));
            paint.paint(Role::Faint, &from, out);
        }
        out.push('\n');
        if let Some(verdict) = &record.verdict {
            write_verdict(verdict, paint, out);
        }
        if let Some(reply) = &record.reply {
            write_reply(reply, record, self.is_whole, paint, out);
        }
        if self
            .latest()
            .is_some_and(|latest| record.body != latest.body)
        {
            label("note", "its body is not the one shown below", paint, out);
        }
    }

    fn latest(&self) -> Option<&Record> {
        self.records.last()
    }
}

impl Outcome for DeliveryHistory {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let Some(latest) = self.latest() else {
            return;
        };
        let event = latest.event.as_deref().unwrap_or("(no event)");
        paint.paint(Role::Strong, &visible::escape(event), out);
        let id = latest.id.as_deref().unwrap_or_default();
        out.push_str(&format!("  {}", visible::escape(id)));
        let count = match self.records.len() {
            1 => "  1 record".to_owned(),
            count => format!("  {count} records"),
        };
        paint.paint(Role::Faint, &count, out);
        out.push_str("\n\n");
        for record in &self.records {
            self.attempt(record, paint, out);
        }
        out.push('\n');
        let request = format!("{} {}", latest.method, latest.target);
        paint.paint(Role::Strong, &visible::escape(&request), out);
        if self.records.len() > 1 {
            paint.paint(Role::Faint, "  as of the latest", out);
        }
        out.push('\n');
        for header in &latest.headers {
            paint.paint(Role::Key, &visible::escape(header.name), out);
            out.push_str(&format!(": {}\n", visible::escape_bytes(header.value)));
        }
        out.push('\n');
        json_text::write(&latest.body, 0, Length::Full, paint, out);
    }

    fn json(&self) -> Option<Value> {
        let records: Vec<Value> = self
            .records
            .iter()
            .map(|record| record.to_json().into())
            .collect();
        Some(json!({
            "type": "history",
            "id": self.latest().map(|record| &record.id),
            "event": self.latest().map(|record| &record.event),
            "records": records,
        }))
    }
}

fn write_verdict(verdict: &RecordedVerdict, paint: &dyn Paint, out: &mut String) {
    out.push_str("    ");
    if verdict.valid {
        paint.paint(Role::Good, "✓ verified", out);
        if let Some(secret) = &verdict.secret {
            let source = visible::escape(&secret.source);
            out.push_str(&format!(" (secret {}: {source})", secret.position));
        }
        out.push('\n');
        return;
    }
    let reason = verdict.reason.as_deref().unwrap_or("refused");
    paint.paint(Role::Bad, &format!("✗ {}", visible::escape(reason)), out);
    out.push('\n');
    if let Some(reason) = verdict.known_reason() {
        out.push_str(&format!("    {}\n", reason.explanation()));
        label("hint", &answer::of_rejection(reason, &[]), paint, out);
    }
}

fn write_reply(
    reply: &Reply,
    record: &Record,
    is_whole: bool,
    paint: &dyn Paint,
    out: &mut String,
) {
    let asked = Asked {
        url: Some(&record.target),
        has_credentials: record.headers.contains("authorization"),
        accepts_others: false,
        signature: Origin::Signed(None),
    };
    let (mark, role) = mark(reply.is_success());
    let answer = match (&reply.error, reply.status) {
        (Some(failure), _) => failure.to_string(),
        (None, Some(status)) => format!("answered {status}"),
        (None, None) => "no answer".to_owned(),
    };
    out.push_str("    ");
    paint.paint(role, &format!("{mark} {}", visible::escape(&answer)), out);
    let took = format!(" after {}\n", duration::measured(reply.duration));
    paint.paint(Role::Faint, &took, out);
    let mut reading = reply::read(reply, asked);
    // What a receiver should do about its own answer, the verdict has said.
    if record.direction == Direction::Received {
        reading.hints.clear();
    }
    answer::write(reply, &reading, reply.is_success(), is_whole, paint, out);
}

fn label(name: &str, text: &str, paint: &dyn Paint, out: &mut String) {
    out.push_str("    ");
    paint.paint(Role::Warning, &format!("{name}: "), out);
    out.push_str(text);
    out.push('\n');
}
