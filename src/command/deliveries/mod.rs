//! `deliveries`: look into the store and work on it.

pub mod diff;
pub mod export;
pub mod import;
pub mod list;
pub mod prune;
pub mod redact;
pub mod show;

use clap::{Args, Subcommand};

use crate::error::Result;
use crate::exit::ExitCode;
use crate::workbench::Session;
use crate::workbench::delivery_log::Seen;

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
pub fn run(args: &DeliveriesArgs, session: &Session) -> Result<ExitCode> {
    match &args.action {
        DeliveriesAction::List(args) => list::run(args, session),
        DeliveriesAction::Show(args) => show::run(args, session),
        DeliveriesAction::Export(args) => export::run(args, session),
        DeliveriesAction::Import(args) => import::run(args, session),
        DeliveriesAction::Diff(args) => diff::run(args, session),
        DeliveriesAction::Redact(args) => redact::run(args, session),
        DeliveriesAction::Prune(args) => prune::run(args, session),
    }
}

/// Says how many lines of the store could not be read.
fn warn_of_broken_lines(seen: Seen, session: &Session) {
    let message = match seen.broken {
        0 => return,
        1 => "1 line is no record and was skipped".to_owned(),
        broken => format!("{broken} lines are no records and were skipped"),
    };
    session
        .terminal
        .warning(&format!("{message}; `lettermint-hook verify` names them"));
}
