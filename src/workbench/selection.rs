//! Choosing recorded deliveries.

use crate::delivery::{Direction, Record, RecordSummary};
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
        let (id, event) = (record.id.as_deref(), record.event.as_deref());
        self.takes_one(record.direction, record.at, id, event, || {
            record.is_failed()
        })
    }

    /// Whether a record is taken, judged by its summary.
    #[must_use]
    pub fn takes_summary(&self, record: &RecordSummary) -> bool {
        let (id, event) = (record.id.as_deref(), record.event.as_deref());
        self.takes_one(record.direction, record.at, id, event, || {
            record.is_failed()
        })
    }

    fn takes_one(
        &self,
        direction: Direction,
        at: i64,
        id: Option<&str>,
        event: Option<&str>,
        is_failed: impl FnOnce() -> bool,
    ) -> bool {
        let id = id.unwrap_or_default();
        let event = event.unwrap_or_default();
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
            && self.since.is_none_or(|since| at >= since)
            && self.until.is_none_or(|until| at < until)
            && (!self.failed || is_failed())
            && self.direction.is_none_or(|wanted| direction == wanted)
    }
}
