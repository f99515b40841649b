//! Deliveries that are ready to go, each to its destination.

use super::destinations::{Destination, Wanted};
use super::payloads::Payload;
use crate::app::AppContext;
use crate::app::StoreChoice;
use crate::context::clock::Clock;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::http::client::ClientOptions;
use crate::lettermint::Random;
use crate::sending::clients::Fleet;
use crate::sending::event_instance::Occurrence;
use crate::sending::prepared::{Prepared, PrintForm};
use crate::sending::retry::{RetryPolicy, deliver};
use crate::terminal::Format;

/// How an outbox is sent.
#[derive(Debug, Clone)]
pub struct SendOptions {
    /// How endpoints are reached.
    pub client: ClientOptions,
    /// Whether failures are tried again.
    pub policy: RetryPolicy,
    /// The number of the first attempt.
    pub first_attempt: u32,
    /// Whether the first delivery that fails ends it all.
    pub stop_on_failure: bool,
}

/// Deliveries in order.
#[derive(Debug)]
pub struct Outbox<'a> {
    destinations: &'a [Destination],
    deliveries: Vec<Planned>,
}

#[derive(Debug)]
struct Planned {
    payload: Payload,
    destination: usize,
    wait: std::time::Duration,
}

impl<'a> Outbox<'a> {
    /// Makes a delivery for every destination that takes an event. Whoever does not is said,
    /// with the reason.
    ///
    /// # Errors
    /// An event that cannot be made, or nobody who takes any; exit 2 or 1.
    pub fn fill(
        app: &AppContext,
        occurrences: &[Occurrence],
        destinations: &'a [Destination],
        wanted: &Wanted,
        random: &mut Random,
    ) -> Result<Self> {
        let mut deliveries = Vec::new();
        for occurrence in occurrences {
            let mut wait = occurrence.wait;
            for (position, destination) in destinations.iter().enumerate() {
                let payload = occurrence.payload_for(destination, position, wanted, random)?;
                if let Err(why) = destination.takes(payload.event.as_deref(), &payload.body) {
                    app.terminal
                        .status(&destination.refusal(payload.event.as_deref(), &why));
                    continue;
                }
                deliveries.push(Planned {
                    payload,
                    destination: position,
                    // The wait is before the event, not before each who hears of it.
                    wait: std::mem::take(&mut wait),
                });
            }
        }
        if deliveries.is_empty() {
            return Err(Error::negative("no webhook takes any of it")
                .hint("`lettermint-hook webhooks` shows what each subscribes to; `--to URL` sends regardless"));
        }
        Ok(Self {
            destinations,
            deliveries,
        })
    }

    /// Prints the requests instead of sending them.
    ///
    /// # Errors
    /// stdout is gone.
    pub fn print(
        &self,
        app: &AppContext,
        form: PrintForm,
        attempt: u32,
        clock: Clock,
    ) -> Result<()> {
        for planned in &self.deliveries {
            let destination = &self.destinations[planned.destination];
            let prepared = Prepared {
                target: destination.target.clone(),
                outgoing: destination
                    .signer
                    .sign(&planned.payload, attempt, clock.seconds()),
            };
            print(app, &prepared, form)?;
        }
        Ok(())
    }

    /// Sends everything in order.
    ///
    /// # Errors
    /// A destination outside this machine, interrupted, stdout gone.
    pub async fn send(
        self,
        app: &AppContext,
        clock: Clock,
        store: &StoreChoice,
        options: SendOptions,
    ) -> Result<ExitCode> {
        let is_used = |position| {
            self.deliveries
                .iter()
                .any(|planned| planned.destination == position)
        };
        let mut fleet = Fleet::new(
            app,
            clock,
            store,
            &options.client,
            self.destinations,
            is_used,
        )
        .await?;
        let mut all_delivered = true;
        for planned in &self.deliveries {
            let sender = fleet.turn_to(planned.destination);
            if !planned.wait.is_zero() {
                sender.pause(planned.wait).await?;
            }
            let signer = &self.destinations[planned.destination].signer;
            let delivered = deliver(
                sender,
                signer,
                &planned.payload,
                options.first_attempt,
                options.policy,
            )
            .await?;
            all_delivered &= delivered;
            if !delivered && options.stop_on_failure {
                break;
            }
        }
        fleet.into_sender().finish(all_delivered)
    }
}

/// Prints a request instead of sending it.
///
/// # Errors
/// stdout is gone.
pub fn print(app: &AppContext, prepared: &Prepared, form: PrintForm) -> Result<()> {
    match app.terminal.format() {
        Format::Json => app.terminal.emit(prepared),
        Format::Text => app.terminal.write_data(&prepared.bytes(form)),
    }
}
