//! On a real terminal: colours, and Ctrl+C as a key.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::support::{PATIENCE, Sandbox, post};

fn on_a_terminal(command: Command) -> PtySession {
    let limit = u64::try_from(PATIENCE.as_millis()).unwrap();
    spawn_command(command, Some(limit)).unwrap()
}

#[test]
fn listen_is_coloured_and_ends_with_ctrl_c() {
    let sandbox = Sandbox::new();
    let mut terminal = on_a_terminal(sandbox.cmd("listen --port 0").into_command());
    terminal.exp_string("\u{1b}[32mready\u{1b}[0m on ").unwrap();
    terminal.exp_string("http://").unwrap();
    let address = terminal.exp_string("\u{1b}").unwrap();
    terminal.exp_string("/webhooks/lettermint").unwrap();
    post(&address, &[], br#"{"event":"message.sent"}"#);
    terminal
        .exp_string("\u{1b}[33munverified\u{1b}[0m")
        .unwrap();
    terminal.send_control('c').unwrap();
    terminal.exp_string("1 received").unwrap();
    terminal.exp_eof().unwrap();
    // The type of the status is not exported; its `Debug` is `Exited(<pid>, <code>)`.
    let status = format!("{:?}", terminal.process().wait().unwrap());
    assert!(
        status.starts_with("Exited(") && status.ends_with(", 130)"),
        "{status}"
    );
}

#[test]
fn no_color_and_a_dumb_terminal_are_respected() {
    let sandbox = Sandbox::new();
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let cmd = sandbox.cmd("events").env(name, value);
        let mut terminal = on_a_terminal(cmd.into_command());
        let text = terminal.exp_eof().unwrap();
        assert!(text.contains("message.sent"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}
