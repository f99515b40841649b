//! What a run has received so far.

use super::expectations::Expectations;
use crate::delivery::{Record, Reply};
use crate::listen::duplicates::Sightings;
use crate::listen::output::received::EarlierSighting;
use crate::listen::output::summary::ListenSummary;

/// The sum, the ids that were seen, and what is still to come.
#[derive(Debug)]
pub(crate) struct Tally {
    /// The sum.
    pub(crate) summary: ListenSummary,
    /// What is to come, if anything.
    pub(crate) expectations: Option<Expectations>,
    seen: Sightings,
}

/// What became of a delivery besides its verdict.
pub(crate) struct Counted<'a> {
    /// Whether it was recorded where it should be.
    pub(crate) safe: bool,
    /// Whether it was answered badly on purpose.
    pub(crate) on_purpose: bool,
    /// What the handler said, when it was handed on.
    pub(crate) handler: Option<&'a Reply>,
}

impl Tally {
    pub(crate) fn new(expectations: Option<Expectations>) -> Self {
        Self {
            summary: ListenSummary::default(),
            expectations,
            seen: Sightings::default(),
        }
    }

    /// Counts a delivery and takes note of it for the expectations: this sighting of its id, and
    /// the first one.
    pub(crate) fn count(
        &mut self,
        record: &Record,
        counted: &Counted<'_>,
    ) -> (EarlierSighting, Option<EarlierSighting>) {
        let summary = &mut self.summary;
        summary.received += 1;
        let accepted = match &record.verdict {
            None => {
                summary.unverified += 1;
                true
            }
            Some(verdict) if verdict.valid => {
                summary.verified += 1;
                true
            }
            Some(_) => {
                summary.rejected += 1;
                false
            }
        };
        summary.unrecorded += u64::from(!counted.safe);
        summary.on_purpose += u64::from(counted.on_purpose);
        if let Some(reply) = counted.handler {
            summary.forwarded += 1;
            summary.handler_failed += u64::from(!reply.is_success());
        }
        let sighting = EarlierSighting {
            sequence: summary.received,
            at: record.at,
        };
        let earlier = record
            .id
            .as_deref()
            .and_then(|id| self.seen.see(id, sighting));
        summary.duplicates += u64::from(earlier.is_some());
        if let Some(expectations) = &mut self.expectations
            && accepted
            && earlier.is_none()
        {
            expectations.see(record.event.as_deref().unwrap_or_default(), &record.body);
        }
        (sighting, earlier)
    }
}
