//! Prompts on a real terminal: answered, interrupted, and the terminal as it was afterwards.
//!
//! The test binary runs itself in a pseudo-terminal: [`asked`] is the part that asks.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![cfg(unix)]

use std::io::Write as _;
use std::process::Command;

use lettermint_hook::context::Context;
use lettermint_hook::context::signals;
use lettermint_hook::error::Error;
use lettermint_hook::terminal::prompt::Prompt;
use rexpect::session::{PtySession, spawn_command};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

const QUESTION: &str = "HOOK_TEST_QUESTION";

#[test]
#[ignore = "asks on the terminal; the other tests run it in one"]
fn asked() {
    // The pseudo-terminal is made without echo; a user's has it.
    let mut before = tcgetattr(std::io::stdin()).unwrap();
    before.local_modes.insert(LocalModes::ECHO);
    tcsetattr(std::io::stdin(), OptionalActions::Now, &before).unwrap();
    let context = Context::capture();
    let prompt = Prompt::new(&context, context.variable("HOOK_TEST_NO_INPUT").is_some());
    let items = ["apricot", "broccoli", "cherry"].map(str::to_owned);
    let said = |answer: Result<Option<String>, Error>| match answer {
        Ok(Some(answer)) => format!("answer: {answer}"),
        Ok(None) => "nobody to ask".to_owned(),
        Err(error) => format!("error: {error}"),
    };
    let line = match context.variable(QUESTION).and_then(|name| name.to_str()) {
        Some("pick") => said(
            prompt
                .pick("Which", &items)
                .map(|one| one.map(|n| n.to_string())),
        ),
        Some("many") => said(
            prompt
                .pick_many("Which", &items)
                .map(|many| many.map(|many| format!("{many:?}"))),
        ),
        _ => {
            std::thread::spawn(announce_hidden);
            said(prompt.password("Password").map(|secret| {
                secret.map(|secret| String::from_utf8_lossy(secret.expose()).into_owned())
            }))
        }
    };
    if context.variable("HOOK_TEST_WORK_AFTER").is_some() {
        work_until_interrupted();
    }
    let after = tcgetattr(std::io::stdin()).unwrap();
    let restored = after.local_modes == before.local_modes;
    writeln!(std::io::stderr(), "{line}, restored: {restored}").unwrap();
}

/// Says when what is typed is no longer shown: what came before would be.
fn announce_hidden() {
    let modes = || tcgetattr(std::io::stdin()).unwrap().local_modes;
    while modes().contains(LocalModes::ECHO) {
        std::thread::yield_now();
    }
    std::io::stderr().write_all(b"now hidden\n").unwrap();
}

/// What a command does after its prompt.
fn work_until_interrupted() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::join!(signals::unhandled_ctrl_c(), async {
            std::io::stderr().write_all(b"now working\n").unwrap();
        })
    });
}

fn ask(question: &str) -> PtySession {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["asked", "--exact", "--ignored", "--nocapture"])
        .env_clear()
        .env("TERM", "xterm")
        .env(QUESTION, question);
    if question == "pick, then work" {
        command
            .env(QUESTION, "pick")
            .env("HOOK_TEST_WORK_AFTER", "1");
    }
    if question == "nobody" {
        command.env("HOOK_TEST_NO_INPUT", "1");
    }
    spawn_command(command, Some(10_000)).unwrap()
}

#[test]
fn a_pick_is_found_by_typing() {
    let mut terminal = ask("pick");
    terminal.exp_string("cherry").unwrap();
    terminal.send("bro\r").unwrap();
    terminal.flush().unwrap();
    terminal.exp_string("answer: 1, restored: true").unwrap();
}

#[test]
fn many_are_toggled_until_done() {
    let mut terminal = ask("many");
    for (keys, shown) in [
        ("che\r", "done, with 1 chosen"),
        ("apr\r", "done, with 2 chosen"),
        ("done\r", "answer: [0, 2], restored: true"),
    ] {
        terminal.send(keys).unwrap();
        terminal.flush().unwrap();
        terminal.exp_string(shown).unwrap();
    }
}

#[test]
fn a_password_is_not_shown() {
    let mut terminal = ask("password");
    terminal.exp_string("now hidden").unwrap();
    terminal.send_line("hunter2").unwrap();
    let before = terminal.exp_string("answer: hunter2").unwrap();
    assert!(!before.contains("hunter2"), "{before}");
    terminal.exp_string("restored: true").unwrap();
}

#[test]
fn ctrl_c_and_escape_interrupt_and_restore() {
    for question in ["pick", "many", "password"] {
        let mut terminal = ask(question);
        let shown = if question == "password" {
            "now hidden"
        } else {
            "cherry"
        };
        terminal.exp_string(shown).unwrap();
        terminal.send_control('c').unwrap();
        let before = terminal
            .exp_string("error: interrupted, restored: true")
            .unwrap();
        assert!(
            question == "password" || before.contains("\u{1b}[?25h"),
            "the cursor is shown"
        );
    }
    let mut terminal = ask("pick");
    terminal.exp_string("cherry").unwrap();
    terminal.send("\u{1b}").unwrap();
    terminal.flush().unwrap();
    terminal
        .exp_string("error: interrupted, restored: true")
        .unwrap();
}

#[test]
fn with_no_input_nobody_is_asked() {
    let mut terminal = ask("nobody");
    terminal.exp_string("nobody to ask").unwrap();
}

#[test]
fn ctrl_c_still_ends_what_comes_after_a_prompt() {
    let mut terminal = ask("pick, then work");
    terminal.exp_string("cherry").unwrap();
    terminal.send("\r").unwrap();
    terminal.flush().unwrap();
    terminal.exp_string("now working").unwrap();
    terminal.send_control('c').unwrap();
    terminal.exp_string("answer: 0, restored: true").unwrap();
}
