//! The summary of a run of `listen`.

use serde::Serialize;
use serde_json::Value;

use crate::terminal::Outcome;
use crate::terminal::paint::{Paint, Role};

#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(tag = "type", rename = "summary")]
pub(crate) struct ListenSummary {
    pub(crate) received: u64,
    /// Not rejected, and answered 2xx.
    pub(crate) accepted: u64,
    pub(crate) verified: u64,
    pub(crate) rejected: u64,
    /// Not judged, for want of a secret.
    pub(crate) unverified: u64,
    /// Repeats of an id already seen in this run.
    pub(crate) duplicates: u64,
    /// Answered 503 because they could not be recorded.
    pub(crate) unrecorded: u64,
    pub(crate) forwarded: u64,
    /// Of these, not answered 2xx by it.
    pub(crate) handler_failed: u64,
    /// Did not verify, and were answered 2xx by it.
    pub(crate) handler_accepted_invalid: u64,
    /// Answered with an injected fault.
    pub(crate) on_purpose: u64,
    /// Requests that were refused before they were deliveries.
    pub(crate) refused: u64,
    /// Deliveries left out on a terminal that was slower than the senders.
    pub(crate) not_shown: u64,
}

impl Outcome for ListenSummary {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        paint.paint(Role::Strong, &format!("{} received", self.received), out);
        if self.accepted < self.verified + self.unverified {
            out.push_str(&format!(", {} answered 2xx", self.accepted));
        }
        out.push_str(&format!(
            ": {} verified, {} rejected",
            self.verified, self.rejected
        ));
        if self.unverified > 0 {
            out.push_str(&format!(", {} unverified", self.unverified));
        }
        out.push_str(&format!(", {} duplicates\n", self.duplicates));
        let rest: Vec<String> = [
            (self.forwarded, "forwarded"),
            (self.handler_failed, "not accepted by the handler"),
            (
                self.handler_accepted_invalid,
                "accepted by the handler and do not verify",
            ),
            (self.on_purpose, "answered badly on purpose"),
            (self.unrecorded, "not recorded and answered 503"),
            (self.refused, "other requests refused"),
            (self.not_shown, "not shown"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        if !rest.is_empty() {
            out.push_str(&rest.join(", "));
            out.push('\n');
        }
    }

    fn json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }
}
