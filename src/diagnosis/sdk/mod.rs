//! How Lettermint's SDKs, old and new, and one well-known consumer judge a delivery.
//!
//! The generation of October 2026 agrees on every rule of verification; what it replaced does
//! not: an upper-case digest, a second `v1` or a missing delivery header passes in one language
//! and fails in the next. The rules are data, read from the SDKs' sources and tests and, where
//! the table says so, from running them.

pub(crate) mod judge;
pub(crate) mod rules;

use crate::lettermint::Reason;
use crate::lettermint::suggest;

pub(crate) use judge::{judge, refused_by_older};
pub(crate) use rules::SDKS;
use rules::{Older, Payload};

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sdk {
    /// What to call it: language and version, such as `python@2`.
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
    /// Whether its rules were seen by running it; else they were read in its source, tests or
    /// documentation.
    pub(crate) ran: bool,
    /// `None` reads headers and age as all SDKs of October 2026 do.
    older: Option<Older>,
    payload: Payload,
}

/// Why an SDK refuses a delivery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub(crate) struct Refusal {
    /// The code that SDKs of October 2026 give, or the one that comes nearest.
    pub(crate) reason: Reason,
    /// What this SDK does that makes it refuse.
    pub(crate) why: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such SDK: {name}")]
pub(crate) struct UnknownSdk {
    pub(crate) name: String,
    pub(crate) nearest: Option<&'static str>,
}

impl Sdk {
    /// Whether it belongs to the generation that agrees on every rule.
    pub(crate) fn is_modern(&self) -> bool {
        self.older.is_none()
    }
}

impl std::str::FromStr for &'static Sdk {
    type Err = UnknownSdk;

    fn from_str(name: &str) -> Result<Self, UnknownSdk> {
        SDKS.iter()
            .find(|sdk| sdk.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownSdk {
                name: name.to_owned(),
                nearest: suggest::nearest(name, SDKS.iter().map(|sdk| sdk.name)),
            })
    }
}

#[cfg(test)]
mod tests;
