//! `deliveries redact`: captures as fixtures that can be committed.

use clap::Args;

use super::export::{RecordsArgs, write};
use crate::app::AppContext;
use crate::args::SecretArgs;
use crate::capture::ExportFormat;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::lettermint::SigningKey;
use crate::redaction::Redactor;

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

Exits 1 when nothing is selected or something could not be read.")]
pub(crate) struct RedactArgs {
    #[command(flatten)]
    pub(crate) records: RecordsArgs,
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
}

pub(crate) fn run(args: &RedactArgs, app: &AppContext) -> Result<ExitCode> {
    let RedactArgs { records, secret } = args;
    let secret = app.signing_secret(&secret.sources())?;
    let key = SigningKey::new(&secret.secret);
    let mut redactor = Redactor::new();
    write(app, records, ExportFormat::Ndjson, "redacted", |record| {
        redactor.redact(&record, &key)
    })
}
