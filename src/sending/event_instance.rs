//! Something that happened, before it is known who is told.

use std::time::Duration;

use super::destinations::{Destination, Wanted};
use super::payloads::{Payload, template_of};
use crate::error::Result;
use crate::lettermint::{Edit, Fresh, Random, catalogue};

/// An event, from which each destination gets a delivery of its own.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// How long after the one before it is told.
    pub wait: Duration,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// An event to be made.
    Event {
        name: String,
        edits: Vec<Edit>,
        fresh: Fresh,
    },
    /// Bytes that were given.
    Bytes(Payload),
}

impl Occurrence {
    /// An event with edits; ids and time are `fresh`.
    #[must_use]
    pub fn event(name: &str, edits: Vec<Edit>, fresh: Fresh) -> Self {
        Self {
            wait: Duration::ZERO,
            what: What::Event {
                name: name.to_owned(),
                edits,
                fresh,
            },
        }
    }

    /// Bytes as they are.
    #[must_use]
    pub fn bytes(payload: Payload) -> Self {
        Self {
            wait: Duration::ZERO,
            what: What::Bytes(payload),
        }
    }

    /// The same, told so much later than the one before.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// The delivery for the destination at `position`. A delivery is one event for one webhook,
    /// so every further destination gets an id of its own.
    ///
    /// # Errors
    /// An unknown event or a refused edit, exit 2.
    pub fn payload_for(
        &self,
        destination: &Destination,
        position: usize,
        wanted: &Wanted,
        random: &mut Random,
    ) -> Result<Payload> {
        let (name, edits, fresh) = match &self.what {
            What::Bytes(payload) => return Ok(payload.clone()),
            What::Event { name, edits, fresh } => (name, edits, fresh),
        };
        let all = edits_for(name, edits, destination, wanted);
        let mut fresh = *fresh;
        if position > 0 {
            fresh.delivery_id = Fresh::draw(random, fresh.occurred_at).delivery_id;
        }
        Ok(Payload::render(&template_of(name, &all)?, &fresh))
    }
}

/// The user's edits of an event behind those that its destination makes.
#[must_use]
pub fn edits_for(
    name: &str,
    edits: &[Edit],
    destination: &Destination,
    wanted: &Wanted,
) -> Vec<Edit> {
    let mut all = Vec::new();
    if happens_on_a_route(name) {
        all.extend(destination.context_edits(wanted));
    }
    all.extend(edits.iter().cloned());
    all
}

/// Whether an event's context names a route. Suppressions are the team's.
fn happens_on_a_route(name: &str) -> bool {
    catalogue::find(name)
        .and_then(catalogue::Event::sample)
        .is_some_and(|sample| sample["context"]["route_id"].is_string())
}
