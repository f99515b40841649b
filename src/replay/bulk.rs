//! Captured deliveries as the source of a bulk run.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::args::ReplayArgs;
use super::continuation::continued;
use super::preparation::Preparation;
use crate::app::AppContext;
use crate::context::clock::Clock;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::Random;
use crate::sending::bulk;
use crate::sending::bulk::{BulkSetup, Source};
use crate::sending::destinations::Destination;
use crate::sending::job::Job;
use crate::store::query::{Chosen, ChosenEntry};

/// Deliveries that are remembered, so that an interrupted run can say where it continues: more
/// than can be under way at a time.
const REMEMBERED: usize = 16_384;

/// Sends what was chosen over many connections.
pub(super) fn send(
    args: &ReplayArgs,
    app: &AppContext,
    clock: Clock,
    mut chosen: Chosen,
    preparation: Preparation,
    destination: Destination,
) -> Result<ExitCode> {
    let load = &args.load;
    let setup = BulkSetup {
        // Repeats come on top, so their number is not known before.
        plan: load.plan(load.duplicate.is_none().then_some(chosen.count() as u64)),
        destination: destination.clone(),
        options: args.endpoint.client_options(),
        wait: args.endpoint.wait,
        clock,
        store: args.store.path(app),
    };
    let mut random = Random::seeded(app.random(args.fixed.seed).next_u64());
    if load.shuffle {
        chosen.shuffle(&mut random);
    }
    let source = Arc::new(CapturedDeliveries {
        preparation,
        destination,
        duplicate: load.duplicate.unwrap_or(0.0),
        state: Mutex::new(State {
            chosen,
            random,
            next: 0,
            given: 0,
            latest: VecDeque::new(),
            failed: None,
        }),
    });
    let end = bulk::run(app, setup, Arc::<CapturedDeliveries>::clone(&source))?;
    let mut state = source.lock();
    if let Some(error) = state.failed.take() {
        return Err(error);
    }
    if end.code == ExitCode::Success {
        return Ok(state.chosen.exit_code());
    }
    if end.code != ExitCode::Interrupted || load.shuffle {
        return Ok(end.code);
    }
    let last = state.last_id(end.given_up);
    Err(continued(app, Error::interrupted(), last.as_deref()))
}

struct CapturedDeliveries {
    preparation: Preparation,
    destination: Destination,
    /// The share that repeats the one before.
    duplicate: f64,
    state: Mutex<State>,
}

struct State {
    chosen: Chosen,
    random: Random,
    /// The position of the one that comes next.
    next: usize,
    given: u64,
    /// The positions of those that were given last.
    latest: VecDeque<usize>,
    failed: Option<Error>,
}

impl CapturedDeliveries {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next delivery with its sequence number, and whether it repeats the one before. Decoding it is left to the worker.
    fn take(&self) -> Option<(u64, bool, ChosenEntry)> {
        let mut state = self.lock();
        let before = state.latest.back().copied();
        let repeated =
            before.filter(|_| self.duplicate > 0.0 && state.random.unit() < self.duplicate);
        let position = repeated.unwrap_or(state.next);
        if position == state.chosen.count() {
            return None;
        }
        let entry = match state.chosen.entry(position) {
            Ok(entry) => entry,
            Err(error) => {
                state.failed.get_or_insert(error);
                return None;
            }
        };
        state.next = state.next.max(position + 1);
        if state.latest.len() == REMEMBERED {
            state.latest.pop_front();
        }
        state.latest.push_back(position);
        state.given += 1;
        Some((state.given - 1, repeated.is_some(), entry))
    }

    fn job(&self, entry: ChosenEntry) -> Result<Job, String> {
        let capture = entry
            .decode()
            .ok_or_else(|| "no delivery any more".to_owned())?;
        let record = &capture.record;
        self.destination
            .takes(record.event.as_deref(), &record.body)?;
        self.preparation.job(&capture)
    }
}

impl State {
    /// The id of the last delivery before the first that was given up.
    fn last_id(&mut self, given_up: Option<u64>) -> Option<String> {
        let not_sent = self.given - given_up.unwrap_or(self.given);
        let sent = self.latest.len().saturating_sub(not_sent as usize);
        let chosen = &mut self.chosen;
        self.latest
            .range(..sent)
            .rev()
            .find_map(|position| chosen.entry(*position).ok()?.decode()?.record.id)
    }
}

impl Source for CapturedDeliveries {
    fn next(&self, _: u64, _: i64) -> Option<Result<Job, String>> {
        let (number, is_repeat, entry) = self.take()?;
        let job = self.job(entry);
        Some(job.map(|job| Job {
            number,
            is_repeat,
            ..job
        }))
    }
}
