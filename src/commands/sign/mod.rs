//! `sign`: the signature or all headers for a body.

pub mod output;

use std::path::PathBuf;

use clap::Args;

use crate::app::AppContext;
use crate::args::{FixedArgs, SecretArgs};
use crate::commands::sign::output::Signed;
use crate::delivery::outgoing;
use crate::delivery::outgoing::{Outgoing, SigningPlan};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::SigningKey;

/// Print the signature or all headers for a body, for scripts and fixtures
///
/// The body is read from a file or stdin and signed byte for byte; an editor's newline at its
/// end is part of it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook sign --body payload.json
  printf '{\"event\":\"message.sent\"}' | lettermint-hook sign
  lettermint-hook sign --body payload.json --headers --attempt 2
  curl --data-binary @payload.json -H \"X-Lettermint-Signature: $(lettermint-hook sign --body payload.json)\" …")]
pub struct SignArgs {
    /// The body's file, `-` for stdin
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub body: PathBuf,
    /// Print every header of the delivery, a line each
    #[arg(long)]
    pub headers: bool,
    /// The event for the header [default: the body's]
    #[arg(long, value_name = "NAME")]
    pub event: Option<String>,
    /// The attempt number for the header
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub attempt: u32,
    /// Secrets.
    #[command(flatten)]
    pub secret: SecretArgs,
    /// Reproducing.
    #[command(flatten)]
    pub fixed: FixedArgs,
}

/// Runs the command.
///
/// # Errors
/// No secret, a body that is empty or cannot be read, stdout gone.
pub fn run(args: &SignArgs, app: &AppContext) -> Result<ExitCode> {
    let SignArgs {
        body,
        headers,
        event,
        attempt,
        secret,
        fixed,
    } = args;
    let secret = app.signing_secret(&secret.sources())?;
    let bytes = app.read_input(body)?;
    if bytes.is_empty() {
        return Err(Error::usage(format!("the body is empty: {}", body.display()))
            .hint("every verifier refuses an empty body; give its bytes with `--body FILE` or on stdin"));
    }
    let (body_event, id) = outgoing::identify(&bytes);
    let plan = SigningPlan {
        key: &SigningKey::new(&secret.secret),
        signed_at: app.clock(fixed.now).seconds(),
        attempt: *attempt,
    };
    let event = event.clone().or(body_event);
    app.terminal.emit(&Signed {
        outgoing: Outgoing::signed(event, id, bytes.into(), plan),
        all_headers: *headers,
    })?;
    Ok(ExitCode::Success)
}
