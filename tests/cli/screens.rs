//! What fits on narrow terminals, and what stays whole there.

use unicode_width::UnicodeWidthStr as _;

use crate::support::{STORE, Sandbox, Terminal, lines, stored_delivery};

const ID: &str = "9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d01";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_secret();
    let records = [
        stored_delivery(ID, "message.hard_bounced", 500),
        stored_delivery("寿司-👍", "message.sent", 200),
    ];
    sandbox.write(STORE, lines(&records));
    // Signed, then encoded again: verify explains it.
    let spoiled = lines(&records).replace("message.sent", "message.opened");
    sandbox.write("spoiled.ndjson", spoiled);
    sandbox.write(
        "config/lettermint-hook.toml",
        "[[webhook]]\nname = \"orders\"\nurl = \"http://localhost:3000/hooks\"\nevents = [\"message.*\"]\n\
         secret_env = \"ORDERS_WEBHOOK_SECRET\"\nroute = \"019b0e60-0000-7000-8000-0000000000bb\"\n",
    );
    sandbox
}

/// Lines as a terminal has them, without colors.
fn shown(text: &str) -> Vec<String> {
    let plain = |line: &str| {
        let mut parts = line.trim_end_matches('\r').split("\u{1b}[");
        let first = parts.next().unwrap().to_owned();
        let rest = parts.filter_map(|part| part.split_once('m').map(|(_, rest)| rest));
        rest.fold(first, |line, part| line + part)
    };
    text.lines().map(plain).collect()
}

/// The words of a text, however they are folded.
fn words(lines: &[String]) -> Vec<String> {
    let words = lines.iter().flat_map(|line| line.split_whitespace());
    words.map(str::to_owned).collect()
}

const COMMANDS: &[(&str, i32)] = &[
    ("deliveries list", 0),
    ("events", 0),
    ("events message.clicked --fields", 0),
    ("webhooks --config config/lettermint-hook.toml", 1),
    ("retries --from 2026-10-04T08:15:30Z", 0),
    ("verify spoiled.ndjson", 1),
    ("verify --as list", 0),
    ("send --tamper list", 0),
    ("send --scenario list", 0),
    ("secret check", 0),
    ("deliveries show zzz", 1),
    ("events message.snet", 2),
    ("verify nowhere.ndjson", 3),
    ("--help", 0),
    ("send -h", 0),
    ("listen --help", 0),
];

#[test]
fn screens_of_40_columns_and_more_are_not_wider_and_lose_nothing() {
    let sandbox = sandbox();
    for (command, code) in COMMANDS {
        let (wide, ended) = Terminal::show(&sandbox, 300, command);
        assert_eq!(ended, *code, "{command}: {wide}");
        let all = words(&shown(&wide));
        for columns in [40, 60, 80] {
            let (text, _) = Terminal::show(&sandbox, columns, command);
            let lines = shown(&text);
            let found = words(&lines);
            for line in &lines {
                // What is one word stays one, so that it can be copied.
                let is_word = line.split_whitespace().count() == 1;
                // The examples of the help are command lines.
                let is_example = line.trim_start().starts_with("lettermint-hook ");
                assert!(
                    line.width() <= columns || is_word || is_example,
                    "{command} on {columns}: {line}"
                );
            }
            // The narrow form may say more than the table, never less.
            for word in &all {
                let titles = word.chars().all(|c| c.is_ascii_uppercase());
                assert!(
                    titles || found.contains(word),
                    "{command} on {columns}: no {word}\n{text}"
                );
            }
        }
    }
}

#[test]
fn screens_of_40_columns_keep_ids_whole() {
    let sandbox = sandbox();
    for columns in [40, 60, 80] {
        let (text, _) = Terminal::show(&sandbox, columns, "deliveries list");
        assert!(text.contains(ID) && text.contains("寿司-👍"), "{text}");
        let (text, _) = Terminal::show(&sandbox, columns, "verify spoiled.ndjson");
        assert!(text.contains(ID), "{text}");
    }
}

#[test]
fn screens_are_as_wide_as_the_text_when_piped() {
    let sandbox = sandbox();
    let run = sandbox
        .cmd("deliveries list")
        .env("COLUMNS", "40")
        .run()
        .exits(0);
    assert_eq!(run.out().lines().count(), 3, "{}", run.out());
}
