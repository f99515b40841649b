//! An interrupted replay, and the command with `--since-id` that continues it.

use crate::support::{Answer, Receiver, Sandbox, lines, stored_delivery};

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
