//! An interrupted replay, and the command with `--since-id` that continues it.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Answer, Receiver, Sandbox, lines, stored_delivery, wait_until};

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_secret();
    let records = ["a", "b", "c"].map(|id| stored_delivery(id, "message.sent", 200));
    sandbox.write("s.ndjson", lines(&records));
    sandbox
}

#[test]
fn replay_interrupted_names_the_command_that_continues() {
    let sandbox = sandbox();
    let receiver = Receiver::answering([Answer::status(200), Answer::silence()]);
    let line = format!(
        "replay s.ndjson --secret whsec_marker --json --to {}",
        receiver.url
    );
    let mut running = sandbox.cmd(&line).start();
    running.next_line();
    receiver.request();
    receiver.request();
    running.interrupt();
    let run = running.finish().exits(130);
    let error = run.json_error();
    let hint = error["hints"][0].as_str().unwrap().to_owned();
    let command = hint
        .strip_prefix("`lettermint-hook ")
        .and_then(|rest| rest.strip_suffix("` continues it"))
        .unwrap_or_else(|| panic!("{hint}"));
    assert!(command.contains("--secret …") && !command.contains("marker"));
    assert!(command.ends_with("--since-id a"), "{command}");
    let healthy = Receiver::ok();
    let again = command
        .replace("--secret …", "--secret whsec_marker")
        .replace(&receiver.url, &healthy.url);
    let run = sandbox.cmd(&again).run().exits(0);
    let attempts = run.attempts();
    assert!(attempts.iter().map(|line| &line["id"]).eq(["b", "c"]));
    assert_eq!(healthy.requests().len(), 2);
}

#[test]
fn replay_concurrency_interrupted_names_the_last_that_was_sent() {
    let sandbox = sandbox();
    let receiver =
        Receiver::answering([Answer::status(200), Answer::status(200), Answer::silence()]);
    let line = format!(
        "replay s.ndjson --concurrency 1 --no-store --to {}",
        receiver.url
    );
    let running = sandbox.cmd(&line).start();
    for _ in 0..3 {
        receiver.request();
    }
    running.interrupt();
    let run = running.finish().exits(130);
    run.says(&["--since-id b` continues it"]);
}

#[test]
fn replay_terminated_ends_though_nobody_reads_what_it_shows() {
    let sandbox = sandbox();
    // More than a pipe holds, so that it waits for a reader after the second at the latest.
    let page = "x".repeat(60_000);
    let head = "HTTP/1.1 500 X\r\nContent-Length: 60000\r\n\r\n";
    let answers = [(); 3].map(|()| Answer::bytes(format!("{head}{page}")));
    let receiver = Receiver::answering(answers);
    let line = format!("replay s.ndjson --verbose --to {}", receiver.url);
    let mut command = sandbox.cmd(&line).into_command();
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    receiver.request();
    receiver.request();
    let process = Pid::from_child(&child);
    let mut ended = None;
    // The second signal does not wait for what the first one may take.
    wait_until("the end", || {
        let _ = kill_process(process, Signal::TERM);
        ended = child.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.unwrap().code(), Some(143));
}
