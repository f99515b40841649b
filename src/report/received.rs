//! What `listen` received: one line, then the payload.

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::json_text::{self, Length};
use super::paint::{Paint, Role};
use super::{Outcome, duration, time, visible};
use crate::delivery::Record;
use crate::delivery::record::RecordedVerdict;

/// Characters of a payload's text that are shown unless all are asked for.
const TEXT_SHOWN: usize = 120;

/// An earlier sighting of the same delivery id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierSighting {
    /// Its sequence number.
    pub sequence: u64,
    /// When it came, in microseconds since 1970.
    pub at: i64,
}

/// How much of a delivery is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The line only.
    Line,
    /// The line and the payload, long texts shortened.
    Payload,
    /// The line and the whole payload.
    Full,
}

/// One received delivery.
#[derive(Debug)]
pub struct Received<'a> {
    /// As recorded, reply included.
    pub record: &'a Record,
    /// Counted from 1 in this run.
    pub sequence: u64,
    /// The first time this id was seen in this run.
    pub earlier: Option<EarlierSighting>,
    /// How much is shown.
    pub detail: Detail,
    /// The zone in which people read the time.
    pub zone: &'a TimeZone,
}

impl Received<'_> {
    fn verdict(&self) -> (&'static str, &str, Role) {
        match &self.record.verdict {
            None => ("?", "unverified", Role::Warning),
            Some(RecordedVerdict { valid: true, .. }) => ("✓", "verified", Role::Good),
            Some(RecordedVerdict { reason, .. }) => {
                ("✗", reason.as_deref().unwrap_or("invalid"), Role::Bad)
            }
        }
    }

    /// Whom or what the event is about, for the line.
    fn subject(&self) -> Option<String> {
        let payload: Value = serde_json::from_slice(&self.record.body).ok()?;
        let data = payload.get("data")?;
        ["recipient", "value", "subject", "message"]
            .into_iter()
            .find_map(|name| data.get(name)?.as_str())
            .map(|text| visible::shorten(text, 40))
    }
}

impl Outcome for Received<'_> {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let record = self.record;
        let (mark, word, role) = self.verdict();
        paint.paint(Role::Faint, &time::clock(record.at, self.zone), out);
        out.push(' ');
        paint.paint(role, mark, out);
        out.push(' ');
        paint.paint(role, &visible::escape(word), out);
        out.push_str("  ");
        let event = record.event.as_deref().unwrap_or("(no event)");
        paint.paint(Role::Strong, &visible::escape(event), out);
        if let Some(subject) = self.subject() {
            out.push_str("  ");
            out.push_str(&subject);
        }
        let mut facts = String::new();
        if let Some(attempt) = record.attempt {
            facts.push_str(&format!("  attempt {attempt}"));
        }
        facts.push_str(&format!("  {}", duration::bytes(record.body.len())));
        if let Some(signed_at) = record
            .verdict
            .as_ref()
            .and_then(|verdict| verdict.signed_at)
        {
            let age = record.at.div_euclid(1_000_000) - signed_at;
            facts.push_str(&format!("  signed {}", duration::age(age)));
        }
        if let Some(reply) = &record.reply {
            if let Some(status) = reply.status {
                facts.push_str(&format!("  → {status}"));
            }
            facts.push_str(&format!("  {}", duration::measured(reply.duration)));
        }
        facts.push_str(&format!("  #{}", self.sequence));
        paint.paint(Role::Faint, &facts, out);
        out.push('\n');
        if let Some(earlier) = self.earlier {
            let ago = (record.at - earlier.at).div_euclid(1_000_000);
            let words = format!(
                "    duplicate of #{}, {}\n",
                earlier.sequence,
                duration::age(ago)
            );
            paint.paint(Role::Warning, &words, out);
        }
        if let Some(reason) = record
            .verdict
            .as_ref()
            .and_then(RecordedVerdict::known_reason)
        {
            out.push_str(&format!("    {}\n    ", reason.explanation()));
            paint.paint(Role::Warning, "hint: ", out);
            out.push_str(reason.hint());
            out.push('\n');
        }
        match self.detail {
            Detail::Line => {}
            Detail::Payload => {
                json_text::write(&record.body, 4, Length::AtMost(TEXT_SHOWN), paint, out);
            }
            Detail::Full => json_text::write(&record.body, 4, Length::Full, paint, out),
        }
    }

    fn json(&self) -> Option<Value> {
        let mut object = Map::new();
        object.insert("type".into(), "delivery".into());
        object.insert("seq".into(), self.sequence.into());
        let earlier = self.earlier.map(|earlier| earlier.sequence);
        object.insert("duplicate_of".into(), earlier.into());
        object.extend(self.record.to_json());
        Some(object.into())
    }
}

/// What a run of `listen` saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListenSummary {
    /// Deliveries received.
    pub received: u64,
    /// Of these, genuine.
    pub verified: u64,
    /// Refused by verification.
    pub rejected: u64,
    /// Not judged, for want of a secret.
    pub unverified: u64,
    /// Repeats of an id already seen in this run.
    pub duplicates: u64,
}

impl Outcome for ListenSummary {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        paint.paint(Role::Strong, &format!("{} received", self.received), out);
        out.push_str(&format!(
            ": {} verified, {} rejected",
            self.verified, self.rejected
        ));
        if self.unverified > 0 {
            out.push_str(&format!(", {} unverified", self.unverified));
        }
        out.push_str(&format!(", {} duplicates\n", self.duplicates));
    }

    fn json(&self) -> Option<Value> {
        Some(json!({
            "type": "summary",
            "received": self.received,
            "verified": self.verified,
            "rejected": self.rejected,
            "unverified": self.unverified,
            "duplicates": self.duplicates,
        }))
    }
}
