//! `completions`: scripts for shells, and the candidates that the scripts ask for.
//!
//! A script knows no names. At each Tab it runs this program with [`VARIABLE`] set, which answers
//! with what fits; so completion knows the events of this version, the webhooks of the config file
//! and the latest deliveries of the store.

mod values;

use std::ffi::OsString;
use std::sync::OnceLock;

use clap::Args;
use clap_complete::Shell;
use clap_complete::env::{EnvCompleter, Shells};

use crate::app::AppContext;
use crate::context::Context;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::terminal::prompt::Prompt;
use crate::terminal::{ColorChoice, Format, Terminal};

/// Print the completion script for a shell
///
/// It completes commands, options and their values: events, scenarios, kinds of tampering, the
/// webhooks of the config file, the ids of the store. Secrets are never completed. The scripts for
/// all shells are also in the directory completions/ of the source.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # bash, with the package bash-completion; or source the script in ~/.bashrc
  lettermint-hook completions bash > ~/.local/share/bash-completion/completions/lettermint-hook
  # zsh, with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc
  lettermint-hook completions zsh > ~/.zfunc/_lettermint-hook
  # fish
  lettermint-hook completions fish > ~/.config/fish/completions/lettermint-hook.fish
  # PowerShell
  lettermint-hook completions powershell >> $PROFILE
  # elvish
  lettermint-hook completions elvish >> ~/.config/elvish/rc.elv")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Set by the scripts to the shell that asks.
pub(crate) const VARIABLE: &str = "LETTERMINT_HOOK_COMPLETE";

const NAME: &str = "lettermint-hook";

pub(crate) fn run(args: &CompletionsArgs, app: &AppContext) -> Result<ExitCode> {
    let script = match args.shell {
        // Of our own: bash splits words at `=` and `:`, which clap's script knows nothing of, and
        // the first Tab after zsh has found clap's script in `fpath` completes nothing.
        Shell::Bash => include_bytes!("../../../completions/lettermint-hook.bash").to_vec(),
        Shell::Zsh => include_bytes!("../../../completions/_lettermint-hook").to_vec(),
        shell => {
            let mut script = Vec::new();
            if let Some(completer) = completer(&shell.to_string()) {
                // Writing to a vector cannot fail.
                let _ = completer.write_registration(VARIABLE, NAME, NAME, NAME, &mut script);
            }
            script
        }
    };
    app.terminal.write(&script);
    Ok(ExitCode::Success)
}

fn completer(shell: &str) -> Option<&'static dyn EnvCompleter> {
    const SHELLS: &Shells<'static> = &Shells::builtins();
    SHELLS.completer(shell)
}

/// Answers a script that asks `lettermint-hook -- WORDS` what the last of the words may be.
pub(crate) fn answer(shell: &str, arguments: Vec<OsString>, context: Context) -> ExitCode {
    let words = arguments.iter().skip_while(|word| *word != "--").skip(1);
    let words: Vec<OsString> = words.cloned().collect();
    let terminal = Terminal::new(&context, Format::Text, ColorChoice::Never, true);
    let directory = context.directory.clone();
    let app = AppContext {
        prompt: Prompt::new(&context, ColorChoice::Never, true),
        named_config: values::named(&words, "--config"),
        config: OnceLock::new(),
        terminal: terminal.clone(),
        arguments,
        context,
    };
    let mut command = values::command(app, &words);
    let mut candidates = Vec::new();
    let answered = completer(shell).is_some_and(|completer| {
        let directory = Some(directory.as_path());
        let answer = completer.write_complete(&mut command, words, directory, &mut candidates);
        answer.is_ok()
    });
    terminal.write(&candidates);
    match answered {
        true => ExitCode::Success,
        false => ExitCode::Usage,
    }
}
