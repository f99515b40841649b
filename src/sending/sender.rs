//! Sending deliveries one after another: each attempt is made, recorded and reported.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::context::clock::Clock;
use crate::context::signals;
use crate::delivery::reply::{Failure, FailureKind};
use crate::delivery::{Outgoing, Reply};
use crate::error::{Error, Result, describe_io};
use crate::exit::ExitCode;
use crate::http::client::Client;
use crate::sending::attempt::{Attempt, AttemptSummary, Remarks};
use crate::store::{Durability, Store};
use crate::terminal::Outcome;

use crate::app::AppContext;

/// Sends to one endpoint at a time.
pub struct Sender<'a> {
    app: &'a AppContext,
    client: Client,
    clock: Clock,
    /// What a fixed clock is behind by plan.
    passed: Duration,
    zone: TimeZone,
    store: Option<Store>,
    summary: AttemptSummary,
    answered: bool,
    interrupted: Pin<Box<dyn Future<Output = ()>>>,
}

impl<'a> Sender<'a> {
    /// A sender that records in `store`, if any.
    #[must_use]
    pub fn new(app: &'a AppContext, client: Client, clock: Clock, store: Option<Store>) -> Self {
        Self {
            app,
            client,
            clock,
            passed: Duration::ZERO,
            zone: app.zone(clock),
            store,
            summary: AttemptSummary::default(),
            answered: false,
            interrupted: Box::pin(signals::interrupted()),
        }
    }

    /// Sends through another client from now on; returns the one before.
    pub fn turn_to(&mut self, client: Client) -> Client {
        std::mem::replace(&mut self.client, client)
    }

    /// Says how much time has passed by plan since the delivery's first attempt. Under a fixed
    /// clock that is what passes; the system's clock does not need to be told.
    pub fn pass(&mut self, planned: Duration) {
        self.passed = match self.clock {
            Clock::System => Duration::ZERO,
            Clock::Fixed(_) => planned,
        };
    }

    /// Microseconds since 1970, now.
    fn micros(&self) -> i64 {
        let passed = i64::try_from(self.passed.as_micros()).unwrap_or(i64::MAX);
        self.clock.micros().saturating_add(passed)
    }

    /// Unix seconds, now.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.micros().div_euclid(1_000_000)
    }

    /// Makes one attempt, records it, reports it.
    ///
    /// # Errors
    /// Interrupted (the attempt is then recorded as failed), or stdout is gone. A failed attempt
    /// is no error.
    pub async fn attempt(&mut self, outgoing: &Outgoing, remarks: Remarks) -> Result<Reply> {
        let at = self.micros();
        let (reply, interrupted) = tokio::select! {
            reply = self.client.send(outgoing) => (reply, false),
            () = &mut self.interrupted => {
                let failure = Failure::new(FailureKind::Other, "interrupted before an answer came");
                (Reply { error: Some(failure), ..Reply::default() }, true)
            }
        };
        self.summary.count(&reply);
        self.answered |= somebody_answered(&reply);
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
        self.record(outgoing, &attempt).await;
        if interrupted {
            return Err(Error::interrupted());
        }
        if !self.app.terminal.is_quiet() || !attempt.reply.is_success() {
            self.app.terminal.emit(&attempt)?;
        }
        Ok(attempt.reply)
    }

    /// Waits, unless somebody interrupts.
    ///
    /// # Errors
    /// Interrupted.
    pub async fn pause(&mut self, duration: Duration) -> Result<()> {
        tokio::select! {
            () = tokio::time::sleep(duration) => Ok(()),
            () = &mut self.interrupted => Err(Error::interrupted()),
        }
    }

    /// Says what is going on, on stderr.
    pub fn announce(&self, outcome: &dyn Outcome) {
        self.app.terminal.tell(outcome);
    }

    /// Says that a delivery is given up.
    pub fn exhausted(&self, attempts: u32) {
        self.app.terminal.status(&format!(
            "given up after {attempts} attempts: Lettermint marks the delivery failed"
        ));
    }

    async fn record(&self, outgoing: &Outgoing, attempt: &Attempt) {
        let Some(store) = &self.store else {
            return;
        };
        let headers = self.client.endpoint().wire_headers(outgoing);
        let record = outgoing.to_record(
            headers,
            attempt.target.clone(),
            attempt.at,
            Some(attempt.reply.clone()),
        );
        let mut line = Vec::new();
        record.write_line(&mut line);
        if let Err(error) = store.append(line, Durability::Written).await {
            let path = store.path().display();
            self.app.terminal.warning(&format!(
                "the attempt is not recorded ({}): {path}",
                describe_io(&error)
            ));
        }
    }

    /// How many attempts were made, and how many of them succeeded.
    #[must_use]
    pub fn summary(&self) -> AttemptSummary {
        self.summary
    }

    /// Reports the sum and says how the run ends: 0 when every attempt that counted was answered
    /// 2xx, 3 when nobody ever answered anything, else 1.
    ///
    /// # Errors
    /// stdout is gone.
    pub fn finish(self, all_delivered: bool) -> Result<ExitCode> {
        self.app.terminal.emit(&self.summary)?;
        Ok(match (all_delivered, self.answered) {
            (true, _) => ExitCode::Success,
            (false, true) => ExitCode::Negative,
            (false, false) => ExitCode::CannotRun,
        })
    }
}

/// Whether there was anybody at the other end, even one who answered badly.
#[must_use]
pub fn somebody_answered(reply: &Reply) -> bool {
    match &reply.error {
        None => true,
        Some(failure) => matches!(
            failure.kind,
            FailureKind::TimedOut | FailureKind::Closed | FailureKind::NotHttp
        ),
    }
}
