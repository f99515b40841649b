//! `--json` and `--ready-file`.

use super::{BODY, signed};
use crate::support::{Listener, RefusingPort, Response, Sandbox, wait_until};

#[test]
fn listen_json_lines_and_the_ready_file() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "--ready-file ready");
    let ready = sandbox.path("ready");
    wait_until("the ready file", || ready.exists());
    let url = listener.url();
    assert_eq!(sandbox.read("ready"), format!("{url}\n").as_bytes());
    listener.deliver(BODY);
    listener.deliver(BODY);
    // Signed, then encoded again with a space.
    let request = String::from_utf8(signed(BODY, "Connection: close\r\n")).unwrap();
    let length = |add: usize| format!("Content-Length: {}\r\n", BODY.len() + add);
    let spaced = request
        .replace(&length(0), &length(1))
        .replace("\"id\":", "\"id\": ");
    assert_eq!(Response::parse(&listener.exchange(spaced)).status, 401);
    let run = listener.stop();
    assert!(!ready.exists(), "removed at the end");
    let lines = run.json_lines();
    for line in run.out().lines() {
        assert!(line.starts_with("{\"v\":1,\"type\":"), "{line}");
        assert_eq!(line.matches("\"v\":").count(), 1, "{line}");
    }
    let types: Vec<_> = lines
        .iter()
        .map(|line| line["type"].as_str().unwrap())
        .collect();
    let expected = ["ready", "delivery", "delivery", "delivery", "summary"];
    assert_eq!(types, expected);
    assert_eq!(lines[0]["url"], url);
    assert_eq!(lines[1]["seq"], 1);
    assert!(lines[1]["duplicate_of"].is_null());
    assert_eq!(lines[2]["duplicate_of"], 1);
    assert_eq!(lines[1]["body"], BODY);
    assert!(lines[1].get("cause").is_none());
    assert_eq!(lines[3]["cause"]["code"], "body.reformatted");
    assert_eq!(lines[4]["rejected"], 1);
    // What is added to the record is no part of it when the lines are read again.
    sandbox.write("lines.ndjson", &run.stdout);
    let import = "deliveries import lines.ndjson --store again.ndjson";
    sandbox.cmd(import).run().exits(0);
    assert_eq!(sandbox.records_of("again.ndjson"), sandbox.records());
}

#[test]
fn listen_ready_file_of_an_earlier_run_is_removed_first() {
    let sandbox = Sandbox::new();
    let taken = RefusingPort::new();
    sandbox.write("ready", "http://127.0.0.1:1\n");
    let line = format!("listen --port {} --ready-file ready", taken.port());
    sandbox.cmd(&line).run().exits(3);
    assert!(
        !sandbox.path("ready").exists(),
        "nobody takes it for this run's"
    );
    let line = "listen --port 0 --ready-file .";
    let run = sandbox.cmd(line).run().exits(3);
    run.says(&["cannot remove the stale --ready-file"]);
}
