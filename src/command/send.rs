//! `send`: build, sign and POST deliveries as Lettermint does.

use std::path::PathBuf;

use bytes::Bytes;
use clap::Args;

use crate::adapter::clock::{Clock, TimeArg};
use crate::command::options::{
    EditArgs, EndpointArgs, EventName, FixedArgs, SecretArgs, StoreArgs, parse_header,
};
use crate::delivery::outgoing::{self, Outgoing, SigningPlan};
use crate::error::{Error, Result};
use crate::event::{Edit, Event, Fresh, PayloadTemplate, Random, catalogue, suggest};
use crate::exit::ExitCode;
use crate::protocol::{Header, SigningKey};
use crate::report::prepared::Prepared;
use crate::workbench::Session;
use crate::workbench::sender::Sender;

/// Build, sign and send deliveries to an endpoint
///
/// Each delivery is made as Lettermint makes it: the payload in its field order and PHP's form
/// of JSON, signed over the exact bytes, with its headers in its order. Every attempt is
/// recorded in the store.
///
/// The endpoint must be on this machine unless --allow-remote is given. Redirects are not
/// followed: to Lettermint a 3xx is a failed delivery.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook send message.hard_bounced
  lettermint-hook send --all --to http://127.0.0.1:8000/webhooks/lettermint
  lettermint-hook send message.delivered --set data.recipient=me@example.com
  lettermint-hook send --body payload.json --attempt 3
  lettermint-hook send message.clicked --dry-run

Exits 0 when every attempt was answered 2xx, 1 when any was not, 3 when nobody answered at all.")]
pub struct SendArgs {
    /// Event names, as `lettermint-hook events` lists them
    #[arg(value_name = "EVENT", value_parser = EventName, hide_possible_values = true)]
    pub events: Vec<String>,
    /// Send every event that has a payload
    #[arg(long, conflicts_with_all = ["events", "body"])]
    pub all: bool,
    /// Send these exact bytes, `-` for stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["set", "unset", "id", "timestamp"])]
    pub body: Option<PathBuf>,
    /// The delivery's id instead of a fresh one
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// When the event happened instead of now; the signature's time is --now
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, allow_hyphen_values = true)]
    pub timestamp: Option<TimeArg>,
    /// The attempt number to send
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub attempt: u32,
    /// Add a header, or replace one of Lettermint's: 'Name: value'
    #[arg(long, short = 'H', value_name = "HEADER", value_parser = parse_header)]
    pub header: Vec<Header>,
    /// Print the requests instead of sending them
    #[arg(long)]
    pub dry_run: bool,
    /// Edits.
    #[command(flatten)]
    pub edits: EditArgs,
    /// Where to.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
    /// Secrets.
    #[command(flatten)]
    pub secret: SecretArgs,
    /// Store.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Reproducing.
    #[command(flatten)]
    pub fixed: FixedArgs,
}

/// Runs the command.
///
/// # Errors
/// A command line that makes no sense, no secret, a file that cannot be read, stdout gone.
pub fn run(args: &SendArgs, session: &Session) -> Result<ExitCode> {
    let SendArgs {
        events,
        all,
        body,
        id,
        timestamp,
        attempt,
        header,
        dry_run,
        edits,
        endpoint,
        secret,
        store,
        fixed,
    } = args;
    let target = endpoint.target()?;
    let clock = session.clock(fixed.now);
    let payloads = match body {
        Some(path) => vec![payload_from_file(session, path, events)?],
        None => {
            let edits = all_edits(edits, id.as_deref());
            let occurred_at = timestamp.map(|time| time.resolve(clock));
            let maker = PayloadMaker {
                clock,
                occurred_at,
                random: session.random(fixed.seed),
            };
            maker.make(events, *all, &edits)?
        }
    };
    let secret = session.signing_secret(&secret.sources())?;
    let key = SigningKey::new(&secret.secret);
    let sign = |payload: Payload| {
        let plan = SigningPlan {
            key: &key,
            signed_at: clock.seconds(),
            attempt: *attempt,
        };
        let mut outgoing = Outgoing::signed(payload.event, payload.id, payload.body, plan);
        for Header { name, value } in header {
            outgoing.headers.set(name, value.clone());
        }
        outgoing
    };
    if *dry_run {
        for payload in payloads {
            session.terminal.emit(&Prepared {
                target: target.clone(),
                outgoing: sign(payload),
            })?;
        }
        return Ok(ExitCode::Success);
    }
    let store = session.open_store(&store.choice())?;
    session.block_on(async {
        let client = endpoint.client(target).await?;
        let mut sender = Sender::new(session, client, clock, store);
        for payload in payloads {
            sender.attempt(&sign(payload), Vec::new()).await?;
        }
        sender.finish()
    })
}

/// A body and what it says of itself.
#[derive(Debug)]
struct Payload {
    event: Option<String>,
    id: Option<String>,
    body: Bytes,
}

fn payload_from_file(
    session: &Session,
    path: &std::path::Path,
    events: &[String],
) -> Result<Payload> {
    let named = match events {
        [] => None,
        [name] => Some(name.clone()),
        _ => {
            return Err(
                Error::usage("--body is one payload, so at most one EVENT can be named")
                    .hint("the name then goes into X-Lettermint-Event"),
            );
        }
    };
    let body = session.read_input(path)?;
    let (event, id) = outgoing::identify(&body);
    Ok(Payload {
        event: named.or(event),
        id,
        body: body.into(),
    })
}

fn all_edits(edits: &EditArgs, id: Option<&str>) -> Vec<Edit> {
    let mut all = Vec::new();
    if let Some(id) = id {
        all.push(Edit::id(id));
    }
    all.extend(edits.edits());
    all
}

/// Makes fresh payloads.
#[derive(Debug)]
struct PayloadMaker {
    clock: Clock,
    occurred_at: Option<i64>,
    random: Random,
}

impl PayloadMaker {
    fn make(mut self, names: &[String], all: bool, edits: &[Edit]) -> Result<Vec<Payload>> {
        if names.is_empty() && !all {
            return Err(Error::usage("no EVENT to send")
                .hint("name one, such as `lettermint-hook send message.delivered`, or use `--all` or `--body FILE`")
                .hint("`lettermint-hook events` lists them"));
        }
        if all {
            return catalogue::EVENTS
                .iter()
                .filter(|event| event.sample_json().is_some())
                .map(|event| self.one(event.name, edits))
                .collect();
        }
        names.iter().map(|name| self.one(name, edits)).collect()
    }

    fn one(&mut self, name: &str, edits: &[Edit]) -> Result<Payload> {
        let template = template_of(name, edits)?;
        let occurred_at = self.occurred_at.unwrap_or_else(|| self.clock.micros());
        let fresh = Fresh::draw(&mut self.random, occurred_at);
        let mut body = Vec::new();
        template.render(&fresh, &mut body);
        Ok(Payload {
            event: template.event().map(str::to_owned),
            id: template.id(&fresh),
            body: body.into(),
        })
    }
}

/// The payload template of an event with edits applied.
fn template_of(name: &str, edits: &[Edit]) -> Result<PayloadTemplate> {
    let refused = |error: crate::event::edit::EditError| {
        Error::usage(format!("{name}: {error}")).maybe_hint(error.hint())
    };
    let edits_data = edits.iter().any(|edit| !edit.is_id());
    match catalogue::find(name) {
        Some(event) => match PayloadTemplate::of_event(event, edits).map_err(refused)? {
            Some(template) => Ok(template),
            None if edits_data => PayloadTemplate::of_unknown(name, edits).map_err(refused),
            None => Err(Error::usage(format!("no payload was ever published of the event: {name}"))
                .hint("give its bytes with `--body FILE`, or its fields with `--set data.…`")),
        },
        None if edits_data => PayloadTemplate::of_unknown(name, edits).map_err(refused),
        None => Err(unknown_event(name)
            .hint("an event of your own needs its fields with `--set data.…`, or its bytes with `--body FILE`")),
    }
}

/// The error for a name that the catalogue does not have.
pub(super) fn unknown_event(name: &str) -> Error {
    let nearest = suggest::nearest(
        name,
        catalogue::EVENTS.iter().map(|event: &Event| event.name),
    );
    let error = Error::usage(format!("unknown event: {name}"));
    match nearest {
        Some(nearest) => error.hint(format!("did you mean `{nearest}`?")),
        None => error.hint("`lettermint-hook events` lists them"),
    }
}
