//! `listen … -- COMMAND`: a command that runs beside the listener.

use rustix::process::Signal;

use crate::support::{Cmd, Run, Sandbox};

/// `listen OPTIONS -- sh -c SCRIPT`; `$BIN` in it is this program.
fn with_command(sandbox: &Sandbox, options: &str, script: &str) -> Cmd {
    let line = format!("listen --port 0 --compact {options} -- sh -c");
    let cmd = sandbox.cmd(&line).arg(script);
    cmd.env("BIN", env!("CARGO_BIN_EXE_lettermint-hook"))
}

fn run(options: &str, script: &str) -> Run {
    with_command(&Sandbox::new(), options, script).run()
}

const SEND: &str = "\"$BIN\" send message.delivered --to \"$LETTERMINT_HOOK_URL\" --no-store";

#[test]
fn listen_command_finds_everything_in_its_environment() {
    let script = format!(
        "{SEND} && case $LETTERMINT_WEBHOOK_SECRET in whsec_*) echo from the command;; esac; \
         test \"$LETTERMINT_HOOK_URL\" = http://127.0.0.1:$LETTERMINT_HOOK_PORT"
    );
    let run = run("--expect message.delivered", &script).exits(0);
    // stdout is the command's.
    let out = run.out();
    assert!(out.ends_with("from the command\n"), "{out}");
    assert!(!out.contains("verified"), "{out}");
    run.says(&[
        "✓ verified  message.delivered",
        "as expected\n",
        "secret  made for this run\n",
    ]);
}

#[test]
fn listen_command_leaves_stdout_to_json() {
    let run = run("--json", &format!("{SEND}; echo message")).exits(0);
    assert!(!run.json_lines().is_empty());
    run.says(&["message\n"]);
}

#[test]
fn listen_command_and_expectations_the_first_failure_decides() {
    let sandbox = Sandbox::new();
    let junit = with_command(
        &sandbox,
        "--forbid message.opened --junit junit.xml",
        "exit 3",
    );
    junit.run().exits(1);
    let xml = String::from_utf8(sandbox.read("junit.xml")).unwrap();
    assert!(xml.contains("name=\"the run\">"), "{xml}");
    assert!(xml.contains("failures=\"1\""), "{xml}");
    let expect = "--expect message.delivered";
    let failing = run(&format!("{expect} --timeout 20s"), "exit 3").exits(1);
    failing.says(&["not as expected: the command ended with status 3\n"]);
    let missing = run(expect, "exit 0").exits(1);
    missing.says(&["✗ message.delivered  0 of 1\nnot as expected: the command has ended\n"]);
    // The command would run for ever: it is ended.
    let endless = format!("{SEND}; exec sleep 1000");
    run("--forbid message.delivered", &endless).exits(1);
    // Met before the command's end, which still has its say.
    run(expect, &format!("{SEND}; exit 4")).exits(1);
}

#[test]
fn listen_command_gets_signals_with_what_it_started() {
    // A shell between fork and exec loses a signal, so nothing here is started only once: with one
    // long sleep this failed now and then.
    let started =
        r#"trap 'echo started too; exit 0' INT TERM; echo up; while :; do sleep 0.05; done"#;
    let script = format!("trap 'echo got it; exit 0' INT TERM; sh -c \"{started}\"; sleep 1000");
    for signal in [Signal::INT, Signal::TERM] {
        let sandbox = Sandbox::new();
        let mut running = with_command(&sandbox, "", &script).start();
        assert_eq!(running.next_line(), "up");
        running.signal(signal);
        running.finish().exits(130).prints(&["started too\ngot it"]);
    }
}

#[test]
fn listen_command_that_is_not_there_is_exit_3() {
    let line = "listen --port 0 --no-store -- no-such-command";
    let run = Sandbox::new().cmd(line).run().exits(3);
    let end = "error: cannot run the command (no such file or directory): no-such-command\n";
    assert!(run.err().ends_with(end), "{}", run.transcript());
}
