//! A delivery on its way from the wire to verdict, answer, record and screen.

use crate::delivery::{Record, Reply};

use super::faults::AnswerFaults;

#[derive(Debug)]
pub(crate) struct ReceivedDelivery {
    pub(crate) record: Record,
    /// Counted from 1 in this run.
    pub(crate) sequence: u64,
    /// The first delivery with the same id in this run.
    pub(crate) earlier: Option<Earlier>,
    /// What the handler said, when it was handed on.
    pub(crate) handler: Option<Reply>,
    pub(crate) faults: AnswerFaults,
}

impl ReceivedDelivery {
    /// Why the handler had to refuse it, when it accepted it all the same.
    pub(crate) fn accepted_reason(&self) -> Option<&str> {
        let verdict = self.record.verdict.as_ref()?;
        let is_accepted = self.handler.as_ref().is_some_and(Reply::is_success);
        (is_accepted && !verdict.valid).then(|| verdict.reason.as_deref().unwrap_or("invalid"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) sequence: u64,
    /// In microseconds since 1970.
    pub(crate) at: i64,
}
