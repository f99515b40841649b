//! `send`: which deliveries, with which content, and what is said and recorded of them.

use std::os::unix::fs::PermissionsExt as _;

use lettermint_hook::lettermint::catalogue::EVENTS;
use serde_json::{Value, json};

use crate::support::{NOW, Receiver, Reply, Sandbox, signature};

/// The payload that a dry run would send.
fn payload(sandbox: &Sandbox, line: &str) -> Value {
    let run = sandbox
        .cmd(&format!("{line} --dry-run --json"))
        .run()
        .exits(0);
    serde_json::from_str(run.json()["body"].as_str().unwrap()).unwrap()
}

#[test]
fn one_event_is_sent_once_and_said_in_one_line() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let run = sandbox
        .cmd(&format!("send message.hard_bounced --to {}", receiver.url))
        .run()
        .exits(0);
    assert_eq!(run.out().lines().count(), 1, "{}", run.transcript());
    let body: Value = serde_json::from_slice(&receiver.request().body).unwrap();
    let id = body["id"].as_str().unwrap();
    assert!(run.stderr.is_empty(), "{}", run.transcript());
    run.prints(&["✓ 200", "message.hard_bounced", id, "attempt 1"]);
}

#[test]
fn several_events_are_sent_in_the_order_given() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let names = ["message.opened", "webhook.test", "message.opened"];
    let run = sandbox
        .cmd(&format!("send {} --to {}", names.join(" "), receiver.url))
        .run()
        .exits(0);
    let sent: Vec<_> = receiver
        .requests()
        .iter()
        .map(|request| request.header("X-Lettermint-Event").to_owned())
        .collect();
    assert_eq!(sent, names);
    run.prints(&["3 of 3 delivered"]);
}

#[test]
fn all_sends_every_event_that_has_a_payload_and_each_is_genuine() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    sandbox
        .cmd(&format!("send --all --to {}", receiver.url))
        .run()
        .exits(0);
    let requests = receiver.requests();
    let expected: Vec<_> = EVENTS
        .iter()
        .filter(|event| event.sample_json().is_some())
        .map(|event| event.name)
        .collect();
    let names: Vec<_> = requests
        .iter()
        .map(|request| request.header("X-Lettermint-Event"))
        .collect();
    assert_eq!(names, expected);
    for request in &requests {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["event"], request.header("X-Lettermint-Event"));
        let t = request.header("X-Lettermint-Delivery");
        let signed = signature(crate::support::SECRET, t, &request.body);
        assert_eq!(request.header("X-Lettermint-Signature"), signed);
    }
}

#[test]
fn id_attempt_and_both_times_are_what_was_asked_for() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let line = format!(
        "send message.sent --id my-id --attempt 7 --now {NOW} --timestamp 2026-01-02T03:04:05Z --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0);
    let request = receiver.request();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["id"], "my-id");
    // The event happened then; it is signed and sent now.
    assert_eq!(body["timestamp"], "2026-01-02T03:04:05.000000Z");
    assert_eq!(request.header("X-Lettermint-Delivery"), NOW.to_string());
    assert_eq!(request.header("X-Lettermint-Attempt"), "7");
}

#[test]
fn fields_are_set_as_text_or_json_and_removed() {
    let sandbox = Sandbox::with_secret();
    let body = payload(
        &sandbox,
        "send message.sent --set data.recipient=1 --set sandbox:=true --set data.tag:=null \
         --set data.metadata.order=42 --unset data.subject",
    );
    assert_eq!(body["data"]["recipient"], "1");
    assert_eq!(body["sandbox"], true);
    assert_eq!(body["data"]["tag"], Value::Null);
    assert_eq!(body["data"]["metadata"]["order"], "42");
    assert_eq!(body["data"].get("subject"), None);
}

#[test]
fn an_event_of_ones_own_is_made_from_its_fields() {
    let sandbox = Sandbox::with_secret();
    let body = payload(&sandbox, "send acme.thing --set data.a:=1 --id x");
    assert_eq!(body["event"], "acme.thing");
    assert_eq!(body["data"], json!({"a": 1}));
    assert_eq!(body["id"], "x");
}

#[test]
fn a_given_body_takes_its_event_from_the_body_or_the_command_line() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("named.json", r#"{"event":"a.b"}"#);
    sandbox.write("nameless.json", "{}");
    for (line, event) in [
        ("send --body named.json", json!("a.b")),
        ("send c.d --body named.json", json!("c.d")),
        ("send c.d --body nameless.json", json!("c.d")),
        ("send --body nameless.json", Value::Null),
    ] {
        let run = sandbox.cmd(line).arg("--dry-run").arg("--json").run();
        let headers = run.json()["headers"].clone();
        let sent = headers
            .as_array()
            .unwrap()
            .iter()
            .find(|header| header[0] == "X-Lettermint-Event")
            .map_or(Value::Null, |header| header[1].clone());
        assert_eq!(sent, event, "{line}");
    }
    let run = sandbox.cmd("send a b --body named.json").run().exits(2);
    run.says(&["at most one EVENT"]);
}

#[test]
fn a_dry_run_shows_the_request_and_neither_sends_nor_records_it() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::unwanted();
    let line = format!(
        "send message.sent --dry-run --now {NOW} --to {}",
        receiver.url
    );
    let run = sandbox.cmd(&line).run().exits(0);
    assert!(!sandbox.path(".lettermint-hook").exists());
    run.prints(&[
        "POST /hook HTTP/1.1\r\nHost: 127.0.0.1:",
        "\r\nX-Lettermint-Event: message.sent\r\n",
        "\r\n\r\n{\"id\":\"",
    ]);
}

#[test]
fn json_is_a_line_an_attempt_and_a_summary() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::replying([Reply::Status(200), Reply::Status(500)]);
    let run = sandbox
        .cmd(&format!(
            "send message.sent message.opened --json --to {}",
            receiver.url
        ))
        .run()
        .exits(1);
    let lines = run.json_lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["type"], "attempt");
    assert_eq!(
        (&lines[0]["status"], &lines[0]["success"]),
        (&json!(200), &json!(true))
    );
    assert_eq!(lines[0]["target"], json!(receiver.url));
    assert_eq!(lines[1]["status"], 500);
    assert_eq!(lines[1]["reply"], "ok");
    assert!(lines[1]["hint"].as_str().unwrap().contains("log"));
    assert_eq!(
        lines[2],
        json!({"type": "summary", "sent": 2, "delivered": 1, "failed": 1})
    );
}

#[test]
fn quiet_says_failures_and_results_only() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::replying([Reply::Status(200), Reply::Status(500)]);
    let line = format!("send message.sent --quiet --to {}", receiver.url);
    assert_eq!(sandbox.cmd(&line).run().exits(0).out(), "");
    sandbox.cmd(&line).run().exits(1).prints(&["✗ 500"]);
}

#[test]
fn every_attempt_is_recorded_as_it_was_on_the_wire() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::replying([Reply::Status(503)]);
    let line = format!("send message.sent --now {NOW} --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(1);
    let request = receiver.request();
    let records = sandbox.records();
    assert_eq!(records.len(), 1);
    let record = &records[0];
    assert_eq!(record["v"], 1);
    assert_eq!(record["direction"], "sent");
    assert_eq!(record["at"], "2026-10-04T08:15:30.000000Z");
    assert_eq!(record["event"], "message.sent");
    assert_eq!(record["attempt"], 1);
    assert_eq!(record["target"], json!(receiver.url));
    assert_eq!(record["reply"]["status"], 503);
    assert_eq!(record["reply"]["body"], "ok");
    assert_eq!(record["body"].as_str().unwrap().as_bytes(), request.body);
    let lines: Vec<String> = record["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            format!(
                "{}: {}",
                line[0].as_str().unwrap(),
                line[1].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(lines, request.lines());
}

#[test]
fn the_store_is_for_its_owner_only_and_kept_out_of_version_control() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let line = format!("send message.sent --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0);
    let mode = |name: &str| {
        let metadata = std::fs::metadata(sandbox.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(".lettermint-hook"), 0o700);
    assert_eq!(mode(".lettermint-hook/deliveries.ndjson"), 0o600);
    assert_eq!(sandbox.read(".lettermint-hook/.gitignore"), b"*\n");
    // A store elsewhere is as private, and its folder is not ours to mark.
    let line = format!("{line} --store captures/a.ndjson");
    sandbox.cmd(&line).run().exits(0);
    assert_eq!(mode("captures/a.ndjson"), 0o600);
    assert!(!sandbox.path("captures/.gitignore").exists());
}

#[test]
fn no_store_writes_nothing() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let line = format!("send message.sent --no-store --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0);
    assert_eq!(sandbox.files(), Vec::<std::path::PathBuf>::new());
}
