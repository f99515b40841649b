//! `man`: manual pages, one a command.

use clap::{Args, CommandFactory as _};

use crate::app::AppContext;
use crate::cli::Cli;
use crate::error::{Error, Result};
use crate::exit::ExitCode;

/// Print a manual page
///
/// All pages are also in the directory man/ of the source.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook man | man -l -
  lettermint-hook man send > lettermint-hook-send.1
  lettermint-hook man secret-new | man -l -")]
pub(crate) struct ManArgs {
    /// The command whose page is printed, a subcommand's with a hyphen [default: the overview]
    command: Option<String>,
}

pub(crate) fn run(args: &ManArgs, app: &AppContext) -> Result<ExitCode> {
    let wanted = match &args.command {
        Some(command) => format!("lettermint-hook-{command}.1"),
        None => "lettermint-hook.1".to_owned(),
    };
    let page = pages()
        .into_iter()
        .find(|(name, _)| *name == wanted)
        .ok_or_else(|| {
            let command = args.command.as_deref().unwrap_or_default();
            Error::usage(format!("no such command: {command}"))
                .hint("`lettermint-hook --help` lists them")
        })?;
    app.terminal.write(&page.1);
    Ok(ExitCode::Success)
}

/// Every command and subcommand by the name of its page, with its description.
pub(crate) fn commands(command: &clap::Command) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for sub in command.get_subcommands() {
        let name = sub.get_name();
        let about = sub.get_about().map(ToString::to_string);
        all.push((name.to_owned(), about.unwrap_or_default()));
        let below = commands(sub).into_iter();
        all.extend(below.map(|(below, about)| (format!("{name}-{below}"), about)));
    }
    all
}

/// Every page as file name and text, one a command and subcommand.
pub(crate) fn pages() -> Vec<(String, Vec<u8>)> {
    let mut root = Cli::command();
    root.build();
    let mut pages = Vec::new();
    collect("lettermint-hook".to_owned(), &root, &mut pages);
    pages
}

/// The pages of the subcommands, to which the command's own refers, and that one.
fn collect(name: String, command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) {
    for sub in command.get_subcommands() {
        collect(format!("{name}-{}", sub.get_name()), sub, pages);
    }
    pages.push(page(format!("{name}.1"), command.clone().name(name)));
}

fn page(file: String, command: clap::Command) -> (String, Vec<u8>) {
    let mut text = Vec::new();
    // Writing to a vector cannot fail.
    let _ = clap_mangen::Man::new(command)
        .manual("lettermint-hook manual")
        .source(format!("lettermint-hook {}", env!("CARGO_PKG_VERSION")))
        .render(&mut text);
    (file, text)
}
