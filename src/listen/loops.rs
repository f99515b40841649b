//! Noticing that what is forwarded comes back.
//!
//! A handler that forwards to this listener, directly or through others, would multiply one
//! delivery without end. A delivery that arrives while the same one is being forwarded is either
//! a repeat of the sender's or has come back, which cannot be told apart; so it is forwarded with
//! a `Via` of this process (RFC 9110, section 7.6.3). One that arrives with it has come back.
//! All others keep the headers that they came with.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::config::secrets::random_bytes;
use crate::error::Result;
use crate::http::server::Request;
use crate::lettermint::{Headers, headers};

/// Bytes of a body that tell it from others, with its length.
const TELLING: usize = 4096;

pub(crate) struct Loops {
    /// The `Via` of this process.
    via: String,
    /// How many of each delivery are being forwarded, by hash.
    in_flight: Mutex<HashMap<u64, u32>>,
}

/// A delivery that is being forwarded, for as long as this lives.
pub(crate) struct InFlight<'a> {
    loops: &'a Loops,
    delivery: u64,
    is_repeat: bool,
}

impl Loops {
    pub(crate) fn new() -> Result<Self> {
        let digits = random_bytes::<8>()?.map(|byte| format!("{byte:02x}"));
        Ok(Self {
            via: format!("1.1 lettermint-hook-{}", digits.concat()),
            in_flight: Mutex::default(),
        })
    }

    /// Takes note of a delivery that is about to be forwarded. `None` of one that has come back.
    pub(crate) fn enter(&self, request: &Request) -> Option<InFlight<'_>> {
        let has_come_back = |via: &[u8]| {
            let mut hops = via.split(|byte| *byte == b',');
            hops.any(|hop| hop.trim_ascii() == self.via.as_bytes())
        };
        if request.headers.all("via").any(has_come_back) {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        // Not the signature: it may be made anew on the way, for the same time.
        for name in [headers::DELIVERY, headers::ATTEMPT] {
            request.headers.text(name).hash(&mut hasher);
        }
        let start = request.body.len().min(TELLING);
        (request.body.len(), &request.body[..start]).hash(&mut hasher);
        let delivery = hasher.finish();
        let mut in_flight = self.in_flight();
        let count = in_flight.entry(delivery).or_default();
        *count += 1;
        Some(InFlight {
            loops: self,
            delivery,
            is_repeat: *count > 1,
        })
    }

    fn in_flight(&self) -> MutexGuard<'_, HashMap<u64, u32>> {
        self.in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlight<'_> {
    /// Marks the headers of one that may have come back.
    pub(crate) fn mark(&self, headers: &mut Headers) {
        if self.is_repeat {
            headers.push("Via", &self.loops.via);
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        let mut in_flight = self.loops.in_flight();
        if let Some(count) = in_flight.get_mut(&self.delivery) {
            *count -= 1;
            if *count == 0 {
                in_flight.remove(&self.delivery);
            }
        }
    }
}
