//! One thread of a bulk run, and one connection of it.

use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::bulk::Run;
use super::job::Job;
use super::output::load::{FirstFailure, LoadSummary};
use super::recorder::Recorder;
use super::sender::interrupted;
use super::signer::judge;
use crate::delivery::reply::FailureKind;
use crate::http::client::Keep;

/// How long a worker pauses after a connection that could not be made, so that a dead endpoint
/// is not hammered.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(5);

/// Runs a thread's share of the connections to the end of the run.
pub(super) fn run_thread(run: Arc<Run>, statistics: Arc<Mutex<LoadSummary>>, connections: usize) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return run.warn(format!("cannot start a runtime: {error}")),
    };
    let recorder = Rc::new(Recorder::in_batches(run.store.clone()));
    let local = tokio::task::LocalSet::new();
    for _ in 0..connections {
        let worker = Worker {
            run: Arc::clone(&run),
            statistics: Arc::clone(&statistics),
            recorder: Rc::clone(&recorder),
        };
        local.spawn_local(worker.work());
    }
    runtime.block_on(local);
    if let Err(why) = runtime.block_on(recorder.flush()) {
        run.warn(not_recorded(&why));
    }
}

fn not_recorded(why: &str) -> String {
    format!("attempts are not recorded {why}")
}

struct Worker {
    run: Arc<Run>,
    statistics: Arc<Mutex<LoadSummary>>,
    recorder: Rc<Recorder>,
}

impl Worker {
    async fn work(self) {
        let run = &*self.run;
        let keep = match run.store {
            Some(_) => Keep::Start,
            None => Keep::Status,
        };
        let mut client = run.client.another().keeping_connection().keeping(keep);
        let mut stopped = pin!(stopped(run.stop.subscribe()));
        while let Some((job, begun, now)) = self.next_job(stopped.as_mut()).await {
            let outgoing = run
                .signer
                .sign(&job, job.attempt, now.div_euclid(1_000_000));
            let mut reply = tokio::select! {
                biased;
                reply = client.send(&outgoing) => run.mask.reply(reply),
                () = &mut stopped => {
                    run.give_up(&job);
                    interrupted()
                }
            };
            reply.duration = begun.elapsed();
            let recorded = self.recorder.add(client.endpoint(), &outgoing, now, &reply);
            if let Err(why) = recorded.await {
                run.warn(not_recorded(&why));
            }
            let judgment = job.tampering.map(|it| {
                let later = run.clock.seconds() - now.div_euclid(1_000_000);
                judge(it, &reply, later)
            });
            let explain = || FirstFailure::of(run, &job, &outgoing, &reply, judgment.as_ref());
            self.sum()
                .count(&reply, job.is_repeat, judgment.as_ref(), explain);
            if matches!(&reply.error, Some(failure) if failure.kind != FailureKind::TimedOut) {
                tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
            }
        }
    }

    /// The next job that can be sent, the time from which its latency counts, and the clock's
    /// time in microseconds since 1970. `None` when the run is over.
    async fn next_job(
        &self,
        mut stopped: Pin<&mut impl Future<Output = ()>>,
    ) -> Option<(Job, Instant, i64)> {
        loop {
            let number = self.run.take_number()?;
            let begun = self.begin(number, stopped.as_mut()).await?;
            let now = self.run.clock.micros();
            match self.run.source.next(number, now)? {
                Ok(job) => return Some((job, begun, now)),
                Err(why) => {
                    self.run.warn(format!("cannot be sent: {why}"));
                    self.sum().count_refused();
                }
            }
        }
    }

    /// Waits for a number's turn. The time from which its latency counts: the intended start,
    /// not the moment at which a busy connection came round to it. `None` when the run was
    /// stopped while it waited.
    async fn begin(
        &self,
        number: u64,
        stopped: Pin<&mut impl Future<Output = ()>>,
    ) -> Option<Instant> {
        let now = Instant::now();
        match self.run.intended(number) {
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

    fn sum(&self) -> MutexGuard<'_, LoadSummary> {
        self.statistics
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends when somebody has interrupted the run.
async fn stopped(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Nobody is left who could stop it.
        std::future::pending::<()>().await;
    }
}
