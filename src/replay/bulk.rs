//! Captured deliveries as the source of a bulk run.

use std::collections::BTreeMap;
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

/// Deliveries whose id is remembered, so that an interrupted run can say where it continues: more
/// than can be under way at a time.
const REMEMBERED_IDS: usize = 16_384;

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
        signer: destination.signer.clone(),
        endpoint: app.block_on(args.endpoint.resolve(destination.target.clone()))?,
        options: args.endpoint.client_options(),
        clock,
        store: args.store.open(app)?,
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
            before: None,
            given: 0,
            ids: BTreeMap::new(),
            failed: None,
        }),
    });
    let end = bulk::run(app, setup, Arc::<CapturedDeliveries>::clone(&source))?;
    let mut state = source.lock();
    if let Some(error) = state.failed.take() {
        return Err(error);
    }
    if end.code != ExitCode::Interrupted || load.shuffle {
        return Ok(end.code);
    }
    let sent = ..end.given_up.unwrap_or(state.given);
    let last = state.ids.range(sent).next_back().map(|(_, id)| &id[..]);
    Err(continued(app, Error::interrupted(), last))
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
    /// The delivery before, when some are to be repeated.
    before: Option<ChosenEntry>,
    given: u64,
    /// The ids of the latest, by sequence number.
    ids: BTreeMap<u64, String>,
    failed: Option<Error>,
}

impl CapturedDeliveries {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next delivery with its sequence number. Decoding it is left to the worker.
    fn take(&self) -> Option<(u64, ChosenEntry)> {
        let mut state = self.lock();
        let State {
            chosen,
            random,
            before,
            given,
            failed,
            ..
        } = &mut *state;
        let repeats = before.is_some() && random.unit() < self.duplicate;
        let next = match repeats {
            true => before.clone(),
            false => chosen.next_entry(Vec::new()).unwrap_or_else(|error| {
                failed.get_or_insert(error);
                None
            }),
        }?;
        if self.duplicate > 0.0 && !repeats {
            *before = Some(next.clone());
        }
        *given += 1;
        Some((*given - 1, next))
    }

    fn job(&self, entry: ChosenEntry) -> Result<Job, String> {
        let capture = entry
            .decode()
            .ok_or_else(|| "no delivery any more".to_owned())?;
        let record = &capture.record;
        let event = record.event.as_deref();
        self.destination
            .takes(event, &record.body)
            .map_err(|why| self.destination.refusal(event, &why))?;
        self.preparation.job(&capture)
    }

    fn remember(&self, job: &Job) {
        if let Some(id) = &job.id {
            let mut state = self.lock();
            if state.ids.len() >= REMEMBERED_IDS {
                state.ids.pop_first();
            }
            state.ids.insert(job.number, id.clone());
        }
    }
}

impl Source for CapturedDeliveries {
    fn next(&self, _: u64, _: i64) -> Option<Result<Job, String>> {
        let (number, entry) = self.take()?;
        Some(self.job(entry).map(|job| {
            let job = Job { number, ..job };
            self.remember(&job);
            job
        }))
    }
}
