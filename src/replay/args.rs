//! `replay`: send recorded deliveries again.

use std::path::PathBuf;

use clap::Args;

use super::preparation::AttemptNumber;
use crate::args::print_args::PrintArgs;
use crate::args::recorded::{DirectionChoice, PartArgs, SelectionArgs};
use crate::args::values::parse_speed;
use crate::args::{EditArgs, EndpointArgs, FixedArgs, LoadArgs, RetryArgs, SecretArgs, StoreArgs};

pub(crate) use super::run::run;

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
no endpoint answered.")]
pub(crate) struct ReplayArgs {
    /// Captures: files, directories, `-` for stdin [default: the store]
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) part: PartArgs,
    /// Deliveries that went this way
    #[arg(
        long,
        value_name = "WAY",
        default_value = "received",
        help_heading = "Selection"
    )]
    pub(crate) direction: DirectionChoice,
    /// Every attempt, not each delivery once in its latest
    #[arg(long, help_heading = "Selection")]
    pub(crate) every_attempt: bool,
    /// Send the captured headers as they were, old signature included
    #[arg(long, conflicts_with_all = ["set", "unset", "attempt", "retry", "concurrency", "rate", "duplicate", "shuffle"])]
    pub(crate) verbatim: bool,
    /// Sign anew also what did not verify when it was received
    ///
    /// Without it such a delivery is named and not sent, unless its signature verifies with the
    /// secret that is used now: a forgery would become genuine.
    #[arg(long, conflicts_with = "verbatim")]
    pub(crate) resign_invalid: bool,
    /// The attempt number to send: a number, or `same` for the captured one [default: the one after the captured]
    #[arg(long, value_name = "N", value_parser = AttemptNumber::parse)]
    pub(crate) attempt: Option<AttemptNumber>,
    /// Keep the gaps between the captured deliveries
    #[arg(long, conflicts_with_all = ["concurrency", "rate", "duplicate", "shuffle"])]
    pub(crate) realtime: bool,
    /// Divide the gaps of --realtime and the waits of --retry
    #[arg(long, value_name = "FACTOR", value_parser = parse_speed)]
    pub(crate) speed: Option<f64>,
    /// Send to this webhook of the config file
    ///
    /// With a config file and neither --to nor --webhook, every enabled webhook that subscribes to
    /// the event gets it, as in production.
    #[arg(long, value_name = "NAME", conflicts_with = "to")]
    pub(crate) webhook: Option<String>,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
    #[command(flatten)]
    pub(crate) edits: EditArgs,
    #[command(flatten)]
    pub(crate) endpoint: EndpointArgs,
    #[command(flatten)]
    pub(crate) retry: RetryArgs,
    #[command(flatten)]
    pub(crate) load: LoadArgs,
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) fixed: FixedArgs,
}
