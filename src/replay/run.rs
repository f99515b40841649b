//! What `replay` does, in order.

use std::time::Duration;

use tokio::time::Instant;

use super::args::ReplayArgs;
use super::bulk;
use super::continuation::continued;
use super::preparation::{Preparation, known_body, notes, verbatim};
use crate::app::AppContext;
use crate::capture::{Capture, TimeSource};
use crate::context::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::exit::ExitCode;
use crate::lettermint::{Tolerance, Verifier};
use crate::sending::destinations;
use crate::sending::destinations::{Destination, RoutingOptions};
use crate::sending::job::Job;
use crate::sending::output::prepared::{Prepared, PrintForm};
use crate::sending::retry::RetryPolicy;
use crate::sending::sender::Sender;
use crate::sending::signer::Remarks;
use crate::store::input;
use crate::store::query::{Chosen, Part, choose};

pub(crate) fn run(args: &ReplayArgs, app: &AppContext) -> Result<ExitCode> {
    let clock = args.fixed.now.clock();
    let is_bulk = args.load.is_bulk();
    if is_bulk && (args.retry.retry || args.print.form().is_some()) {
        return Err(
            Error::usage("--retry, --print and --dry-run do not go with bulk sending")
                .hint("leave out --concurrency, --rate, --duplicate and --shuffle"),
        );
    }
    args.edits.warn(app);
    let routing = RoutingOptions {
        target: args.endpoint.named_target()?,
        webhook: args.webhook.clone(),
        unsigned: args.verbatim,
        ..RoutingOptions::default()
    };
    let destinations = destinations::find(app, &args.secret.sources(), &routing, || {
        args.endpoint.target()
    })?;
    let mut chosen = choose_deliveries(args, app, clock)?;
    let keys = destinations.iter().map(|one| one.signer.key.clone());
    let preparation = Preparation {
        edits: args.edits.edits(),
        attempt: args.attempt.unwrap_or_default(),
        resign_invalid: args.resign_invalid,
        verifier: Verifier::of_keys(keys, Tolerance::Off),
    };
    if is_bulk {
        let destination = destinations::only_enabled(destinations)?;
        return bulk::send(args, app, clock, chosen, preparation, destination);
    }
    let replay = Replay {
        app,
        destinations,
        preparation: (!args.verbatim).then_some(preparation),
        policy: args.retry.policy(args.speed),
    };
    match args.print.form() {
        Some(form) => replay.print(&mut chosen, form, clock),
        None => app.block_on(replay.send(args, &mut chosen, clock)),
    }
}

fn choose_deliveries(args: &ReplayArgs, app: &AppContext, clock: Clock) -> Result<Chosen> {
    let store = args.store.path(app);
    if args.sources.is_empty() && store.is_none() {
        return Err(Error::usage("--no-store leaves nothing to replay")
            .hint("name a file of captured deliveries"));
    }
    let inputs = input::inputs(app, &args.sources, store.as_deref())?;
    let selection = args.selection.selection(args.direction, clock);
    let part = Part {
        every_attempt: args.every_attempt,
        sendable: true,
        ..args.part.part()
    };
    choose(app, inputs, &selection, &part)
}

/// Sending one after another.
struct Replay<'a> {
    app: &'a AppContext,
    destinations: Vec<Destination>,
    /// What is done to captures; `None` sends them as they are.
    preparation: Option<Preparation>,
    policy: RetryPolicy,
}

impl Replay<'_> {
    /// Prints the requests instead of sending them.
    fn print(&self, chosen: &mut Chosen, form: PrintForm, clock: Clock) -> Result<ExitCode> {
        let mut code = chosen.exit_code();
        let mut is_taken = false;
        while let Some(capture) = chosen.next_capture()? {
            for note in capture.framing_notes() {
                self.app.terminal.warning(note);
            }
            for (_, destination) in self.takers(&capture) {
                is_taken = true;
                let signer = &destination.signer;
                let outgoing = match self.prepare(&capture) {
                    Ok(None) => verbatim(&capture, signer),
                    Ok(Some(job)) => signer.sign(&job, job.attempt, clock.seconds()),
                    Err(why) => {
                        self.refuse(&capture, &why);
                        code = ExitCode::Negative;
                        continue;
                    }
                };
                Prepared {
                    target: destination.target.clone(),
                    outgoing,
                    tampering: None,
                }
                .print(self.app, form);
            }
        }
        match is_taken {
            true => Ok(code),
            false => Err(not_taken()),
        }
    }

    /// Sends everything. One that cannot be sent does not stop the rest. Being interrupted is an
    /// error with the command that continues.
    async fn send(&self, args: &ReplayArgs, chosen: &mut Chosen, clock: Clock) -> Result<ExitCode> {
        let is_used = |position: usize| {
            let webhook = self.destinations[position].webhook.as_ref();
            webhook.is_none_or(|webhook| webhook.enabled)
        };
        let mut sender = Sender::new(
            self.app,
            clock,
            args.store.path(self.app).as_deref(),
            &args.endpoint.client_options(),
            args.endpoint.wait,
            &self.destinations,
            is_used,
        )
        .await?;
        let mut gaps = args.realtime.then(|| Gaps::new(args.speed.unwrap_or(1.0)));
        let mut all_delivered = chosen.exit_code() == ExitCode::Success;
        let mut last_id = None;
        while let Some(capture) = chosen.next_capture()? {
            let wait = gaps.as_mut().map(|gaps| gaps.before(&capture));
            let sent = match sender.pause(wait.unwrap_or_default()).await {
                Ok(()) => self.send_one(&mut sender, &capture).await,
                Err(error) => Err(error),
            };
            all_delivered &= sent.map_err(|error| match error.kind() {
                ErrorKind::Interrupted => continued(self.app, error, last_id.as_deref()),
                _ => error,
            })?;
            last_id = capture.record.id.or(last_id);
        }
        if sender.deliveries() == 0 {
            return Err(not_taken());
        }
        let nothing_went_out = sender.attempts() == 0;
        let code = sender.finish(all_delivered);
        Ok(match nothing_went_out {
            // Everything was refused before anybody could answer.
            true => ExitCode::Negative,
            false => code,
        })
    }

    /// Sends a capture to every destination that takes it. Whether all of them accepted it.
    async fn send_one(&self, sender: &mut Sender<'_>, capture: &Capture) -> Result<bool> {
        let mut delivered = true;
        for (position, destination) in self.takers(capture) {
            let signer = &destination.signer;
            delivered &= match self.prepare(capture) {
                Ok(None) => {
                    let remarks = Remarks {
                        words: notes(capture),
                        ..Remarks::default()
                    };
                    let outgoing = verbatim(capture, signer);
                    let sent = sender.deliver_as_is(position, &outgoing, &remarks);
                    sent.await?
                }
                Ok(Some(job)) => sender.deliver(position, signer, &job, self.policy).await?,
                Err(why) => {
                    self.refuse(capture, &why);
                    sender.count_refused();
                    false
                }
            };
        }
        Ok(delivered)
    }

    /// What is sent of a capture, `None` for the capture as it was; or why nothing is.
    fn prepare(&self, capture: &Capture) -> Result<Option<Job>, String> {
        known_body(capture)?;
        let preparation = self.preparation.as_ref();
        preparation.map(|make| make.job(capture)).transpose()
    }

    /// The destinations that take a capture, with their positions. One that does not is said.
    fn takers(&self, capture: &Capture) -> Vec<(usize, &Destination)> {
        let record = &capture.record;
        let event = record.event.as_deref();
        let all = self.destinations.iter().enumerate();
        all.filter(|(_, it)| it.takes_or_says(self.app, event, &record.body))
            .collect()
    }

    fn refuse(&self, capture: &Capture, why: &str) {
        let id = capture.record.id.as_deref().unwrap_or("(no id)");
        let message = format!("cannot be sent: {why}: {id}");
        self.app.terminal.warning(&message);
    }
}

fn not_taken() -> Error {
    Error::negative("nothing was sent: no webhook takes what was selected").hint(
        "`lettermint-hook webhooks` shows what each subscribes to; `--to URL` sends regardless",
    )
}

/// The gaps between captured deliveries: each is sent as long after the first as it was captured
/// after the first, divided by a factor.
struct Gaps {
    speed: f64,
    /// When the first one was captured, and when it was sent.
    start: Option<(i64, Instant)>,
}

impl Gaps {
    fn new(speed: f64) -> Self {
        Self { speed, start: None }
    }

    /// How long to wait before a capture. One whose time is not known, or that was captured
    /// before the first, is not waited for.
    fn before(&mut self, capture: &Capture) -> Duration {
        if capture.time == TimeSource::Unknown {
            return Duration::ZERO;
        }
        let at = capture.record.at;
        let (first, began) = *self.start.get_or_insert_with(|| (at, Instant::now()));
        let micros = u64::try_from(at.saturating_sub(first)).unwrap_or(0);
        let planned = Duration::from_micros(micros).div_f64(self.speed);
        planned.saturating_sub(began.elapsed())
    }
}
