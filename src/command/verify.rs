//! `verify`: check signatures offline and say why one fails.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::adapter::clock::{Clock, TimeArg};
use crate::adapter::store::{self, Reader};
use crate::command::options::SecretArgs;
use crate::delivery::{Record, outgoing};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::protocol::headers::Occurrence;
use crate::protocol::verification::{DEFAULT_TOLERANCE, SignedHeaders};
use crate::protocol::{NamedSecret, Tolerance, Verifier};
use crate::report::verification::{Verification, VerificationSummary, matched_secret};
use crate::workbench::Session;

/// Verify recorded deliveries, or one body and signature, offline
///
/// The rules, their order and the reason codes are those of Lettermint's own SDKs. The age and
/// the signature are two verdicts, and both are always shown: a genuine but old delivery says so.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook verify
  lettermint-hook verify fixtures/deliveries.ndjson --secret-file key.txt
  lettermint-hook verify --body payload.json --signature 't=1791101730,v1=…' --tolerance off
  lettermint-hook verify capture.ndjson --json | jq 'select(.valid == false)'

Exits 0 when every delivery is valid, 1 when any is not, 3 when a file cannot be read.")]
pub struct VerifyArgs {
    /// Files of recorded deliveries, `-` for stdin [default: the store]
    #[arg(value_name = "FILE", conflicts_with = "body")]
    pub files: Vec<PathBuf>,
    /// Verify these bytes, `-` for stdin
    #[arg(long, value_name = "FILE", requires = "signature")]
    pub body: Option<PathBuf>,
    /// The X-Lettermint-Signature value for --body
    #[arg(long, value_name = "VALUE", requires = "body")]
    pub signature: Option<String>,
    /// The X-Lettermint-Delivery value for --body
    #[arg(long, value_name = "VALUE", requires = "body")]
    pub delivery: Option<String>,
    /// Judge age as of this time: `received`, or a time [default: received for records]
    ///
    /// `received` is each record's own time. A time is RFC 3339, unix seconds, or a span back
    /// from now (42m, 3d). For --body the default is the clock.
    #[arg(long, value_name = "TIME", value_parser = AsOf::parse, allow_hyphen_values = true)]
    pub now: Option<AsOf>,
    /// Seconds that a signature may be old or ahead, or `off`
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_TOLERANCE.to_string(), value_parser = parse_tolerance_text)]
    pub tolerance: String,
    /// Secrets.
    #[command(flatten)]
    pub secret: SecretArgs,
}

/// The time as of which age is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// When each delivery was received.
    Received,
    /// A given time.
    Time(TimeArg),
}

impl AsOf {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "received" => Ok(Self::Received),
            _ => TimeArg::parse(text)
                .map(Self::Time)
                .map_err(|error| format!("{error}, or `received`")),
        }
    }
}

fn parse_tolerance_text(text: &str) -> Result<String, String> {
    parse_tolerance(text).map(|_| text.to_owned())
}

fn parse_tolerance(text: &str) -> Result<Tolerance, String> {
    match text {
        "off" => Ok(Tolerance::Off),
        _ => text
            .parse()
            .map(Tolerance::Seconds)
            .map_err(|_| "expected a number of seconds, or `off`".to_owned()),
    }
}

/// Runs the command.
///
/// # Errors
/// No secret, a file that cannot be read, stdout gone.
pub fn run(args: &VerifyArgs, session: &Session) -> Result<ExitCode> {
    let VerifyArgs {
        files,
        body,
        signature,
        delivery,
        now,
        tolerance,
        secret,
    } = args;
    let secrets = session.secrets(&secret.sources())?;
    if secrets.is_empty() {
        return Err(crate::adapter::secrets::missing());
    }
    let tolerance = parse_tolerance(tolerance).map_err(Error::usage)?;
    let mut run = Run {
        session,
        verifier: Verifier::new(secrets.iter().map(|named| &named.secret), tolerance),
        secrets: &secrets,
        now: *now,
        summary: VerificationSummary::default(),
    };
    match (body, signature) {
        (Some(body), Some(signature)) => run.body(body, signature, delivery.as_deref())?,
        _ if files.is_empty() => run.file(
            &session.context.folder.join(store::DEFAULT_PATH),
            store::DEFAULT_PATH,
        )?,
        _ => {
            for file in files {
                let path = session.context.folder.join(file);
                run.file(
                    if file == Path::new("-") { file } else { &path },
                    &file.display().to_string(),
                )?;
            }
        }
    }
    session.terminal.emit(&run.summary)?;
    let VerificationSummary {
        invalid,
        unreadable,
        ..
    } = run.summary;
    Ok(if invalid + unreadable > 0 {
        ExitCode::Negative
    } else {
        ExitCode::Success
    })
}

struct Run<'a> {
    session: &'a Session,
    verifier: Verifier,
    secrets: &'a [NamedSecret],
    now: Option<AsOf>,
    summary: VerificationSummary,
}

impl Run<'_> {
    fn body(&mut self, path: &Path, signature: &str, delivery: Option<&str>) -> Result<()> {
        let body = self.session.read_input(path)?;
        let now = match self.now {
            None => Clock::System.micros(),
            Some(AsOf::Time(time)) => time.resolve(Clock::System),
            Some(AsOf::Received) => {
                return Err(
                    Error::usage("--now received needs a record that carries its time")
                        .hint("leave it out, or give a time such as `--now 2026-10-04T08:15:30Z`"),
                );
            }
        };
        let headers = SignedHeaders {
            signature: Occurrence::Once(signature.as_bytes()),
            delivery: delivery.map(|value| Occurrence::Once(value.as_bytes())),
        };
        let now = now.div_euclid(1_000_000);
        let verdict = self.verifier.verify(headers, &body, Some(now));
        let (event, id) = outgoing::identify(&body);
        self.report(Verification {
            source: format!("--body {}", path.display()),
            event,
            id,
            attempt: None,
            verdict,
            secret: matched_secret(&verdict, self.secrets),
            notes: Vec::new(),
        })
    }

    fn file(&mut self, path: &Path, shown: &str) -> Result<()> {
        if path == Path::new("-") {
            let stdin = std::io::BufReader::new(std::io::stdin());
            return self.records(Reader::new(stdin), path, shown);
        }
        self.records(Reader::open(path)?, path, shown)
    }

    fn records(
        &mut self,
        mut reader: Reader<impl std::io::BufRead>,
        path: &Path,
        shown: &str,
    ) -> Result<()> {
        loop {
            match reader
                .next_record()
                .map_err(|error| Error::file("read", path, &error))?
            {
                None => return Ok(()),
                Some(Ok((line, record))) => self.record(format!("{shown}:{line}"), record)?,
                Some(Err(broken)) => {
                    self.summary.unreadable += 1;
                    let message = format!("{shown}:{} is no record: {}", broken.line, broken.error);
                    self.session.terminal.warning(&message);
                }
            }
        }
    }

    fn record(&mut self, source: String, record: Record) -> Result<()> {
        let now = match self.now {
            None | Some(AsOf::Received) => record.at,
            Some(AsOf::Time(time)) => time.resolve(Clock::System),
        };
        let headers = SignedHeaders::of(&record.headers);
        let now = now.div_euclid(1_000_000);
        let verdict = self.verifier.verify(headers, &record.body, Some(now));
        self.report(Verification::of_record(
            source,
            &record,
            verdict,
            self.secrets,
        ))
    }

    fn report(&mut self, verification: Verification) -> Result<()> {
        let valid = verification.verdict.is_valid();
        if valid {
            self.summary.valid += 1;
        } else {
            self.summary.invalid += 1;
        }
        if valid && self.session.terminal.is_quiet() {
            return Ok(());
        }
        self.session.terminal.emit(&verification)
    }
}
