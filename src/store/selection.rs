//! Choosing recorded deliveries, and saying why others were not chosen.

use bytes::Bytes;

use crate::delivery::{Direction, RecordSummary};
use crate::error::Error;
use crate::lettermint::{Condition, EventPattern};

/// What a delivery must be to be taken; empty parts ask for nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    /// Its id, or the beginning of it, is one of these.
    pub(crate) ids: Vec<String>,
    /// Its event matches one of these globs.
    pub(crate) events: Vec<EventPattern>,
    /// It was recorded at this time or later, in microseconds since 1970.
    pub(crate) since: Option<i64>,
    /// It was recorded before this time.
    pub(crate) until: Option<i64>,
    /// It was refused or not answered 2xx.
    pub(crate) failed: bool,
    pub(crate) direction: Option<Direction>,
    /// Its payload meets all of these.
    pub(crate) conditions: Vec<Condition>,
}

/// Why a delivery is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exclusion {
    NoDelivery,
    NoPayload,
    Sent,
    Received,
    OtherId,
    OtherEvent,
    OtherTime,
    NotFailed,
    OtherPayload,
    LaterAttempt,
    Before,
}

/// What each reason says of so many, and what to type to have them, in the order in which they are
/// counted up.
const REASONS: [(Exclusion, &str); 11] = [
    (
        Exclusion::NoDelivery,
        "without anything that says it is a webhook delivery",
    ),
    (Exclusion::NoPayload, "captured without a payload"),
    (
        Exclusion::Sent,
        "sent, not received: `--direction sent` or `any` takes them",
    ),
    (
        Exclusion::Received,
        "received, not sent: `--direction received` or `any` takes them",
    ),
    (Exclusion::OtherId, "of another id than `--id` says"),
    (
        Exclusion::OtherEvent,
        "of another event than `--event` says",
    ),
    (Exclusion::OtherTime, "outside `--since` and `--until`"),
    (
        Exclusion::NotFailed,
        "not failed: `--failed` leaves them out",
    ),
    (
        Exclusion::OtherPayload,
        "of another payload than `--where` says",
    ),
    (
        Exclusion::LaterAttempt,
        "superseded by a later attempt: `--every-attempt` takes them",
    ),
    (
        Exclusion::Before,
        "before the part that `--last` or `--since-id` leaves",
    ),
];

impl Selection {
    /// Whether a record is taken, or the first reason why not. Only conditions ask for the body.
    pub(crate) fn judge(
        &self,
        record: &RecordSummary<'_>,
        body: impl FnOnce() -> Option<Bytes>,
    ) -> Result<(), Exclusion> {
        let id = record.id.as_deref().unwrap_or_default();
        let event = record.event.as_deref().unwrap_or_default();
        let begins = |wanted: &String| id.starts_with(wanted.as_str());
        let is_of = |wanted: &EventPattern| wanted.matches(event);
        let in_time = self.since.is_none_or(|since| record.at >= since)
            && self.until.is_none_or(|until| record.at < until);
        // First, so that what is looked for by its id is counted apart from everything else.
        if !self.ids.is_empty() && !self.ids.iter().any(begins) {
            return Err(Exclusion::OtherId);
        }
        if self.direction.is_some_and(|way| way != record.direction) {
            return Err(match record.direction {
                Direction::Received => Exclusion::Received,
                Direction::Sent => Exclusion::Sent,
            });
        }
        let reasons = [
            (
                self.events.is_empty() || self.events.iter().any(is_of),
                Exclusion::OtherEvent,
            ),
            (in_time, Exclusion::OtherTime),
            (!self.failed || record.is_failed(), Exclusion::NotFailed),
        ];
        if let Some((_, why)) = reasons.into_iter().find(|(fits, _)| !fits) {
            return Err(why);
        }
        if self.conditions.is_empty() {
            return Ok(());
        }
        let payload = body().and_then(|body| serde_json::from_slice(&body).ok());
        let met = payload.is_some_and(|payload| {
            self.conditions
                .iter()
                .all(|condition| condition.is_met_by(&payload))
        });
        met.then_some(()).ok_or(Exclusion::OtherPayload)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Exclusions([usize; REASONS.len()]);

impl Exclusions {
    pub(crate) fn add(&mut self, why: Exclusion, count: usize) {
        self.0[why as usize] += count;
    }

    /// Whether it is the only reason.
    fn is_all(&self, why: Exclusion) -> bool {
        self.0.iter().sum::<usize>() == self.0[why as usize]
    }

    pub(crate) fn add_all(&mut self, others: &Self) {
        for (count, more) in self.0.iter_mut().zip(others.0) {
            *count += more;
        }
    }

    /// Why nothing was taken: no delivery has an id that was asked for, or what excluded how many.
    pub(crate) fn nothing_selected(&self, selection: &Selection, nearest: &NearestId) -> Error {
        if let (Some(id), true) = (selection.ids.first(), self.is_all(Exclusion::OtherId)) {
            return nearest.unknown(id);
        }
        let total: usize = self.0.iter().sum();
        let error = Error::negative(match total {
            0 => "nothing was selected: no delivery is recorded".to_owned(),
            _ => format!("nothing was selected, of attempts captured: {total}"),
        });
        REASONS
            .iter()
            .map(|(why, words)| (self.0[*why as usize], words))
            .filter(|(count, _)| *count > 0)
            .fold(error, |error, (count, words)| {
                let verb = if count == 1 { "is" } else { "are" };
                error.hint(format!("{count} {verb} {words}"))
            })
    }
}

/// What is said of an id that no delivery has: whether one begins alike, which is then meant.
#[derive(Debug, Default)]
pub(crate) struct NearestId {
    shared: usize,
    id: String,
}

/// Characters at the start that an id must share to be a likely one: a UUID's first part has 8.
const LIKELY: usize = 4;

impl NearestId {
    /// Takes note of an id that is not one of those that are wanted.
    pub(crate) fn see(&mut self, wanted: &str, id: &str) {
        let pairs = wanted.chars().zip(id.chars());
        let shared = pairs.take_while(|(a, b)| a == b).count();
        if shared > self.shared {
            self.shared = shared;
            id.clone_into(&mut self.id);
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        if other.shared > self.shared {
            *self = other;
        }
    }

    /// No delivery has the id.
    pub(crate) fn unknown(&self, wanted: &str) -> Error {
        let error = Error::negative(format!("no delivery has the id: {wanted}"));
        match self.shared >= LIKELY {
            true => error.hint(format!("did you mean `{}`?", self.id)),
            false => error.hint("`lettermint-hook deliveries list` shows the latest"),
        }
    }
}
