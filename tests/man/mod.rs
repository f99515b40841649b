//! `man`: a page for every command, and committed as they are printed.

use std::collections::BTreeMap;

use crate::cli::help::commands;
use crate::support::{Sandbox, check_committed, run_tool};

/// The pages of all commands by file name.
fn pages() -> BTreeMap<String, Vec<u8>> {
    let sandbox = Sandbox::new();
    let commands = commands(&sandbox);
    let names = commands.iter().map(|(words, _)| words.replace(' ', "-"));
    let mut pages: BTreeMap<_, _> = names
        .map(|name| {
            let run = sandbox.cmd(&format!("man {name}")).run().exits(0);
            (format!("lettermint-hook-{name}.1"), run.stdout)
        })
        .collect();
    let overview = sandbox.cmd("man").run().exits(0);
    pages.insert("lettermint-hook.1".to_owned(), overview.stdout);
    pages
}

#[test]
fn man_prints_a_page_for_the_overview_and_every_command() {
    let sandbox = Sandbox::new();
    let overview = sandbox.cmd("man").run().exits(0);
    overview.prints(&[".TH LETTERMINT-HOOK 1 2026"]);
    // With a hyphen or as it is typed.
    for (words, title) in [
        ("send", "SEND"),
        ("secret new", "SECRET-NEW"),
        ("secret-new", "SECRET-NEW"),
    ] {
        let run = sandbox.cmd(&format!("man {words}")).run().exits(0);
        run.prints(&[&format!(".TH LETTERMINT-HOOK-{title} 1 2026")]);
    }
    let run = sandbox.cmd("man sned").run().exits(2);
    run.says(&["no such command: sned", "hint: did you mean `send`?"]);
}

#[test]
fn man_pages_have_the_sections_that_readers_look_for() {
    for (page, text) in pages() {
        let text = String::from_utf8(text).unwrap();
        assert!(text.is_ascii(), "{page}");
        let mut sections = vec!["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS"];
        sections.extend(["EXIT STATUS", "ENVIRONMENT", "FILES", "SEE ALSO"]);
        let found: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix(".SH "))
            .filter(|title| sections.contains(title))
            .collect();
        assert_eq!(found, sections, "{page}");
        assert!(!text.contains(".SH SUBCOMMANDS\n.SH"), "{page}");
        assert_eq!(text.matches(".ds Aq ").count(), 2, "{page}");
        // The examples are those of the help, which folds them at its width.
        let command = page.trim_start_matches("lettermint-hook");
        let words = command.trim_end_matches(".1").replacen('-', " ", 2);
        let help = Sandbox::new().cmd(&words).arg("--help").run().exits(0);
        let between = |text: &str, start: &str, end: &str| {
            let (_, text) = text.split_once(start)?;
            let text = text.split(end).next()?;
            Some(
                text.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>(),
            )
        };
        let escapes = [("\\-", "-"), ("\\(aq", "'"), ("\\(ti", "~"), ("\\(ga", "`")];
        let escapes = escapes
            .into_iter()
            .chain([("\\[u2026]", "…"), ("\\e", "\\")]);
        let text = escapes.fold(text, |text, (escape, c)| text.replace(escape, c));
        assert_eq!(
            between(&text, ".SH EXAMPLES\n.nf\n", ".fi\n"),
            between(&help.out(), "Examples:\n", "\n\n"),
            "{page}"
        );
    }
}

#[test]
fn man_pages_are_committed_as_they_are_printed() {
    check_committed("man", pages());
}

#[test]
fn man_pages_refer_to_pages_that_exist() {
    let pages = pages();
    let mut references = 0;
    for (page, text) in &pages {
        let text = String::from_utf8_lossy(text).replace("\\-", "-");
        let names = text.lines().filter_map(|line| line.strip_prefix(".BR "));
        for name in names {
            references += 1;
            let name = name.split(' ').next().unwrap();
            let exists = pages.contains_key(&format!("{name}.1"));
            assert!(exists && format!("{name}.1") != *page, "{page}: {name}(1)");
        }
    }
    // Each refers to the one above, and that to it.
    assert_eq!(references, 2 * (pages.len() - 1));
}

/// Asserts that a formatter says nothing about any page.
fn formats_in_silence(command: &str) {
    let sandbox = Sandbox::new();
    for (name, text) in pages() {
        let path = sandbox.write(&name, text);
        let script = format!("{command} \"$0\" 2>&1 || true");
        let said = run_tool("sh", &["-c", &script, path.to_str().unwrap()], b"");
        assert_eq!(String::from_utf8_lossy(&said), "", "{name}");
    }
}

#[test]
#[ignore = "mandoc"]
fn man_pages_are_clean_for_mandoc() {
    // Nothing but matters of style, such as the length of lines.
    formats_in_silence("mandoc -T lint -W warning");
}

#[test]
#[ignore = "groff"]
fn man_pages_are_clean_for_groff() {
    formats_in_silence("groff -ww -man -Tutf8 -z");
}
