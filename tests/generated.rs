//! `completions/` and `man/` are committed so that packagers need not build to get them. They
//! must be what the program prints today.
//!
//! After a change of the command line, `LETTERMINT_HOOK_REWRITE=1 cargo test --test generated`
//! writes them anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::CommandFactory as _;
use clap::ValueEnum as _;
use clap_complete::{Generator as _, Shell};
use lettermint_hook::cli::Cli;
use lettermint_hook::commands::{completions, man};

/// File names with what they should hold.
type Files = BTreeMap<String, Vec<u8>>;

#[test]
fn completions_are_up_to_date() {
    let scripts = Shell::value_variants().iter().map(|shell| {
        (
            shell.file_name("lettermint-hook"),
            completions::script(*shell),
        )
    });
    check("completions", scripts.collect());
}

#[test]
fn manual_pages_are_up_to_date() {
    check("man", man::pages().into_iter().collect());
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let pages: Files = man::pages().into_iter().collect();
    let cli = Cli::command();
    for command in cli.get_subcommands() {
        let page = format!("lettermint-hook-{}.1", command.get_name());
        assert!(pages.contains_key(&page), "{page}");
    }
    assert!(pages.contains_key("lettermint-hook.1"));
}

#[test]
fn a_page_refers_to_pages_that_exist() {
    let pages: Files = man::pages().into_iter().collect();
    let mut references = 0;
    for (page, text) in &pages {
        let text = String::from_utf8(text.clone()).unwrap().replace("\\-", "-");
        for name in text.lines().filter_map(|line| line.strip_suffix("(1)")) {
            references += 1;
            assert!(
                pages.contains_key(&format!("{name}.1")),
                "{page}: {name}(1)"
            );
        }
    }
    assert!(
        references >= pages.len() - 1,
        "only {references} references"
    );
}

fn check(folder: &str, expected: Files) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if asked_to_rewrite() {
        rewrite(&folder, &expected);
    }
    let found = read(&folder);
    let stale: Vec<_> = found
        .keys()
        .filter(|name| !expected.contains_key(*name))
        .collect();
    let changed: Vec<_> = expected
        .iter()
        .filter(|(name, content)| found.get(*name) != Some(content))
        .map(|(name, _)| name)
        .collect();
    assert!(
        stale.is_empty() && changed.is_empty(),
        "{}: missing or changed {changed:?}, stale {stale:?}\n\
         `LETTERMINT_HOOK_REWRITE=1 cargo test --test generated` writes them anew",
        folder.display()
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "a switch of this test, not of the program"
)]
fn asked_to_rewrite() -> bool {
    std::env::var_os("LETTERMINT_HOOK_REWRITE").is_some_and(|value| value == "1")
}

fn rewrite(folder: &Path, expected: &Files) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    for (name, content) in expected {
        fs::write(folder.join(name), content).unwrap();
    }
}

fn read(folder: &Path) -> Files {
    let Ok(entries) = fs::read_dir(folder) else {
        return Files::new();
    };
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect()
}
