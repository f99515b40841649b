//! `man`: a page for every command, and committed as they are printed.

use std::collections::BTreeMap;

use crate::cli::help::commands;
use crate::support::{Sandbox, check_committed};

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
    sandbox
        .cmd("man")
        .run()
        .exits(0)
        .prints(&[".TH lettermint-hook 1"]);
    for command in [
        "send", "listen", "replay", "verify", "sign", "events", "retries",
    ] {
        let run = sandbox.cmd(&format!("man {command}")).run().exits(0);
        run.prints(&[&format!(".TH lettermint-hook-{command} 1"), "Examples"]);
    }
    let run = sandbox.cmd("man sned").run().exits(2);
    run.says(&["no such command: sned", "hint: "]);
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
        for name in text.lines().filter_map(|line| line.strip_suffix("(1)")) {
            references += 1;
            let exists = pages.contains_key(&format!("{name}.1"));
            assert!(exists, "{page}: {name}(1)");
        }
    }
    let few = references < pages.len() - 1;
    assert!(!few, "only {references} references");
}
