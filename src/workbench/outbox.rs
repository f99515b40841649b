//! Deliveries that are ready to go, each to its destination.

use super::Session;
use super::destinations::{Destination, Wanted};
use super::occurrence::Occurrence;
use super::payloads::Payload;
use super::retrying::{RetryPolicy, deliver};
use super::sender::Sender;
use crate::adapter::client::{Client, ClientOptions, Endpoint};
use crate::adapter::clock::Clock;
use crate::adapter::store::Store;
use crate::adapter::terminal::Format;
use crate::error::{Error, Result};
use crate::event::Random;
use crate::exit::ExitCode;
use crate::report::prepared::{Prepared, PrintForm};

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
        session: &Session,
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
                    let name = destination
                        .webhook
                        .as_ref()
                        .map_or("", |webhook| &webhook.name);
                    let event = payload.event.as_deref().unwrap_or("(no event)");
                    session
                        .terminal
                        .status(&format!("not sent to {name}: {event}: {why}"));
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
        session: &Session,
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
            match session.terminal.format() {
                Format::Json => session.terminal.emit(&prepared)?,
                Format::Text => session.terminal.write_data(&prepared.bytes(form))?,
            }
        }
        Ok(())
    }

    /// Sends everything in order, over one connection for each destination.
    ///
    /// # Errors
    /// A destination outside this machine, interrupted, stdout gone.
    pub async fn send(
        self,
        session: &Session,
        clock: Clock,
        store: Option<Store>,
        options: SendOptions,
    ) -> Result<ExitCode> {
        // The sender holds one client; the others wait at their places.
        let mut waiting = self.clients(&options.client).await?;
        let Some(mut current) = self.deliveries.first().map(|planned| planned.destination) else {
            return Ok(ExitCode::Success);
        };
        let Some(first) = waiting[current].take() else {
            return Ok(ExitCode::Success);
        };
        let mut sender = Sender::new(session, first, clock, store);
        let mut all_delivered = true;
        for planned in &self.deliveries {
            if let Some(client) = waiting[planned.destination].take() {
                waiting[current] = Some(sender.turn_to(client));
                current = planned.destination;
            }
            if !planned.wait.is_zero() {
                sender.pause(planned.wait).await?;
            }
            let signer = &self.destinations[planned.destination].signer;
            let delivered = deliver(
                &mut sender,
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
        sender.finish(all_delivered)
    }

    /// A client for every destination that gets something.
    async fn clients(&self, options: &ClientOptions) -> Result<Vec<Option<Client>>> {
        let mut clients = Vec::new();
        for (position, destination) in self.destinations.iter().enumerate() {
            let used = self
                .deliveries
                .iter()
                .any(|planned| planned.destination == position);
            clients.push(match used {
                true => {
                    let target = destination.target.clone();
                    let endpoint = Endpoint::resolve(target, options.allow_remote).await?;
                    Some(Client::new(endpoint, options)?)
                }
                false => None,
            });
        }
        Ok(clients)
    }
}
