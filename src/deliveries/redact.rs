//! `deliveries redact`: captures as fixtures that can be committed.

use std::path::PathBuf;

use clap::Args;

use crate::app::AppContext;
use crate::args::SecretArgs;
use crate::args::recorded::{DirectionArgs, PartArgs, SelectionArgs, StoreFileArgs};
use crate::context::clock::Clock;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::lettermint::SigningKey;
use crate::store::input;
use crate::store::query::choose;

/// Replace who and what deliveries are about, and sign them anew with a test secret
///
/// Addresses, names, subjects, bodies, IPs and URLs become pseudonyms that keep their shape:
/// the same input is the same output within a run, and addresses of one domain stay of one.
/// Event names, times, statuses and ids that are UUIDs stay. The outcome verifies with the secret
/// that is given here, so give one that is no production secret.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries redact --output fixture.ndjson --secret whsec_test
  lettermint-hook deliveries redact production.har --event message.inbound \\
    --output tests/inbound.ndjson --secret-env TEST_SECRET
  lettermint-hook verify fixture.ndjson --tolerance off --secret whsec_test

Exits 1 when nothing is selected.")]
pub struct RedactArgs {
    /// Captures: files, folders, `-` for stdin [default: the store]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write to this file [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Selection.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Part.
    #[command(flatten)]
    pub part: PartArgs,
    /// Direction.
    #[command(flatten)]
    pub direction: DirectionArgs,
    /// The test secret.
    #[command(flatten)]
    pub secret: SecretArgs,
    /// Store.
    #[command(flatten)]
    pub store: StoreFileArgs,
}

/// Runs the command.
///
/// # Errors
/// No secret, nothing selected, something cannot be read or written, stdout gone.
pub fn run(args: &RedactArgs, app: &AppContext) -> Result<ExitCode> {
    let RedactArgs {
        files,
        output,
        selection,
        part,
        direction,
        secret,
        store,
    } = args;
    let secret = app.signing_secret(&secret.sources())?;
    let inputs = input::inputs(app, files, Some(&store.path(app)))?;
    let wanted = selection.selection(direction.direction, Clock::System);
    let mut chosen = choose(app, inputs, &wanted, &part.part())?;
    let key = SigningKey::new(&secret.secret);
    super::exporting::redact(app, &mut chosen, &key, output.as_deref())?;
    Ok(ExitCode::Success)
}
