//! `webhooks`: what the config file defines, and what is wrong with it.

pub(crate) mod check;
pub(crate) mod output;

use clap::Args;

use crate::app::AppContext;
use crate::config::file::Severity;
use crate::config::source as config;
use crate::error::Result;
use crate::exit::ExitCode;

/// Show what the config file defines, and everything that is wrong with it
///
/// The file is lettermint-hook.toml, looked for from the working directory upwards. Its keys are
/// those of the dashboard's webhooks. It never holds a secret, only where one is: shown is
/// whether it can be had, not what it is.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook webhooks
  lettermint-hook webhooks --config staging.toml --json

A file:
  [[webhook]]
  name = \"orders\"
  url = \"http://localhost:3000/webhooks/lettermint\"
  events = [\"message.*_bounced\", \"message.delivered\"]
  secret_env = \"ORDERS_WEBHOOK_SECRET\"

More keys: enabled, secret_file, basic_auth = { username, password_env }, route, project,
include_machine_events.

Exits 0 when nothing is wrong, 1 when something is, 3 when there is no file to read.")]
pub(crate) struct WebhooksArgs {}

pub(crate) fn run(args: &WebhooksArgs, app: &AppContext) -> Result<ExitCode> {
    let WebhooksArgs {} = args;
    let path = app.config_path().ok_or_else(config::missing)?;
    let table = check::check(app, &path)?;
    app.terminal.emit_settings(&table);
    Ok(ExitCode::of(table.count(Severity::Error) == 0))
}
