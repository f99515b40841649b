//! Sending deliveries one after another: each attempt is made, recorded and reported.

use jiff::tz::TimeZone;

use crate::adapter::client::Client;
use crate::adapter::clock::Clock;
use crate::adapter::store::Store;
use crate::delivery::reply::FailureKind;
use crate::delivery::{Direction, Outgoing, Record, Reply};
use crate::error::Result;
use crate::exit::ExitCode;
use crate::report::attempt::{Attempt, AttemptSummary};

use super::Session;

/// Sends to one endpoint.
#[derive(Debug)]
pub struct Sender<'a> {
    session: &'a Session,
    client: Client,
    clock: Clock,
    zone: TimeZone,
    store: Option<Store>,
    summary: AttemptSummary,
    answered: bool,
}

impl<'a> Sender<'a> {
    /// A sender that records in `store`, if any.
    #[must_use]
    pub fn new(session: &'a Session, client: Client, clock: Clock, store: Option<Store>) -> Self {
        Self {
            session,
            client,
            clock,
            zone: session.zone(clock),
            store,
            summary: AttemptSummary::default(),
            answered: false,
        }
    }

    /// Makes one attempt, records it, reports it.
    ///
    /// # Errors
    /// stdout is gone. A failed attempt is no error.
    pub async fn attempt(&mut self, outgoing: &Outgoing, remarks: Vec<String>) -> Result<Reply> {
        let at = self.clock.micros();
        let reply = self.client.send(outgoing).await;
        self.summary.count(&reply);
        self.answered |= match &reply.error {
            None => true,
            // Somebody was there and did not answer well.
            Some(failure) => matches!(
                failure.kind,
                FailureKind::TimedOut | FailureKind::Closed | FailureKind::NotHttp
            ),
        };
        let attempt = Attempt {
            at,
            event: outgoing.event.clone(),
            id: outgoing.id.clone(),
            attempt: outgoing.attempt,
            target: self.client.endpoint().target().to_string(),
            signed_at: outgoing.signed_at,
            reply,
            remarks,
            zone: self.zone.clone(),
        };
        self.record(outgoing, &attempt);
        if !self.session.terminal.is_quiet() || !attempt.reply.is_success() {
            self.session.terminal.emit(&attempt)?;
        }
        Ok(attempt.reply)
    }

    fn record(&mut self, outgoing: &Outgoing, attempt: &Attempt) {
        let Some(store) = &self.store else {
            return;
        };
        let endpoint = self.client.endpoint();
        let record = Record {
            direction: Direction::Sent,
            at: attempt.at,
            event: outgoing.event.clone(),
            id: outgoing.id.clone(),
            attempt: Some(outgoing.attempt),
            method: "POST".to_owned(),
            target: attempt.target.clone(),
            headers: endpoint.wire_headers(&outgoing.headers, outgoing.body.len()),
            body: outgoing.body.clone(),
            remote: None,
            verdict: None,
            reply: Some(attempt.reply.clone()),
            unknown: serde_json::Map::new(),
        };
        if let Err(error) = store.append(&record) {
            let error = crate::error::describe_io(&error);
            let path = store.path().display();
            self.session
                .terminal
                .warning(&format!("the attempt is not recorded ({error}): {path}"));
        }
    }

    /// Reports the sum and says how the run ends: 0 when every attempt was answered 2xx, 3 when
    /// nobody ever answered anything, else 1.
    ///
    /// # Errors
    /// stdout is gone.
    pub fn finish(self) -> Result<ExitCode> {
        self.session.terminal.emit(&self.summary)?;
        Ok(match (self.summary.failed, self.answered) {
            (0, _) => ExitCode::Success,
            (_, true) => ExitCode::Negative,
            (_, false) => ExitCode::CannotRun,
        })
    }
}
