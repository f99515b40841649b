//! Sending very many deliveries: every one built, identified and signed on its own, over
//! connections that are kept, in memory that does not grow with the count.
//!
//! One thread per processor, each with its own runtime and its share of the connections, so
//! that no attempt ever waits for another thread. Attempts have sequence numbers; with a rate,
//! the number is the attempt's intended start, and latency is measured from there. A slow answer
//! then shows in every attempt that it delayed instead of being left out (coordinated
//! omission).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::destinations::Destination;
use super::job::Job;
use super::output::load::{LoadSummary, times};
use super::signer::Signer;
use super::wait::reach;
use super::worker;
use crate::app::AppContext;
use crate::context::clock::Clock;
use crate::context::signals;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::http::client::{Client, ClientOptions};
use crate::store::{self, Store};
use crate::terminal::mask::Mask;
use crate::terminal::progress::Progress;

/// How progress is shown, with and without a number of deliveries.
const PROGRESS: [&str; 2] = [
    "{wide_bar} {percent:>3} %  {msg}",
    "{spinner} {elapsed}  {msg}",
];

/// How many, how fast, over how many connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BulkPlan {
    /// Attempts in all; without it the duration ends the run.
    pub(crate) count: Option<u64>,
    /// How long attempts are started.
    pub(crate) duration: Option<Duration>,
    /// Connections at the same time, at least 1.
    pub(crate) concurrency: usize,
    /// Attempts a second, started on time whether or not earlier ones are answered.
    pub(crate) rate: Option<f64>,
}

/// Where the deliveries of a bulk run come from.
pub(crate) trait Source: Send + Sync {
    /// The delivery of a sequence number, or why it cannot be sent; `None` at the end. A source
    /// with an order of its own numbers its jobs itself.
    fn next(&self, number: u64, now_micros: i64) -> Option<Result<Job, String>>;
}

/// What a bulk run needs besides its deliveries.
pub(crate) struct BulkSetup {
    pub(crate) plan: BulkPlan,
    pub(crate) destination: Destination,
    pub(crate) options: ClientOptions,
    /// How long it is waited for the endpoint to accept connections.
    pub(crate) wait: Option<Duration>,
    pub(crate) clock: Clock,
    /// Where attempts are recorded, if at all.
    pub(crate) store: Option<PathBuf>,
}

pub(crate) struct BulkEnd {
    pub(crate) code: ExitCode,
    /// The lowest number of a job that was given up; every job below was sent.
    pub(crate) given_up: Option<u64>,
}

pub(super) struct Run {
    plan: BulkPlan,
    pub(super) source: Arc<dyn Source>,
    pub(super) signer: Signer,
    pub(super) client: Client,
    pub(super) clock: Clock,
    pub(super) store: Option<Arc<Store>>,
    pub(super) mask: Mask,
    start: Instant,
    next_number: AtomicU64,
    given_up: AtomicU64,
    pub(super) stop: watch::Sender<bool>,
    /// What went wrong beside the deliveries, and how often.
    warnings: Mutex<BTreeMap<String, u64>>,
}

impl Run {
    /// The next attempt's number, or `None` when the run is over.
    pub(super) fn take_number(&self) -> Option<u64> {
        if *self.stop.borrow() || self.is_after_the_end(Instant::now()) {
            return None;
        }
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        let is_within = self.plan.count.is_none_or(|count| number < count)
            // A start that is planned for later than the end is not waited for.
            && !self.intended(number).is_some_and(|start| self.is_after_the_end(start));
        is_within.then_some(number)
    }

    fn is_after_the_end(&self, time: Instant) -> bool {
        self.plan
            .duration
            .is_some_and(|limit| time.saturating_duration_since(self.start) >= limit)
    }

    /// When an attempt is to start, under a rate.
    pub(super) fn intended(&self, number: u64) -> Option<Instant> {
        let rate = self.plan.rate?;
        Some(self.start + Duration::from_secs_f64(number as f64 / rate))
    }

    pub(super) fn give_up(&self, job: &Job) {
        self.given_up.fetch_min(job.number, Ordering::Relaxed);
    }

    pub(super) fn warn(&self, message: String) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        *warnings.entry(message).or_default() += 1;
    }
}

/// Sends everything and prints a summary. Ctrl+C ends it early, with the summary so far.
pub(crate) fn run(app: &AppContext, setup: BulkSetup, source: Arc<dyn Source>) -> Result<BulkEnd> {
    let BulkSetup {
        plan,
        destination,
        options,
        wait,
        clock,
        store,
    } = setup;
    let Destination { target, signer, .. } = destination;
    signer.hide_credentials(app.terminal.mask());
    let endpoint = app.block_on(reach(app, &target, &options, wait))?;
    // Only now: an endpoint that is refused leaves no store behind.
    let store = store.map(|path| store::open(app, &path)).transpose()?;
    let run = Arc::new(Run {
        plan,
        source,
        signer,
        client: Client::new(endpoint, &options)?,
        clock,
        store: store.map(Arc::new),
        mask: app.terminal.mask().clone(),
        start: Instant::now(),
        next_number: AtomicU64::new(0),
        given_up: AtomicU64::new(u64::MAX),
        stop: watch::Sender::new(false),
        warnings: Mutex::default(),
    });
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(plan.concurrency);
    let statistics: Vec<_> = (0..threads)
        .map(|_| Arc::new(Mutex::new(LoadSummary::default())))
        .collect();
    let progress = Progress::new(&app.context, !app.terminal.is_quiet(), plan.count, PROGRESS);
    let was_interrupted = app.block_on(async {
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
    let mut summary = LoadSummary::total_of(&statistics);
    summary.elapsed = run.start.elapsed();
    summary.concurrency = plan.concurrency;
    summary.rate = plan.rate;
    let warnings = run.warnings.lock().unwrap_or_else(PoisonError::into_inner);
    for (warning, count) in warnings.iter() {
        app.terminal.warning(&times(warning, *count));
    }
    app.terminal.emit(&summary);
    let given_up = run.given_up.load(Ordering::Relaxed);
    Ok(BulkEnd {
        code: match (was_interrupted, summary.is_good(), summary.answered) {
            (true, _, _) => ExitCode::Interrupted,
            (_, true, _) => ExitCode::Success,
            _ if summary.attempts() == 0 => ExitCode::Negative,
            (_, _, true) => ExitCode::Negative,
            (_, _, false) => ExitCode::CannotRun,
        },
        given_up: (given_up != u64::MAX).then_some(given_up),
    })
}

fn start_threads(
    run: &Arc<Run>,
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
async fn watch(
    run: &Run,
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
            let mut sum = LoadSummary::total_of(statistics);
            sum.elapsed = run.start.elapsed();
            progress.show(sum.total(), sum.progress());
        }
    }
    progress.finish();
    was_interrupted
}
