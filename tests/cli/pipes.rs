//! A stdout that nobody reads to its end (`| head -1`) stops the printing, not the work: the exit
//! code is that of the whole run.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use crate::support::{
    BODY, Receiver, Record, RefusingPort, Sandbox, exchange, lines, post, sample, signed_request,
    stored_delivery,
};

/// Runs with a reader that takes so many lines of stdout, none at all before the program starts
/// for 0; returns the exit code and stderr.
fn with_reader_of(mut command: Command, lines: usize) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut reader = Some(reader).filter(|_| lines > 0);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It holds the pipe's other end.
    drop(command);
    if let Some(reader) = reader.take() {
        let mut reader = BufReader::with_capacity(16, reader);
        for _ in 0..lines {
            reader.read_line(&mut String::new()).unwrap();
        }
    }
    let mut errors = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut errors).unwrap();
    (child.wait().unwrap().code(), errors)
}

fn genuine() -> Record {
    Record::signed(sample("message.sent"))
}

fn forged() -> Record {
    genuine().with_body(BODY)
}

#[test]
fn closed_stdout_leaves_every_exit_code_as_it_is() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", BODY);
    sandbox.write("good.ndjson", lines(&[genuine(), genuine()]));
    sandbox.write("bad.ndjson", lines(&[genuine(), forged()]));
    sandbox.write("hasty.env", "whsec_a \n");
    let stored = |id| stored_delivery(id, "message.sent", 200).to_string() + "\n";
    sandbox.write("store.ndjson", stored("a") + &stored("b"));
    sandbox.write(
        "hook.toml",
        "[[webhook]]\nname = \"a\"\nurl = \"ftp://a\"\n",
    );
    let receiver = Receiver::ok();
    let (to, nobody) = (&receiver.url, RefusingPort::new());
    let broken = Receiver::statuses([500]);
    let (failing, nowhere) = (&broken.url, format!("http://127.0.0.1:{}/", nobody.port()));
    for (line, code) in [
        ("--help", 0),
        ("--version", 0),
        ("send --help", 0),
        ("events", 0),
        ("events message.sent", 0),
        ("events --json", 0),
        ("retries", 0),
        ("sign --body body.json", 0),
        ("secret new", 0),
        ("secret check", 0),
        ("secret check --secret-file hasty.env", 1),
        ("completions zsh", 0),
        ("man", 0),
        ("webhooks --config hook.toml", 1),
        ("verify good.ndjson", 0),
        ("verify bad.ndjson", 1),
        ("verify bad.ndjson --json", 1),
        ("verify bad.ndjson --quiet", 1),
        ("verify bad.ndjson --format junit", 1),
        ("verify bad.ndjson --format github", 1),
        ("verify good.ndjson --require-event message.opened", 1),
        ("send message.sent --dry-run", 0),
        (&format!("send message.sent --to {to}"), 0),
        (&format!("send message.sent --to {failing}"), 1),
        (&format!("send message.sent --to {failing} --json"), 1),
        (&format!("send message.sent --to {failing} --count 20"), 1),
        (&format!("send message.sent --to {nowhere}"), 3),
        (&format!("replay store.ndjson --to {to}"), 0),
        (&format!("replay store.ndjson --to {failing}"), 1),
        ("deliveries list --store store.ndjson", 0),
        ("deliveries show a --store store.ndjson", 0),
        ("deliveries export --format curl --store store.ndjson", 0),
        ("deliveries redact --store store.ndjson", 0),
        ("deliveries diff a b --store store.ndjson", 1),
        ("deliveries import store.ndjson --store other.ndjson", 0),
        ("deliveries prune --keep-last 9 --store other.ndjson", 0),
        ("demo", 0),
    ] {
        for lines in [0, 1] {
            let (ended, errors) = with_reader_of(sandbox.cmd(line).into_command(), lines);
            assert_eq!(ended, Some(code), "{line}, {lines} lines read\n{errors}");
            assert!(!errors.contains("stdout"), "{line}\n{errors}");
        }
    }
}

#[test]
fn closed_stdout_does_not_stop_what_is_sent_and_recorded() {
    let sandbox = Sandbox::with_secret();
    for (more, count) in [("--all", 0), ("message.sent --count 50", 50)] {
        for lines in [0, 1] {
            let receiver = Receiver::ok();
            let cmd = sandbox.cmd(&format!(
                "send {more} --store s.ndjson --to {}",
                receiver.url
            ));
            let ended = with_reader_of(cmd.into_command(), lines);
            assert_eq!(ended.0, Some(0), "{}", ended.1);
            let sent = receiver.take().len();
            assert!(sent == count || count == 0 && sent > 10, "{sent}");
            assert_eq!(sandbox.records_of("s.ndjson").len(), sent);
            let cmd = sandbox.cmd(&format!(
                "replay s.ndjson --direction sent --to {}",
                receiver.url
            ));
            assert_eq!(with_reader_of(cmd.into_command(), lines).0, Some(0));
            assert_eq!(receiver.take().len(), sent);
            std::fs::remove_file(sandbox.path("s.ndjson")).unwrap();
        }
    }
}

#[test]
fn closed_stdout_in_the_middle_of_verify_leaves_the_verdict() {
    let sandbox = Sandbox::with_secret();
    // Far more output than a pipe holds, so that the program is still writing.
    let many = lines(&[genuine()]).repeat(4_000);
    sandbox.write("good.ndjson", &many);
    sandbox.write("bad.ndjson", many + &lines(&[forged()]));
    for format in ["", "--json"] {
        for (name, code) in [("good", 0), ("bad", 1)] {
            let cmd = sandbox.cmd(&format!("verify {name}.ndjson {format}"));
            let ended = with_reader_of(cmd.into_command(), 1);
            assert_eq!(ended, (Some(code), String::new()));
        }
    }
}

#[test]
fn closed_stdout_ends_an_export_that_nobody_reads() {
    let sandbox = Sandbox::new();
    let many = lines(&[genuine()]).repeat(4_000);
    sandbox.write("store.ndjson", many);
    let cmd = sandbox.cmd("deliveries export --format ndjson --store store.ndjson");
    assert_eq!(
        with_reader_of(cmd.into_command(), 1),
        (Some(0), String::new())
    );
}

/// A listener whose reader leaves after the line that says it is ready.
fn unread_listener(sandbox: &Sandbox, more: &str) -> (std::process::Child, String) {
    let cmd = sandbox.cmd(&format!("listen --port 0 --json {more}"));
    let mut command = cmd.into_command();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut ready = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut ready).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&ready).unwrap();
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://");
    (child, address.to_owned())
}

#[test]
fn closed_stdout_does_not_stop_listen_and_its_expectations_decide() {
    let sandbox = Sandbox::with_secret();
    let (mut child, address) = unread_listener(&sandbox, "--expect message.sent:3");
    for number in 0..3 {
        let body = format!("{{\"id\":\"{number}\",\"event\":\"message.sent\",\"data\":{{}}}}");
        let request = signed_request("/", "Connection: close\r\n", body.as_bytes());
        assert_eq!(exchange(&address, &request, 1)[0].status, 200);
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(sandbox.records().len(), 3);

    let (mut child, address) = unread_listener(&sandbox, "--expect message.sent --forbid *");
    assert_eq!(post(&address, &[], BODY).status, 401);
    rustix::process::kill_process(
        rustix::process::Pid::from_child(&child),
        rustix::process::Signal::INT,
    )
    .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(sandbox.records().len(), 4);

    for lines in [0, 1] {
        let line = "listen --port 0 --json --expect message.sent --timeout 100ms";
        let ended = with_reader_of(sandbox.cmd(line).into_command(), lines);
        assert_eq!(ended.0, Some(1), "{}", ended.1);
        let line = "listen --port 0 --expect message.sent -- true";
        let ended = with_reader_of(sandbox.cmd(line).into_command(), lines);
        assert_eq!(ended.0, Some(1), "{}", ended.1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn full_stdout_is_an_error_after_the_work() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("good.ndjson", lines(&[genuine()]));
    sandbox.write("bad.ndjson", lines(&[forged()]));
    let receiver = Receiver::ok();
    for line in [
        "--help",
        "events",
        "verify good.ndjson",
        "verify bad.ndjson",
        "deliveries export --format curl good.ndjson",
        &format!("send message.sent --to {}", receiver.url),
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = sandbox.cmd(line).into_command();
        let output = command.stdin(Stdio::null()).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{line}");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            errors,
            "error: cannot write to stdout (no space left on device)\n"
        );
    }
    assert_eq!(receiver.take().len(), 1);
    assert_eq!(sandbox.records().len(), 1);
}
