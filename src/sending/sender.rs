//! Sending deliveries one after another: each attempt is made, recorded and shown.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::destinations::Destination;
use super::output::attempt::Attempt;
use super::output::summary::DeliverySummary;
use super::recorder::Recorder;
use super::signer::{Remarks, judge};
use super::wait::reach;
use crate::app::AppContext;
use crate::context::clock::Clock;
use crate::context::signals;
use crate::delivery::reply::{Failure, FailureKind};
use crate::delivery::{Outgoing, Reply};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::http::client::{Client, ClientOptions};
use crate::store;
use crate::terminal::paint::Plain;
use crate::terminal::{Format, Outcome};

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
    summary: DeliverySummary,
    /// How often each explanation, by its text, was due, and what failed if anything did.
    explained: BTreeMap<String, (Option<String>, u64)>,
    not_recorded: u64,
    /// The positions of destinations that accepted a genuine delivery.
    accept_genuine: BTreeSet<usize>,
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
        wait: Option<Duration>,
        destinations: &[Destination],
        is_used: impl Fn(usize) -> bool,
    ) -> Result<Self> {
        let mut clients = Vec::new();
        for (position, destination) in destinations.iter().enumerate() {
            destination.signer.hide_credentials(app.terminal.mask());
            clients.push(match is_used(position) {
                true => {
                    let endpoint = reach(app, &destination.target, options, wait).await?;
                    Some(Client::new(endpoint, options)?)
                }
                false => None,
            });
        }
        if clients.iter().all(Option::is_none) {
            return Err(Error::negative("no destination"));
        }
        // Only now: an endpoint that is refused leaves no store behind.
        let store = store
            .map(|path| store::open(app, path))
            .transpose()?
            .map(Arc::new);
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
            summary: DeliverySummary::default(),
            explained: BTreeMap::new(),
            not_recorded: 0,
            accept_genuine: BTreeSet::new(),
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
    ) -> Result<AttemptEnd> {
        let at = self.micros();
        let client = self.clients[destination]
            .as_mut()
            .ok_or_else(|| Error::negative("no destination"))?;
        let (reply, interrupted) = tokio::select! {
            reply = client.send(outgoing) => (self.app.terminal.mask().reply(reply), false),
            () = &mut self.interrupted => (interrupted(), true),
        };
        self.answered |= somebody_answered(&reply);
        let endpoint = client.endpoint();
        if let Err(why) = self.recorder.add(endpoint, outgoing, at, &reply).await {
            self.not_recorded += 1;
            if self.not_recorded == 1 {
                let message = format!("the attempt is not recorded {why}");
                self.app.terminal.warning(&message);
            }
        }
        if interrupted {
            return Err(Error::interrupted());
        }
        let target = endpoint.target().clone();
        let later = self.seconds() - at.div_euclid(1_000_000);
        let judgment = remarks.tampering.map(|it| judge(it, &reply, later));
        let end = AttemptEnd {
            delivered: reply.is_success(),
            as_it_should: match &judgment {
                Some(judgment) => judgment.as_expected,
                None => reply.is_success(),
            },
        };
        let is_genuine = remarks.tampering.is_none_or(|it| it.is_none());
        if is_genuine && reply.is_success() {
            self.accept_genuine.insert(destination);
        }
        self.summary.attempts += 1;
        self.summary.last_attempt = outgoing.attempt;
        let mut attempt = Attempt {
            at,
            outgoing,
            target: target.as_str(),
            reply: &reply,
            remarks,
            judgment: judgment.as_ref(),
            is_controlled: self.accept_genuine.contains(&destination),
            has_fixed_time: matches!(self.clock, Clock::Fixed(_)),
            is_repeat: false,
            is_whole: self.app.terminal.is_verbose(),
            zone: &self.zone,
        };
        let explanation = attempt.explanation(&Plain);
        if !explanation.is_empty() && !attempt.is_whole {
            let failed = (!end.as_it_should).then(|| attempt.result());
            let (_, count) = self.explained.entry(explanation).or_insert((failed, 0));
            *count += 1;
            attempt.is_repeat = *count > 1;
        }
        let terminal = &self.app.terminal;
        let is_told = !attempt.is_repeat || terminal.format() == Format::Json;
        if !terminal.is_quiet() || (!end.as_it_should && is_told) {
            terminal.emit(&attempt);
        }
        Ok(end)
    }

    /// Counts a delivery by the end of its last attempt.
    pub(super) fn count(&mut self, remarks: &Remarks, end: AttemptEnd) {
        let sum = &mut self.summary;
        sum.deliveries += 1;
        sum.delivered += u64::from(end.delivered);
        sum.good += u64::from(end.as_it_should);
        if remarks.tampering.is_some_and(|it| !it.is_none()) {
            sum.tampered += 1;
            sum.as_expected += u64::from(end.as_it_should);
        }
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

    /// Counts a delivery that cannot be sent.
    pub(crate) fn count_refused(&mut self) {
        self.summary.deliveries += 1;
    }

    /// How many deliveries there were, those that cannot be sent included.
    pub(crate) fn deliveries(&self) -> u64 {
        self.summary.deliveries
    }

    /// How many attempts were made.
    pub(crate) fn attempts(&self) -> u64 {
        self.summary.attempts
    }

    /// Prints a summary and says how the run ends: 0 when every delivery ended as it should, 3
    /// when nobody ever answered anything, else 1.
    pub(crate) fn finish(mut self, all_good: bool) -> ExitCode {
        if self.not_recorded > 1 {
            let message = format!("attempts that are not recorded: {}", self.not_recorded);
            self.app.terminal.warning(&message);
        }
        let repeats = std::mem::take(&mut self.explained).into_values();
        let repeats = repeats.filter(|(_, count)| *count > 1);
        self.summary.repeats = repeats
            .filter_map(|(failed, count)| Some((failed?, count)))
            .collect();
        self.app.terminal.emit(&self.summary);
        match (all_good, self.answered) {
            (true, _) => ExitCode::Success,
            (false, true) => ExitCode::Negative,
            (false, false) => ExitCode::CannotRun,
        }
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttemptEnd {
    /// Answered 2xx.
    pub(crate) delivered: bool,
    /// The same, or as a correct handler answers a delivery that was tampered with.
    pub(crate) as_it_should: bool,
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
