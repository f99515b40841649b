//! `send`: build, sign and POST deliveries as Lettermint does.

use std::path::PathBuf;

use clap::Args;

use crate::args::print_args::PrintArgs;
use crate::args::time::TimeArg;
use crate::args::values::{HeaderArg, parse_count, parse_event, parse_speed};
use crate::args::{
    BulkArgs, EditArgs, EndpointArgs, EventName, FixedArgs, RetryArgs, SecretArgs, StoreArgs,
};
use crate::error::{Error, Result};

pub(crate) use super::run::run;

/// Build, sign and send deliveries to an endpoint
///
/// Each delivery is made as Lettermint makes it: the payload in its field order and PHP's form
/// of JSON, signed over the exact bytes, with its headers in its order. Every attempt is
/// recorded in the store. Bulk sending writes records in groups: Ctrl+C loses none, a kill -9 up to
/// 256 KiB of them for each processor.
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
  lettermint-hook send message.delivered --tamper stale=10m
  lettermint-hook send message.delivered --tamper all
  lettermint-hook send --mix message.delivered=8,message.opened=2 --count 10000 -c 16
  lettermint-hook send message.clicked --print curl
  lettermint-hook send 'message.*bounced' --wait 30s --watch src

Exits 0 when every delivery was answered 2xx, or as a correct handler answers what was tampered
with, 1 when any was not, 3 when no endpoint answered.")]
pub(crate) struct SendArgs {
    /// Event names or globs, such as 'message.*bounced'; `lettermint-hook events` lists them
    #[arg(value_name = "EVENT", value_parser = EventName, hide_possible_values = true)]
    pub(crate) events: Vec<String>,
    /// Send every event that has a payload, and in the end an awkward one
    #[arg(long, conflicts_with_all = ["events", "body", "scenario", "mix"])]
    pub(crate) all: bool,
    /// Make payloads awkward: genuine, but hardly reproduced by parsing and encoding again
    ///
    /// Integer-like names out of order, U+2028, an integer beyond 2^53, numbers and empty arrays
    /// as PHP writes them: a handler that verifies anything but the raw body refuses them.
    #[arg(long, conflicts_with_all = ["body", "scenario", "mix"])]
    pub(crate) awkward: bool,
    /// Do not end --all with an awkward delivery
    #[arg(long, requires = "all", conflicts_with_all = ["events", "body", "scenario", "mix"])]
    pub(crate) no_awkward: bool,
    /// Send the events of a scenario about one message; `list` describes them
    #[arg(long, value_name = "NAME", conflicts_with_all = ["events", "body", "mix", "id"])]
    pub(crate) scenario: Option<String>,
    /// End a scenario, or a list of events, at the first that is not delivered
    #[arg(long)]
    pub(crate) stop_on_failure: bool,
    /// Send these exact bytes, `-` for stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["set", "unset", "id", "timestamp"])]
    pub(crate) body: Option<PathBuf>,
    /// Send these events by weight: message.delivered=8,message.opened=2
    #[arg(long, value_name = "EVENT=N,…", conflicts_with_all = ["events", "body"], value_parser = parse_mix)]
    pub(crate) mix: Option<Mix>,
    /// The delivery's id instead of a fresh one
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// When the event happened instead of now; the signature's time is --now
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, allow_hyphen_values = true)]
    pub(crate) timestamp: Option<TimeArg>,
    /// The attempt number to send
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = parse_count::<u32>(1..))]
    pub(crate) attempt: u32,
    /// Add a header, or replace one of Lettermint's: 'Name: value'
    ///
    /// As with curl, 'Name:' leaves a header out, and @FILE reads lines from a file.
    #[arg(long, short = 'H', value_name = "HEADER", value_parser = HeaderArg::parse)]
    pub(crate) header: Vec<HeaderArg>,
    /// Authenticate as USER, with HTTP Basic authentication
    ///
    /// The password is that of the variable LETTERMINT_HOOK_BASIC_AUTH_PASSWORD, or asked for.
    #[arg(long, value_name = "USER")]
    pub(crate) basic_auth: Option<String>,
    /// Send to this webhook of the config file
    ///
    /// With a config file and neither --to nor --webhook, every enabled webhook that subscribes to
    /// the event gets it, as in production.
    #[arg(long, value_name = "NAME", conflicts_with = "to")]
    pub(crate) webhook: Option<String>,
    /// The id of the route on which the event happens
    #[arg(long, value_name = "ID", conflicts_with = "body")]
    pub(crate) route: Option<String>,
    /// The id of the project in which the event happens
    #[arg(long, value_name = "ID", conflicts_with = "body")]
    pub(crate) project: Option<String>,
    /// Send again when a file or directory changes, until interrupted
    ///
    /// For a payload of --body, or the handler's source: after a change an endpoint has 10 s, or
    /// --wait, to accept connections again. In a directory, hidden files, logs, node_modules,
    /// target, vendor and __pycache__ do not count.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) watch: Vec<PathBuf>,
    /// Tamper with the delivery, and judge the handler by its answer; `list` describes the kinds
    ///
    /// The run succeeds when the handler does what a correct one does: it refuses a forgery (400,
    /// 401, 403, 422 and the like) and accepts what is only unusual, such as a second `v1` or a
    /// signature within the tolerance. Other answers (404, 429, 500, none) are not judged and fail.
    /// `all` sends each kind once between two genuine deliveries, which have to be accepted.
    #[arg(long, value_name = "KIND")]
    pub(crate) tamper: Option<String>,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
    /// Divide the waits of --retry, or wait between the events of a scenario
    ///
    /// With --retry 1 is Lettermint's own pace, 60 turns minutes into seconds. Without it
    /// a scenario is sent without waits; --speed 1 waits as long as the scenario takes.
    #[arg(long, value_name = "FACTOR", value_parser = parse_speed)]
    pub(crate) speed: Option<f64>,
    #[command(flatten)]
    pub(crate) edits: EditArgs,
    #[command(flatten)]
    pub(crate) endpoint: EndpointArgs,
    #[command(flatten)]
    pub(crate) retry: RetryArgs,
    #[command(flatten)]
    pub(crate) bulk: BulkArgs,
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) fixed: FixedArgs,
}

pub(crate) type Mix = Vec<(String, u32)>;

fn parse_mix(text: &str) -> Result<Mix> {
    let mut mix = Mix::new();
    for part in text.split(',') {
        let (events, weight) = part.split_once('=').unwrap_or((part, "1"));
        let weight = parse_count(1..=1_000)(weight).map_err(|_| {
            let expected = "expected EVENT=WEIGHT with a weight from 1 to 1000, such as \
                            message.delivered=8";
            Error::usage(format!("{expected}: {part}"))
        })?;
        let events = parse_event(events)?;
        mix.extend(events.names().map(|name| (name.to_owned(), weight)));
    }
    Ok(mix)
}
