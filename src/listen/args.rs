//! `listen`: receive, verify, show and record deliveries.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::app::AppContext;
use crate::args::values::{
    parse_count, parse_duration, parse_event, parse_host, parse_port, parse_ratio, parse_size,
    parse_target,
};
use crate::args::{SecretArgs, StoreArgs};
use crate::config::secrets;
use crate::context::process_limits;
use crate::error::{Error, Result};
use crate::http::client::{Client, ClientOptions, Endpoint};
use crate::http::server::{DEFAULT_MAX_BODY, ServerLimits};
use crate::lettermint::{Condition, EventPattern, SigningKey};
use crate::listen::display::Only;
use crate::listen::expectations::{ExpectedEvent, Wanted};
use crate::listen::faults::{Delay, StatusFor, parse_status};
use crate::listen::forwarding::Forwarder;
use crate::listen::output::received::Detail;
use crate::listen::request_filter::without_port;

/// Receive deliveries: verify, show, record, forward, and assert
///
/// Answers any path: 200 to a genuine delivery, 401 with the reason to any other. Without a
/// secret nothing can be judged, and everything is shown as unverified and answered 200. A
/// delivery is recorded before it is answered, so that none that was answered 200 is ever lost.
///
/// With --forward-to a handler gets the original bytes and headers, and its answer is the
/// answer. With --expect and its like the run ends as soon as the verdict is known. A command
/// after `--` is started once the listener is ready, with LETTERMINT_HOOK_URL,
/// LETTERMINT_HOOK_PORT and LETTERMINT_WEBHOOK_SECRET (a fresh one if none is configured) in
/// its environment; stdout is then the command's, and deliveries are shown on stderr. With
/// --json stdout stays the listener's, and the command writes to stderr.
///
/// Ctrl+C stops accepting, finishes what is in flight and prints a summary; a second one quits.
/// SIGTERM and SIGHUP do the same; the command gets each of them, too, and has 10 s to end.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook listen
  lettermint-hook listen --port 0 --secret-file key.txt --compact --events 'message.*bounced'
  lettermint-hook listen --forward-to http://localhost:4000/webhooks/lettermint
  lettermint-hook listen --respond 500,500,200 --delay 1s..5s --drop 10% --seed 7
  lettermint-hook listen --expect message.delivered --timeout 30s -- npm test
  lettermint-hook listen --expect message.sent:=2 --forbid-invalid --grace 5s -- npm test
  lettermint-hook listen --json | jq 'select(.type == \"delivery\") | .event'

Exits 0 when all that was expected came and the command succeeded, 1 when not, 130 when
interrupted (143 by SIGTERM, 129 by SIGHUP).")]
pub(crate) struct ListenArgs {
    /// The port, 0 for any free one
    #[arg(long, short, value_name = "PORT", default_value_t = 3000, value_parser = parse_port)]
    pub(crate) port: u16,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = parse_host)]
    pub(crate) host: IpAddr,
    /// Answer to this name, too, when a request's Host carries it; * matches any run of letters
    ///
    /// Loopback names and the address that is listened on are always answered. Any other name
    /// is refused with 421, so that no web page can reach the listener by DNS rebinding.
    #[arg(long, value_name = "NAME", value_parser = parse_allowed_host)]
    pub(crate) allow_host: Vec<String>,
    /// Write the URL to this file when ready; it is removed at the end, and before the start
    #[arg(long, value_name = "PATH")]
    pub(crate) ready_file: Option<PathBuf>,
    /// A command to run once the listener is ready
    #[arg(last = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
    #[command(flatten)]
    pub(crate) display: DisplayArgs,
    #[command(flatten)]
    pub(crate) forward: ForwardArgs,
    #[command(flatten)]
    pub(crate) fault: FaultArgs,
    #[command(flatten)]
    pub(crate) assert: AssertArgs,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Write each delivery to disk before it is answered, to survive a power loss
    #[arg(long, conflicts_with = "no_store", help_heading = "Store")]
    pub(crate) fsync: bool,
}

/// What is shown. Nothing here changes what is answered or recorded.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Display")]
pub(crate) struct DisplayArgs {
    /// One line per delivery, without the payload
    #[arg(long)]
    pub(crate) compact: bool,
    /// Show payloads whole, long texts too
    #[arg(long, conflicts_with = "compact")]
    pub(crate) full: bool,
    /// Show only events like this, such as 'message.*bounced'
    #[arg(long, value_name = "GLOB", value_parser = parse_event)]
    pub(crate) events: Vec<EventPattern>,
    /// Show only deliveries with this in the payload, such as data.recipient=*@example.com
    #[arg(long = "where", value_name = "PATH=VALUE")]
    pub(crate) conditions: Vec<Condition>,
    /// Show only one kind of delivery
    #[arg(long, value_name = "KIND")]
    pub(crate) only: Option<Only>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Forwarding")]
pub(crate) struct ForwardArgs {
    /// Forward deliveries to this handler and answer as it does
    #[arg(long, value_name = "URL")]
    pub(crate) forward_to: Option<String>,
    /// Allow a handler that is not on this machine
    #[arg(long, requires = "forward_to")]
    pub(crate) allow_remote: bool,
    /// Time for the handler to answer
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse_duration)]
    pub(crate) forward_timeout: Duration,
    /// Also trust the certificates of this PEM file
    #[arg(long, value_name = "FILE", requires = "forward_to")]
    pub(crate) cacert: Option<PathBuf>,
    /// Accept any certificate of the handler
    #[arg(long, requires = "forward_to")]
    pub(crate) insecure: bool,
    /// Answer 401 to what does not verify instead of forwarding it
    #[arg(long, requires = "forward_to")]
    pub(crate) reject_invalid: bool,
    /// Sign again for a handler with another secret: env:NAME or file:PATH
    ///
    /// The signed time stays the sender's. What did not verify here keeps its own signature.
    #[arg(long, value_name = "SECRET", requires = "forward_to")]
    pub(crate) forward_signed_with: Option<String>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Fault injection")]
pub(crate) struct FaultArgs {
    /// Answer with these statuses in order, then always with the last
    #[arg(long, value_name = "STATUS,…", value_delimiter = ',', value_parser = parse_status)]
    pub(crate) respond: Vec<u16>,
    /// Answer one event with this status, such as message.inbound=422
    #[arg(long, value_name = "EVENT=STATUS")]
    pub(crate) respond_for: Vec<StatusFor>,
    /// Wait before answering: 2s, or 1s..5s to draw from
    #[arg(long, value_name = "DURATION")]
    pub(crate) delay: Option<Delay>,
    /// Close this share of connections without an answer, such as 0.1 or 10%
    #[arg(long, value_name = "RATIO", default_value = "0", value_parser = parse_ratio, hide_default_value = true)]
    pub(crate) drop: f64,
    /// Reset this share of connections
    #[arg(long, value_name = "RATIO", default_value = "0", value_parser = parse_ratio, hide_default_value = true)]
    pub(crate) reset: f64,
    /// Cut this share of answers short of their announced length
    #[arg(long, value_name = "RATIO", default_value = "0", value_parser = parse_ratio, hide_default_value = true, num_args = 0..=1, default_missing_value = "1", require_equals = true)]
    pub(crate) truncate_reply: f64,
    /// Draw what goes wrong from this seed: the same every time
    #[arg(long, value_name = "N", value_parser = parse_count::<u64>(0..), help_heading = "Reproducibility")]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Assertions")]
pub(crate) struct AssertArgs {
    /// Expect an event: at least once, N times with :N, exactly N times with :=N; globs work
    ///
    /// A delivery counts when it is genuine and was answered 2xx, by the handler with
    /// --forward-to; each id once. Exact numbers are decided at the end, or when exceeded.
    #[arg(long, value_name = "EVENT[:N]")]
    pub(crate) expect: Vec<ExpectedEvent>,
    /// Count only deliveries with this in the payload, such as data.recipient=*@example.com
    #[arg(long, value_name = "PATH=GLOB")]
    pub(crate) expect_where: Vec<Condition>,
    /// Fail as soon as an event like this comes; globs work
    #[arg(long, value_name = "EVENT", value_parser = parse_event)]
    pub(crate) forbid: Vec<EventPattern>,
    /// Fail as soon as a delivery does not verify
    #[arg(long)]
    pub(crate) forbid_invalid: bool,
    /// Expect N deliveries that count in all, then decide; =N: exactly N, decided at the end
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<Wanted>,
    /// Expect the --expect events in their order
    #[arg(long, requires = "expect")]
    pub(crate) ordered: bool,
    /// Decide after this time at the latest
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Wait so long for deliveries after the command's end [default: 1s if any are missing]
    ///
    /// It is over as soon as everything that was expected came.
    #[arg(long, value_name = "DURATION", requires = "command", value_parser = parse_duration)]
    pub(crate) grace: Option<Duration>,
    /// End with the command's exit code when the expectations were met
    ///
    /// When a signal ended it, with 128 and the signal's number. When the expectations were
    /// missed, the exit code is 1, however the command ended.
    #[arg(long, requires = "command")]
    pub(crate) propagate_exit: bool,
    /// Write the verdict as JUnit XML, too
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// The form of the output
    #[arg(long, value_name = "FORM")]
    pub(crate) format: Option<OutputFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Text,
    /// One JSON value a line, as with --json
    Json,
    /// For people, then annotations of GitHub Actions and a summary of the step
    Github,
}

/// Limits against slow and greedy clients.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Largest body, such as 50M; a larger one is answered 413
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_BODY, value_parser = parse_size)]
    pub(crate) max_body: usize,
    /// Bytes of all bodies held at once; what is more is answered 503
    #[arg(long, value_name = "BYTES", default_value_t = ServerLimits::default().max_buffer, value_parser = parse_size)]
    pub(crate) max_buffer: usize,
    /// Largest request head, such as 64KiB; a larger one is answered 431
    #[arg(long, value_name = "BYTES", default_value_t = ServerLimits::default().max_head, value_parser = parse_size)]
    pub(crate) max_head: usize,
    /// Connections at once, as far as the system allows; more have to wait
    #[arg(long, value_name = "N", default_value_t = ServerLimits::default().max_connections, value_parser = parse_count::<usize>(1..=1_000_000))]
    pub(crate) max_connections: usize,
    /// Time for a head, and for a body, to come whole; then 408
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse_duration)]
    pub(crate) read_timeout: Duration,
    /// Time that an unused connection is kept
    #[arg(long, value_name = "DURATION", default_value = "75s", value_parser = parse_duration)]
    pub(crate) idle_timeout: Duration,
}

/// Reads a name, or a URL as tunnels print it.
fn parse_allowed_host(text: &str) -> Result<String> {
    let name = text.split_once("://").map_or(text, |(_, rest)| rest);
    let name = without_port(name.split('/').next().unwrap_or_default());
    match name.is_empty() || name.contains(char::is_whitespace) {
        true => Err(Error::usage("expected a name such as abc.ngrok-free.app")),
        false => Ok(name.to_owned()),
    }
}

impl DisplayArgs {
    pub(crate) fn detail(&self) -> Detail {
        match (self.compact, self.full) {
            (true, _) => Detail::Line,
            (_, true) => Detail::Full,
            _ => Detail::Payload,
        }
    }
}

impl ForwardArgs {
    pub(crate) async fn forwarder(&self, app: &AppContext) -> Result<Option<Forwarder>> {
        let Some(url) = &self.forward_to else {
            return Ok(None);
        };
        let target = parse_target("--forward-to", url)?;
        let resign = self
            .forward_signed_with
            .as_deref()
            .map(|spec| secrets::from_spec(&app.context, "--forward-signed-with", spec))
            .transpose()?
            .map(|named| {
                app.terminal.mask().hide(named.secret.expose());
                SigningKey::new(&named.secret)
            });
        let options = ClientOptions {
            timeout: self.forward_timeout,
            allow_remote: self.allow_remote,
            cacert: self.cacert.clone(),
            insecure: self.insecure,
        };
        let endpoint = Endpoint::resolve(target, self.allow_remote).await?;
        let client = Client::new(endpoint, &options)?;
        let mask = app.terminal.mask().clone();
        Forwarder::new(client, mask, resign, self.reject_invalid).map(Some)
    }
}

impl LimitArgs {
    pub(crate) fn limits(&self) -> ServerLimits {
        ServerLimits {
            max_body: self.max_body,
            max_buffer: self.max_buffer,
            max_head: self.max_head,
            read_timeout: self.read_timeout,
            idle_timeout: self.idle_timeout,
            max_connections: process_limits::connections(self.max_connections),
        }
    }
}
