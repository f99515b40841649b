//! Expectations, and a command that runs beside the listener.

use std::process::Command;

use super::support::*;

fn event(id: &str, event: &str) -> Vec<u8> {
    format!(r#"{{"id":"{id}","event":"{event}","data":{{"recipient":"jane@example.com"}}}}"#)
        .into_bytes()
}

#[test]
fn ends_as_soon_as_all_came() {
    let listener = Listener::start(&[
        "--compact",
        "--expect",
        "message.sent",
        "--expect",
        "message.*ed:2",
        "--expect-where",
        "data.recipient=*@example.com",
        "--junit",
        "junit.xml",
    ]);
    for (id, name) in [
        ("1", "message.sent"),
        ("2", "message.opened"),
        ("2", "message.opened"),
        ("3", "webhook.test"),
    ] {
        assert_eq!(listener.deliver(&event(id, name)).0, 200);
    }
    assert_eq!(listener.deliver(&event("4", "message.delivered")).0, 200);
    let junit = listener.folder.path().join("junit.xml");
    let mut listener = listener;
    assert_eq!(wait_bounded(&mut listener.child), Some(0));
    let xml = std::fs::read_to_string(junit).unwrap();
    assert!(xml.contains("tests=\"2\" failures=\"0\""), "{xml}");
    let ended = listener.wait();
    assert!(
        ended.stdout.contains("✓ message.sent with data.recipient=*@example.com  1 of 1\n✓ message.*ed with data.recipient=*@example.com  2 of 2\n  also came: 1 webhook.test\nas expected\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn misses_are_told_with_what_came_instead() {
    let listener = Listener::start(&[
        "--json",
        "--expect",
        "message.delivered:2",
        "--timeout",
        "1s",
    ]);
    listener.deliver(&event("1", "message.delivered"));
    listener.deliver(&event("2", "message.opened"));
    let ended = listener.wait();
    assert_eq!(ended.code, Some(1));
    let verdict: serde_json::Value = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|line| line["type"] == "verdict")
        .unwrap();
    assert_eq!(
        verdict,
        serde_json::json!({
            "type": "verdict", "met": false, "why": "the time is up after 1.0 s",
            "expectations": [{"expected": "message.delivered", "wanted": 2, "came": 1, "met": false}],
            "also_came": {"message.opened": 1},
        })
    );
}

#[test]
fn misses_as_text_and_junit_are_escaped() {
    let args = [
        "--expect",
        "a",
        "--expect",
        "a<b\u{1b}:2",
        "--timeout",
        "1s",
    ];
    let listener = Listener::start(&[&args[..], &["--junit", "junit.xml"]].concat());
    let junit = listener.folder.path().join("junit.xml");
    listener.deliver(&event("1", "a"));
    let mut listener = listener;
    assert_eq!(wait_bounded(&mut listener.child), Some(1));
    let xml = std::fs::read_to_string(junit).unwrap();
    for part in [
        "<testsuite name=\"lettermint-hook listen\" tests=\"2\" failures=\"1\" skipped=\"0\">",
        "name=\"a\"/>",
        "name=\"a&lt;b\\u001b\">\n      <failure type=\"missed\" message=\"0 of 2\"></failure>",
    ] {
        assert!(xml.contains(part), "{xml}");
    }
    let shown = listener.wait().stdout;
    assert!(
        shown.contains("✓ a  1 of 1\n✗ a<b\\u001b  0 of 2\nnot as expected: the time is up"),
        "{shown}"
    );
}

#[test]
fn forbidden_and_out_of_order_end_it_at_once() {
    let listener = Listener::start(&["--forbid", "*bounced"]);
    listener.deliver(&event("1", "message.hard_bounced"));
    let ended = listener.wait();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stdout.contains("✗ no *bounced  1 came\n"),
        "{}",
        ended.stdout
    );
    let listener = Listener::start(&[
        "--ordered",
        "--expect",
        "message.sent",
        "--expect",
        "message.delivered",
    ]);
    listener.deliver(&event("1", "message.delivered"));
    let ended = listener.wait();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .stdout
            .contains("not as expected: message.delivered came before message.sent\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn what_does_not_verify_does_not_count() {
    let listener = Listener::start(&["--count", "1", "--timeout", "1s"]);
    let forged = String::from_utf8(signed(BODY.as_bytes(), "Connection: close\r\n"))
        .unwrap()
        .replace("jane", "john");
    assert_eq!(parse(&listener.exchange(forged.as_bytes())).0, 401);
    assert_eq!(listener.wait().code, Some(1));
}

/// Runs `listen … -- sh -c SCRIPT`; `$BIN` in it is this program.
fn beside(args: &[&str], script: &str) -> Ended {
    let mut command = Command::new("env");
    command.arg(format!("BIN={}", env!("CARGO_BIN_EXE_lettermint-hook")));
    command.args([
        env!("CARGO_BIN_EXE_lettermint-hook"),
        "listen",
        "--port",
        "0",
        "--compact",
    ]);
    command.args(args).args(["--", "sh", "-c", script]);
    Listener::spawn(tempfile::tempdir().unwrap(), command).wait()
}

const SEND: &str = "\"$BIN\" send message.delivered --to \"$LETTERMINT_HOOK_URL\" --no-store";

#[test]
fn a_command_finds_everything_in_its_environment() {
    let script = format!(
        "{SEND} && case $LETTERMINT_WEBHOOK_SECRET in whsec_*) echo from the command;; esac; test \"$LETTERMINT_HOOK_URL\" = http://127.0.0.1:$LETTERMINT_HOOK_PORT"
    );
    let ended = beside(&["--expect", "message.delivered"], &script);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.ends_with("from the command\n"),
        "stdout is the command's: {}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("verified"));
    assert!(
        ended.stderr.contains("✓ verified  message.delivered"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("as expected\n"));
    assert!(ended.stderr.contains("secret  made for this run\n"));
}

#[test]
fn a_command_and_json_keep_apart() {
    let ended = beside(&["--json"], &format!("{SEND}; echo talk"));
    assert_eq!(ended.code, Some(0));
    for line in ended.stdout.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    assert!(ended.stderr.contains("talk\n"));
}

#[test]
fn the_first_failure_decides() {
    let junit = tempfile::NamedTempFile::new().unwrap();
    let path = junit.path().to_str().unwrap();
    let ended = beside(&["--forbid", "x", "--junit", path], "exit 3");
    assert_eq!(ended.code, Some(1));
    let xml = std::fs::read_to_string(path).unwrap();
    assert!(
        xml.contains("name=\"the run\">") && xml.contains("failures=\"1\""),
        "{xml}"
    );
    let ended = beside(
        &["--expect", "message.delivered", "--timeout", "20s"],
        "exit 3",
    );
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .stderr
            .contains("not as expected: the command ended with status 3\n"),
        "{}",
        ended.stderr
    );
    let ended = beside(&["--expect", "message.delivered"], "exit 0");
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .stderr
            .contains("✗ message.delivered  0 of 1\nnot as expected: the command has ended\n"),
        "{}",
        ended.stderr
    );
    // The command would run for ever: it is ended.
    let ended = beside(
        &["--forbid", "message.delivered"],
        &format!("{SEND}; exec sleep 1000"),
    );
    assert_eq!(ended.code, Some(1));
    // Met before the command's end, which still has its say.
    let ended = beside(
        &["--expect", "message.delivered"],
        &format!("{SEND}; exit 4"),
    );
    assert_eq!(ended.code, Some(1));
}

#[test]
fn signals_reach_the_command_and_what_it_started() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lettermint-hook"));
    command.args(["listen", "--port", "0", "--", "sh", "-c"]);
    command.arg("trap 'echo got it; exit 0' INT TERM; echo up; sleep 1000");
    for signal in ["-INT", "-TERM"] {
        let mut again = Command::new(command.get_program());
        again.args(command.get_args());
        let mut listener = Listener::spawn(tempfile::tempdir().unwrap(), again);
        listener.wait_for_stdout("up");
        listener.signal(signal);
        let ended = listener.wait();
        assert_eq!(ended.code, Some(130));
        assert!(
            ended.stdout.contains("got it"),
            "{signal}: {}",
            ended.stdout
        );
    }
}

#[test]
fn a_command_that_is_not_there() {
    let output = Command::new(env!("CARGO_BIN_EXE_lettermint-hook"))
        .args([
            "listen",
            "--port",
            "0",
            "--no-store",
            "--",
            "no-such-command",
        ])
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.ends_with(
            "error: cannot run the command (no such file or directory): no-such-command\n"
        ),
        "{said}"
    );
}
