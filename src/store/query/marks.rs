//! Which entries of an input are chosen: one bit each.

/// A set of positions, counted from 0, in one bit each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks(Vec<u64>);

const BITS: u64 = u64::BITS as u64;

impl Marks {
    pub(crate) fn set(&mut self, position: u64) {
        let word = (position / BITS) as usize;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (position % BITS);
    }

    pub(crate) fn clear(&mut self, position: u64) {
        if let Some(word) = self.0.get_mut((position / BITS) as usize) {
            *word &= !(1 << (position % BITS));
        }
    }

    pub(crate) fn contains(&self, position: u64) -> bool {
        self.0
            .get((position / BITS) as usize)
            .is_some_and(|word| word & (1 << (position % BITS)) != 0)
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Clears everything before a position, which stays.
    pub(crate) fn clear_before(&mut self, position: u64) {
        let whole = ((position / BITS) as usize).min(self.0.len());
        self.0[..whole].fill(0);
        if let Some(word) = self.0.get_mut(whole) {
            *word &= u64::MAX << (position % BITS);
        }
    }

    /// Clears all but the last `count`.
    pub(crate) fn keep_last(&mut self, count: u64) {
        let mut kept = 0;
        for word in self.0.iter_mut().rev() {
            while kept + u64::from(word.count_ones()) > count {
                // The lowest bit that is set comes first.
                *word &= *word - 1;
            }
            kept += u64::from(word.count_ones());
        }
    }

    /// Every position, ascending.
    pub(crate) fn positions(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            (0..BITS)
                .filter(move |bit| word & (1 << bit) != 0)
                .map(move |bit| index as u64 * BITS + bit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_set_like_any_other(
            positions in proptest::collection::btree_set(0_u64..300, 0..40),
            cleared in 0_u64..300,
            before in 0_u64..320,
            last in 0_u64..50,
        ) {
            let mut marks = Marks::default();
            positions.iter().for_each(|position| marks.set(*position));
            marks.clear(cleared);
            let mut expected: BTreeSet<u64> = positions;
            expected.remove(&cleared);
            prop_assert_eq!(marks.positions().collect::<BTreeSet<_>>(), expected.clone());
            prop_assert_eq!(marks.contains(cleared), false);
            marks.clear_before(before);
            expected.retain(|position| *position >= before);
            prop_assert_eq!(marks.positions().collect::<BTreeSet<_>>(), expected.clone());
            marks.keep_last(last);
            let skipped = expected.len().saturating_sub(last as usize);
            let expected: BTreeSet<u64> = expected.into_iter().skip(skipped).collect();
            prop_assert_eq!(marks.count(), expected.len() as u64);
            prop_assert_eq!(marks.positions().collect::<BTreeSet<_>>(), expected);
        }
    }
}
