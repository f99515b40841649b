//! Finding every attempt that a later one of the same delivery replaces, in memory that hardly
//! grows with their number.
//!
//! Ids are kept as 64-bit hashes, dealt out to partitions that are looked at one after another.
//! What a partition's small buffer cannot hold goes to a temporary file. A million ids then take
//! the memory of some 16,000 at a time; that two of a million share a hash is less likely than
//! one in ten million.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::RandomState;
use std::io;

use crate::store::spill::Spill;

const PARTITIONS: usize = 64;
/// Sightings that a partition holds in memory.
const BUFFERED: usize = 512;
/// Bytes of a sighting on disk.
const SIZE: usize = 16;

/// The id's hash, and where it was seen.
type Sighting = (u64, u64);

/// The attempts seen so far.
#[derive(Debug)]
pub(crate) struct Attempts {
    hasher: RandomState,
    partitions: Vec<Partition>,
    spill: Spill,
}

#[derive(Debug, Default)]
struct Partition {
    buffer: Vec<Sighting>,
    blocks: Vec<u64>,
}

impl Attempts {
    pub(crate) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            partitions: std::iter::repeat_with(Partition::default)
                .take(PARTITIONS)
                .collect(),
            spill: Spill::default(),
        }
    }

    /// What makes keys of ids.
    pub(crate) fn hasher(&self) -> RandomState {
        self.hasher.clone()
    }

    /// Takes down an attempt by its id's hash. Positions must rise.
    pub(crate) fn add(&mut self, hash: u64, position: u64) -> io::Result<()> {
        let partition = &mut self.partitions[(hash % PARTITIONS as u64) as usize];
        partition.buffer.push((hash, position));
        if partition.buffer.len() < BUFFERED {
            return Ok(());
        }
        let mut block = Vec::with_capacity(BUFFERED * SIZE);
        for (hash, position) in partition.buffer.drain(..) {
            block.extend_from_slice(&hash.to_le_bytes());
            block.extend_from_slice(&position.to_le_bytes());
        }
        partition.blocks.push(self.spill.append(&block)?);
        Ok(())
    }

    /// Names the position of every attempt that a later one replaces.
    pub(crate) fn replaced(mut self, mut name: impl FnMut(u64)) -> io::Result<()> {
        let mut latest: HashMap<u64, u64> = HashMap::new();
        let mut see =
            |latest: &mut HashMap<u64, u64>, (hash, position): Sighting| match latest.entry(hash) {
                Entry::Occupied(mut earlier) => name(earlier.insert(position)),
                Entry::Vacant(first) => {
                    first.insert(position);
                }
            };
        let mut block = vec![0; BUFFERED * SIZE];
        for partition in self.partitions {
            latest.clear();
            for number in partition.blocks {
                self.spill.read(number, &mut block)?;
                for sighting in block.chunks_exact(SIZE) {
                    see(&mut latest, read(sighting));
                }
            }
            for sighting in partition.buffer {
                see(&mut latest, sighting);
            }
        }
        Ok(())
    }
}

fn read(sighting: &[u8]) -> Sighting {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    let (hash, position) = sighting.split_at(SIZE / 2);
    (number(hash), number(position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::hash::BuildHasher as _;

    #[test]
    fn every_attempt_but_the_latest_is_named_in_memory_and_from_disk() {
        for deliveries in [5, 60_000] {
            let mut attempts = Attempts::new();
            for position in 0..2 * deliveries {
                let id = format!("id-{}", position % deliveries);
                let hash = attempts.hasher().hash_one(id);
                attempts.add(hash, position).unwrap();
            }
            let hash = attempts.hasher().hash_one("only-once");
            attempts.add(hash, 2 * deliveries).unwrap();
            let mut replaced = BTreeSet::new();
            attempts
                .replaced(|position| assert!(replaced.insert(position)))
                .unwrap();
            assert_eq!(replaced, (0..deliveries).collect());
        }
    }
}
