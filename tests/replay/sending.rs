//! What is done to captures on their way out.

use serde_json::json;

use crate::support::{NOW, Receiver, Reply, SECRET, Sandbox, signature, stored_delivery};

fn sandbox_with(id: &str) -> Sandbox {
    let sandbox = Sandbox::with_secret();
    let line = stored_delivery(id, "message.sent", 200).to_string() + "\n";
    sandbox.write("s.ndjson", line);
    sandbox
}

#[test]
fn edits_are_signed_and_said() {
    let sandbox = sandbox_with("a");
    let receiver = Receiver::ok();
    let line = format!(
        "replay s.ndjson --set data.url=https://example.org/é --now {NOW} --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0).prints(&["bytes changed"]);
    let request = receiver.request();
    let body = r#"{"id":"a","event":"message.sent","data":{"url":"https://example.org/é"}}"#;
    assert_eq!(request.body, body.as_bytes());
    let signed = signature(SECRET, &NOW.to_string(), body.as_bytes());
    assert_eq!(request.header("X-Lettermint-Signature"), signed);
}

#[test]
fn one_that_cannot_be_edited_does_not_stop_the_rest() {
    let sandbox = Sandbox::with_secret();
    let mut broken = stored_delivery("broken", "message.sent", 200);
    broken["body"] = json!("no JSON");
    let good = stored_delivery("good", "message.sent", 200);
    sandbox.write("s.ndjson", format!("{broken}\n{good}\n"));
    let receiver = Receiver::ok();
    for more in ["", "--concurrency 2"] {
        let line = format!(
            "replay s.ndjson --unset data.url {more} --no-store --to {}",
            receiver.url
        );
        let run = sandbox.cmd(&line).run().exits(1);
        run.says(&["cannot be sent: its body is no JSON"]);
        assert_eq!(receiver.requests().len(), 1);
    }
}

#[test]
fn printing_sends_nothing() {
    let sandbox = sandbox_with("a");
    let run = sandbox
        .cmd(&format!("replay s.ndjson --print body --now {NOW}"))
        .run()
        .exits(0);
    let body = r#"{"event":"message.sent","data"#;
    let record = stored_delivery("a", "message.sent", 200);
    assert_eq!(run.out(), record["body"].as_str().unwrap(), "{body}");
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
fn a_failure_is_tried_again_on_the_schedule() {
    let sandbox = sandbox_with("a");
    let receiver = Receiver::replying([Reply::Status(500), Reply::Status(200)]);
    let line = format!(
        "replay s.ndjson --retry --speed 100000 --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0);
    let attempts: Vec<_> = receiver
        .requests()
        .iter()
        .map(|request| request.header("X-Lettermint-Attempt").to_owned())
        .collect();
    assert_eq!(attempts, ["2", "3"]);
}

#[test]
fn realtime_keeps_the_captured_order_and_gaps() {
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
    let at = |position: usize| {
        let text = records[position]["at"].as_str().unwrap();
        lettermint_hook::lettermint::timestamp::parse_micros(text).unwrap()
    };
    // A minute divided by 200.
    assert!(at(1) - at(0) >= 300_000, "{}", at(1) - at(0));
}

#[test]
fn a_webhook_of_the_config_file_gets_what_it_subscribes_to() {
    let sandbox = Sandbox::new().env("HOOK_SECRET", "whsec_config_0123456789");
    let lines = [
        stored_delivery("a", "message.sent", 200).to_string(),
        stored_delivery("b", "message.opened", 200).to_string(),
    ];
    sandbox.write("s.ndjson", lines.join("\n"));
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
    let requests = receiver.requests();
    assert_eq!(requests.len(), 1);
    let signed = signature(
        "whsec_config_0123456789",
        &NOW.to_string(),
        &requests[0].body,
    );
    assert_eq!(requests[0].header("X-Lettermint-Signature"), signed);
}

#[test]
fn what_the_body_is_stays_what_it_was() {
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
