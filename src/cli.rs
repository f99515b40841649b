//! The tree of commands and the options that all of them share.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueHint};

use crate::app::AppContext;
use crate::commands::{completions, demo, events, man, retries, secret, sign, webhooks};
use crate::deliveries;
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::listen;
use crate::listen::args::OutputFormat;
use crate::replay::args as replay;
use crate::send::args as send;
use crate::terminal::ColorChoice;
use crate::verify;

/// Offline toolkit for Lettermint webhooks
///
/// Signs and sends realistic deliveries to a local endpoint, listens and shows what arrives,
/// replays recorded deliveries, and verifies signatures offline. No account, no tunnel, no
/// telemetry: the only requests that leave are the ones you ask for.
#[derive(Debug, Parser)]
#[command(
    name = "lettermint-hook",
    bin_name = "lettermint-hook",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "\
Exit codes:
  0    yes: everything was as it should be
  1    it ran and the answer is no (bad signature, non-2xx answer, missed expectation)
  2    the command line is wrong
  3    it could not run (file, port, network, TLS)
  130  interrupted (143 by SIGTERM, 129 by SIGHUP)

Start with `lettermint-hook demo`, or run `lettermint-hook listen` in one terminal and
`lettermint-hook send message.delivered` in another.
`lettermint-hook help COMMAND` explains a command."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct GlobalArgs {
    /// Print JSON, or JSON Lines for streams
    ///
    /// Errors are then one JSON object on stderr. Every line begins with `v` and `type`;
    /// schemas/output.schema.json of the source describes them all.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Color the output
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = false
    )]
    pub(crate) color: ColorChoice,
    /// Print failures and results only
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Show replies of handlers whole, with status and headers
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Read this config file [default: lettermint-hook.toml here or in a directory above]
    #[arg(long, global = true, value_name = "PATH", help_heading = "Input")]
    pub(crate) config: Option<PathBuf>,
    /// Disable prompts; fail if input is missing
    #[arg(long, global = true, help_heading = "Input")]
    pub(crate) no_input: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Send(Box<send::SendArgs>),
    Listen(Box<listen::args::ListenArgs>),
    Replay(Box<replay::ReplayArgs>),
    Verify(Box<verify::VerifyArgs>),
    Sign(Box<sign::SignArgs>),
    Events(events::EventsArgs),
    Retries(retries::RetriesArgs),
    Secret(secret::SecretCommandArgs),
    Deliveries(Box<deliveries::DeliveriesArgs>),
    Webhooks(webhooks::WebhooksArgs),
    Demo(demo::DemoArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

impl Command {
    /// Whether an option of its own asks for JSON as `--json` does.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Verify(args) => args.wants_json(),
            Self::Listen(args) => args.assert.format == Some(OutputFormat::Json),
            _ => false,
        }
    }

    pub(crate) fn run(&self, app: &AppContext) -> Result<ExitCode> {
        match self {
            Self::Send(args) => send::run(args, app),
            Self::Listen(args) => listen::run::run(args, app),
            Self::Replay(args) => replay::run(args, app),
            Self::Verify(args) => verify::run(args, app),
            Self::Sign(args) => sign::run(args, app),
            Self::Events(args) => events::run(args, app),
            Self::Retries(args) => retries::run(args, app),
            Self::Secret(args) => secret::run(args, app),
            Self::Deliveries(args) => deliveries::run(args, app),
            Self::Webhooks(args) => webhooks::run(args, app),
            Self::Demo(args) => demo::run(args, app),
            Self::Completions(args) => completions::run(args, app),
            Self::Man(args) => man::run(args, app),
        }
    }
}

/// What the parser of arguments refused, as an error of ours: its first paragraph on one line, and
/// as hints those of the value's own parser and its tips.
pub(crate) fn usage_error(error: &clap::Error) -> Error {
    use clap::error::ErrorKind as Clap;
    const HELP: &str = "`--help` lists the options";
    if matches!(
        error.kind(),
        Clap::MissingSubcommand | Clap::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        return Error::usage("no command was given").hint("`--help` lists the commands");
    }
    if let Some(refused) = refused_value(error) {
        let hints = value_hints(error).iter().map(String::as_str);
        return hints.fold(refused, Error::hint).hint(HELP);
    }
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let (first, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let message: Vec<_> = first.lines().map(str::trim).collect();
    let tips = rest
        .lines()
        .filter_map(|line| line.trim().strip_prefix("tip: "));
    tips.fold(Error::usage(message.join(" ")), Error::hint)
        .hint(HELP)
}

/// The error for an option's value: the option, what is expected there, the value.
fn refused_value(error: &clap::Error) -> Option<Error> {
    use clap::error::{ContextKind, ContextValue};
    use std::error::Error as _;
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let (argument, value) = (
        text(ContextKind::InvalidArg)?,
        text(ContextKind::InvalidValue)?,
    );
    let (option, name) = argument.split_once([' ', '=']).unwrap_or(("", argument));
    let option = option.trim_end_matches('[');
    let name = name.trim_matches(|c: char| "<>[].".contains(c));
    let option = if option.is_empty() { name } else { option };
    // A header may hold a password, also one whose colon is missing.
    let value = match (option, value.find([' ', ':', '='])) {
        ("--header", Some(end)) => &value[..end],
        _ => value,
    };
    let expected = match (error.get(ContextKind::ValidValue), error.source()) {
        (_, Some(refusal)) => refusal.to_string(),
        (Some(ContextValue::Strings(valid)), _) if !valid.is_empty() => {
            format!("expected one of {}", valid.join(", "))
        }
        _ if value.is_empty() => format!("expected {name}, and nothing is given"),
        _ => return None,
    };
    // The parser of the value may have said already which part of it is wrong.
    let is_said = |(_, last): (&str, &str)| !last.is_empty() && value.contains(last);
    let message = match value.is_empty() || expected.rsplit_once(": ").is_some_and(is_said) {
        true => format!("{option}: {expected}"),
        false => format!("{option}: {expected}: {value}"),
    };
    let nearest = text(ContextKind::SuggestedValue).map(|near| format!("did you mean `{near}`?"));
    Some(Error::usage(message).maybe_hint(nearest))
}

/// `help send` as `send --help`, also behind a command, unless the word could be a file of that
/// name.
pub(crate) fn with_help_option(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if !arguments.iter().any(|argument| argument == "help") {
        return arguments;
    }
    let root = <Cli as CommandFactory>::command();
    let mut command = &root;
    for position in 1..arguments.len() {
        let word = &arguments[position];
        let takes_file = (command.get_positionals())
            .any(|argument| argument.get_value_hint() == ValueHint::AnyPath);
        if word == "help" && !takes_file {
            arguments.remove(position);
            arguments.push("--help".into());
            break;
        }
        match command.find_subcommand(word) {
            Some(sub) => command = sub,
            None if word.to_string_lossy().starts_with('-') => {}
            None => break,
        }
    }
    arguments
}

/// What the parser of a value said to type instead.
pub(crate) fn value_hints(error: &clap::Error) -> &[String] {
    use std::error::Error as _;
    let source = error.source().and_then(|source| source.downcast_ref());
    source.map_or(&[], Error::hints)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::Cli;

    /// Every command with the words that call it, subcommands included.
    fn commands() -> Vec<(Vec<String>, clap::Command)> {
        fn collect(
            command: &clap::Command,
            words: &[String],
            out: &mut Vec<(Vec<String>, clap::Command)>,
        ) {
            for sub in command.get_subcommands() {
                let mut words = words.to_vec();
                words.push(sub.get_name().to_owned());
                out.push((words.clone(), sub.clone()));
                collect(sub, &words, out);
            }
        }
        let mut out = Vec::new();
        collect(&Cli::command(), &[], &mut out);
        out
    }

    #[test]
    fn every_example_of_the_help_parses() {
        let mut examples = 0;
        for (_, command) in commands() {
            let Some(after) = command.get_after_help().map(ToString::to_string) else {
                continue;
            };
            let lines = after
                .lines()
                .skip_while(|line| *line != "Examples:")
                .take_while(|line| !line.is_empty());
            for line in lines.filter(|line| line.contains("lettermint-hook ")) {
                examples += 1;
                let words = shell_words(&line[line.find("lettermint-hook ").unwrap()..]);
                if let Err(error) = Cli::try_parse_from(&words) {
                    panic!("{line}\n{error}");
                }
            }
        }
        assert!(examples > 20, "only {examples} examples were found");
    }

    #[test]
    fn every_refused_value_names_option_expectation_and_value() {
        let mut refused = 0;
        for (words, command) in commands() {
            let options = command
                .get_arguments()
                .filter(|arg| arg.get_action().takes_values());
            for option in options {
                for bad in ["?", "-1", "1.5.2", "99999999999999999999999", ""] {
                    let mut line = vec!["lettermint-hook".to_owned()];
                    line.extend_from_slice(&words);
                    match option.get_long() {
                        Some(long) => line.push(format!("--{long}={bad}")),
                        None => line.extend(["--".to_owned(), bad.to_owned()]),
                    }
                    let Err(error) = Cli::try_parse_from(&line) else {
                        continue;
                    };
                    use clap::error::ErrorKind::{InvalidValue, ValueValidation};
                    if !matches!(error.kind(), InvalidValue | ValueValidation) {
                        continue;
                    }
                    refused += 1;
                    let said = super::usage_error(&error).to_string();
                    let name = option.get_long().map(|long| format!("--{long}: "));
                    assert!(said.starts_with(&name.unwrap_or_default()), "{said}");
                    assert!(
                        said.ends_with(&format!(": {bad}")) || bad.is_empty(),
                        "{said}"
                    );
                    let expects = ["expected ", "unknown event", "no known event", "not a path"];
                    assert!(expects.iter().any(|words| said.contains(words)), "{said}");
                    for jargon in [
                        "digit",
                        "..",
                        "possible values",
                        "target type",
                        "(",
                        "parse",
                    ] {
                        let known = said.replace("(2026-10-04", "").replace("(1791101730)", "");
                        let known = known.replace("(42m, 3d)", "").replace("data.tags[0]", "");
                        assert!(!known.contains(jargon), "{said}");
                    }
                }
            }
        }
        assert!(refused > 200, "only {refused} values were refused");
    }

    /// The words of the first simple command of a shell line: up to a pipe, a redirection or the
    /// end of a substitution.
    fn shell_words(line: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut word = String::new();
        let mut quote = None;
        for c in line.chars() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None, '|' | '>' | ')') => break,
                (None, ' ') => {
                    words.extend(Some(std::mem::take(&mut word)).filter(|w| !w.is_empty()))
                }
                (_, c) => word.push(c),
            }
        }
        words.extend(Some(word).filter(|word| !word.is_empty()));
        words
    }
}
