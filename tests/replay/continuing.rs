//! An interrupted replay, and the command that goes on with it.

use rustix::process::Signal;

use crate::support::{Receiver, Reply, Sandbox, stored_delivery};

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_secret();
    let lines: String = ["a", "b", "c"]
        .map(|id| stored_delivery(id, "message.sent", 200).to_string() + "\n")
        .concat();
    sandbox.write("s.ndjson", lines);
    sandbox
}

#[test]
fn the_command_that_continues_is_said_and_does() {
    let sandbox = sandbox();
    let receiver = Receiver::replying([Reply::Status(200), Reply::Silence]);
    let line = format!(
        "replay s.ndjson --secret whsec_marker --json --to {}",
        receiver.url
    );
    let mut running = sandbox.cmd(&line).start();
    running.next_line();
    receiver.request();
    receiver.request();
    running.signal(Signal::INT);
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
    let lines = run.json_lines();
    let ids: Vec<_> = lines[..2].iter().map(|line| line["id"].clone()).collect();
    assert_eq!(ids, ["b", "c"]);
    assert_eq!(healthy.requests().len(), 2);
}

#[test]
fn a_bulk_run_names_the_last_that_was_sent() {
    let sandbox = sandbox();
    let receiver = Receiver::replying([Reply::Status(200), Reply::Status(200), Reply::Silence]);
    let line = format!(
        "replay s.ndjson --concurrency 1 --no-store --to {}",
        receiver.url
    );
    let running = sandbox.cmd(&line).start();
    for _ in 0..3 {
        receiver.request();
    }
    running.signal(Signal::INT);
    let run = running.finish().exits(130);
    run.says(&["--since-id b` continues it"]);
}
