//! What a run has received so far.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash as _, Hasher as _};

use super::delivery::{Earlier, ReceivedDelivery};
use super::expectations::Expectations;
use super::output::summary::ListenSummary;

/// Delivery ids that are remembered to notice repeats. Bounded, so that a million deliveries
/// later the memory is the same; a retry comes long before so many others. A few more would
/// double the map: it clears removed places without growing only while half of them are free.
const REMEMBERED_IDS: usize = 14_000;

#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) summary: ListenSummary,
    pub(crate) expectations: Option<Expectations>,
    duplicates: DuplicatesCache,
}

impl Tally {
    pub(crate) fn new(expectations: Option<Expectations>) -> Self {
        Self {
            summary: ListenSummary::default(),
            expectations,
            duplicates: DuplicatesCache::default(),
        }
    }

    /// Counts a delivery, gives it its number, and says whether its id came before.
    pub(crate) fn count(&mut self, delivery: &mut ReceivedDelivery, is_recorded: bool) {
        let record = &delivery.record;
        let summary = &mut self.summary;
        summary.received += 1;
        let verdict = record.verdict.as_ref().map(|verdict| verdict.valid);
        match verdict {
            None => summary.unverified += 1,
            Some(true) => summary.verified += 1,
            Some(false) => summary.rejected += 1,
        }
        summary.unrecorded += u64::from(!is_recorded);
        summary.on_purpose += u64::from(delivery.faults.is_bad());
        if let Some(reply) = &delivery.handler {
            summary.forwarded += 1;
            summary.handler_failed += u64::from(!reply.is_success());
        }
        delivery.sequence = summary.received;
        let this = Earlier {
            sequence: delivery.sequence,
            at: record.at,
        };
        let id = record.id.as_deref();
        delivery.earlier = id.and_then(|id| self.duplicates.see(id, this));
        summary.duplicates += u64::from(delivery.earlier.is_some());
        if let Some(expectations) = &mut self.expectations
            && verdict != Some(false)
            && delivery.earlier.is_none()
        {
            expectations.see(record.event.as_deref().unwrap_or_default(), &record.body);
        }
    }
}

/// The latest ids, each with the delivery that had it first.
#[derive(Debug, Default)]
struct DuplicatesCache {
    first: HashMap<u64, Earlier>,
    order: VecDeque<u64>,
}

impl DuplicatesCache {
    /// Remembers an id; returns who had it first when somebody had.
    fn see(&mut self, id: &str, delivery: Earlier) -> Option<Earlier> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let key = hasher.finish();
        if let Some(earlier) = self.first.get(&key) {
            return Some(*earlier);
        }
        if self.order.len() == REMEMBERED_IDS
            && let Some(oldest) = self.order.pop_front()
        {
            self.first.remove(&oldest);
        }
        self.order.push_back(key);
        self.first.insert(key, delivery);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_remembered_up_to_a_bound() {
        let mut cache = DuplicatesCache::default();
        let number = |sequence| Earlier { sequence, at: 0 };
        assert_eq!(cache.see("a", number(1)), None);
        assert_eq!(cache.see("a", number(2)), Some(number(1)));
        for i in 0..REMEMBERED_IDS {
            cache.see(&i.to_string(), number(3));
        }
        assert_eq!(cache.first.len(), REMEMBERED_IDS);
        assert_eq!(cache.see("a", number(4)), None);
    }
}
