//! A random order that takes no memory: number `i` is computed, not looked up.

use crate::lettermint::Random;

const ROUNDS: usize = 4;

/// A permutation of the numbers below a limit: a Feistel network over the next power of four,
/// walked along until it lands below the limit.
#[derive(Debug)]
pub(crate) struct Permutation {
    limit: u64,
    /// Bits of each half.
    half: u32,
    keys: [u64; ROUNDS],
}

impl Permutation {
    /// One of the numbers below `limit`, drawn from `random`.
    pub(crate) fn draw(limit: u64, random: &mut Random) -> Self {
        let bits = u64::BITS - limit.saturating_sub(1).leading_zeros();
        Self {
            limit,
            half: bits.div_ceil(2).max(1),
            keys: std::array::from_fn(|_| random.next_u64()),
        }
    }

    /// The number at a place below the limit.
    pub(crate) fn at(&self, place: u64) -> u64 {
        let mut number = place;
        loop {
            number = self.scramble(number);
            if number < self.limit {
                return number;
            }
        }
    }

    fn scramble(&self, number: u64) -> u64 {
        let mask = (1 << self.half) - 1;
        let (mut left, mut right) = (number >> self.half, number & mask);
        for key in self.keys {
            let mixed = Random::seeded(right ^ key).next_u64();
            (left, right) = (right, left ^ (mixed & mask));
        }
        left << self.half | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_once_and_in_another_order() {
        for limit in [1, 2, 3, 4, 5, 1_000] {
            let permutation = Permutation::draw(limit, &mut Random::seeded(7));
            let order: Vec<u64> = (0..limit).map(|place| permutation.at(place)).collect();
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..limit).collect::<Vec<_>>());
            assert!(limit < 1_000 || order != sorted);
        }
    }
}
