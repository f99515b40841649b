//! Fresh payloads of an event: the sample's shape with new ids and times that agree with each
//! other.
//!
//! A sample is compiled once into literal bytes and slots; rendering a delivery is then a copy.
//! So bulk sending gives every body its own ids and times at the price of a fixed one; a
//! single send uses the same code.

use serde_json::Value;
use uuid::Uuid;

use super::catalogue::{self, Event};
use super::edit::{Edit, EditError};
use super::random::Random;
use super::timestamp::{self, Style};
use crate::json::writer;

/// What differs from one payload of a template to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fresh {
    /// The delivery's id (UUID v4, as Lettermint's ids in every published example).
    pub delivery_id: Uuid,
    /// The message's or suppression's id (UUID v7, of the event's millisecond).
    pub subject_id: Uuid,
    /// When the event happened, in microseconds since 1970.
    pub occurred_at: i64,
}

impl Fresh {
    /// Draws new ids for an event at a time.
    pub fn draw(random: &mut Random, occurred_at: i64) -> Self {
        let delivery_id = uuid::Builder::from_random_bytes(random.bytes16()).into_uuid();
        let [noise @ .., _, _, _, _, _, _] = random.bytes16();
        let millis = u64::try_from(occurred_at / 1_000).unwrap_or(0);
        let subject_id = uuid::Builder::from_unix_timestamp_millis(millis, &noise).into_uuid();
        Self {
            delivery_id,
            subject_id,
            occurred_at,
        }
    }
}

/// A payload with slots for what differs between deliveries.
#[derive(Debug, Clone)]
pub struct PayloadTemplate {
    event: Option<String>,
    id: IdSource,
    parts: Vec<Part>,
}

/// Where the delivery id of a rendered payload comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum IdSource {
    /// A drawn id behind a prefix (`test-` for dashboard tests, else nothing).
    Drawn(&'static str),
    /// An edit fixed it, or removed it.
    Fixed(Option<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(Vec<u8>),
    Slot(Slot),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    DeliveryId,
    SubjectId,
    /// A time so many microseconds after the event.
    Time {
        after: i64,
        style: Style,
    },
    /// The event's time in unix seconds, as a number.
    UnixSeconds,
}

/// The prefix of a dashboard test's delivery id.
const TEST_ID_PREFIX: &str = "test-";

impl PayloadTemplate {
    /// The template of a catalogued event with edits applied. `None` when no payload of the
    /// event was ever published.
    ///
    /// # Errors
    /// The first edit that is refused.
    pub fn of_event(event: &Event, edits: &[Edit]) -> Result<Option<Self>, EditError> {
        match event.sample() {
            Some(sample) => Self::compile(sample, edits).map(Some),
            None => Ok(None),
        }
    }

    /// The template of an event that the catalogue does not know: Lettermint's envelope around
    /// the edited `data`.
    ///
    /// # Errors
    /// The first edit that is refused.
    pub fn of_unknown(name: &str, edits: &[Edit]) -> Result<Self, EditError> {
        // The envelope is the same for all message events; any one shows it.
        let mut payload = catalogue::find("message.sent")
            .and_then(Event::sample)
            .unwrap_or_default();
        payload["event"] = name.into();
        payload["data"] = Value::Object(serde_json::Map::new());
        Self::compile(payload, edits)
    }

    fn compile(mut payload: Value, edits: &[Edit]) -> Result<Self, EditError> {
        // A private-use character marks the slots; it is repeated until no edit contains it, so
        // that a user's text is never taken for a slot.
        let mut mark = String::from("\u{e000}");
        while edits.iter().any(|edit| edit.contains_text(&mark)) {
            mark.push('\u{e000}');
        }
        let mut slots = Slots {
            mark,
            found: Vec::new(),
        };
        let id_prefix = slots.open(&mut payload);
        for edit in edits {
            edit.apply(&mut payload)?;
        }
        let id = match payload["id"].as_str() {
            Some(id) if id.contains(&slots.mark) => IdSource::Drawn(id_prefix),
            id => IdSource::Fixed(id.map(str::to_owned)),
        };
        let event = payload["event"].as_str().map(str::to_owned);
        let parts = slots.split(&writer::encode(&payload));
        Ok(Self { event, id, parts })
    }

    /// The payload's `event`, when it is text.
    #[must_use]
    pub fn event(&self) -> Option<&str> {
        self.event.as_deref()
    }

    /// The `id` that a payload rendered with `fresh` has, when it is text.
    #[must_use]
    pub fn id(&self, fresh: &Fresh) -> Option<String> {
        match &self.id {
            IdSource::Drawn(prefix) => Some(format!("{prefix}{}", fresh.delivery_id)),
            IdSource::Fixed(id) => id.clone(),
        }
    }

    /// Appends the body.
    pub fn render(&self, fresh: &Fresh, out: &mut Vec<u8>) {
        for part in &self.parts {
            match part {
                Part::Literal(bytes) => out.extend_from_slice(bytes),
                Part::Slot(slot) => slot.fill(fresh, out),
            }
        }
    }
}

impl Slot {
    fn fill(self, fresh: &Fresh, out: &mut Vec<u8>) {
        let id = |id: Uuid, out: &mut Vec<u8>| {
            let mut buffer = Uuid::encode_buffer();
            out.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
        };
        match self {
            Self::DeliveryId => id(fresh.delivery_id, out),
            Self::SubjectId => id(fresh.subject_id, out),
            Self::Time { after, style } => {
                style.write(fresh.occurred_at.saturating_add(after), out);
            }
            Self::UnixSeconds => {
                let seconds = fresh.occurred_at.div_euclid(1_000_000);
                out.extend_from_slice(seconds.to_string().as_bytes());
            }
        }
    }
}

/// The slots of a payload being compiled. Each is held in the value by a marker text
/// `<mark><number><mark>`, so that edits can overwrite it and the encoder carries it along.
struct Slots {
    mark: String,
    found: Vec<Slot>,
}

impl Slots {
    /// Replaces what differs between deliveries by markers. Returns the id's prefix.
    fn open(&mut self, payload: &mut Value) -> &'static str {
        let base = payload["timestamp"].as_str();
        let base = base.and_then(timestamp::parse_micros).unwrap_or(0);
        let mut prefix = "";
        if let Some(Value::String(id)) = payload.get_mut("id") {
            if id.starts_with(TEST_ID_PREFIX) {
                prefix = TEST_ID_PREFIX;
            }
            *id = format!("{prefix}{}", self.marker(Slot::DeliveryId));
        }
        let subject = ["message_id", "suppression_id"]
            .into_iter()
            .find_map(|name| payload["data"].get(name)?.as_str().map(str::to_owned));
        if let Some(seconds) = payload["data"].get_mut("timestamp")
            && seconds.is_i64()
        {
            *seconds = Value::String(self.marker(Slot::UnixSeconds));
        }
        self.open_texts(payload, subject.as_deref(), base);
        prefix
    }

    fn open_texts(&mut self, value: &mut Value, subject: Option<&str>, base: i64) {
        match value {
            Value::String(text) => {
                if let Some(micros) = timestamp::parse_micros(text) {
                    let style = if text.ends_with('Z') {
                        Style::MicrosZulu
                    } else {
                        Style::SecondsOffset
                    };
                    let after = micros - base;
                    *text = self.marker(Slot::Time { after, style });
                } else if let Some(subject) = subject.filter(|id| text.contains(id)) {
                    // Also inside other texts, such as the reply address of an auto-reply.
                    *text = text.replace(subject, &self.marker(Slot::SubjectId));
                }
            }
            Value::Array(items) => items
                .iter_mut()
                .for_each(|item| self.open_texts(item, subject, base)),
            Value::Object(members) => members
                .values_mut()
                .for_each(|member| self.open_texts(member, subject, base)),
            _ => {}
        }
    }

    fn marker(&mut self, slot: Slot) -> String {
        self.found.push(slot);
        format!("{0}{1}{0}", self.mark, self.found.len() - 1)
    }

    /// Cuts encoded bytes at the markers.
    fn split(&self, encoded: &[u8]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut rest = encoded;
        while let Some(start) = memchr::memmem::find(rest, self.mark.as_bytes()) {
            let after_mark = &rest[start + self.mark.len()..];
            let number = memchr::memmem::find(after_mark, self.mark.as_bytes())
                .and_then(|end| std::str::from_utf8(&after_mark[..end]).ok())
                .unwrap_or_default();
            let Some(&slot) = number
                .parse::<usize>()
                .ok()
                .and_then(|number| self.found.get(number))
            else {
                break;
            };
            let mut literal = &rest[..start];
            rest = &after_mark[number.len() + self.mark.len()..];
            if slot == Slot::UnixSeconds {
                // A number: the marker's quotes go.
                literal = literal.strip_suffix(b"\"").unwrap_or(literal);
                rest = rest.strip_prefix(b"\"").unwrap_or(rest);
            }
            parts.push(Part::Literal(literal.to_vec()));
            parts.push(Part::Slot(slot));
        }
        parts.push(Part::Literal(rest.to_vec()));
        parts
    }
}
