//! `deliveries`: the store listed, shown, converted, compared, redacted and pruned.

mod captures;
mod curl;
mod diff;
mod export;
mod import;
mod list;
mod prune;
mod redact;
mod round_trips;
mod show;

use serde_json::{Value, json};

use crate::support::{STORE, Sandbox};

fn record(second: u32, id: &str, more: &Value) -> String {
    let mut record = json!({
        "v": 1,
        "direction": "sent",
        "at": format!("2026-10-04T08:15:{second:02}.000000Z"),
        "event": "message.sent",
        "id": id,
        "attempt": 1,
        "method": "POST",
        "target": "http://localhost:3000/hook",
        "headers": [["X-Lettermint-Event", "message.sent"], ["Authorization", "[redacted]"]],
        "body": format!(r#"{{"id":"{id}","n":1.10}}"#),
        "reply": {"status": 200, "headers": [], "body": "ok", "duration_us": 1640},
    });
    for (name, value) in more.as_object().unwrap() {
        record[name] = value.clone();
    }
    record.to_string()
}

/// A store of five attempts of four deliveries, with a torn line among them.
fn attempts() -> Sandbox {
    let refused = json!({"status": null, "headers": [], "body": "", "duration_us": 9, "error": "connection refused: tried 127.0.0.1:3000"});
    let received = json!({
        "direction": "received",
        "target": "/hook",
        "remote": "127.0.0.1:5000",
        "event": "message.\u{1b}[31mred",
        "verdict": {"valid": false, "reason": "signature_mismatch", "signed_at": 1, "secret": null},
        "reply": {"status": 401, "headers": [], "body": "no", "duration_us": 80},
    });
    let lines = [
        record(1, "aa-1", &json!({"reply": refused})),
        record(2, "aa-2", &json!({"event": "message.hard_bounced"})),
        "{\"v\":1,\"direction\":\"sent\",\"at\":".to_owned(),
        record(3, "bb-1", &received),
        record(
            4,
            "aa-1",
            &json!({"attempt": 2, "body": "{\"id\":\"aa-1\",\"n\":2}"}),
        ),
        record(5, "cc", &json!({})),
    ];
    let sandbox = Sandbox::new();
    sandbox.write(STORE, lines.join("\n") + "\n");
    sandbox
}
