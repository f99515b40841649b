//! Sending deliveries one after another: each attempt is made, recorded and shown.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::destinations::Destination;
use super::output::attempt::{Attempt, AttemptSummary};
use super::recorder::Recorder;
use super::signer::Remarks;
use crate::app::AppContext;
use crate::context::clock::Clock;
use crate::context::signals;
use crate::delivery::reply::{Failure, FailureKind};
use crate::delivery::{Outgoing, Reply};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::http::client::{Client, ClientOptions, Endpoint};
use crate::store::Store;
use crate::terminal::Outcome;

/// Sends to any of its destinations, over a client for each.
pub(crate) struct Sender<'a> {
    app: &'a AppContext,
    /// By the position of their destination; `None` for one that gets nothing.
    clients: Vec<Option<Client>>,
    clock: Clock,
    /// What a fixed clock is behind by plan.
    passed: Duration,
    zone: TimeZone,
    recorder: Recorder,
    summary: AttemptSummary,
    answered: bool,
    interrupted: Pin<Box<dyn Future<Output = ()>>>,
}

impl<'a> Sender<'a> {
    /// Finds the addresses of all destinations that are used; nothing is connected yet. One
    /// outside this machine is an error, and so is that none is used.
    pub(crate) async fn new(
        app: &'a AppContext,
        clock: Clock,
        store: Option<&Path>,
        options: &ClientOptions,
        destinations: &[Destination],
        is_used: impl Fn(usize) -> bool,
    ) -> Result<Self> {
        let mut clients = Vec::new();
        for (position, destination) in destinations.iter().enumerate() {
            clients.push(match is_used(position) {
                true => {
                    let target = destination.target.clone();
                    let endpoint = Endpoint::resolve(target, options.allow_remote).await?;
                    Some(Client::new(endpoint, options)?)
                }
                false => None,
            });
        }
        if clients.iter().all(Option::is_none) {
            return Err(Error::negative("no destination"));
        }
        // Only now: an endpoint that is refused leaves no store behind.
        let store = store.map(Store::open).transpose()?.map(Arc::new);
        Ok(Self {
            clients,
            recorder: Recorder::at_once(store),
            ..Self::idle(app, clock)
        })
    }

    /// Sends to the endpoint of one client, and records nothing.
    pub(crate) fn with_client(app: &'a AppContext, clock: Clock, client: Client) -> Self {
        Self {
            clients: vec![Some(client)],
            ..Self::idle(app, clock)
        }
    }

    fn idle(app: &'a AppContext, clock: Clock) -> Self {
        Self {
            app,
            clients: Vec::new(),
            clock,
            passed: Duration::ZERO,
            zone: app.zone(clock),
            recorder: Recorder::at_once(None),
            summary: AttemptSummary::default(),
            answered: false,
            interrupted: Box::pin(signals::interrupted()),
        }
    }

    /// Says how much time has passed by plan since the delivery's first attempt. Under a fixed
    /// clock that is what passes; the system's clock does not need to be told.
    pub(super) fn pass(&mut self, planned: Duration) {
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
    pub(super) fn seconds(&self) -> i64 {
        self.micros().div_euclid(1_000_000)
    }

    /// Makes one attempt, records it and shows it. A failed attempt is no error; being
    /// interrupted is one, after the attempt is recorded as failed.
    pub(crate) async fn attempt(
        &mut self,
        destination: usize,
        outgoing: &Outgoing,
        remarks: &Remarks,
    ) -> Result<Reply> {
        let at = self.micros();
        let client = self.clients[destination]
            .as_mut()
            .ok_or_else(|| Error::negative("no destination"))?;
        let (reply, interrupted) = tokio::select! {
            reply = client.send(outgoing) => (reply, false),
            () = &mut self.interrupted => (interrupted(), true),
        };
        self.summary.count(&reply);
        self.answered |= somebody_answered(&reply);
        let endpoint = client.endpoint();
        if let Err(why) = self.recorder.add(endpoint, outgoing, at, &reply).await {
            let message = format!("the attempt is not recorded {why}");
            self.app.terminal.warning(&message);
        }
        if interrupted {
            return Err(Error::interrupted());
        }
        if !self.app.terminal.is_quiet() || !reply.is_success() {
            self.app.terminal.emit(&Attempt {
                at,
                outgoing,
                target: endpoint.target().as_str(),
                reply: &reply,
                remarks,
                zone: &self.zone,
            });
        }
        Ok(reply)
    }

    /// Waits, unless somebody interrupts, which is an error.
    pub(crate) async fn pause(&mut self, duration: Duration) -> Result<()> {
        if duration.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(duration) => Ok(()),
            () = &mut self.interrupted => Err(Error::interrupted()),
        }
    }

    /// Says what is going on, on stderr.
    pub(super) fn announce(&self, outcome: &dyn Outcome) {
        self.app.terminal.tell(outcome);
    }

    pub(super) fn status(&self, message: &str) {
        self.app.terminal.status(message);
    }

    pub(crate) fn summary(&self) -> AttemptSummary {
        self.summary
    }

    /// Prints a summary and says how the run ends: 0 when every attempt that counted was answered
    /// 2xx, 3 when nobody ever answered anything, else 1.
    pub(crate) fn finish(self, all_delivered: bool) -> Result<ExitCode> {
        self.app.terminal.emit(&self.summary);
        Ok(match (all_delivered, self.answered) {
            (true, _) => ExitCode::Success,
            (false, true) => ExitCode::Negative,
            (false, false) => ExitCode::CannotRun,
        })
    }
}

pub(super) fn interrupted() -> Reply {
    Failure::new(FailureKind::Other, "interrupted before an answer came").into()
}

/// Whether there was anybody at the other end, even one who answered badly.
pub(super) fn somebody_answered(reply: &Reply) -> bool {
    match &reply.error {
        None => true,
        Some(failure) => matches!(
            failure.kind,
            FailureKind::TimedOut | FailureKind::Closed | FailureKind::NotHttp
        ),
    }
}
