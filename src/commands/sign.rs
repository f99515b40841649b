//! `sign`: the signature or all headers for a body.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::app::AppContext;
use crate::args::values::parse_count;
use crate::args::{NowArgs, SecretArgs};
use crate::delivery::outgoing;
use crate::delivery::outgoing::{Outgoing, SigningPlan};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::{SigningKey, headers};
use crate::terminal::{Outcome, Paint};

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
pub(crate) struct SignArgs {
    /// The body's file, `-` for stdin
    #[arg(long, value_name = "FILE", default_value = "-")]
    body: PathBuf,
    /// Print every header of the delivery, one per line
    #[arg(long)]
    headers: bool,
    /// The event for the header [default: the body's]
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// The attempt number for the header
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = parse_count::<u32>(1..))]
    attempt: u32,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    now: NowArgs,
}

pub(crate) fn run(args: &SignArgs, app: &AppContext) -> Result<ExitCode> {
    let SignArgs {
        body,
        headers: all_headers,
        event,
        attempt,
        secret,
        now,
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
        signed_at: now.clock().seconds(),
        attempt: *attempt,
    };
    let event = event.clone().or(body_event);
    app.terminal.emit(&Signed {
        outgoing: Outgoing::signed(event, id, bytes.into(), plan),
        all_headers: *all_headers,
    });
    Ok(ExitCode::Success)
}

struct Signed {
    outgoing: Outgoing,
    /// Whether every header is shown, or only the signature's value.
    all_headers: bool,
}

impl Outcome for Signed {
    fn text(&self, _: &dyn Paint, out: &mut String) {
        if !self.all_headers {
            out.push_str(
                self.outgoing
                    .headers
                    .text(headers::SIGNATURE)
                    .unwrap_or_default(),
            );
            out.push('\n');
            return;
        }
        for line in &self.outgoing.headers {
            let value = String::from_utf8_lossy(line.value);
            out.push_str(&format!("{}: {value}\n", line.name));
        }
    }

    fn json(&self) -> Option<Value> {
        let all: Map<String, Value> = self
            .outgoing
            .headers
            .iter()
            .map(|line| {
                (
                    line.name.to_owned(),
                    String::from_utf8_lossy(line.value).into(),
                )
            })
            .collect();
        Some(json!({
            "type": "signature",
            "signature": self.outgoing.headers.text(headers::SIGNATURE),
            "signed_at": self.outgoing.signed_at,
            "headers": all,
        }))
    }
}
