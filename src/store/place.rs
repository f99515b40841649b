//! Where chosen entries are, in 16 bytes for each.

use std::cmp::Reverse;

/// Where an entry is: the number of its input in the upper bits, and in the lower ones the offset
/// of its line in the file or its number among the captures of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(pub(super) u64);

impl Place {
    /// Files may have 16 TiB.
    const BITS: u32 = 44;

    pub(super) fn new(input: usize, at: u64) -> Self {
        Self((input as u64) << Self::BITS | at)
    }

    pub(super) fn input(self) -> usize {
        (self.0 >> Self::BITS) as usize
    }

    pub(super) fn at(self) -> u64 {
        self.0 & ((1 << Self::BITS) - 1)
    }
}

pub(super) struct Taken {
    /// The hash of its id. That two of a million share one is less likely than one in ten
    /// million.
    pub(super) id: u64,
    pub(super) place: Place,
}

/// Keeps of each delivery the latest attempt, in the order of the inputs. Sorting takes a third of
/// the memory of a hash map of ids, and no more time.
pub(super) fn keep_latest(taken: &mut Vec<Taken>) {
    taken.sort_unstable_by_key(|taken| (taken.id, Reverse(taken.place)));
    taken.dedup_by_key(|taken| taken.id);
    taken.sort_unstable_by_key(|taken| taken.place);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_attempt_of_each_is_kept_in_order() {
        let mut taken: Vec<_> = [7, 3, 7, 9, 3]
            .into_iter()
            .enumerate()
            .map(|(at, id)| Taken {
                id,
                place: Place::new(at / 3, at as u64),
            })
            .collect();
        keep_latest(&mut taken);
        let kept: Vec<_> = taken.iter().map(|taken| taken.place.at()).collect();
        assert_eq!(kept, [2, 3, 4]);
    }
}
