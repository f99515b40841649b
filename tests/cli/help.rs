//! Every command explains itself.

use clap::{Command, CommandFactory as _, Parser as _};
use lettermint_hook::cli::Cli;
use lettermint_hook::exit::ExitCode;

use crate::support::Sandbox;

/// Every command with the words that call it, subcommands included.
fn commands() -> Vec<(Vec<String>, Command)> {
    fn collect(command: &Command, words: &[String], out: &mut Vec<(Vec<String>, Command)>) {
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
fn every_command_has_help_with_examples() {
    let sandbox = Sandbox::new();
    for (words, _) in commands() {
        let run = sandbox.args(&words).arg("--help").run().exits(0);
        let run = run.prints(&["Usage: lettermint-hook", "Examples:", "--json"]);
        assert!(run.stderr.is_empty(), "{}", run.transcript());
    }
}

#[test]
fn every_command_says_more_in_long_help_than_in_short_help() {
    for (words, command) in commands() {
        let short = command.get_about().map(ToString::to_string);
        let long = command.get_long_about().map(ToString::to_string);
        let short = short.unwrap_or_default();
        assert!(
            long.unwrap_or_default().len() > short.len(),
            "{words:?} has no long help"
        );
        assert!(!short.ends_with('.'), "{words:?}: {short}");
    }
}

#[test]
fn the_overview_says_of_every_command_what_it_does() {
    let help = Sandbox::new().cmd("--help").run().exits(0).out();
    let root = Cli::command();
    for command in root.get_subcommands() {
        let about = command.get_about().unwrap().to_string();
        assert!(!about.contains('['), "{about}");
        let start: String = about.chars().take(40).collect();
        assert!(help.contains(&start), "no `{start}` in\n{help}");
    }
}

#[test]
fn every_option_says_what_it_does() {
    for (words, command) in commands() {
        for argument in command.get_arguments() {
            assert!(
                argument.get_help().is_some(),
                "{words:?}: {}",
                argument.get_id()
            );
        }
    }
}

#[test]
fn every_example_is_a_command_line_that_parses() {
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
            (None, ' ') => words.extend(Some(std::mem::take(&mut word)).filter(|w| !w.is_empty())),
            (_, c) => word.push(c),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

#[test]
fn the_overview_lists_every_exit_code_with_its_meaning() {
    let help = Sandbox::new().cmd("--help").run().exits(0).out();
    for code in ExitCode::ALL {
        let line = format!("  {:<5}{}", code.number(), code.meaning());
        assert!(help.contains(&line), "no `{line}` in\n{help}");
    }
}

#[test]
fn help_and_version_are_answers() {
    let sandbox = Sandbox::new();
    let version = format!("lettermint-hook {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(sandbox.cmd("--version").run().exits(0).out(), version);
    sandbox.cmd("-h").run().exits(0).prints(&["Commands:"]);
}

#[test]
fn without_a_command_the_overview_is_a_usage_error() {
    let run = Sandbox::new().cmd("").run().exits(2);
    assert!(run.stdout.is_empty());
    run.says(&["Usage: lettermint-hook"]);
}
