//! `demo`: the whole round in one process.

pub(crate) mod output;
pub(crate) mod run;

use clap::Args;

use crate::app::AppContext;
use crate::args::FixedArgs;
use crate::commands::demo::run as demonstration;
use crate::error::Result;
use crate::exit::ExitCode;

/// Show the whole round in one process: listen, send, verify, replay, tamper
///
/// Starts a listener on a free port with a throwaway secret and a throwaway store, sends one
/// delivery of every event, shows what arrives, verifies the recording offline, replays one
/// delivery as attempt 2, and sends one with a changed byte to show how it is refused. Each step
/// shows the command line that does the same. Nothing is left behind.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook demo
  lettermint-hook demo --json

Exits 0 when every step went as it should, else 1.")]
pub(crate) struct DemoArgs {
    /// Reproducing.
    #[command(flatten)]
    pub(crate) fixed: FixedArgs,
}

pub(crate) fn run(args: &DemoArgs, app: &AppContext) -> Result<ExitCode> {
    let DemoArgs { fixed } = args;
    let clock = fixed.now.clock();
    let random = app.random(fixed.seed);
    app.block_on(demonstration::run(app, clock, random))
}
