//! The offline workbench for Lettermint webhooks.
//!
//! Folders are layers. A file may use its own layer and those above it in this list;
//! `tests/layers.rs` holds that as a test.
//!
//! - [`protocol`]: what Lettermint says on the wire: secrets, headers, signatures, retries.
//! - [`event`]: what Lettermint says in the body: the catalogue, payloads, edits, PHP's JSON.
//! - [`delivery`]: one delivery as a value, and every way to write it down.
//! - [`diagnosis`]: why a signature does not match, proven.
//! - [`report`]: what a command has to say, as text and as JSON.
//! - [`adapter`]: the only code that touches the world, one file a thing.
//! - [`workbench`]: signing and sending, receiving and recording.
//! - [`command`]: one subcommand a file.
//!
//! The first five are pure: no clock, no environment, no files, no sockets, no printing.
//!
//! A value travels one way: arguments, settings, deliveries, adapter, outcome, rendering, exit
//! code. Bodies are bytes all the way; JSON is only ever a view of them.

pub mod adapter;
pub mod cli;
pub mod command;
pub mod delivery;
pub mod diagnosis;
pub mod error;
pub mod event;
pub mod exit;
pub mod protocol;
pub mod report;
pub mod workbench;

use std::ffi::OsString;

use clap::Parser as _;

use adapter::config::ConfigSource;
use adapter::context::Context;
use adapter::prompt::Prompt;
use adapter::terminal::{Format, Terminal};
use cli::Cli;
use error::ErrorKind;
use exit::ExitCode;
use workbench::Session;

/// Captures the process's world and runs.
#[must_use]
pub fn main() -> std::process::ExitCode {
    run(std::env::args_os(), Context::capture()).into()
}

/// Runs one command line in a captured world.
pub fn run(args: impl IntoIterator<Item = OsString>, context: Context) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
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
    let terminal = Terminal::new(&context, format, global.color, global.quiet);
    let session = Session {
        prompt: Prompt::new(&context, global.no_input),
        config_source: ConfigSource::new(global.config),
        arguments: args,
        context,
        terminal,
    };
    match command.run(&session) {
        Ok(code) => code,
        Err(error) => {
            if error.kind() != ErrorKind::OutputClosed {
                session.terminal.error(&error);
            }
            error.kind().exit_code()
        }
    }
}

/// Help and version are answers; everything else that clap ends with is a usage error.
fn refuse(error: &clap::Error, args: &[OsString], context: &Context) -> ExitCode {
    use clap::error::ErrorKind as Clap;
    let asked = matches!(error.kind(), Clap::DisplayHelp | Clap::DisplayVersion);
    if !asked && args.iter().any(|arg| arg == "--json") {
        Terminal::new(context, Format::Json, Default::default(), false)
            .error(&cli::usage_error(error));
        return ExitCode::Usage;
    }
    // A closed pipe is a polite end here too.
    let _ = error.print();
    if asked {
        ExitCode::Success
    } else {
        ExitCode::Usage
    }
}
