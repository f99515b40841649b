//! What a run has received so far.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{Hash as _, Hasher as _};

use super::delivery::{Earlier, ReceivedDelivery};
use super::expectations::{Expectations, Fate};
use super::output::summary::ListenSummary;
use crate::delivery::record::RecordedVerdict;

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
        summary.handler_accepted_invalid += u64::from(delivery.accepted_reason().is_some());
        delivery.sequence = summary.received;
        let this = Earlier {
            sequence: delivery.sequence,
            at: record.at,
        };
        let id = record.id.as_deref();
        delivery.earlier = id.and_then(|id| self.duplicates.see(id, this));
        summary.duplicates += u64::from(delivery.earlier.is_some());
        let refusal = not_accepted(delivery, is_recorded);
        summary.accepted += u64::from(verdict != Some(false) && refusal.is_none());
        let Some(expectations) = &mut self.expectations else {
            return;
        };
        let record = &delivery.record;
        let reason = |verdict: &RecordedVerdict| verdict.reason.clone().unwrap_or_default();
        let fate = match (&record.verdict, refusal) {
            (Some(verdict), _) if delivery.accepted_reason().is_some() => {
                Fate::WronglyAccepted(reason(verdict))
            }
            (Some(verdict), _) if !verdict.valid => Fate::Invalid(reason(verdict)),
            (_, Some(why)) => Fate::NotAccepted(why),
            (_, None) if self.duplicates.accept(record.id.as_deref()) => Fate::Accepted,
            (_, None) => Fate::AcceptedAgain,
        };
        let event = record.event.as_deref().unwrap_or_default();
        expectations.see(event, &record.body, &fate);
    }
}

/// Why the sender has to take a delivery for not accepted; `None` when it was answered 2xx.
fn not_accepted(delivery: &ReceivedDelivery, is_recorded: bool) -> Option<String> {
    let faults = &delivery.faults;
    if let Some(fault) = faults.fault {
        return Some(format!("it was {}", fault.remark()));
    }
    let status = delivery
        .record
        .reply
        .as_ref()
        .and_then(|reply| reply.status);
    if status.is_some_and(|status| (200..300).contains(&status)) {
        return None;
    }
    if !is_recorded {
        return Some("it could not be recorded".to_owned());
    }
    if let Some(status) = faults.refusal() {
        return Some(format!("it was answered {status} on purpose"));
    }
    let handler = delivery.handler.as_ref();
    let error = handler.and_then(|reply| reply.error.as_ref());
    let status = status.unwrap_or_default();
    Some(match (error, handler) {
        (Some(failure), _) => format!("the handler did not answer ({failure})"),
        (None, Some(_)) => format!("the handler answered {status}"),
        (None, None) => format!("it was answered {status}"),
    })
}

/// The latest ids, each with the delivery that had it first.
#[derive(Debug, Default)]
struct DuplicatesCache {
    first: HashMap<u64, Earlier>,
    /// Those of them that were accepted, as far as that is asked for.
    accepted: HashSet<u64>,
    order: VecDeque<u64>,
}

impl DuplicatesCache {
    /// Remembers an id; returns who had it first when somebody had.
    fn see(&mut self, id: &str, delivery: Earlier) -> Option<Earlier> {
        let key = key(id);
        if let Some(earlier) = self.first.get(&key) {
            return Some(*earlier);
        }
        if self.order.len() == REMEMBERED_IDS
            && let Some(oldest) = self.order.pop_front()
        {
            self.first.remove(&oldest);
            self.accepted.remove(&oldest);
        }
        self.order.push_back(key);
        self.first.insert(key, delivery);
        None
    }

    /// Takes note that a delivery was accepted. Whether it is the first with its id that was: one
    /// that failed comes again and counts then.
    fn accept(&mut self, id: Option<&str>) -> bool {
        id.is_none_or(|id| self.accepted.insert(key(id)))
    }
}

fn key(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
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
