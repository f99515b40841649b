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
    assert!(xml.contains("name=\"the run\" "), "{xml}");
    assert!(xml.contains("failures=\"1\""), "{xml}");
    let expect = "--expect message.delivered";
    let failing = run(&format!("{expect} --timeout 20s"), "exit 3").exits(1);
    failing.says(&["not as expected: the command ended with status 3\n"]);
    let missing = run(&format!("{expect} --grace 0"), "exit 0").exits(1);
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
        r#"trap 'echo started too; exit 0' INT TERM HUP; echo up; while :; do sleep 0.05; done"#;
    let script =
        format!("trap 'echo got it; exit 0' INT TERM HUP; sh -c \"{started}\"; sleep 1000");
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let sandbox = Sandbox::new();
        let mut running = with_command(&sandbox, "", &script).start();
        assert_eq!(running.next_line(), "up");
        running.signal(signal);
        running
            .finish()
            .exits(code)
            .prints(&["started too\ngot it"]);
    }
}

#[test]
fn listen_command_that_cannot_be_started_is_exit_3() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("file", "no program");
    let file = file.to_str().unwrap();
    for (command, why) in [
        (
            "no-such-command",
            "no such file or directory): no-such-command",
        ),
        (file, &*format!("permission denied): {file}")),
        ("npm test", "no such file or directory): npm test"),
    ] {
        let cmd = sandbox.cmd("listen --port 0 --no-store --ready-file ready --");
        let run = cmd.arg(command).run().exits(3);
        run.says(&[&format!("error: cannot run the command ({why}\n")]);
        let is_line = command.contains(' ');
        let hint = "hint: for a shell's line: `-- sh -c 'npm test'`\n";
        assert_eq!(run.err().contains(hint), is_line, "{}", run.transcript());
        assert!(!sandbox.path("ready").exists());
    }
}

#[test]
fn listen_command_that_a_signal_ends_is_said() {
    let run = run("", "kill -9 $$").exits(1);
    run.says(&["not as expected: the command was ended by signal 9 (SIGKILL)\n"]);
}

#[test]
fn listen_propagate_exit_passes_the_commands_code_on() {
    let expect = "--propagate-exit --expect message.delivered";
    for (options, script, code) in [
        ("--propagate-exit", "exit 7", 7),
        ("--propagate-exit", "kill -9 $$", 137),
        ("--propagate-exit --forbid *", "exit 7", 7),
        (expect, &*format!("{SEND}; exit 7"), 7),
        (expect, SEND, 0),
        // The expectations were missed: that is the answer, however the command ended.
        (expect, "exit 7", 1),
        (
            "--propagate-exit --grace 0 --expect message.sent",
            "exit 0",
            1,
        ),
        (
            "--propagate-exit --forbid *",
            &*format!("{SEND}; exit 7"),
            1,
        ),
    ] {
        run(options, script).exits(code);
    }
    let line = "listen --port 0 --no-store --propagate-exit --timeout 1s";
    Sandbox::new().cmd(line).run().exits(2);
}

#[test]
fn listen_grace_waits_for_what_is_late_and_no_longer() {
    // Sent by what the command leaves behind, when the command has ended.
    let late = format!(
        "command=$$; (while kill -0 $command 2>/dev/null; do sleep 0.05; done; {SEND}) \
         >/dev/null 2>&1 &"
    );
    let expect = "--expect message.delivered --timeout 10m";
    run(&format!("{expect} --grace 10m"), &late).exits(0);
    let missed = run(&format!("{expect} --grace 100ms"), "true").exits(1);
    missed.says(&["not as expected: the command has ended, 100 ms ago\n"]);
    // Not only what is missing: there may be one too many, or a forbidden one.
    for options in [
        "--expect message.delivered:=0",
        "--forbid message.delivered",
    ] {
        run(&format!("{options} --grace 10m"), &late).exits(1);
        run(options, "true").exits(0);
    }
}
