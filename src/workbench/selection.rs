//! Choosing recorded deliveries.

use crate::delivery::{Direction, Record};
use crate::event::glob;

/// What a delivery must be to be taken; empty parts ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Its id, or the beginning of it, is one of these.
    pub ids: Vec<String>,
    /// Its event matches one of these globs.
    pub events: Vec<String>,
    /// It was recorded at this time or later, in microseconds since 1970.
    pub since: Option<i64>,
    /// It was recorded before this time.
    pub until: Option<i64>,
    /// It was refused or not answered 2xx.
    pub failed: bool,
    /// It went this way.
    pub direction: Option<Direction>,
}

impl Selection {
    /// Whether a record is taken.
    #[must_use]
    pub fn takes(&self, record: &Record) -> bool {
        let id = record.id.as_deref().unwrap_or_default();
        let event = record.event.as_deref().unwrap_or_default();
        (self.ids.is_empty()
            || self
                .ids
                .iter()
                .any(|wanted| id.starts_with(wanted.as_str())))
            && (self.events.is_empty()
                || self
                    .events
                    .iter()
                    .any(|wanted| glob::matches(wanted, event)))
            && self.since.is_none_or(|since| record.at >= since)
            && self.until.is_none_or(|until| record.at < until)
            && (!self.failed || record.is_failed())
            && self
                .direction
                .is_none_or(|direction| record.direction == direction)
    }
}
