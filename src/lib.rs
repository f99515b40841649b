//! An offline toolkit for Lettermint webhooks: the program `lettermint-hook`, and as a library for
//! tests in Rust its two pure parts, [`lettermint`] (secrets, headers, signatures, events) and
//! [`delivery`] (one delivery, its record, tampering, resending).
//!
//! Every feature has one directory: `send`, `listen`, `replay`, `verify`, `deliveries`; the small
//! commands are in `commands`. A feature uses what is below it and never another feature. From the
//! top:
//!
//! - `cli`, `commands`, features: what a user types, and what happens then.
//! - `args`, `sending`, `store`: what features share: options, signing and sending deliveries, the
//!   file of recorded deliveries and captures of other tools.
//! - `app`: the captured environment and what the global options decided.
//! - `http`, `config`, `terminal`, `context`: sockets, files, streams, clock, signals.
//! - `error`, `exit`: the one error type and the exit codes.
//! - `diagnosis`, `redaction`, `difference`, `capture`, `delivery`, `lettermint`, `json`: pure; no
//!   clock, no environment, no files, no sockets, no printing.
//!
//! A value travels one way: arguments, settings, deliveries, network or file, outcome, output,
//! exit code. Bodies are bytes all the way; JSON is only ever a view of them.

mod app;
mod args;
mod capture;
mod cli;
mod commands;
mod config;
mod context;
mod deliveries;
pub mod delivery;
mod diagnosis;
mod difference;
mod error;
mod exit;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod http;
mod json;
pub mod lettermint;
pub(crate) mod listen;
mod redaction;
mod replay;
mod send;
mod sending;
mod store;
mod terminal;
mod verify;

use std::ffi::OsString;
use std::sync::OnceLock;

use clap::Parser as _;

use app::AppContext;
use cli::Cli;
use commands::completions;
use config::secrets;
use context::{Context, process_limits, signals};
use exit::ExitCode;
use terminal::prompt::Prompt;
use terminal::{Format, Stream, Terminal};

/// Captures the process's environment and runs.
pub fn main() -> std::process::ExitCode {
    process_limits::keep_memory_private();
    run(std::env::args_os(), Context::capture()).into()
}

/// Runs one command line in a captured environment.
fn run(args: impl IntoIterator<Item = OsString>, context: Context) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(shell) = context.variable(completions::VARIABLE) {
        let shell = shell.to_string_lossy().into_owned();
        return completions::answer(&shell, args, context);
    }
    let args = cli::with_help_option(args);
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, &args, &context),
    };
    let Cli { global, command } = cli;
    let format = if global.json || command.wants_json() {
        Format::Json
    } else {
        Format::Text
    };
    let terminal = Terminal::new(&context, format, global.color, global.quiet)
        .with_whole_replies(global.verbose);
    hide_given(&terminal, &args, &context);
    let app = AppContext {
        prompt: Prompt::new(&context, global.color, global.no_input),
        named_config: global.config,
        config: OnceLock::new(),
        arguments: args,
        context,
        terminal,
    };
    let code = command.run(&app).unwrap_or_else(|error| {
        app.terminal.error(&error);
        error.kind().exit_code()
    });
    match app.terminal.stdout_failure() {
        // The verdict was reached, but whoever asked for it has not got all of it.
        Some(error) if matches!(code, ExitCode::Success | ExitCode::Negative) => {
            app.terminal.error(&error);
            error.kind().exit_code()
        }
        _ if code == ExitCode::Interrupted => signals::interrupted_code(),
        _ => code,
    }
}

/// Masks the secrets that are known before anything is read.
fn hide_given(terminal: &Terminal, args: &[OsString], context: &Context) {
    let variable = context.variable(secrets::VARIABLE);
    let options = args.iter().zip(args.iter().skip(1));
    let options = options.filter(|(option, _)| *option == "--secret");
    let given = options.map(|(_, value)| value.as_os_str()).chain(variable);
    for secret in given {
        terminal.mask().hide(secret.as_encoded_bytes());
    }
}

/// Help and version are answers; everything else that clap ends with is a usage error.
fn refuse(error: &clap::Error, args: &[OsString], context: &Context) -> ExitCode {
    use clap::error::ErrorKind as Clap;
    let asked = matches!(error.kind(), Clap::DisplayHelp | Clap::DisplayVersion);
    let json = args.iter().any(|arg| arg == "--json");
    let lists_commands = error.kind() == Clap::DisplayHelpOnMissingArgumentOrSubcommand;
    if !asked && (json || !lists_commands) {
        let format = if json { Format::Json } else { Format::Text };
        let terminal = Terminal::new(context, format, Default::default(), false);
        hide_given(&terminal, args, context);
        terminal.error(&cli::usage_error(error));
        return ExitCode::Usage;
    }
    let terminal = Terminal::new(context, Format::Text, Default::default(), false);
    let help = error.render();
    if !asked {
        terminal.write_help(Stream::Stderr, &help);
        return ExitCode::Usage;
    }
    terminal.write_help(Stream::Stdout, &help);
    match terminal.stdout_failure() {
        Some(error) => {
            terminal.error(&error);
            error.kind().exit_code()
        }
        None => ExitCode::Success,
    }
}
