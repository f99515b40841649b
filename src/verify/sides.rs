//! Attempts of which a store has both sides, as when `listen` and `send` run in one directory: what
//! was sent and what was received are one delivery.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::delivery::record::SignedLine;
use crate::delivery::{Direction, Record};
use crate::lettermint::headers::Occurrence;
use crate::lettermint::verification::SignedHeaders;

/// Attempts that wait for their other side. The two are recorded one soon after the other, so more
/// would only be more memory.
const REMEMBERED: usize = 64 * 1024;

/// Hexadecimal digits at the end of a signature that tell it from every other one.
const SIGNATURE_END: usize = 32;

/// One side of an attempt. The key of both is the same when attempt, signature and length are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    key: u64,
    is_sent: bool,
}

impl Side {
    pub(super) fn of_line(line: &SignedLine<'_>, body: &[u8]) -> Self {
        let signed = line.headers.signature;
        Self::new(line.direction, line.id, line.attempt, signed, body.len())
    }

    pub(super) fn of_record(record: &Record) -> Self {
        let signed = SignedHeaders::of(&record.headers).signature;
        let (id, length) = (record.id.as_deref(), record.body.len());
        Self::new(record.direction, id, record.attempt, signed, length)
    }

    fn new(
        direction: Direction,
        id: Option<&str>,
        attempt: Option<u32>,
        signature: Occurrence<'_>,
        length: usize,
    ) -> Self {
        let mut hasher = DefaultHasher::new();
        let signed = match signature {
            Occurrence::Once(value) => value.last_chunk::<SIGNATURE_END>(),
            Occurrence::Absent | Occurrence::Repeated => None,
        };
        // What the same signature stands for is the same delivery.
        match signed {
            Some(end) => (end, attempt, length).hash(&mut hasher),
            None => (id, attempt, length).hash(&mut hasher),
        }
        Self {
            key: hasher.finish(),
            is_sent: direction == Direction::Sent,
        }
    }
}

/// The sides that were seen of late.
#[derive(Debug, Default)]
pub(super) struct Sides {
    /// Those of one direction, until there is another: most files never need a map.
    first: VecDeque<Side>,
    /// Those of both, in two generations.
    recent: HashMap<u64, bool>,
    older: HashMap<u64, bool>,
}

impl Sides {
    /// Whether the other side of the same attempt came before.
    pub(super) fn is_second(&mut self, side: Side) -> bool {
        let is_only_direction =
            (self.first.front()).is_none_or(|first| first.is_sent == side.is_sent);
        if self.recent.is_empty() && is_only_direction {
            if self.first.len() == REMEMBERED {
                self.first.pop_front();
            }
            self.first.push_back(side);
            return false;
        }
        for side in std::mem::take(&mut self.first) {
            self.recent.insert(side.key, side.is_sent);
        }
        let seen = (self.recent.get(&side.key)).or_else(|| self.older.get(&side.key));
        if seen.is_some_and(|is_sent| *is_sent != side.is_sent) {
            return true;
        }
        if self.recent.len() >= REMEMBERED {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(side.key, side.is_sent);
        false
    }
}
