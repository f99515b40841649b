//! `verify`: check signatures offline and say why one fails.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::app::AppContext;
use crate::args::SecretArgs;
use crate::args::time::TimeArg;
use crate::args::values::{parse_age, parse_span};
use crate::capture::{Capture, Fidelity, TimeSource};
use crate::context::clock::Clock;
use crate::delivery::{Direction, Record, outgoing};
use crate::diagnosis::sdk::Sdk;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::{Headers, SignatureHeader, Tolerance, Verifier, headers};
use crate::terminal::Format;
use crate::verify as verifying;
use crate::verify::output::{SdkTable, Source};
use crate::verify::{AsOf, Form, Judge, Plan};

/// Verify captured deliveries, or one body and signature, offline
///
/// The rules, their order and the reason codes are those of Lettermint's own SDKs. The age and
/// the signature are two verdicts, and both are always shown: a genuine but old delivery says so.
///
/// When a signature does not match, the cause is looked for by undoing what could have gone
/// wrong with body, secret, header or scheme. It is reported as proven only when the signature
/// then matches, with the place where it usually happens and the fix for common stacks.
///
/// FILE is a store, NDJSON of `listen --json` or of Lettermint's CLI, HAR, raw HTTP, curl
/// commands or a delivery of the Team API, told apart by content. A folder stands for the files
/// in it, and patterns (`*`, `?`) are expanded where the shell did not.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook verify
  lettermint-hook verify 'fixtures/*.ndjson' --secret-file key.txt --quiet
  lettermint-hook verify --body payload.json --signature 't=1791101730,v1=…' --tolerance off
  lettermint-hook verify fixtures --require-event message.hard_bounced --format junit > verify.xml
  lettermint-hook verify capture.har --as python@2 --as node@2.7
  lettermint-hook verify capture.ndjson --json | jq 'select(.valid == false)'

Exits 0 when every delivery is valid, 1 when any is not or a required event is missing, 3 when a
file cannot be read. Notes and --as change nothing about that.")]
pub struct VerifyArgs {
    /// Captures: files, folders, patterns, `-` for stdin [default: the store]
    #[arg(value_name = "FILE", conflicts_with = "body")]
    pub files: Vec<PathBuf>,
    /// Verify these bytes, `-` for stdin
    #[arg(long, value_name = "FILE", requires = "signature")]
    pub body: Option<PathBuf>,
    /// The X-Lettermint-Signature value for --body
    #[arg(long, value_name = "VALUE", requires = "body")]
    pub signature: Option<String>,
    /// The X-Lettermint-Delivery value for --body; without it, it is taken to be right
    #[arg(long, value_name = "VALUE", requires = "body")]
    pub delivery: Option<String>,
    /// The X-Lettermint-Event value for --body
    #[arg(long, value_name = "VALUE", requires = "body")]
    pub event: Option<String>,
    /// Judge age as of this time: `received`, or a time [default: received for captures]
    ///
    /// `received` is each capture's own time; where it has none, age is not judged. A time is
    /// RFC 3339, unix seconds, or a span back from now (42m, 3d). For --body the default is the
    /// clock.
    #[arg(long, value_name = "TIME", value_parser = NowArg::parse, allow_hyphen_values = true)]
    pub now: Option<NowArg>,
    /// Seconds that a signature may be old or ahead, or `off`
    #[arg(long, value_name = "SECONDS", default_value = ToleranceArg::DEFAULT_TEXT, value_parser = ToleranceArg::parse)]
    pub tolerance: ToleranceArg,
    /// Judge by this SDK's rules too, such as python@2; `list` shows them all
    #[arg(long = "as", value_name = "SDK", value_parser = SdkArg::parse)]
    pub judged_as: Vec<SdkArg>,
    /// The form of the output
    #[arg(long, value_name = "FORM", help_heading = "CI")]
    pub format: Option<FormArg>,
    /// End at the first failure
    #[arg(long, help_heading = "CI")]
    pub fail_fast: bool,
    /// Fail unless a valid delivery of this event is seen
    #[arg(long, value_name = "EVENT", help_heading = "CI")]
    pub require_event: Vec<String>,
    /// Fail deliveries signed longer ago than this (90d, 12h), as of --now or the clock
    ///
    /// It keeps captured fixtures fresh. The tolerance is about the age on arrival.
    #[arg(long, value_name = "AGE", value_parser = parse_age, help_heading = "CI")]
    pub max_age: Option<Duration>,
    /// Show how far it is, on a terminal
    #[arg(long, help_heading = "CI")]
    pub progress: bool,
    /// Secrets.
    #[command(flatten)]
    pub secret: SecretArgs,
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FormArg {
    /// For people
    Text,
    /// One JSON value a line, as with --json
    Json,
    /// JUnit XML, one case a delivery
    Junit,
    /// Annotations of GitHub Actions, one a failure
    Github,
}

/// `--now`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NowArg {
    /// When each delivery was received.
    Received,
    /// A given time.
    Time(TimeArg),
}

impl NowArg {
    fn parse(text: &str) -> Result<Self> {
        match text {
            "received" => Ok(Self::Received),
            _ => TimeArg::parse(text)
                .map(Self::Time)
                .map_err(|error| Error::usage(format!("{error}, or `received`"))),
        }
    }
}

/// `--tolerance`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToleranceArg(Tolerance);

impl ToleranceArg {
    const DEFAULT_TEXT: &str = "300";

    fn parse(text: &str) -> Result<Self> {
        if text == "off" {
            return Ok(Self(Tolerance::Off));
        }
        let seconds = text.parse().ok();
        seconds
            .or_else(|| {
                parse_span(text)
                    .filter(|span| span.subsec_nanos() == 0)
                    .map(|span| span.as_secs())
            })
            .map(|seconds| Self(Tolerance::Seconds(seconds)))
            .ok_or_else(|| Error::usage("expected whole seconds such as 300 or 5m, or `off`"))
    }
}

/// `--as`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SdkArg {
    /// Show all.
    List,
    /// Judge by this one.
    One(&'static Sdk),
}

impl SdkArg {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "list" {
            return Ok(Self::List);
        }
        text.parse()
            .map(Self::One)
            .map_err(
                |error: crate::diagnosis::sdk::UnknownSdk| match error.nearest {
                    Some(nearest) => {
                        format!("did you mean `{nearest}`? `--as list` shows them all")
                    }
                    None => "`--as list` shows them all".to_owned(),
                },
            )
    }
}

impl VerifyArgs {
    /// Whether the output is JSON although `--json` is not given.
    #[must_use]
    pub fn wants_json(&self) -> bool {
        self.format == Some(FormArg::Json)
    }
}

/// Runs the command.
///
/// # Errors
/// No secret, a file that cannot be read, stdout gone.
pub fn run(args: &VerifyArgs, app: &AppContext) -> Result<ExitCode> {
    let VerifyArgs {
        files,
        body,
        signature,
        delivery,
        event,
        now,
        tolerance: ToleranceArg(tolerance),
        judged_as,
        format,
        fail_fast,
        require_event,
        max_age,
        progress,
        secret,
    } = args;
    if judged_as.contains(&SdkArg::List) {
        app.terminal.emit(&SdkTable)?;
        return Ok(ExitCode::Success);
    }
    let form = match (format, app.terminal.format()) {
        (None | Some(FormArg::Json), Format::Json) => Form::Json,
        (None | Some(FormArg::Text), Format::Text) => Form::Text,
        (Some(FormArg::Junit), Format::Text) => Form::Junit,
        (Some(FormArg::Github), Format::Text) => Form::Github,
        _ => {
            return Err(
                Error::usage("--json and --format name two forms").hint("leave one of them out")
            );
        }
    };
    let secrets = app.secrets(&secret.sources())?;
    if secrets.is_empty() {
        return Err(crate::config::secrets::missing());
    }
    let clock = match now {
        Some(NowArg::Time(time)) => Clock::Fixed(time.resolve(Clock::System)),
        None | Some(NowArg::Received) => Clock::System,
    };
    let as_of = match (now, body) {
        (Some(NowArg::Received), Some(_)) => {
            return Err(
                Error::usage("--now received needs a capture that carries its time")
                    .hint("leave it out, or give a time such as `--now 2026-10-04T08:15:30Z`"),
            );
        }
        (None, None) | (Some(NowArg::Received), None) => AsOf::Received,
        (Some(NowArg::Time(_)), _) | (None, Some(_)) => AsOf::Seconds(clock.seconds()),
    };
    let plan = Plan {
        judge: Judge {
            verifier: Verifier::new(secrets.iter().map(|named| &named.secret), *tolerance),
            secrets,
            as_of,
            signed_since: max_age.map(|age| {
                let age = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
                clock.seconds().saturating_sub(age)
            }),
            sdks: judged_as
                .iter()
                .filter_map(|sdk| match sdk {
                    SdkArg::One(sdk) => Some(*sdk),
                    SdkArg::List => None,
                })
                .collect(),
        },
        form,
        fail_fast: *fail_fast,
        required: require_event.clone(),
        progress: *progress,
    };
    match (body, signature) {
        (Some(path), Some(signature)) => {
            let headers = signed_headers(signature, delivery.as_deref(), event.as_deref());
            let capture = capture_of(headers, app.read_input(path)?);
            let source = Source::whole(format!("--body {}", path.display()));
            verifying::verify_one(&plan, app, source, capture)
        }
        _ => verifying::verify_captures(&plan, app, files),
    }
}

/// The headers that the options name. A delivery header that is not given is not judged, which
/// is the same as one that is right.
fn signed_headers(signature: &str, delivery: Option<&str>, event: Option<&str>) -> Headers {
    let mut lines = Headers::new();
    lines.push(headers::SIGNATURE, signature);
    let signed = SignatureHeader::parse(signature.as_bytes()).map(|header| header.t);
    lines.push(headers::DELIVERY, delivery.unwrap_or(signed.unwrap_or("0")));
    if let Some(event) = event {
        lines.push(headers::EVENT, event);
    }
    lines
}

fn capture_of(lines: Headers, body: Vec<u8>) -> Capture {
    let (event, id) = outgoing::identify(&body);
    Capture {
        record: Record {
            direction: Direction::Received,
            at: 0,
            event: lines.text(headers::EVENT).map(str::to_owned).or(event),
            id,
            attempt: None,
            method: "POST".to_owned(),
            target: String::new(),
            headers: lines,
            body: body.into(),
            remote: None,
            verdict: None,
            reply: None,
            unknown: serde_json::Map::new(),
        },
        line: 1,
        entry: 1,
        fidelity: Fidelity::Exact,
        time: TimeSource::Unknown,
        notes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lettermint::verification::DEFAULT_TOLERANCE;

    #[test]
    fn the_default_tolerance_is_the_sdks() {
        assert_eq!(
            ToleranceArg::parse(ToleranceArg::DEFAULT_TEXT).unwrap(),
            ToleranceArg(Tolerance::Seconds(DEFAULT_TOLERANCE))
        );
    }
}
