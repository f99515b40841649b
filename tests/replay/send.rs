//! What is done to captures on their way out: `--verbatim`, `--print`, `--retry`, `--realtime`,
//! `--webhook`.

use serde_json::json;

use crate::support::{
    Answer, Listener, NOW, Receiver, SECRET, Sandbox, lines, micros, stored_delivery,
};

#[test]
fn replay_sends_the_captured_body_signed_anew() {
    let sandbox = Sandbox::with_secret();
    let stored = stored_delivery("a", "message.sent", 200);
    sandbox.write("s.ndjson", stored.to_string() + "\n");
    let receiver = Receiver::ok();
    let later = NOW + 86_400;
    let line = format!("replay s.ndjson --now {later} --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0).prints(&["attempt 2"]);
    let request = receiver.request();
    assert_eq!(request.body, stored.body());
    assert_eq!(request.signed_at(), later);
    assert!(request.is_signed_with(SECRET));
    assert_eq!(request.event(), "message.sent");
    assert_eq!(request.header("X-Lettermint-Attempt"), "2");
    assert_eq!(request.header("User-Agent"), "Lettermint/1.0");
}

#[test]
fn replay_verbatim_sends_the_captured_headers() {
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
fn replay_lets_no_capture_smuggle_header_lines() {
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
fn replay_of_what_listen_recorded_is_accepted_by_listen() {
    let sandbox = Sandbox::with_secret();
    let first = Listener::json(&sandbox, "--store a.ndjson");
    let line = format!("send --all --no-store --to {}", first.url());
    sandbox.cmd(&line).run().exits(0);
    first.stop();
    let second = Listener::json(&sandbox, "--store b.ndjson");
    let line = format!("replay a.ndjson --no-store --to {}", second.url());
    let run = sandbox.cmd(&line).run().exits(0);
    run.prints(&["22 of 22 deliveries delivered"]);
    let run = second.stop();
    assert_eq!(run.summary()["verified"], 22);
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

fn sandbox_with(id: &str) -> Sandbox {
    let sandbox = Sandbox::with_secret();
    let line = stored_delivery(id, "message.sent", 200).to_string() + "\n";
    sandbox.write("s.ndjson", line);
    sandbox
}

#[test]
fn replay_print_and_dry_run_send_nothing() {
    let sandbox = sandbox_with("a");
    let run = sandbox
        .cmd(&format!("replay s.ndjson --print body --now {NOW}"))
        .run()
        .exits(0);
    let record = stored_delivery("a", "message.sent", 200);
    assert_eq!(run.stdout, record.body());
    let run = sandbox
        .cmd(&format!("replay s.ndjson --dry-run --now {NOW}"))
        .run()
        .exits(0);
    run.prints(&[
        "POST /webhooks/lettermint HTTP/1.1",
        "X-Lettermint-Attempt: 2",
    ]);
}

#[test]
fn replay_retry_follows_the_schedule() {
    let sandbox = sandbox_with("a");
    let receiver = Receiver::statuses([500, 200]);
    let line = format!(
        "replay s.ndjson --retry --speed 100000 --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0);
    let attempts: Vec<_> = receiver
        .take()
        .iter()
        .map(|request| request.header("X-Lettermint-Attempt").to_owned())
        .collect();
    assert_eq!(attempts, ["2", "3"]);
}

#[test]
fn replay_realtime_keeps_the_captured_gaps() {
    let sandbox = Sandbox::with_secret();
    let mut first = stored_delivery("first", "message.sent", 200);
    first["at"] = json!("2026-10-04T08:00:00Z");
    let mut second = stored_delivery("second", "message.sent", 200);
    second["at"] = json!("2026-10-04T08:01:00Z");
    sandbox.write("s.ndjson", format!("{first}\n{second}\n"));
    let receiver = Receiver::ok();
    let line = format!(
        "replay s.ndjson --realtime --speed 200 --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0);
    let records = sandbox.records();
    let at = |position: usize| micros(records[position]["at"].as_str().unwrap());
    // A minute divided by 200.
    assert!(at(1) - at(0) >= 300_000, "{}", at(1) - at(0));
}

#[test]
fn replay_webhook_gets_what_it_subscribes_to() {
    let sandbox = Sandbox::new().env("HOOK_SECRET", "whsec_config_0123456789");
    let records = ["message.sent", "message.opened"];
    let records = records.map(|event| stored_delivery(event, event, 200));
    sandbox.write("s.ndjson", lines(&records));
    let receiver = Receiver::ok();
    let config = format!(
        "[[webhook]]\nname = \"orders\"\nurl = \"{}\"\nevents = [\"message.sent\"]\nsecret_env = \"HOOK_SECRET\"\n",
        receiver.url
    );
    sandbox.write("lettermint-hook.toml", config);
    let run = sandbox
        .cmd(&format!("replay s.ndjson --webhook orders --now {NOW}"))
        .run()
        .exits(0);
    run.says(&["not sent to orders: message.opened"]);
    assert_eq!(receiver.requests().len(), 1);
    let request = receiver.request();
    assert_eq!(request.signed_at(), NOW);
    assert!(request.is_signed_with("whsec_config_0123456789"));
}

#[test]
fn replay_keeps_content_type_and_delivery_id() {
    let sandbox = Sandbox::with_secret();
    let mut record = stored_delivery("a", "message.sent", 200);
    record["headers"] = json!([
        ["content-type", "application/json; charset=utf-8"],
        ["X-Lettermint-Delivery-Id", "d-1"],
    ]);
    sandbox.write("s.ndjson", record.to_string() + "\n");
    let receiver = Receiver::ok();
    for more in ["", "--concurrency 2"] {
        let line = format!("replay s.ndjson {more} --no-store --to {}", receiver.url);
        sandbox.cmd(&line).run().exits(0);
        let request = receiver.request();
        let content_type = request.header("Content-Type");
        assert_eq!(content_type, "application/json; charset=utf-8", "{more}");
        assert_eq!(request.header("X-Lettermint-Delivery-Id"), "d-1", "{more}");
    }
}

#[test]
fn replay_reads_what_the_handler_replied() {
    let sandbox = Sandbox::with_secret();
    let stored = stored_delivery("a", "message.sent", 200);
    sandbox.write("s.ndjson", stored.to_string() + "\n");
    let receiver = Receiver::answering([Answer::bytes(
        "HTTP/1.1 401 X\r\nContent-Length: 34\r\nX-Trace: 7\r\n\r\n<html><h1>Bad signature</h1></html>",
    )
    .closing()]);
    for (options, hint) in [
        ("", "hint: signed with LETTERMINT_WEBHOOK_SECRET (sha256 "),
        (
            "--verbatim",
            "hint: its signature was neither made nor checked here: `lettermint-hook verify`",
        ),
    ] {
        let line = format!("replay s.ndjson --no-store {options} --to {}", receiver.url);
        let run = sandbox.cmd(&line).run().exits(1);
        run.prints(&["reply: Bad signature\n", hint]);
        let run = sandbox.cmd(&line).args(["--verbose"]).run().exits(1);
        run.prints(&["< X-Trace: 7", "< <html><h1>Bad signature</h1>", hint]);
    }
}
