//! `completions`: scripts for shells.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::app::AppContext;
use crate::cli::Cli;
use crate::error::Result;
use crate::exit::ExitCode;

/// Print the completion script for a shell
///
/// It completes commands, options and event names. The scripts for all shells are also in the
/// directory completions/ of the source.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook completions bash > ~/.local/share/bash-completion/completions/lettermint-hook
  lettermint-hook completions zsh > ~/.zfunc/_lettermint-hook
  lettermint-hook completions fish > ~/.config/fish/completions/lettermint-hook.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, app: &AppContext) -> Result<ExitCode> {
    app.terminal.write(&script(args.shell));
    Ok(ExitCode::Success)
}

pub(crate) fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "lettermint-hook", &mut script);
    script
}
