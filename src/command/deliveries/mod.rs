//! `deliveries`: look into the store.

pub mod list;
pub mod show;

use clap::{Args, Subcommand};

use crate::error::Result;
use crate::exit::ExitCode;
use crate::workbench::Session;
use crate::workbench::delivery_log::Seen;

/// Look into the recorded deliveries
///
/// The store holds what `listen` received and what `send` and `replay` sent, each attempt with its
/// reply: the dashboard's Deliveries tab, offline.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries list
  lettermint-hook deliveries list --failed --since 2h
  lettermint-hook deliveries show 9d3f6a1e")]
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
}

/// Runs the command.
///
/// # Errors
/// Whatever ends the subcommand early.
pub fn run(args: &DeliveriesArgs, session: &Session) -> Result<ExitCode> {
    match &args.action {
        DeliveriesAction::List(args) => list::run(args, session),
        DeliveriesAction::Show(args) => show::run(args, session),
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
