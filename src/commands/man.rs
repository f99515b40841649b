//! `man`: manual pages, one a command.

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;

use crate::app::AppContext;
use crate::cli::Cli;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::suggest::did_you_mean;

/// Print a manual page
///
/// All pages are also in the directory man/ of the source.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook man | man -l -
  lettermint-hook man send > lettermint-hook-send.1
  lettermint-hook man secret new | man -l -")]
pub(crate) struct ManArgs {
    /// The command whose page is printed [default: the overview]
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// When the pages last changed in more than their version: that of the release, and no clock's,
/// so that the same source makes the same pages.
const DATE: &str = "2026-11-25";

/// The name of the program, of which the names of all pages are made.
const NAME: &str = "lettermint-hook";

pub(crate) fn run(args: &ManArgs, app: &AppContext) -> Result<ExitCode> {
    let wanted = args.command.join("-");
    let root = Cli::command();
    if !wanted.is_empty() && !commands(&root).iter().any(|(name, _)| *name == wanted) {
        let known = commands(&root);
        let near = did_you_mean(&wanted, known.iter().map(|(name, _)| name.as_str()));
        return Err(Error::usage(format!("no such command: {wanted}"))
            .maybe_hint(near)
            .hint("`lettermint-hook --help` lists them"));
    }
    let name = [NAME, &wanted].join("-");
    let (_, page) = pages(root)
        .into_iter()
        .find(|(page, _)| *page == name.trim_end_matches('-'))
        .unwrap_or_default();
    app.terminal.write(page.as_bytes());
    Ok(ExitCode::Success)
}

/// Every command and subcommand by the name of its page, with its description.
pub(crate) fn commands(command: &Command) -> Vec<(String, String)> {
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

/// Every page with its name, one a command and subcommand.
fn pages(mut root: Command) -> Vec<(String, String)> {
    root.build();
    let exit_codes = root.get_after_help().map(ToString::to_string);
    let mut pages = Vec::new();
    let exit_codes = exit_codes.unwrap_or_default();
    collect(NAME, None, &root, &exit_codes, &mut pages);
    pages
}

fn collect(
    name: &str,
    above: Option<&str>,
    command: &Command,
    exit_codes: &str,
    pages: &mut Vec<(String, String)>,
) {
    let below: Vec<_> = command
        .get_subcommands()
        .map(|sub| (format!("{name}-{}", sub.get_name()), sub))
        .collect();
    for (below, sub) in &below {
        collect(below, Some(name), sub, exit_codes, pages);
    }
    let below = below.iter().map(|(name, _)| name.as_str());
    let also: Vec<_> = above.into_iter().chain(below).collect();
    let text = page(name, command.clone(), exit_codes, &also);
    pages.push((name.to_owned(), text));
}

fn page(name: &str, mut command: Command, exit_codes: &str, also: &[&str]) -> String {
    let after = command.get_after_help().map(ToString::to_string);
    let usage = command.render_usage().to_string();
    let ids: Vec<_> = command
        .get_arguments()
        .map(|arg| arg.get_id().clone())
        .collect();
    let headings: Vec<_> = command
        .get_arguments()
        .filter_map(|arg| arg.get_help_heading().map(str::to_owned))
        .collect();
    let man = Man::new(command.name(name.to_owned()))
        .title(name.to_uppercase())
        .date(DATE)
        .manual("lettermint-hook manual")
        .source(format!("lettermint-hook {}", env!("CARGO_PKG_VERSION")));
    let mut text = generated(&man, usage.trim_start_matches("Usage: "), &headings);
    text.push_str(&sections(&after.unwrap_or_default(), exit_codes));
    for (title, entries) in [("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)] {
        section(title, &mut text);
        let matters = |option: &Option<&str>| option.is_none_or(|id| ids.iter().any(|it| it == id));
        for (name, _, about) in entries.iter().filter(|(_, option, _)| matters(option)) {
            text.push_str(&format!(
                ".TP\n\\fB{}\\fR\n{}\n",
                escape(name),
                escape(about)
            ));
        }
    }
    section("SEE ALSO", &mut text);
    let also = also.iter().map(|name| format!(".BR {} (1)", escape(name)));
    text.push_str(&also.collect::<Vec<_>>().join(",\n"));
    text.push('\n');
    text
}

/// What is made of the command's own description and options.
fn generated(man: &Man, usage: &str, headings: &[String]) -> String {
    let render = |render: &dyn Fn(&mut dyn std::io::Write) -> std::io::Result<()>| {
        let mut text = Vec::new();
        // Writing to a vector cannot fail.
        let _ = render(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    };
    let mut text = render(&|out| man.render_title(out));
    // A command without any gets the heading all the same.
    let mut subcommands = render(&|out| man.render_subcommands_section(out));
    if !subcommands.contains(".TP") {
        subcommands.clear();
    }
    for part in [
        render(&|out| man.render_name_section(out)),
        format!(".SH SYNOPSIS\n\\fB{}\\fR\n", escape(usage)),
        render(&|out| man.render_description_section(out)),
        render(&|out| man.render_options_section(out)),
        subcommands,
    ] {
        // Each part defines the apostrophe anew, and blank lines are for paragraphs to make.
        let lines = part.lines().filter(|line| !line.contains(" .ds Aq "));
        for line in lines.map(str::trim_end) {
            let heading = line.strip_prefix(".SH ").and_then(|title| {
                let title = title.trim_matches('"');
                headings
                    .iter()
                    .find(|heading| heading.to_uppercase() == title)
            });
            match (line, heading) {
                (_, Some(heading)) => text.push_str(&format!(".SS {heading}")),
                (".br", _) => continue,
                ("", _) => text.push_str(".sp"),
                ("\\fIPossible values:\\fR", _) => text.push_str(&format!(".sp\n{line}")),
                _ => text.push_str(line),
            }
            text.push('\n');
        }
    }
    // A code that is copied from the page has to be what it was.
    text.replace('`', "\\(ga").chars().map(printable).collect()
}

/// The text below the options of the help, as sections: its examples unfilled, what it says of
/// exit codes, and the rest.
fn sections(after: &str, exit_codes: &str) -> String {
    let (mut examples, mut exits, mut notes) = (String::new(), String::new(), String::new());
    for paragraph in after.split("\n\n") {
        if let Some(lines) = paragraph.strip_prefix("Examples:\n") {
            let lines = lines
                .lines()
                .map(|line| line.strip_prefix("  ").unwrap_or(line));
            let lines: Vec<_> = lines.map(escape).collect();
            examples = format!(".nf\n{}\n.fi\n", lines.join("\n"));
        } else if paragraph.starts_with("Exits ") {
            exits = format!("{}\n", escape(&paragraph.replace('\n', " ")));
        } else if !paragraph.starts_with("Exit codes:") && !paragraph.is_empty() {
            notes.push_str(&format!(".PP\n{}\n", escape(&paragraph.replace('\n', " "))));
        }
    }
    let codes = exit_codes.split("\n\n").next().unwrap_or_default();
    for line in codes.lines().skip(1) {
        if let Some((code, about)) = line.trim().split_once(' ') {
            exits.push_str(&format!(".TP\n{code}\n{}\n", escape(about.trim())));
        }
    }
    let mut text = String::new();
    for (title, body) in [
        ("NOTES", notes.trim_start_matches(".PP\n")),
        ("EXAMPLES", &examples),
        ("EXIT STATUS", &exits),
    ] {
        if !body.is_empty() {
            section(title, &mut text);
            text.push_str(body);
        }
    }
    text
}

fn section(title: &str, text: &mut String) {
    text.push_str(&format!(".SH {title}\n"));
}

/// Text as troff shows it unchanged.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    if text.starts_with(['.', '\'']) {
        escaped.push_str("\\&");
    }
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\e"),
            '-' => escaped.push_str("\\-"),
            '\'' => escaped.push_str("\\(aq"),
            '`' => escaped.push_str("\\(ga"),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            c => escaped.push_str(&printable(c)),
        }
    }
    escaped
}

/// A character that is not ASCII, by its number: troff reads bytes.
fn printable(c: char) -> String {
    match c.is_ascii() {
        true => c.to_string(),
        false => format!("\\[u{:04X}]", u32::from(c)),
    }
}

/// Variables, each with the argument that a command has to have for it to matter.
const ENVIRONMENT: &[(&str, Option<&str>, &str)] = &[
    (
        "LETTERMINT_WEBHOOK_SECRET",
        Some("secret_env"),
        "The secret, unless an option names another.",
    ),
    (
        "LETTERMINT_HOOK_URL",
        Some("to"),
        "The endpoint, unless --to names another.",
    ),
    (
        "LETTERMINT_HOOK_BASIC_AUTH_PASSWORD",
        Some("basic_auth"),
        "The password for --basic-auth.",
    ),
    (
        "NO_COLOR, CLICOLOR_FORCE, TERM",
        None,
        "Without --color: NO_COLOR and TERM=dumb turn color off; CLICOLOR_FORCE turns it on, also \
         where output is no terminal.",
    ),
    (
        "COLUMNS",
        None,
        "The width to which text is folded where output is no terminal.",
    ),
];

/// Files, in the same way.
const FILES: &[(&str, Option<&str>, &str)] = &[
    (
        "lettermint-hook.toml",
        None,
        "The config file, looked for in the working directory and those above it.",
    ),
    (
        ".env",
        Some("secret_env"),
        "Beside the config file, else in the working directory: LETTERMINT_WEBHOOK_SECRET is read \
         from it when it is not in the environment.",
    ),
    (
        ".lettermint-hook/deliveries.ndjson",
        Some("store"),
        "The store of recorded deliveries, beside the config file, else in the working directory.",
    ),
];
