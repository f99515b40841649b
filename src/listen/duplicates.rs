//! Which delivery ids came before.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash as _, Hasher as _};

use crate::listen::output::received::EarlierSighting;

/// Delivery ids that are remembered to notice repeats. Bounded, so that a million deliveries
/// later the memory is the same; a retry comes long before so many others. A few more would
/// double the map: it clears removed places without growing only while half of them are free.
const REMEMBERED_IDS: usize = 14_000;

/// The latest ids, each with its first sighting.
#[derive(Debug, Default)]
pub(crate) struct Sightings {
    first: HashMap<u64, EarlierSighting>,
    order: VecDeque<u64>,
}

impl Sightings {
    /// Remembers an id; returns its first sighting when there was one.
    pub(crate) fn see(&mut self, id: &str, sighting: EarlierSighting) -> Option<EarlierSighting> {
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
        self.first.insert(key, sighting);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_remembered_up_to_a_bound() {
        let mut seen = Sightings::default();
        let sighting = |sequence| EarlierSighting { sequence, at: 0 };
        assert_eq!(seen.see("a", sighting(1)), None);
        assert_eq!(seen.see("a", sighting(2)), Some(sighting(1)));
        for i in 0..REMEMBERED_IDS {
            seen.see(&i.to_string(), sighting(3));
        }
        assert_eq!(seen.first.len(), REMEMBERED_IDS);
        assert_eq!(seen.see("a", sighting(4)), None);
    }
}
