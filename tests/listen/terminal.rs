//! On a real terminal: colors, Ctrl+C as a key, and one that stands still.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::{BODY, signed, status};
use crate::support::{Sandbox, Terminal, connect, post, wait_until};

#[test]
fn listen_on_a_terminal_is_colored_and_ends_with_ctrl_c() {
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::start(&sandbox, "listen --port 0");
    terminal.wait_for("\u{1b}[32mready\u{1b}[0m on ");
    terminal.wait_for("http://");
    let address = terminal.wait_for("\u{1b}");
    terminal.wait_for("/webhooks/lettermint");
    post(&address, &[], br#"{"event":"message.sent"}"#);
    terminal.wait_for("\u{1b}[33munverified\u{1b}[0m");
    terminal.interrupt();
    terminal.wait_for("1 received");
    assert_eq!(terminal.finish().1, 130);
}

#[test]
fn listen_on_a_terminal_ctrl_c_reaches_the_command() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "command",
        "trap 'echo got it; exit 0' INT; echo up; while :; do sleep 0.05; done",
    );
    let mut terminal = Terminal::start(&sandbox, "listen --port 0 --no-store -- sh command");
    terminal.wait_for("up");
    terminal.interrupt();
    terminal.wait_for("got it");
    assert_eq!(terminal.finish().1, 130);
}

#[test]
fn listen_is_not_slowed_down_by_a_terminal_that_stands_still() {
    const SENT: usize = 3_000;
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let slave = options.open(name.to_str().unwrap()).unwrap();
    let sandbox = Sandbox::with_secret();
    let line = "listen --port 0 --ready-file ready --color never";
    let mut command = sandbox.cmd(line).into_command();
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let mut child = command.stdout(slave).spawn().unwrap();
    // Its last copy of the slave must go, or the master would never end.
    drop(command);
    wait_until("the ready file", || sandbox.path("ready").exists());
    let url = String::from_utf8(sandbox.read("ready")).unwrap();
    // Nobody reads the terminal; every delivery is answered and recorded all the same.
    let mut stream = connect(url.trim().strip_prefix("http://").unwrap());
    for _ in 0..SENT {
        stream.write_all(&signed(BODY, "")).unwrap();
        assert_eq!(status(&mut stream), Some(200));
    }
    assert_eq!(sandbox.records().len(), SENT);
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    // Now the terminal is read; it ends with an error when the listener is gone.
    let mut shown = Vec::new();
    let _ = File::from(master).read_to_end(&mut shown);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let shown = String::from_utf8_lossy(&shown);
    let missed = shown.lines().filter_map(|line| {
        let rest = line.strip_prefix("… ")?;
        let (count, _) = rest.split_once(" more recorded, not shown")?;
        Some(count.replace(',', "").parse::<usize>().unwrap())
    });
    let missed: usize = missed.sum();
    let lines = shown.matches("✓ verified").count();
    assert!(missed > 0 && lines > 0);
    assert_eq!(missed + lines, SENT, "every delivery is shown or counted");
    let sum = format!("{SENT} received: {SENT} verified");
    assert!(shown.contains(&sum), "{shown}");
}
