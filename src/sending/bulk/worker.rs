//! One thread of a bulk run, and one connection of it.

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::Run;
use super::recording;
use super::recording::RecordBatch;
use super::source::{Filled, Item, Source};
use crate::delivery::reply::{Failure, FailureKind};
use crate::delivery::{Outgoing, Reply};
use crate::http::client::Keep;
use crate::lettermint::Header;
use crate::sending::load::LoadSummary;
use crate::sending::payloads::Payload;
use crate::sending::sender::somebody_answered;

/// How long a worker pauses after a connection that could not be made, so that a dead endpoint
/// is not hammered.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(5);

/// Runs a thread's share of the connections to the end of the run.
pub fn run_thread<S: Source>(
    run: Arc<Run<S>>,
    statistics: Arc<Mutex<LoadSummary>>,
    connections: usize,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return run.warn(format!("cannot start a runtime: {error}")),
    };
    let batch = Rc::new(RefCell::new(RecordBatch::default()));
    let local = tokio::task::LocalSet::new();
    for _ in 0..connections {
        let worker = Worker {
            run: Arc::clone(&run),
            statistics: Arc::clone(&statistics),
            batch: Rc::clone(&batch),
            item: Item::default(),
        };
        local.spawn_local(worker.work());
    }
    runtime.block_on(local);
    let rest = batch.borrow_mut().take();
    if let Some(store) = &run.store
        && !rest.is_empty()
        && let Err(message) = runtime.block_on(recording::write(store, rest))
    {
        run.warn(message);
    }
}

struct Worker<S> {
    run: Arc<Run<S>>,
    statistics: Arc<Mutex<LoadSummary>>,
    batch: Rc<RefCell<RecordBatch>>,
    item: Item,
}

impl<S: Source> Worker<S> {
    async fn work(mut self) {
        let run = Arc::clone(&self.run);
        let keep = match run.store {
            Some(_) => Keep::Start,
            None => Keep::Status,
        };
        let mut client = run.client.another().keeping_connection().keeping(keep);
        let mut stopped = pin!(stopped(run.stop.subscribe()));
        while let Some((begun, now)) = self.next_item(stopped.as_mut()).await {
            let outgoing = self.outgoing(now);
            let mut reply = tokio::select! {
                biased;
                reply = client.send(&outgoing) => reply,
                () = &mut stopped => interrupted().into(),
            };
            reply.duration = begun.elapsed();
            self.record(&outgoing, now, &reply).await;
            self.count(&reply).await;
        }
    }

    /// Fills in the next delivery that can be sent: the time from which its latency counts, and
    /// the clock's time in microseconds since 1970. `None` when the run is over.
    async fn next_item(
        &mut self,
        mut stopped: Pin<&mut impl Future<Output = ()>>,
    ) -> Option<(Instant, i64)> {
        loop {
            let ticket = self.run.take_ticket()?;
            let begun = self.begin(ticket, stopped.as_mut()).await?;
            let now = self.run.clock.micros();
            match self.run.source.fill(ticket, now, &mut self.item) {
                Filled::Ready => return Some((begun, now)),
                Filled::Refused(why) => self.refuse(why),
                Filled::End => return None,
            }
        }
    }

    /// Waits for a ticket's turn. The time from which its latency counts: the intended start,
    /// not the moment at which a busy connection came round to it. `None` when the run was
    /// stopped while it waited.
    async fn begin(
        &self,
        ticket: u64,
        stopped: Pin<&mut impl Future<Output = ()>>,
    ) -> Option<Instant> {
        let now = Instant::now();
        match self.run.intended(ticket) {
            Some(intended) if intended > now => tokio::select! {
                // The connection was free in time: that the timer, which counts milliseconds,
                // rings late is no slowness of the endpoint.
                () = tokio::time::sleep_until(intended.into()) => Some(Instant::now()),
                () = stopped => None,
            },
            Some(intended) => Some(intended),
            None => Some(now),
        }
    }

    /// The item as an attempt, made the general way.
    fn outgoing(&self, now_micros: i64) -> Outgoing {
        let payload = Payload {
            event: self.item.event.clone(),
            id: self.item.id.clone(),
            body: self.item.body.clone().into(),
        };
        let signed_at = now_micros.div_euclid(1_000_000);
        let signer = &self.run.signer;
        let mut outgoing = signer.sign(&payload, self.item.attempt, signed_at);
        // The run's own headers win.
        let given = |line: &&Header| {
            let same = |own: &Header| own.name.eq_ignore_ascii_case(&line.name);
            !signer.headers.iter().any(same)
        };
        outgoing
            .headers
            .overlay(self.item.headers.iter().filter(given));
        outgoing
    }

    /// Counts a delivery that cannot be sent.
    fn refuse(&self, why: String) {
        self.run.warn(format!("cannot be sent: {why}"));
        let mut sum = self
            .statistics
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        sum.failed += 1;
        *sum.outcomes.entry("not sent".to_owned()).or_default() += 1;
    }

    async fn record(&self, outgoing: &Outgoing, at: i64, reply: &Reply) {
        let Some(store) = &self.run.store else {
            return;
        };
        let endpoint = self.run.client.endpoint();
        let headers = endpoint.wire_headers(outgoing);
        let target = endpoint.target().to_string();
        let record = outgoing.to_record(headers, target, at, Some(reply.clone()));
        let full = self.batch.borrow_mut().add(&record);
        if let Some(full) = full
            && let Err(message) = recording::write(store, full).await
        {
            self.run.warn(message);
        }
    }

    async fn count(&self, reply: &Reply) {
        {
            let mut sum = self
                .statistics
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if reply.is_success() {
                sum.delivered += 1;
            } else {
                sum.failed += 1;
            }
            sum.answered |= somebody_answered(reply);
            sum.latency.record(reply.duration);
            count_outcome(&mut sum, reply);
        }
        if matches!(&reply.error, Some(failure) if failure.kind != FailureKind::TimedOut) {
            tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
        }
    }
}

/// Counts by status or failure without making a text for what is already there.
fn count_outcome(sum: &mut LoadSummary, reply: &Reply) {
    let digits: [u8; 3];
    let name = match (&reply.error, reply.status) {
        (Some(failure), _) => failure.kind.words(),
        (None, Some(status @ 100..=999)) => {
            digits = [status / 100, status / 10 % 10, status % 10].map(|digit| b'0' + digit as u8);
            std::str::from_utf8(&digits).unwrap_or_default()
        }
        (None, _) => "no answer",
    };
    match sum.outcomes.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            sum.outcomes.insert(name.to_owned(), 1);
        }
    }
}

/// Ends when somebody has interrupted the run.
async fn stopped(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Nobody is left who could stop it.
        std::future::pending::<()>().await;
    }
}

fn interrupted() -> Failure {
    Failure::new(FailureKind::Other, "interrupted before an answer came")
}
