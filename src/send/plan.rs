//! What is sent where: a job for every destination that takes an event.

use std::time::Duration;

use super::args::SendArgs;
use crate::app::AppContext;
use crate::context::clock::Clock;
use crate::delivery::tampering::Tampering;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::{Edit, Fresh, PayloadTemplate, Random, catalogue};
use crate::sending::destinations::{Destination, RoutingOptions};
use crate::sending::job::{Job, template_of};
use crate::sending::output::prepared::{Prepared, PrintForm};
use crate::sending::sender::Sender;

/// What is sent to every destination that takes it.
#[derive(Debug, Clone)]
pub(super) struct EventInstance {
    pub(super) content: Content,
    /// How long after the one before it is sent.
    pub(super) wait: Duration,
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    /// The same bytes for all.
    Body(Job),
    /// An event with its edits, of which each destination gets a delivery of its own.
    Fresh {
        name: String,
        edits: Vec<Edit>,
        fresh: Fresh,
        is_awkward: bool,
    },
}

impl Content {
    /// The job for a destination. A delivery is one event for one webhook, so every job but the
    /// first of an event gets an id of its own.
    fn job(
        &self,
        destination: &Destination,
        is_first: bool,
        options: &RoutingOptions,
        attempt: u32,
        random: &mut Random,
    ) -> Result<Job> {
        let (name, edits, mut fresh, is_awkward) = match self {
            Self::Body(job) => return Ok(job.clone()),
            Self::Fresh {
                name,
                edits,
                fresh,
                is_awkward,
            } => (name, edits, *fresh, *is_awkward),
        };
        if !is_first {
            fresh.delivery_id = Fresh::draw(random, fresh.occurred_at).delivery_id;
        }
        let template = template_for(name, edits, destination, options)?;
        let mut job = Job::render(&template, &fresh, attempt);
        job.notes.extend(is_awkward.then(|| "awkward".to_owned()));
        Ok(job)
    }
}

/// The template of an event as a destination gets it: the user's edits come after those that the
/// destination makes. Suppressions are the team's, and happen on no route.
fn template_for(
    name: &str,
    edits: &[Edit],
    destination: &Destination,
    options: &RoutingOptions,
) -> Result<PayloadTemplate> {
    let happens_on_a_route = catalogue::find(name)
        .and_then(catalogue::Event::sample)
        .is_some_and(|sample| sample["context"]["route_id"].is_string());
    let mut all = match happens_on_a_route {
        true => destination.context_edits(options),
        false => Vec::new(),
    };
    all.extend(edits.iter().cloned());
    template_of(name, &all)
}

/// The templates of a bulk run: those of the events that its destination takes, with their
/// weights. An event that it does not take is said, with the reason.
pub(super) fn templates_for(
    app: &AppContext,
    destination: &Destination,
    options: &RoutingOptions,
    weights: &[(String, u32)],
    edits: &[Edit],
) -> Result<Vec<(PayloadTemplate, u32)>> {
    // Route, project and who opened it are in the template: any one delivery shows them.
    let example = Fresh::draw(&mut Random::seeded(0), 0);
    let mut taken = Vec::new();
    for (name, weight) in weights {
        let template = template_for(name, edits, destination, options)?;
        let job = Job::render(&template, &example, 1);
        if destination.takes_or_says(app, job.event.as_deref(), &job.body) {
            taken.push((template, *weight));
        }
    }
    if taken.is_empty() {
        return Err(Error::negative("the webhook takes none of it").hint(
            "`lettermint-hook webhooks` shows what it subscribes to; `--to URL` sends regardless",
        ));
    }
    Ok(taken)
}

/// Jobs in order, each for the destination at a position.
pub(super) struct SendPlan<'a> {
    destinations: &'a [Destination],
    planned: Vec<Planned>,
}

struct Planned {
    destination: usize,
    wait: Duration,
    job: Job,
}

impl<'a> SendPlan<'a> {
    /// Every event for every destination that takes it, tampered with in every way.
    pub(super) fn new(
        app: &AppContext,
        events: &[EventInstance],
        tamperings: &[Option<Tampering>],
        destinations: &'a [Destination],
        options: &RoutingOptions,
        attempt: u32,
        random: &mut Random,
    ) -> Result<Self> {
        let mut planned = Vec::new();
        for event in events {
            let mut wait = event.wait;
            let mut is_first = true;
            for (position, destination) in destinations.iter().enumerate() {
                for tampering in tamperings {
                    let content = &event.content;
                    let mut job = content.job(destination, is_first, options, attempt, random)?;
                    is_first = false;
                    job.tampering = *tampering;
                    if !destination.takes_or_says(app, job.event.as_deref(), &job.body) {
                        break;
                    }
                    planned.push(Planned {
                        destination: position,
                        // The wait is before the event, not before each that gets it.
                        wait: std::mem::take(&mut wait),
                        job,
                    });
                }
            }
        }
        if planned.is_empty() {
            return Err(Error::negative("no webhook takes any of it")
                .hint("`lettermint-hook webhooks` shows what each subscribes to; `--to URL` sends regardless"));
        }
        Ok(Self {
            destinations,
            planned,
        })
    }

    /// Prints the requests instead of sending them.
    pub(super) fn print(&self, app: &AppContext, form: PrintForm, clock: Clock) {
        for planned in &self.planned {
            let destination = &self.destinations[planned.destination];
            let job = &planned.job;
            Prepared {
                target: destination.target.clone(),
                outgoing: destination.signer.sign(job, job.attempt, clock.seconds()),
                tampering: job.tampering,
            }
            .print(app, form);
        }
    }

    /// Sends everything in order.
    pub(super) async fn send(
        self,
        app: &AppContext,
        clock: Clock,
        args: &SendArgs,
        wait: Option<Duration>,
    ) -> Result<ExitCode> {
        let client = args.endpoint.client_options();
        let policy = args.retry.policy(args.speed);
        let used: Vec<_> = self.planned.iter().map(|one| one.destination).collect();
        let is_used = |position| used.contains(&position);
        let store = args.store.path(app);
        let store = store.as_deref();
        let all = self.destinations;
        let sender = Sender::new(app, clock, store, &client, wait, all, is_used);
        let mut sender = sender.await?;
        let mut all_good = true;
        // Around the table of `--tamper all` are two genuine deliveries.
        let mut is_in_table = false;
        let mut refused_control = None;
        for Planned {
            destination,
            wait,
            job,
        } in &self.planned
        {
            sender.pause(*wait).await?;
            let signer = &self.destinations[*destination].signer;
            let good = sender.deliver(*destination, signer, job, policy).await?;
            all_good &= good;
            if job.tampering.is_some_and(|it| it.is_none()) {
                is_in_table = !is_in_table;
                if !good {
                    refused_control = Some(is_in_table);
                    break;
                }
            }
            if !good && args.stop_on_failure {
                break;
            }
        }
        let code = sender.finish(all_good);
        let Some(was_first) = refused_control else {
            return Ok(code);
        };
        let message = match was_first {
            true => "the genuine delivery was not accepted, so refusals would prove nothing",
            false => {
                "the handler accepted a genuine delivery at first and not in the end, so its refusals prove nothing"
            }
        };
        let error = match code {
            ExitCode::CannotRun => Error::cannot_run(message),
            _ => Error::negative(message),
        };
        Err(error.hint(match was_first {
            true => "send it alone, without `--tamper`, until it is accepted",
            false => "does a rate limit or a lock after failures stop it? exempt this machine",
        }))
    }
}
