//! Sending one after another, in the order of the captures.

use super::pace::Pace;
use super::preparation::{Preparation, notes, verbatim};
use crate::app::AppContext;
use crate::app::StoreChoice;
use crate::capture::Capture;
use crate::context::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::exit::ExitCode;
use crate::http::client::ClientOptions;
use crate::sending::attempt::Remarks;
use crate::sending::clients::Fleet;
use crate::sending::destinations::Destination;
use crate::sending::plan as outbox;
use crate::sending::prepared::{Prepared, PrintForm};
use crate::sending::retry::{RetryPolicy, deliver};
use crate::store::query::Chosen;

/// What is sent, where, and how.
pub struct Replay<'a> {
    /// The captures.
    pub chosen: &'a mut Chosen,
    /// Each gets what it takes.
    pub destinations: &'a [Destination],
    /// What is done to captures; `None` sends them as they are.
    pub preparation: Option<Preparation>,
    /// Whether failures are tried again.
    pub policy: RetryPolicy,
    /// The gaps between them.
    pub pace: Option<Pace>,
}

/// Prints the requests instead of sending them.
///
/// # Errors
/// An input cannot be read, stdout is gone.
pub fn print(
    app: &AppContext,
    replay: &mut Replay<'_>,
    form: PrintForm,
    clock: Clock,
) -> Result<ExitCode> {
    let mut code = ExitCode::Success;
    while let Some(capture) = replay.chosen.next_capture()? {
        for destination in takers(app, replay.destinations, &capture) {
            let destination = &replay.destinations[destination];
            let outgoing = match &replay.preparation {
                None => verbatim(&capture, &destination.signer),
                Some(preparation) => match preparation.ready(&capture, &destination.signer) {
                    Ok(ready) => ready.sign(clock.seconds()),
                    Err(why) => {
                        refuse(app, &capture, &why);
                        code = ExitCode::Negative;
                        continue;
                    }
                },
            };
            let prepared = Prepared {
                target: destination.target.clone(),
                outgoing,
            };
            outbox::print(app, &prepared, form)?;
        }
    }
    Ok(code)
}

/// Sends everything. One that cannot be sent does not stop the rest.
///
/// # Errors
/// A destination outside this machine, an input that cannot be read, stdout gone, or
/// interrupted, with what continues it.
pub async fn send_in_order(
    app: &AppContext,
    mut replay: Replay<'_>,
    clock: Clock,
    store: &StoreChoice,
    options: &ClientOptions,
) -> Result<ExitCode> {
    let destinations = replay.destinations;
    let is_enabled = |destination: &Destination| {
        let webhook = destination.webhook.as_ref();
        webhook.is_none_or(|webhook| webhook.enabled)
    };
    let is_used = |position: usize| is_enabled(&destinations[position]);
    let mut fleet = Fleet::new(app, clock, store, options, destinations, is_used).await?;
    let mut all_delivered = true;
    let mut last_id = None;
    while let Some(capture) = replay.chosen.next_capture()? {
        let sent = send_one(app, &mut fleet, &mut replay, &capture).await;
        all_delivered &= sent.map_err(|error| match error.kind() {
            ErrorKind::Interrupted => continued(app, error, last_id.as_deref()),
            _ => error,
        })?;
        last_id = capture.record.id.or(last_id);
    }
    let sender = fleet.into_sender();
    let nothing_went_out = sender.summary().total() == 0;
    let code = sender.finish(all_delivered && !nothing_went_out)?;
    Ok(match nothing_went_out {
        // Everything was refused before anybody could answer.
        true => ExitCode::Negative,
        false => code,
    })
}

/// Sends a capture to everybody who takes it. Whether all of them accepted it.
async fn send_one(
    app: &AppContext,
    fleet: &mut Fleet<'_>,
    replay: &mut Replay<'_>,
    capture: &Capture,
) -> Result<bool> {
    let wait = replay.pace.as_mut().map(|pace| pace.wait(capture));
    if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
        fleet.sender().pause(wait).await?;
    }
    let mut delivered = true;
    for position in takers(app, replay.destinations, capture) {
        let signer = &replay.destinations[position].signer;
        let sender = fleet.turn_to(position);
        delivered &= match &replay.preparation {
            None => {
                let outgoing = verbatim(capture, signer);
                let remarks = Remarks {
                    words: notes(capture),
                    is_wrong: false,
                };
                sender.attempt(&outgoing, remarks).await?.is_success()
            }
            Some(preparation) => match preparation.ready(capture, signer) {
                Ok(ready) => {
                    deliver(
                        sender,
                        &ready.signer,
                        &ready.payload,
                        ready.attempt,
                        replay.policy,
                    )
                    .await?
                }
                Err(why) => {
                    refuse(app, capture, &why);
                    false
                }
            },
        };
    }
    Ok(delivered)
}

/// The destinations that take a capture. Who does not is said.
fn takers(app: &AppContext, destinations: &[Destination], capture: &Capture) -> Vec<usize> {
    let record = &capture.record;
    let takes = |position: &usize| {
        let destination = &destinations[*position];
        destination
            .takes_record(record)
            .map_err(|why| {
                let words = destination.refusal(record.event.as_deref(), &why);
                app.terminal.status(&words);
            })
            .is_ok()
    };
    (0..destinations.len()).filter(takes).collect()
}

fn refuse(app: &AppContext, capture: &Capture, why: &str) {
    let id = capture.record.id.as_deref().unwrap_or("(no id)");
    app.terminal
        .warning(&format!("cannot be sent: {why}: {id}"));
}

/// An interruption with the command that goes on from there.
pub(crate) fn continued(app: &AppContext, error: Error, last_id: Option<&str>) -> Error {
    match last_id {
        None => error.hint("nothing was sent yet: the same command starts again"),
        Some(id) => error.hint(format!("`{}` continues it", app.again_since(id))),
    }
}
