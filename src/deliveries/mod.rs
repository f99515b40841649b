//! `deliveries`: look into the store and work on it.

pub mod comparing;
pub mod comparison;
pub mod delivery_history;
pub mod delivery_list;
pub mod delivery_log;
pub mod diff;
pub mod export;
pub mod exporting;
pub mod import;
pub mod importing;
pub mod list;
pub mod prune;
pub mod redact;
pub mod show;
pub mod store_work;

use clap::{Args, Subcommand};

use crate::app::AppContext;
use crate::deliveries::delivery_log::Seen;
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
pub struct DeliveriesArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: DeliveriesAction,
}

/// What to do with the store.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "a doc comment here would replace the help that each command brings"
)]
pub enum DeliveriesAction {
    List(list::ListArgs),
    Show(show::ShowArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    Diff(diff::DiffArgs),
    Redact(redact::RedactArgs),
    Prune(prune::PruneArgs),
}

/// Runs the command.
///
/// # Errors
/// Whatever ends the subcommand early.
pub fn run(args: &DeliveriesArgs, app: &AppContext) -> Result<ExitCode> {
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
fn warn_of_broken_lines(seen: Seen, app: &AppContext) {
    let message = match seen.broken {
        0 => return,
        1 => "1 line is no record and was skipped".to_owned(),
        broken => format!("{broken} lines are no records and were skipped"),
    };
    app.terminal
        .warning(&format!("{message}; `lettermint-hook verify` names them"));
}
