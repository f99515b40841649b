//! Sending very many deliveries: every one built, identified and signed on its own, over
//! connections that are kept, in memory that does not grow with the count.
//!
//! One thread per processor, each with its own runtime and its share of the connections, so
//! that no attempt ever waits for another thread. Attempts take numbered tickets; with a rate,
//! a ticket's number is its intended start, and latency is measured from there. A slow answer
//! then shows in every attempt that it delayed instead of being left out (coordinated
//! omission).

pub mod mixture;
pub mod recording;
pub mod source;
pub mod worker;

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::watch;

pub use mixture::templates_for;
pub use source::{Filled, FreshDeliveries, Item, Source};

use super::signer::Signer;
use crate::app::AppContext;
use crate::context::clock::Clock;
use crate::context::signals;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::http::client::{Client, ClientOptions, Endpoint};
use crate::sending::load::LoadSummary;
use crate::sending::progress::Progress;
use crate::store::Store;

/// How many, how fast, over how many connections.
#[derive(Debug, Clone, Copy)]
pub struct BulkPlan {
    /// Attempts in all; without it the duration ends the run.
    pub count: Option<u64>,
    /// How long attempts are started.
    pub duration: Option<Duration>,
    /// Connections at the same time, at least 1.
    pub concurrency: usize,
    /// Attempts a second, started on time whether or not earlier ones are answered.
    pub rate: Option<f64>,
}

/// What all workers of a run share.
struct Run<S> {
    plan: BulkPlan,
    source: S,
    signer: Signer,
    client: Client,
    clock: Clock,
    store: Option<Store>,
    start: Instant,
    next_ticket: AtomicU64,
    /// Whether somebody has interrupted.
    stop: watch::Sender<bool>,
    warnings: Mutex<Vec<String>>,
}

impl<S> Run<S> {
    /// The next attempt's number, or `None` when the run is over.
    fn take_ticket(&self) -> Option<u64> {
        if *self.stop.borrow() || self.is_after_the_end(Instant::now()) {
            return None;
        }
        let ticket = self.next_ticket.fetch_add(1, Ordering::Relaxed);
        let is_within = self.plan.count.is_none_or(|count| ticket < count)
            // A start that is planned for later than the end is not waited for.
            && !self.intended(ticket).is_some_and(|start| self.is_after_the_end(start));
        is_within.then_some(ticket)
    }

    fn is_after_the_end(&self, time: Instant) -> bool {
        self.plan
            .duration
            .is_some_and(|limit| time.saturating_duration_since(self.start) >= limit)
    }

    /// When a ticket's attempt is to start, under a rate.
    fn intended(&self, ticket: u64) -> Option<Instant> {
        let rate = self.plan.rate?;
        Some(self.start + Duration::from_secs_f64(ticket as f64 / rate))
    }

    fn warn(&self, message: String) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        // The same trouble is said once.
        if !warnings.contains(&message) {
            warnings.push(message);
        }
    }
}

/// What a bulk run needs besides its deliveries.
pub struct BulkSetup {
    /// How many, how fast.
    pub plan: BulkPlan,
    /// Key, damage and extra headers.
    pub signer: Signer,
    /// Where to.
    pub endpoint: Endpoint,
    /// How the endpoint is reached.
    pub options: ClientOptions,
    /// The clock for `t`.
    pub clock: Clock,
    /// Where attempts are recorded, if at all.
    pub store: Option<Store>,
}

/// Sends everything and reports the sum. Ctrl+C ends it early, with the sum so far.
///
/// # Errors
/// The system gives no threads, stdout is gone, or interrupted.
pub fn run<S: Source>(app: &AppContext, setup: BulkSetup, source: S) -> Result<ExitCode> {
    let BulkSetup {
        plan,
        signer,
        endpoint,
        options,
        clock,
        store,
    } = setup;
    let client = Client::new(endpoint, &options)?;
    let run = Arc::new(Run {
        plan,
        source,
        signer,
        client,
        clock,
        store,
        start: Instant::now(),
        next_ticket: AtomicU64::new(0),
        stop: watch::Sender::new(false),
        warnings: Mutex::default(),
    });
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(plan.concurrency);
    let statistics: Vec<_> = (0..threads)
        .map(|_| Arc::new(Mutex::new(LoadSummary::default())))
        .collect();
    let progress = Progress::new(&app.context, app.terminal.is_quiet(), plan.count);
    let interrupted = app.block_on(async {
        // Before the first attempt: Ctrl+C must find somebody from then on, or the log is lost.
        let interrupted = signals::interrupted();
        let handles = start_threads(&run, &statistics)?;
        let was_interrupted = watch(&run, &statistics, &handles, interrupted, &progress).await;
        for handle in handles {
            if handle.join().is_err() {
                return Err(Error::cannot_run("a sending thread failed"));
            }
        }
        Ok(was_interrupted)
    })?;
    let mut summary = total(&statistics);
    summary.elapsed = run.start.elapsed();
    summary.concurrency = plan.concurrency;
    summary.rate = plan.rate;
    for warning in run
        .warnings
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
    {
        app.terminal.warning(warning);
    }
    app.terminal.emit(&summary)?;
    Ok(match (interrupted, summary.failed, summary.answered) {
        (true, _, _) => ExitCode::Interrupted,
        (_, 0, _) => ExitCode::Success,
        (_, _, true) => ExitCode::Negative,
        (_, _, false) => ExitCode::CannotRun,
    })
}

/// Starts a thread for each of the statistics.
fn start_threads<S: Source>(
    run: &Arc<Run<S>>,
    statistics: &[Arc<Mutex<LoadSummary>>],
) -> Result<Vec<JoinHandle<()>>> {
    let (connections, threads) = (run.plan.concurrency, statistics.len());
    statistics
        .iter()
        .enumerate()
        .map(|(thread, statistics)| {
            // Connections are dealt out evenly, the first threads take what is left over.
            let share = connections / threads + usize::from(thread < connections % threads);
            let (run, statistics) = (Arc::clone(run), Arc::clone(statistics));
            std::thread::Builder::new()
                .name(format!("bulk-{thread}"))
                .spawn(move || worker::run_thread(run, statistics, share))
                .map_err(|error| Error::cannot_run(format!("cannot start a thread: {error}")))
        })
        .collect()
}

/// Shows progress and waits until the threads have ended by themselves or after Ctrl+C. Whether
/// it was interrupted.
async fn watch<S: Source>(
    run: &Run<S>,
    statistics: &[Arc<Mutex<LoadSummary>>],
    handles: &[JoinHandle<()>],
    interrupted: impl Future<Output = ()>,
    progress: &Progress,
) -> bool {
    let mut interrupted = pin!(interrupted);
    let mut was_interrupted = false;
    let mut shown = Instant::now();
    while handles.iter().any(|handle| !handle.is_finished()) {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(2)) => {}
            () = &mut interrupted, if !was_interrupted => {
                was_interrupted = true;
                run.stop.send_replace(true);
            }
        }
        if progress.is_visible() && shown.elapsed() > Duration::from_millis(100) {
            shown = Instant::now();
            let mut sum = total(statistics);
            sum.elapsed = run.start.elapsed();
            progress.show(&sum);
        }
    }
    progress.finish();
    was_interrupted
}

fn total(statistics: &[Arc<Mutex<LoadSummary>>]) -> LoadSummary {
    let mut total = LoadSummary::default();
    for part in statistics {
        let part = part.lock().unwrap_or_else(PoisonError::into_inner);
        total.delivered += part.delivered;
        total.failed += part.failed;
        total.answered |= part.answered;
        total.latency.merge(&part.latency);
        for (outcome, count) in &part.outcomes {
            *total.outcomes.entry(outcome.clone()).or_default() += count;
        }
    }
    total
}
