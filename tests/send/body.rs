//! `--body`: bytes, whatever they are.

use serde_json::{Value, json};

use crate::support::{Listener, NOW, Receiver, Record, SECRET, Sandbox};

/// Nothing of this survives a parser that decodes and encodes again.
const BINARY: &[u8] = b"\x00\xff\xfe{\"event\": \"x\"}\r\n\r\n\x80POST / HTTP/1.1\r\n\x1b[2J";

#[test]
fn send_body_leaves_every_byte_as_it_is() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    for body in [
        BINARY,
        b"",
        b"\xef\xbb\xbf{}",
        b"{ \"event\" : \"message.sent\" }\n",
        b"{ \"event\" : \"message.sent\",\r\n\"id\":\"a\", \"x\":\"\xff\\/\" }\n\0",
        "{\"event\":\"message.sent\",\"x\":1.50,\"x\":\"\u{2028}\\/\"}".as_bytes(),
    ] {
        sandbox.write("body.bin", body);
        let to = &receiver.url;
        let line = format!("send --body body.bin --now {NOW} --to {to}");
        sandbox.cmd(&line).run().exits(0);
        let line = format!("send --body - --now {NOW} --to {to}");
        sandbox.cmd(&line).stdin(body).run().exits(0);
        for request in receiver.take() {
            assert_eq!(request.body, body);
            assert_eq!(request.header("Content-Length"), body.len().to_string());
            assert_eq!(request.signed_at(), NOW);
            assert!(request.is_signed_with(SECRET));
            let record = sandbox.records().pop().unwrap();
            assert_eq!(Record::of(record).body(), body);
        }
    }
    assert_eq!(receiver.requests().len(), 12);
}

#[test]
fn send_body_goes_through_wire_store_and_replay_unchanged() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::json(&sandbox, "");
    sandbox.write("body.bin", BINARY);
    // Signed well, but no JSON: the SDKs refuse it, and its bytes are kept all the same.
    let line = format!("send --body body.bin --no-store --to {}", listener.url());
    sandbox.cmd(&line).run().exits(1);
    let delivery = listener.delivery();
    assert_eq!(delivery["verdict"]["reason"], "payload_invalid");
    assert!(delivery.get("body").is_none());
    assert!(delivery["body_base64"].is_string());
    listener.stop();
    let receiver = Receiver::ok();
    sandbox
        .cmd(&format!("replay --to {}", receiver.url))
        .run()
        .exits(0);
    assert_eq!(receiver.request().body, BINARY);
}

#[test]
fn send_body_takes_its_event_from_the_body_or_the_command_line() {
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
