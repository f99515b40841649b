//! `deliveries`: look into the store and work on it.

mod diff;
mod export;
mod import;
mod list;
mod output;
mod prune;
mod redact;
mod show;

use clap::{Args, Subcommand};

use crate::app::AppContext;
use crate::context::signals;
use crate::error::Result;
use crate::exit::ExitCode;

/// Look into the recorded deliveries, convert, compare, redact and prune them
///
/// The store holds what `listen` received and what `send` and `replay` sent, each attempt with its
/// reply: the dashboard's Deliveries tab, offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries list
  lettermint-hook deliveries list --failed --since 2h
  lettermint-hook deliveries show 9d3f6a1e
  lettermint-hook deliveries diff 9d3f6a1e@1 9d3f6a1e@2
  lettermint-hook deliveries export --format har --output deliveries.har
  lettermint-hook deliveries prune --older-than 7d")]
pub(crate) struct DeliveriesArgs {
    #[command(subcommand)]
    pub(crate) action: DeliveriesAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeliveriesAction {
    List(list::ListArgs),
    Show(show::ShowArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    Diff(diff::DiffArgs),
    Redact(redact::RedactArgs),
    Prune(prune::PruneArgs),
}

pub(crate) fn run(args: &DeliveriesArgs, app: &AppContext) -> Result<ExitCode> {
    signals::watch();
    match &args.action {
        DeliveriesAction::List(args) => list::run(args, app),
        DeliveriesAction::Show(args) => show::run(args, app),
        DeliveriesAction::Export(args) => export::run(args, app),
        DeliveriesAction::Import(args) => import::run(args, app),
        DeliveriesAction::Diff(args) => diff::run(args, app),
        DeliveriesAction::Redact(args) => redact::run(args, app),
        DeliveriesAction::Prune(args) => prune::run(args, app),
    }
}

/// Says how many lines of the store could not be read.
fn warn_of_broken_lines(broken: u64, app: &AppContext) {
    let message = match broken {
        0 => return,
        1 => "1 line is no record and was skipped".to_owned(),
        broken => format!("{broken} lines are no records and were skipped"),
    };
    app.terminal
        .warning(&format!("{message}; `lettermint-hook verify` names them"));
}
