//! `replay`: recorded bytes go out again, signed anew.

use serde_json::{Value, json};

use crate::support::{
    Listener, NOW, Receiver, RefusingPort, Reply, SECRET, Sandbox, signature, stored_delivery,
};

/// A store with four deliveries, one of them in two attempts, and one that was sent.
fn store(sandbox: &Sandbox) {
    let mut lines = [
        stored_delivery("aa-1", "message.sent", 200),
        stored_delivery("aa-2", "message.hard_bounced", 500),
        stored_delivery("bb-1", "message.opened", 200),
        stored_delivery("bb-2", "message.soft_bounced", 200),
        stored_delivery("aa-2", "message.hard_bounced", 503),
        stored_delivery("sent", "message.sent", 200),
    ];
    for (minute, line) in lines.iter_mut().enumerate() {
        line["at"] = json!(format!("2026-10-04T08:1{minute}:00Z"));
    }
    lines[3]["verdict"] = json!({"valid": false, "reason": "signature_mismatch"});
    lines[4]["attempt"] = json!(2);
    lines[5]["direction"] = json!("sent");
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    sandbox.write(
        ".lettermint-hook/deliveries.ndjson",
        lines.join("\n") + "\n",
    );
}

/// What is replayed with these options, as ids.
fn replayed(options: &str) -> Vec<String> {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::ok();
    let line = format!("replay {options} --json --to {}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(0);
    let mut lines = run.json_lines();
    lines.pop();
    let ids = lines
        .iter()
        .map(|line| line["id"].as_str().unwrap().to_owned());
    let ids: Vec<_> = ids.collect();
    assert_eq!(receiver.requests().len(), ids.len());
    ids
}

#[test]
fn every_received_delivery_goes_out_once_in_its_latest_attempt_oldest_first() {
    assert_eq!(replayed(""), ["aa-1", "bb-1", "bb-2", "aa-2"]);
}

#[test]
fn flags_select_and_narrow_each_other() {
    for (options, ids) in [
        ("--id bb-1", vec!["bb-1"]),
        ("--id aa", vec!["aa-1", "aa-2"]),
        ("--id aa-1 --id bb-1", vec!["aa-1", "bb-1"]),
        ("--event message.opened", vec!["bb-1"]),
        ("--event *_bounced", vec!["bb-2", "aa-2"]),
        (
            "--event message.sent --event message.opened",
            vec!["aa-1", "bb-1"],
        ),
        ("--failed", vec!["bb-2", "aa-2"]),
        ("--last 1", vec!["aa-2"]),
        ("--last 99", vec!["aa-1", "bb-1", "bb-2", "aa-2"]),
        ("--since 2026-10-04T08:12:00Z", vec!["bb-1", "bb-2", "aa-2"]),
        ("--until 2026-10-04T08:12:00Z", vec!["aa-1", "aa-2"]),
        ("--now 2026-10-04T08:14:30Z --since 1m", vec!["aa-2"]),
        ("--event *_bounced --last 1", vec!["aa-2"]),
        ("--failed --id bb", vec!["bb-2"]),
    ] {
        assert_eq!(replayed(options), ids, "{options}");
    }
}

#[test]
fn the_body_is_the_captured_one_and_the_signature_is_new() {
    let sandbox = Sandbox::with_secret();
    let stored = stored_delivery("a", "message.sent", 200);
    sandbox.write("s.ndjson", stored.to_string() + "\n");
    let receiver = Receiver::ok();
    let later = NOW + 86_400;
    let line = format!("replay s.ndjson --now {later} --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0).prints(&["attempt 2"]);
    let request = receiver.request();
    assert_eq!(request.body, stored["body"].as_str().unwrap().as_bytes());
    let signed = signature(SECRET, &later.to_string(), &request.body);
    assert_eq!(request.header("X-Lettermint-Signature"), signed);
    assert_eq!(request.header("X-Lettermint-Delivery"), later.to_string());
    assert_eq!(request.header("X-Lettermint-Event"), "message.sent");
    assert_eq!(request.header("X-Lettermint-Attempt"), "2");
    assert_eq!(request.header("User-Agent"), "Lettermint/1.0");
}

#[test]
fn verbatim_sends_the_captured_headers_but_for_those_of_the_connection() {
    let sandbox = Sandbox::new();
    let mut stored = stored_delivery("a", "message.sent", 200);
    stored["headers"] = json!([
        ["hOST", "captured.example"],
        ["x-b", "1"],
        ["Content-Length", "9999"],
        ["Connection", "close"],
        ["X-Lettermint-Signature", "t=1,v1=old"],
        ["X-B", {"base64": "/w=="}],
        ["Expect", "100-continue"],
    ]);
    sandbox.write("s.ndjson", stored.to_string() + "\n");
    let receiver = Receiver::ok();
    let line = format!("replay s.ndjson --verbatim --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0).prints(&["attempt 1"]);
    let request = receiver.request();
    let host = format!("Host: 127.0.0.1:{}", receiver.port());
    let length = format!("Content-Length: {}", request.body.len());
    assert_eq!(
        request.lines(),
        [
            host.as_str(),
            "x-b: 1",
            "X-Lettermint-Signature: t=1,v1=old",
            "X-B: \u{fffd}",
            &length
        ]
    );
}

#[test]
fn a_capture_cannot_smuggle_header_lines() {
    let sandbox = Sandbox::with_secret();
    let mut stored = stored_delivery("a", "message.sent", 200);
    stored["event"] = json!("a\r\nX-Evil: 1");
    stored["headers"] = json!([
        ["X-A", "b\r\nX-Evil: 2"],
        ["X-C: d\r\nX-Evil", "3"],
        ["X-E", "f"]
    ]);
    sandbox.write("s.ndjson", stored.to_string() + "\n");
    let receiver = Receiver::ok();
    for verbatim in ["", "--verbatim"] {
        let line = format!("replay s.ndjson {verbatim} --to {}", receiver.url);
        sandbox.cmd(&line).run().exits(0);
        let head = receiver.request().head;
        assert!(!head.contains("X-Evil"), "{head}");
    }
}

#[test]
fn what_listen_recorded_is_accepted_by_listen_again() {
    let sandbox = Sandbox::with_secret();
    let first = Listener::start(&sandbox, "--store a.ndjson");
    let line = format!("send --all --no-store --to {}", first.url);
    sandbox.cmd(&line).run().exits(0);
    first.stop();
    let second = Listener::start(&sandbox, "--store b.ndjson");
    let line = format!("replay a.ndjson --no-store --to {}", second.url);
    sandbox
        .cmd(&line)
        .run()
        .exits(0)
        .prints(&["21 of 21 delivered"]);
    let run = second.stop();
    assert_eq!(run.json_lines().pop().unwrap()["verified"], 21);
    let bodies = |name| {
        let records = sandbox.records_of(name).into_iter();
        records
            .map(|record| record["body"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(bodies("a.ndjson"), bodies("b.ndjson"));
    let replayed = sandbox.records_of("b.ndjson");
    assert!(replayed.iter().all(|record| record["attempt"] == 2));
}

#[test]
fn several_sources_and_stdin_are_read() {
    let sandbox = Sandbox::with_secret();
    let line = |id| stored_delivery(id, "message.sent", 200).to_string() + "\n";
    sandbox.write("one.ndjson", line("one"));
    sandbox.write("two.ndjson", line("two"));
    let receiver = Receiver::ok();
    let run = sandbox
        .cmd(&format!(
            "replay one.ndjson - two.ndjson --json --to {}",
            receiver.url
        ))
        .stdin(line("three"))
        .run()
        .exits(0);
    let ids: Vec<_> = run.json_lines()[..3]
        .iter()
        .map(|l| l["id"].clone())
        .collect();
    assert_eq!(ids, ["one", "three", "two"]);
}

#[test]
fn nothing_selected_is_no_with_a_hint_and_nothing_is_sent() {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::unwanted();
    for options in [
        "--id zz",
        "--event message.clicked",
        "--since 2027-01-01T00:00:00Z",
        "--last 0",
    ] {
        let line = format!("replay {options} --to {}", receiver.url);
        let run = sandbox.cmd(&line).run().exits(1);
        run.says(&["nothing selected", ": 6", "hint: 1 is sent, not received"]);
    }
}

#[test]
fn one_that_fails_does_not_stop_the_rest() {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::replying([Reply::Status(200), Reply::Status(500), Reply::Status(200)]);
    let run = sandbox
        .cmd(&format!("replay --to {}", receiver.url))
        .run()
        .exits(1);
    assert_eq!(receiver.requests().len(), 4);
    run.prints(&["3 of 4 delivered, 1 failed"]);
}

#[test]
fn nobody_there_is_exit_3() {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let nobody = RefusingPort::new();
    let run = sandbox.cmd(&format!("replay --to {}", nobody.url())).run();
    run.exits(3).prints(&["0 of 4 delivered, 4 failed"]);
}

#[test]
fn without_a_store_there_must_be_a_source() {
    let run = Sandbox::with_secret()
        .cmd("replay --no-store")
        .run()
        .exits(2);
    run.says(&["--no-store leaves nothing to replay", "hint: "]);
}
