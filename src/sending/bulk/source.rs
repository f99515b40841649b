//! Where the deliveries of a bulk run come from.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::delivery::scan::Scratch;
use crate::lettermint::Header;
use crate::lettermint::random::Random;
use crate::lettermint::{Fresh, PayloadTemplate};

/// One delivery to be sent; its buffers are used again for the next.
#[derive(Debug, Default)]
pub struct Item {
    /// The event, for the header.
    pub event: Option<String>,
    /// The delivery's id.
    pub id: Option<String>,
    /// The attempt number.
    pub attempt: u32,
    /// The bytes.
    pub body: Vec<u8>,
    /// Header lines of this delivery alone, to add or to put in place of Lettermint's.
    pub headers: Vec<Header>,
    /// Room for the source to read a line into.
    pub line: Vec<u8>,
    /// Room for the source to work in.
    pub scratch: Scratch,
    /// What the source calls whoever holds this item.
    pub holder: Option<usize>,
}

/// What a source made of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filled {
    /// A delivery to send.
    Ready,
    /// One that cannot be sent, and why.
    Refused(String),
    /// There are no more.
    End,
}

/// Deliveries by number.
pub trait Source: Send + Sync + 'static {
    /// Fills in the delivery of a ticket.
    fn fill(&self, ticket: u64, now_micros: i64, item: &mut Item) -> Filled;
}

/// Deliveries whose time is remembered for their repeats. More than connections there can be, so
/// that a slow one still finds the time of the one before.
const REMEMBERED_TIMES: usize = 16_384;

/// Fresh deliveries of one or several events.
#[derive(Debug)]
pub struct FreshDeliveries {
    templates: Vec<PayloadTemplate>,
    /// Positions of templates, each as often as its weight.
    cycle: Vec<usize>,
    seed: u64,
    shuffle: bool,
    duplicate: f64,
    attempt: u32,
    occurred_at: Option<i64>,
    /// When the latest deliveries happened, by ticket; empty when nothing is repeated.
    times: Mutex<BTreeMap<u64, i64>>,
}

impl FreshDeliveries {
    /// Deliveries of templates with weights, at least one of which is above 0.
    #[must_use]
    pub fn new(weighted: Vec<(PayloadTemplate, u32)>, seed: u64) -> Self {
        let cycle = weighted
            .iter()
            .enumerate()
            .flat_map(|(position, (_, weight))| std::iter::repeat_n(position, *weight as usize))
            .collect();
        Self {
            templates: weighted.into_iter().map(|(template, _)| template).collect(),
            cycle,
            seed,
            shuffle: false,
            duplicate: 0.0,
            attempt: 1,
            occurred_at: None,
            times: Mutex::default(),
        }
    }

    /// Draws each event by weight instead of going round.
    #[must_use]
    pub fn shuffled(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }

    /// Lets this share of attempts repeat an earlier delivery.
    #[must_use]
    pub fn duplicating(self, duplicate: f64) -> Self {
        Self { duplicate, ..self }
    }

    /// Numbers the attempts.
    #[must_use]
    pub fn as_attempt(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }

    /// Lets all events happen at one time, in microseconds since 1970.
    #[must_use]
    pub fn occurring_at(self, occurred_at: Option<i64>) -> Self {
        Self {
            occurred_at,
            ..self
        }
    }

    /// How many deliveries show every event as often as its weight says.
    #[must_use]
    pub fn round(&self) -> u64 {
        self.cycle.len() as u64
    }

    /// The generator of a ticket: the same delivery whoever sends it.
    fn random(&self, ticket: u64) -> Random {
        let mut seed = Random::seeded(
            self.seed
                .wrapping_add(ticket.wrapping_mul(0xd134_2543_de82_ef95)),
        );
        Random::seeded(seed.next_u64())
    }

    /// The ticket whose delivery this one is: its own, or that of a neighbour before.
    fn original(&self, ticket: u64) -> u64 {
        if self.duplicate >= 1.0 {
            return 0;
        }
        let mut original = ticket;
        // A repeat of a repeat is one more sighting of the first.
        while original > 0 && self.duplicate > 0.0 && self.random(original).unit() < self.duplicate
        {
            original -= 1;
        }
        original
    }

    /// When a ticket's delivery happened. A repeat has the bytes of the first and so its time,
    /// whichever of them is made first.
    fn occurred_at(&self, ticket: u64, now_micros: i64) -> i64 {
        if let Some(fixed) = self.occurred_at {
            return fixed;
        }
        if self.duplicate == 0.0 {
            return now_micros;
        }
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        if times.len() > REMEMBERED_TIMES {
            times.pop_first();
        }
        *times.entry(ticket).or_insert(now_micros)
    }
}

impl Source for FreshDeliveries {
    fn fill(&self, ticket: u64, now_micros: i64, item: &mut Item) -> Filled {
        let ticket = self.original(ticket);
        let mut random = self.random(ticket);
        // The draw that decided on repeating comes first, whatever it decided.
        random.next_u64();
        let length = self.cycle.len() as u64;
        let position = if self.shuffle {
            random.below(length)
        } else {
            ticket % length
        };
        let template = &self.templates[self.cycle[position as usize]];
        let fresh = Fresh::draw(&mut random, self.occurred_at(ticket, now_micros));
        item.body.clear();
        template.render(&fresh, &mut item.body);
        if item.event.as_deref() != template.event() {
            item.event = template.event().map(str::to_owned);
        }
        item.id = template.id(&fresh);
        item.attempt = self.attempt;
        Filled::Ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lettermint::catalogue;

    fn source() -> FreshDeliveries {
        let template = |name| {
            let event = catalogue::find(name).unwrap();
            PayloadTemplate::of_event(event, &[]).unwrap().unwrap()
        };
        FreshDeliveries::new(
            vec![
                (template("message.sent"), 3),
                (template("message.opened"), 1),
            ],
            7,
        )
    }

    fn ids(source: &FreshDeliveries, count: u64) -> Vec<(String, String)> {
        let mut item = Item::default();
        (0..count)
            .map(|ticket| {
                assert_eq!(source.fill(ticket, 1_000_000, &mut item), Filled::Ready);
                (item.event.clone().unwrap(), item.id.clone().unwrap())
            })
            .collect()
    }

    #[test]
    fn weights_hold_and_ids_differ() {
        let made = ids(&source(), 400);
        let opened = made
            .iter()
            .filter(|(event, _)| event == "message.opened")
            .count();
        assert_eq!(opened, 100);
        let mut unique: Vec<_> = made.iter().map(|(_, id)| id).collect();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), 400);
        assert_eq!(made, ids(&source(), 400), "the same seed makes the same");
    }

    #[test]
    fn duplicates_and_shuffling_follow_their_shares() {
        let made = ids(&source().shuffled(true).duplicating(0.25), 4_000);
        let mut unique: Vec<_> = made.iter().map(|(_, id)| id).collect();
        unique.sort_unstable();
        unique.dedup();
        assert!((2_850..3_150).contains(&unique.len()), "{}", unique.len());
        let opened = made
            .iter()
            .filter(|(event, _)| event == "message.opened")
            .count();
        assert!((850..1_150).contains(&opened), "{opened}");
    }
}
