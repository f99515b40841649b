//! `replay`: send recorded deliveries again.

use std::path::PathBuf;

use clap::Args;

use crate::app::AppContext;
use crate::args::print_args::PrintArgs;
use crate::args::recorded::{DirectionChoice, PartArgs, SelectionArgs};
use crate::args::values::parse_speed;
use crate::args::{EditArgs, EndpointArgs, FixedArgs, LoadArgs, RetryArgs, SecretArgs, StoreArgs};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::replay::{
    AttemptNumber, BulkReplay, Pace, Preparation, Replay, print, send_in_bulk, send_in_order,
};
use crate::sending::bulk::BulkSetup;
use crate::sending::destinations;
use crate::sending::destinations::{Destination, Wanted};
use crate::store::input;
use crate::store::query::{Chosen, Part, choose};

/// Send recorded deliveries again: original bytes, new signature, next attempt number
///
/// By default every received delivery of the store is taken once, in its latest attempt, oldest
/// first. The body goes out byte for byte as it was captured. The signature is made anew with
/// the current time, because receivers refuse old ones; --verbatim sends the captured headers
/// as they were.
///
/// Other captures are told apart by what they hold: HAR of browsers and proxies, raw HTTP
/// requests, curl commands, lines of `listen --json`, exports of the Team API. The latter hold no
/// raw bytes: their payload is encoded anew, and the line says so.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook replay --last 1
  lettermint-hook replay --id 9d3f6a1e
  lettermint-hook replay --failed --since 2h
  lettermint-hook replay capture.har --event 'message.*_bounced' --verbatim
  lettermint-hook replay --where 'data.recipient=*@example.com' --set data.recipient=me@example.com
  lettermint-hook replay production.ndjson --concurrency 16 --rate 200/s
  lettermint-hook replay --realtime --speed 60

Exits 0 when every attempt was answered 2xx, 1 when any was not or nothing was selected, 3 when
nobody answered at all.")]
pub struct ReplayArgs {
    /// Captures: files, folders, `-` for stdin [default: the store]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// Selection.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Part.
    #[command(flatten)]
    pub part: PartArgs,
    /// Deliveries that went this way
    #[arg(
        long,
        value_name = "WAY",
        default_value = "received",
        help_heading = "Selection"
    )]
    pub direction: DirectionChoice,
    /// Every attempt, not each delivery once in its latest
    #[arg(long, help_heading = "Selection")]
    pub every_attempt: bool,
    /// Send the captured headers as they were, old signature included
    #[arg(long, conflicts_with_all = ["set", "unset", "attempt", "retry", "concurrency", "rate", "duplicate", "shuffle"])]
    pub verbatim: bool,
    /// The attempt number to send: a number, or `same` for the captured one [default: the one after the captured]
    #[arg(long, value_name = "N", value_parser = AttemptNumber::parse)]
    pub attempt: Option<AttemptNumber>,
    /// Keep the gaps between the captured deliveries
    #[arg(long, conflicts_with_all = ["concurrency", "rate", "duplicate", "shuffle"])]
    pub realtime: bool,
    /// Divide the gaps of --realtime and the waits of --retry
    #[arg(long, value_name = "FACTOR", value_parser = parse_speed)]
    pub speed: Option<f64>,
    /// Send to this webhook of the config file
    ///
    /// With a config file and neither --to nor --webhook, every enabled webhook that subscribes to
    /// the event gets it, as in production.
    #[arg(long, value_name = "NAME", conflicts_with = "to")]
    pub webhook: Option<String>,
    /// Printing.
    #[command(flatten)]
    pub print: PrintArgs,
    /// Edits.
    #[command(flatten)]
    pub edits: EditArgs,
    /// Where to.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
    /// Retry.
    #[command(flatten)]
    pub retry: RetryArgs,
    /// Load.
    #[command(flatten)]
    pub load: LoadArgs,
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
/// A command line that makes no sense, no secret, a file that cannot be read, nothing selected,
/// stdout gone.
pub fn run(args: &ReplayArgs, app: &AppContext) -> Result<ExitCode> {
    let clock = app.clock(args.fixed.now);
    let wanted = Wanted {
        target: args.endpoint.named_target()?,
        webhook: args.webhook.clone(),
        unsigned: args.verbatim,
        ..Wanted::default()
    };
    let is_bulk = args.load.is_bulk();
    if is_bulk && (args.retry.retry || args.print.form().is_some()) {
        return Err(
            Error::usage("--retry, --print and --dry-run do not go with bulk sending")
                .hint("leave out --concurrency, --rate, --duplicate and --shuffle"),
        );
    }
    let destinations = destinations::find(app, &args.secret.sources(), &wanted, || {
        args.endpoint.target()
    })?;
    let mut chosen = choose_sources(args, app)?;
    let preparation = Preparation {
        edits: args.edits.edits(),
        attempt: args.attempt.unwrap_or_default(),
    };
    if is_bulk {
        return run_bulk(args, app, destinations, preparation, chosen);
    }
    let mut replay = Replay {
        chosen: &mut chosen,
        destinations: &destinations,
        preparation: (!args.verbatim).then_some(preparation),
        policy: args.retry.policy(args.speed),
        pace: args.realtime.then(|| Pace::new(args.speed.unwrap_or(1.0))),
    };
    if let Some(form) = args.print.form() {
        return print(app, &mut replay, form, clock);
    }
    let store = args.store.choice();
    let options = args.endpoint.client_options();
    app.block_on(send_in_order(app, replay, clock, &store, &options))
}

fn choose_sources(args: &ReplayArgs, app: &AppContext) -> Result<Chosen> {
    let store = app.store_path(&args.store.choice());
    if args.sources.is_empty() && store.is_none() {
        return Err(Error::usage("--no-store leaves nothing to replay")
            .hint("name a file of captured deliveries"));
    }
    let inputs = input::inputs(app, &args.sources, store.as_deref())?;
    let clock = app.clock(args.fixed.now);
    let selection = args.selection.selection(args.direction, clock);
    let part = Part {
        every_attempt: args.every_attempt,
        sendable: true,
        ..args.part.part()
    };
    choose(app, inputs, &selection, &part)
}

fn run_bulk(
    args: &ReplayArgs,
    app: &AppContext,
    destinations: Vec<Destination>,
    preparation: Preparation,
    chosen: Chosen,
) -> Result<ExitCode> {
    let destination = destinations::only_enabled(destinations)?;
    let setup = BulkSetup {
        // Repeats come on top, so their number is not known before.
        plan: args.load.plan(
            args.load
                .duplicate
                .is_none()
                .then_some(chosen.count() as u64),
        ),
        signer: destination.signer.clone(),
        endpoint: app.block_on(args.endpoint.resolve(destination.target.clone()))?,
        options: args.endpoint.client_options(),
        clock: app.clock(args.fixed.now),
        store: app.open_store(&args.store.choice())?,
    };
    let replay = BulkReplay {
        preparation,
        destination,
        shuffle: args.load.shuffle,
        duplicate: args.load.duplicate.unwrap_or(0.0),
        seed: app.random(args.fixed.seed).next_u64(),
    };
    send_in_bulk(app, chosen, replay, setup)
}
