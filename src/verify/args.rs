//! The options of `verify`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::args::SecretArgs;
use crate::args::time::TimeArg;
use crate::args::values::{parse_age, parse_event, parse_span};
use crate::diagnosis::sdk::{Sdk, UnknownSdk};
use crate::error::{Error, Result};
use crate::lettermint::{EventPattern, Tolerance};

/// Verify captured deliveries, or one body and signature, offline
///
/// The rules, their order and the reason codes are those of Lettermint's own SDKs. The age and
/// the signature are two verdicts, and both are always shown: a genuine but old delivery says so.
///
/// When a signature does not match, the cause is looked for by undoing what could have gone
/// wrong with body, secret, header or scheme. It is reported as proven only when the signature
/// then matches, with the place where it usually happens and the fix for common stacks.
///
/// FILE is a store, NDJSON of `listen --json` or of Lettermint's CLI, HAR, raw HTTP,
/// `.http` files, curl commands, requests as JSON of any shape (API Gateway, webhook.site, ngrok)
/// or a delivery of the Team API, told apart by content and unpacked when they are compressed with
/// gzip. A directory stands for all files in it: those that are captures by name
/// (.ndjson .jsonl .har .http .rest .curl .json .gz) must be readable, others are skipped when
/// they are none. Patterns (`*`, `**`, `?`, `[a-c]`, `{a,b}`) are expanded where the shell did not.
///
/// HAR, raw HTTP and scripts of curl may hold other requests. A request counts as a delivery when
/// it goes to an http or https URL, has a body, and a header that names Lettermint or a body that
/// names an event; all others are counted and skipped, here as in `replay` and
/// `deliveries import`.
///
/// An attempt that was both sent and received here is in the store twice, and counted once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook verify
  lettermint-hook verify 'fixtures/*.ndjson' --secret-file key.txt --quiet
  lettermint-hook verify --body payload.json --signature 't=1791101730,v1=…' --tolerance off
  lettermint-hook verify fixtures --require-event message.hard_bounced --format junit > verify.xml
  lettermint-hook verify capture.har --as python@2 --as node@2.7
  lettermint-hook verify capture.ndjson --json | jq 'select(.valid == false)'

Exits 0 when every delivery is valid, 1 when any is not, a required event is missing, a capture is
none or nothing was verified, 3 when a file cannot be opened. Notes and --as change nothing about that.")]
pub(crate) struct VerifyArgs {
    /// Captures: files, directories, patterns, `-` for stdin [default: the store]
    #[arg(value_name = "FILE", conflicts_with = "body")]
    pub(crate) files: Vec<PathBuf>,
    /// Verify these bytes, `-` for stdin
    #[arg(long, value_name = "FILE", requires = "signature")]
    pub(crate) body: Option<PathBuf>,
    /// The X-Lettermint-Signature value for --body
    #[arg(long, value_name = "VALUE", requires = "body")]
    pub(crate) signature: Option<String>,
    /// The X-Lettermint-Delivery value for --body; without it, it is taken to be right
    #[arg(long, value_name = "VALUE", requires = "body")]
    pub(crate) delivery: Option<String>,
    /// The X-Lettermint-Event value for --body
    #[arg(long, value_name = "VALUE", requires = "body")]
    pub(crate) event: Option<String>,
    /// Judge age as of this time: `received`, or a time [default: received for captures]
    ///
    /// `received` is each capture's own time; where it has none, age is not judged. A time is
    /// RFC 3339, unix seconds, or a span back from now (42m, 3d). For --body the default is the
    /// clock.
    #[arg(long, value_name = "TIME", value_parser = parse_now, allow_hyphen_values = true)]
    pub(crate) now: Option<NowArg>,
    /// How old or far ahead a signature may be: seconds, a duration such as 5m, or `off`
    #[arg(long, value_name = "DURATION", default_value = "300", value_parser = parse_tolerance)]
    pub(crate) tolerance: Tolerance,
    /// Judge by this SDK's rules too, such as python@2; `list` shows them all
    #[arg(long = "as", value_name = "SDK", value_parser = parse_sdk)]
    pub(crate) judged_as: Vec<SdkArg>,
    /// The form of the output
    #[arg(long, value_name = "FORM", help_heading = "CI")]
    pub(crate) format: Option<OutputFormat>,
    /// Write JUnit XML to this file, too, whatever the form of the output
    #[arg(long, value_name = "FILE", help_heading = "CI")]
    pub(crate) junit: Option<PathBuf>,
    /// Exit 0 also when there was nothing to verify
    #[arg(long, help_heading = "CI")]
    pub(crate) allow_empty: bool,
    /// End at the first failure
    #[arg(long, help_heading = "CI")]
    pub(crate) fail_fast: bool,
    /// Fail unless a valid delivery of this event is seen
    #[arg(long, value_name = "EVENT", value_parser = parse_event, help_heading = "CI")]
    pub(crate) require_event: Vec<EventPattern>,
    /// Fail deliveries signed longer ago than this (90d, 12h), as of --now or the clock
    ///
    /// It keeps captured fixtures fresh. The tolerance is about the age on arrival.
    #[arg(long, value_name = "AGE", value_parser = parse_age, help_heading = "CI")]
    pub(crate) max_age: Option<Duration>,
    /// Show progress on a terminal
    #[arg(long, help_heading = "CI")]
    pub(crate) progress: bool,
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Text,
    /// One JSON value a line, as with --json
    Json,
    /// JUnit XML, one case a delivery
    Junit,
    /// Annotations of GitHub Actions, one for alike failures, and a summary of the step
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NowArg {
    Received,
    Time(TimeArg),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SdkArg {
    List,
    One(&'static Sdk),
}

impl VerifyArgs {
    /// Whether the output is JSON although `--json` is not given.
    pub(crate) fn wants_json(&self) -> bool {
        self.format == Some(OutputFormat::Json)
    }
}

fn parse_now(text: &str) -> Result<NowArg> {
    match text {
        "received" => Ok(NowArg::Received),
        _ => TimeArg::parse(text)
            .map(NowArg::Time)
            .map_err(|error| Error::usage(format!("{error}, or `received`"))),
    }
}

fn parse_tolerance(text: &str) -> Result<Tolerance> {
    if text == "off" {
        return Ok(Tolerance::Off);
    }
    let span = || parse_span(text).filter(|span| span.subsec_nanos() == 0);
    let seconds = text
        .parse()
        .ok()
        .or_else(|| span().map(|span| span.as_secs()));
    seconds
        .map(Tolerance::Seconds)
        .ok_or_else(|| Error::usage("expected whole seconds such as 300 or 5m, or `off`"))
}

fn parse_sdk(text: &str) -> Result<SdkArg> {
    if text == "list" {
        return Ok(SdkArg::List);
    }
    text.parse().map(SdkArg::One).map_err(|error: UnknownSdk| {
        let hint = match error.nearest {
            Some(nearest) => format!("did you mean `{nearest}`? `--as list` shows them all"),
            None => "`--as list` shows them all".to_owned(),
        };
        Error::usage("expected an SDK and perhaps its version, such as python@2").hint(hint)
    })
}
