//! `send`: build, sign and POST deliveries as Lettermint does.

use std::path::PathBuf;

use clap::Args;

use crate::app::AppContext;
use crate::args::print_args::PrintArgs;
use crate::args::time::TimeArg;
use crate::args::values::{parse_header, parse_speed};
use crate::args::{
    BulkArgs, EditArgs, EndpointArgs, EventName, FixedArgs, RetryArgs, SecretArgs, StoreArgs,
};
use crate::context::clock::Clock;
use crate::delivery::outgoing;
use crate::delivery::tampering::Tampering;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::Header;
use crate::lettermint::{Edit, Fresh, Random};
use crate::send::scenario as story;
use crate::send::tables::{ScenarioTable, TamperingTable};
use crate::sending::bulk;
use crate::sending::bulk::{BulkSetup, FreshDeliveries};
use crate::sending::destinations;
use crate::sending::destinations::{Destination, Wanted};
use crate::sending::event_instance::Occurrence;
use crate::sending::payloads::{Payload, all_names, template_of};
use crate::sending::plan::{Outbox, SendOptions};

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
  lettermint-hook send --scenario bounced
  lettermint-hook send message.delivered --retry --speed 60
  lettermint-hook send message.delivered --tamper body-byte
  lettermint-hook send --mix message.delivered=8,message.opened=2 --count 10000 -c 16
  lettermint-hook send message.clicked --print curl

Exits 0 when every delivery was answered 2xx, 1 when any was not, 3 when nobody answered at all.")]
pub struct SendArgs {
    /// Event names, as `lettermint-hook events` lists them
    #[arg(value_name = "EVENT", value_parser = EventName, hide_possible_values = true)]
    pub events: Vec<String>,
    /// Send every event that has a payload
    #[arg(long, conflicts_with_all = ["events", "body", "scenario", "mix"])]
    pub all: bool,
    /// Send the events of a story about one message; `list` describes them
    #[arg(long, value_name = "NAME", conflicts_with_all = ["events", "body", "mix", "id"])]
    pub scenario: Option<String>,
    /// End a story, or a list of events, at the first that is not delivered
    #[arg(long)]
    pub stop_on_failure: bool,
    /// Send these exact bytes, `-` for stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["set", "unset", "id", "timestamp"])]
    pub body: Option<PathBuf>,
    /// Send these events by weight: message.delivered=8,message.opened=2
    #[arg(long, value_name = "EVENT=N,…", conflicts_with_all = ["events", "body"], value_parser = parse_mix)]
    pub mix: Option<Mix>,
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
    /// Ask the endpoint as this user, with HTTP Basic authentication
    ///
    /// The password is that of the variable LETTERMINT_HOOK_BASIC_AUTH_PASSWORD, or asked for.
    #[arg(long, value_name = "USER")]
    pub basic_auth: Option<String>,
    /// Send to this webhook of the config file
    ///
    /// With a config file and neither --to nor --webhook, every enabled webhook that subscribes to
    /// the event gets it, as in production.
    #[arg(long, value_name = "NAME", conflicts_with = "to")]
    pub webhook: Option<String>,
    /// The id of the route on which the event happens
    #[arg(long, value_name = "ID", conflicts_with = "body")]
    pub route: Option<String>,
    /// The id of the project in which the event happens
    #[arg(long, value_name = "ID", conflicts_with = "body")]
    pub project: Option<String>,
    /// Be wrong on purpose; `list` describes the kinds
    #[arg(long, value_name = "KIND")]
    pub tamper: Option<String>,
    /// Printing.
    #[command(flatten)]
    pub print: PrintArgs,
    /// Divide the waits of --retry, or wait between the events of a story
    ///
    /// With --retry 1 is Lettermint's own pace, 60 turns minutes into seconds. Without it a story
    /// is sent without waits; --speed 1 waits as long as the story takes.
    #[arg(long, value_name = "FACTOR", value_parser = parse_speed)]
    pub speed: Option<f64>,
    /// Edits.
    #[command(flatten)]
    pub edits: EditArgs,
    /// Where to.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
    /// Retry.
    #[command(flatten)]
    pub retry: RetryArgs,
    /// Bulk.
    #[command(flatten)]
    pub bulk: BulkArgs,
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

/// Events with weights.
pub type Mix = Vec<(String, u32)>;

fn parse_mix(text: &str) -> Result<Mix, String> {
    text.split(',')
        .map(|part| {
            let (event, weight) = part.split_once('=').unwrap_or((part, "1"));
            let weight = weight
                .parse()
                .ok()
                .filter(|weight| (1..=1_000).contains(weight));
            match weight {
                Some(weight) if !event.is_empty() => Ok((event.to_owned(), weight)),
                _ => Err(format!(
                    "expected EVENT=WEIGHT with a weight from 1 to 1000: {part}"
                )),
            }
        })
        .collect()
}

/// Runs the command.
///
/// # Errors
/// A command line that makes no sense, no secret, a file that cannot be read, stdout gone.
pub fn run(args: &SendArgs, app: &AppContext) -> Result<ExitCode> {
    if args.scenario.as_deref() == Some("list") {
        app.terminal.emit(&ScenarioTable)?;
        return Ok(ExitCode::Success);
    }
    if args.tamper.as_deref() == Some("list") {
        app.terminal.emit(&TamperingTable)?;
        return Ok(ExitCode::Success);
    }
    let is_bulk = args.bulk.is_bulk() || args.mix.is_some();
    if args.speed.is_some() && !args.retry.retry && args.scenario.is_none() {
        return Err(Error::usage(
            "--speed divides the waits of --retry or --scenario, and there are none",
        )
        .hint("`--rate 200/s` sets the pace of bulk sending"));
    }
    let clock = app.clock(args.fixed.now);
    let wanted = wanted(args)?;
    if is_bulk {
        return send_bulk(args, app, clock, &wanted);
    }
    let mut random = app.random(args.fixed.seed);
    let occurrences = occurrences(args, app, clock, &mut random)?;
    let destinations = destinations(args, app, &wanted)?;
    let outbox = Outbox::fill(app, &occurrences, &destinations, &wanted, &mut random)?;
    if let Some(form) = args.print.form() {
        outbox.print(app, form, args.attempt, clock)?;
        return Ok(ExitCode::Success);
    }
    let options = SendOptions {
        client: args.endpoint.client_options(),
        policy: args.retry.policy(args.speed),
        first_attempt: args.attempt,
        stop_on_failure: args.stop_on_failure,
    };
    app.block_on(outbox.send(app, clock, &args.store.choice(), options))
}

/// What the command line says about where to send.
fn wanted(args: &SendArgs) -> Result<Wanted> {
    Ok(Wanted {
        target: args.endpoint.named_target()?,
        webhook: args.webhook.clone(),
        route: args.route.clone(),
        project: args.project.clone(),
        user: args.basic_auth.clone(),
        headers: args.header.clone(),
        tampering: args.tamper.as_deref().map(parse_tampering).transpose()?,
        unsigned: false,
    })
}

fn destinations(args: &SendArgs, app: &AppContext, wanted: &Wanted) -> Result<Vec<Destination>> {
    destinations::find(app, &args.secret.sources(), wanted, || {
        args.endpoint.target()
    })
}

fn send_bulk(args: &SendArgs, app: &AppContext, clock: Clock, wanted: &Wanted) -> Result<ExitCode> {
    refuse_with_bulk(args)?;
    let weights = match &args.mix {
        Some(mix) => mix.clone(),
        None => names(args, app)?
            .into_iter()
            .map(|name| (name, 1))
            .collect(),
    };
    let destination = destinations::only_enabled(destinations(args, app, wanted)?)?;
    let edits = all_edits(args);
    let templates = bulk::templates_for(app, &destination, wanted, &weights, &edits)?;
    let source = FreshDeliveries::new(templates, app.random(args.fixed.seed).next_u64())
        .shuffled(args.bulk.load.shuffle)
        .duplicating(args.bulk.load.duplicate.unwrap_or(0.0))
        .as_attempt(args.attempt)
        .occurring_at(args.timestamp.map(|time| time.resolve(clock)));
    let setup = BulkSetup {
        plan: args.bulk.plan(Some(source.round())),
        signer: destination.signer.clone(),
        endpoint: app.block_on(args.endpoint.resolve(destination.target.clone()))?,
        options: args.endpoint.client_options(),
        clock,
        store: app.open_store(&args.store.choice())?,
    };
    bulk::run(app, setup, source)
}

fn refuse_with_bulk(args: &SendArgs) -> Result<()> {
    let refused = [
        ("--body", args.body.is_some()),
        ("--scenario", args.scenario.is_some()),
        ("--retry", args.retry.retry),
        ("--stop-on-failure", args.stop_on_failure),
        ("--print", args.print.print.is_some()),
        ("--dry-run", args.print.dry_run),
    ];
    match refused.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Error::usage(format!("bulk sending does not go with {option}"))
            .hint("leave out --count, --duration, --concurrency, --rate, --duplicate, --shuffle and --mix")),
        None => Ok(()),
    }
}

fn parse_tampering(text: &str) -> Result<Tampering> {
    Tampering::parse(text).map_err(|error| {
        let hint = error.hint();
        Error::usage(format!("--tamper: {error}: {text}"))
            .caused_by(error)
            .maybe_hint(hint)
    })
}

fn all_edits(args: &SendArgs) -> Vec<Edit> {
    let mut all: Vec<Edit> = args.id.as_deref().map(Edit::id).into_iter().collect();
    all.extend(args.edits.edits());
    all
}

/// What happened, for a run that is not bulk.
fn occurrences(
    args: &SendArgs,
    app: &AppContext,
    clock: Clock,
    random: &mut Random,
) -> Result<Vec<Occurrence>> {
    if let Some(path) = &args.body {
        let payload = payload_from_file(app, path, &args.events)?;
        return Ok(vec![Occurrence::bytes(payload)]);
    }
    let occurred_at = args.timestamp.map(|time| time.resolve(clock));
    let edits = all_edits(args);
    if let Some(name) = &args.scenario {
        let pace = if args.retry.retry { None } else { args.speed };
        return story::tell(name, &edits, random, clock, occurred_at, pace);
    }
    names(args, app)?
        .iter()
        .map(|name| {
            template_of(name, &edits)?;
            let fresh = Fresh::draw(random, occurred_at.unwrap_or_else(|| clock.micros()));
            Ok(Occurrence::event(name, edits.clone(), fresh))
        })
        .collect()
}

fn names(args: &SendArgs, app: &AppContext) -> Result<Vec<String>> {
    if args.all {
        return Ok(all_names());
    }
    if args.events.is_empty() {
        let all = all_names();
        if let Some(picked) = app.prompt.pick("Which event?", &all)? {
            return Ok(vec![all[picked].clone()]);
        }
        return Err(Error::usage("no EVENT to send")
            .hint("name one, such as `lettermint-hook send message.delivered`, or use `--all`, `--scenario NAME` or `--body FILE`")
            .hint("`lettermint-hook events` lists them"));
    }
    Ok(args.events.clone())
}

fn payload_from_file(
    app: &AppContext,
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
    let body = app.read_input(path)?;
    let (event, id) = outgoing::identify(&body);
    Ok(Payload {
        event: named.or(event),
        id,
        body: body.into(),
    })
}
