//! `demo`: the whole round in one process.

use clap::Args;

use crate::error::Result;
use crate::exit::ExitCode;
use crate::workbench::Session;

/// X
#[derive(Debug, Args)]
pub struct DemoArgs {}

/// Runs the command.
///
/// # Errors
/// x
pub fn run(_args: &DemoArgs, _session: &Session) -> Result<ExitCode> {
    Ok(ExitCode::Success)
}
