//! What a diagnosis starts from, and how much work it may do.

use crate::lettermint::{Headers, NamedSecret, Tolerance};

/// One delivery that was refused, and everything that may help to explain it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) headers: &'a Headers,
    pub(crate) body: &'a [u8],
    /// The secrets that the delivery should verify with.
    pub(crate) secrets: &'a [NamedSecret],
    /// Bodies of other captured deliveries, in case headers and bodies were mixed up.
    pub(crate) other_bodies: &'a [OtherBody<'a>],
    /// Unix seconds to judge the age by; `None` leaves the age alone.
    pub(crate) now: Option<i64>,
    pub(crate) tolerance: Tolerance,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct OtherBody<'a> {
    /// What to call it in a finding, such as `deliveries.ndjson:7`.
    pub(crate) name: &'a str,
    pub(crate) body: &'a [u8],
}

impl<'a> Case<'a> {
    /// A case with nothing but the delivery and its secrets; age is not judged.
    pub(crate) fn new(headers: &'a Headers, body: &'a [u8], secrets: &'a [NamedSecret]) -> Self {
        Self {
            headers,
            body,
            secrets,
            other_bodies: &[],
            now: None,
            tolerance: Tolerance::default(),
        }
    }
}

/// How much work a diagnosis may do. Bodies and headers are untrusted bytes: whatever they
/// contain, the work stays within these numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) max_hashed_bytes: u64,
    pub(crate) max_candidates: u64,
    /// Bytes that a single decompression may yield.
    pub(crate) max_inflated: u64,
}

impl Limits {
    /// For `verify`, where a person waits for one answer. 384 MiB is 38 candidates of a 10 MiB
    /// body; its single causes take 28. At the 1.2 GB/s that SHA instructions give, that is a
    /// third of a second. Smaller bodies run out of causes first.
    pub(crate) const fn full() -> Self {
        Self {
            max_hashed_bytes: 384 << 20,
            max_candidates: 20_000,
            max_inflated: 64 << 20,
        }
    }

    /// For `listen`, where anybody can post a wrong signature: a few milliseconds at most.
    pub(crate) const fn small() -> Self {
        Self {
            max_hashed_bytes: 1 << 20,
            max_candidates: 1_000,
            max_inflated: 256 << 10,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    pub(crate) candidates: u64,
    pub(crate) hashed_bytes: u64,
    pub(crate) exhausted: bool,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            candidates: 0,
            hashed_bytes: 0,
            exhausted: false,
        }
    }

    /// Whether one more candidate of `len` bytes is within the limits; notes it when not.
    pub(crate) fn affords(&mut self, len: usize) -> bool {
        let fits = self.candidates < self.limits.max_candidates
            && self.hashed_bytes.saturating_add(len as u64) <= self.limits.max_hashed_bytes;
        self.exhausted |= !fits;
        fits
    }

    /// Pays for one candidate of `len` bytes, or refuses it.
    pub(crate) fn charge(&mut self, len: usize) -> bool {
        let fits = self.affords(len);
        if fits {
            self.candidates += 1;
            self.hashed_bytes += len as u64;
        }
        fits
    }
}
