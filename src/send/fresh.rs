//! Fresh deliveries of one or several events, the source of a bulk run.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::delivery::tampering::Tampering;
use crate::lettermint::random::Random;
use crate::lettermint::{Fresh, PayloadTemplate};
use crate::sending::bulk::Source;
use crate::sending::job::Job;

/// Deliveries whose time is remembered for their repeats. More than connections there can be, so
/// that a slow one still finds the time of the one before.
const REMEMBERED_TIMES: usize = 16_384;

#[derive(Debug, Clone, Copy)]
pub(super) struct FreshOptions {
    pub(super) seed: u64,
    /// Draws each event by weight instead of going round.
    pub(super) shuffle: bool,
    /// The share of attempts that repeat an earlier delivery.
    pub(super) duplicate: f64,
    pub(super) attempt: u32,
    pub(super) tampering: Option<Tampering>,
    /// When all events happen, in microseconds since 1970; without it when they are made.
    pub(super) occurred_at: Option<i64>,
}

#[derive(Debug)]
pub(super) struct FreshDeliveries {
    templates: Vec<PayloadTemplate>,
    /// Positions of templates, each as often as its weight.
    cycle: Vec<usize>,
    options: FreshOptions,
    /// When the latest deliveries happened, by number; empty when nothing is repeated.
    times: Mutex<BTreeMap<u64, i64>>,
}

impl FreshDeliveries {
    /// Deliveries of templates with weights, at least one of which is above 0.
    pub(super) fn new(weighted: Vec<(PayloadTemplate, u32)>, options: FreshOptions) -> Self {
        let cycle = weighted
            .iter()
            .enumerate()
            .flat_map(|(position, (_, weight))| std::iter::repeat_n(position, *weight as usize))
            .collect();
        Self {
            templates: weighted.into_iter().map(|(template, _)| template).collect(),
            cycle,
            options,
            times: Mutex::default(),
        }
    }

    /// How many deliveries show every event as often as its weight says.
    pub(super) fn round(&self) -> u64 {
        self.cycle.len() as u64
    }

    /// The generator of a number, so that every worker makes the same delivery of it.
    fn random(&self, number: u64) -> Random {
        let mut seed = Random::seeded(
            self.options
                .seed
                .wrapping_add(number.wrapping_mul(0xd134_2543_de82_ef95)),
        );
        Random::seeded(seed.next_u64())
    }

    /// The number whose delivery this one is: its own, or that of an earlier one.
    fn original(&self, number: u64) -> u64 {
        if self.options.duplicate >= 1.0 {
            return 0;
        }
        let mut original = number;
        // A repeat of a repeat is one more of the first.
        while original > 0
            && self.options.duplicate > 0.0
            && self.random(original).unit() < self.options.duplicate
        {
            original -= 1;
        }
        original
    }

    /// When a number's delivery happened. A repeat has the bytes of the first and so its time,
    /// whichever of them is made first.
    fn occurred_at(&self, number: u64, now_micros: i64) -> i64 {
        if let Some(fixed) = self.options.occurred_at {
            return fixed;
        }
        if self.options.duplicate == 0.0 {
            return now_micros;
        }
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        if times.len() > REMEMBERED_TIMES {
            times.pop_first();
        }
        *times.entry(number).or_insert(now_micros)
    }
}

impl Source for FreshDeliveries {
    fn next(&self, number: u64, now_micros: i64) -> Option<Result<Job, String>> {
        let original = self.original(number);
        let mut random = self.random(original);
        // The draw that decided on repeating comes first, whatever it decided.
        random.next_u64();
        let length = self.cycle.len() as u64;
        let position = match self.options.shuffle {
            true => random.below(length),
            false => original % length,
        };
        let template = &self.templates[self.cycle[position as usize]];
        let fresh = Fresh::draw(&mut random, self.occurred_at(original, now_micros));
        Some(Ok(Job {
            number,
            tampering: self.options.tampering,
            is_repeat: original != number,
            ..Job::render(template, &fresh, self.options.attempt)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sending::job::template_of;

    #[test]
    fn shuffling_keeps_the_weights() {
        let template = |name, weight| (template_of(name, &[]).unwrap(), weight);
        let source = FreshDeliveries::new(
            vec![template("message.sent", 3), template("message.opened", 1)],
            FreshOptions {
                seed: 7,
                shuffle: true,
                duplicate: 0.25,
                attempt: 1,
                tampering: None,
                occurred_at: None,
            },
        );
        let events = (0..4_000).map(|number| source.next(number, 0).unwrap().unwrap().event);
        let opened = events.filter(|event| event.as_deref() == Some("message.opened"));
        assert!((850..1_150).contains(&opened.count()));
    }
}
