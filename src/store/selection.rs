//! Choosing recorded deliveries, and saying why others were not chosen.

use bytes::Bytes;

use crate::delivery::{Direction, RecordSummary};
use crate::error::Error;
use crate::lettermint::{Condition, glob};

/// What a delivery must be to be taken; empty parts ask for nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    /// Its id, or the beginning of it, is one of these.
    pub(crate) ids: Vec<String>,
    /// Its event matches one of these globs.
    pub(crate) events: Vec<String>,
    /// It was recorded at this time or later, in microseconds since 1970.
    pub(crate) since: Option<i64>,
    /// It was recorded before this time.
    pub(crate) until: Option<i64>,
    /// It was refused or not answered 2xx.
    pub(crate) failed: bool,
    /// It went this way.
    pub(crate) direction: Option<Direction>,
    /// Its payload meets all of these.
    pub(crate) conditions: Vec<Condition>,
}

/// Why a delivery is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exclusion {
    /// Some other request that was captured along with deliveries.
    NoDelivery,
    /// The capture holds no payload.
    NoPayload,
    /// It was sent, not received.
    Sent,
    /// It was received, not sent.
    Received,
    /// It has another id.
    OtherId,
    /// It is of another event.
    OtherEvent,
    /// It was recorded outside the time asked for.
    OtherTime,
    /// It was answered 2xx and not refused.
    NotFailed,
    /// Its payload does not meet a condition.
    OtherPayload,
    /// A later attempt of the same delivery is taken.
    LaterAttempt,
    /// It comes before the part asked for.
    Before,
}

impl Selection {
    /// Whether a record is taken, judged by what it is in brief.
    ///
    /// # Errors
    /// The first reason why not. Conditions ask for the body, everything else does not.
    pub(crate) fn judge(
        &self,
        record: &RecordSummary<'_>,
        body: impl FnOnce() -> Option<Bytes>,
    ) -> Result<(), Exclusion> {
        let id = record.id.as_deref().unwrap_or_default();
        let event = record.event.as_deref().unwrap_or_default();
        let begins = |wanted: &String| id.starts_with(wanted.as_str());
        let is_of = |wanted: &String| glob::matches(wanted, event);
        let in_time = self.since.is_none_or(|since| record.at >= since)
            && self.until.is_none_or(|until| record.at < until);
        if self.direction.is_some_and(|way| way != record.direction) {
            return Err(match record.direction {
                Direction::Received => Exclusion::Received,
                Direction::Sent => Exclusion::Sent,
            });
        }
        let reasons = [
            (
                self.ids.is_empty() || self.ids.iter().any(begins),
                Exclusion::OtherId,
            ),
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

impl Exclusion {
    /// Every reason, in the order in which they are counted up.
    const ALL: [Self; 11] = [
        Self::NoDelivery,
        Self::NoPayload,
        Self::Sent,
        Self::Received,
        Self::OtherId,
        Self::OtherEvent,
        Self::OtherTime,
        Self::NotFailed,
        Self::OtherPayload,
        Self::LaterAttempt,
        Self::Before,
    ];

    /// What it says of so many, and what to type to have them.
    fn words(self) -> &'static str {
        match self {
            Self::NoDelivery => "no webhook deliveries but other requests",
            Self::NoPayload => "captured without a payload",
            Self::Sent => "sent, not received: `--direction sent` or `any` takes them",
            Self::Received => "received, not sent: `--direction received` or `any` takes them",
            Self::OtherId => "of another id than `--id` says",
            Self::OtherEvent => "of another event than `--event` says",
            Self::OtherTime => "outside `--since` and `--until`",
            Self::NotFailed => "not failed: `--failed` leaves them out",
            Self::OtherPayload => "of another payload than `--where` says",
            Self::LaterAttempt => "earlier attempts: `--every-attempt` takes them",
            Self::Before => "before the part that `--last` or `--since-id` leaves",
        }
    }
}

/// How many were excluded, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Exclusions([usize; Exclusion::ALL.len()]);

impl Exclusions {
    /// Counts `count` more.
    pub(crate) fn add(&mut self, why: Exclusion, count: usize) {
        self.0[why as usize] += count;
    }

    /// All that were excluded.
    pub(crate) fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// The error for a selection that takes nothing: what there was, and what excluded it.
    pub(crate) fn nothing_selected(&self) -> Error {
        let error = Error::negative(format!(
            "nothing selected, of attempts captured: {}",
            self.total()
        ));
        Exclusion::ALL
            .iter()
            .filter(|why| self.0[**why as usize] > 0)
            .fold(error, |error, why| {
                let count = self.0[*why as usize];
                let verb = if count == 1 { "is" } else { "are" };
                error.hint(format!("{count} {verb} {}", why.words()))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] = br#"{"v":1,"direction":"received","at":"1970-01-01T00:00:00.000005Z","event":"message.sent","id":"abc","body":""}"#;

    #[test]
    fn the_first_reason_is_named() {
        let with = |change: fn(&mut Selection)| {
            let mut selection = Selection::default();
            change(&mut selection);
            let body = || Some(Bytes::from_static(br#"{"a":1}"#));
            selection
                .judge(&RecordSummary::parse(LINE).unwrap(), body)
                .err()
        };
        assert_eq!(with(|_| {}), None);
        assert_eq!(
            with(|s| s.direction = Some(Direction::Sent)),
            Some(Exclusion::Received)
        );
        assert_eq!(with(|s| s.ids = vec!["ab".into()]), None);
        assert_eq!(with(|s| s.ids = vec!["b".into()]), Some(Exclusion::OtherId));
        assert_eq!(
            with(|s| s.events = vec!["webhook.*".into()]),
            Some(Exclusion::OtherEvent)
        );
        assert_eq!(with(|s| s.since = Some(6)), Some(Exclusion::OtherTime));
        assert_eq!(with(|s| s.until = Some(5)), Some(Exclusion::OtherTime));
        assert_eq!(with(|s| s.failed = true), Some(Exclusion::NotFailed));
        assert_eq!(with(|s| s.conditions = vec!["a=1".parse().unwrap()]), None);
        assert_eq!(
            with(|s| s.conditions = vec!["a=2".parse().unwrap()]),
            Some(Exclusion::OtherPayload)
        );
    }

    #[test]
    fn what_excluded_is_counted_up() {
        let mut tally = Exclusions::default();
        tally.add(Exclusion::Sent, 2);
        tally.add(Exclusion::OtherId, 1);
        let error = tally.nothing_selected();
        assert!(error.to_string().ends_with(": 3"));
        assert!(error.hints()[0].starts_with("2 are sent"));
        assert!(error.hints()[1].starts_with("1 is of another id"));
    }
}
