//! `--store` and `--no-store`: what is recorded of an attempt, and who may read it.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::support::{NOW, Receiver, STORE, Sandbox, header_lines};

#[test]
fn send_records_every_attempt_as_it_was_on_the_wire() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::statuses([503]);
    let line = format!("send message.sent --now {NOW} --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(1);
    let request = receiver.request();
    let records = sandbox.records();
    assert_eq!(records.len(), 1);
    let record = &records[0];
    for (field, value) in [
        ("/v", json!(1)),
        ("/direction", json!("sent")),
        ("/at", json!("2026-10-04T08:15:30.000000Z")),
        ("/event", json!("message.sent")),
        ("/attempt", json!(1)),
        ("/target", json!(receiver.url)),
        ("/reply/status", json!(503)),
        ("/reply/body", json!("ok")),
    ] {
        assert_eq!(record.pointer(field), Some(&value), "{field}");
    }
    assert_eq!(record["body"].as_str().unwrap().as_bytes(), request.body);
    assert_eq!(header_lines(record), request.lines());
}

#[test]
fn send_store_is_for_its_owner_only_and_kept_out_of_version_control() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let line = format!("send message.sent --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0);
    let mode = |name: &str| {
        let metadata = std::fs::metadata(sandbox.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(".lettermint-hook"), 0o700);
    assert_eq!(mode(STORE), 0o600);
    assert_eq!(sandbox.read(".lettermint-hook/.gitignore"), b"*\n");
    // A store elsewhere is as private, and its directory is not ours to mark.
    let line = format!("{line} --store captures/a.ndjson");
    sandbox.cmd(&line).run().exits(0);
    assert_eq!(mode("captures/a.ndjson"), 0o600);
    assert!(!sandbox.path("captures/.gitignore").exists());
}

#[test]
fn send_no_store_writes_nothing() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    for count in ["", "--count 10"] {
        let line = format!("send message.sent {count} --no-store --to {}", receiver.url);
        sandbox.cmd(&line).run().exits(0);
        assert!(sandbox.files().is_empty());
    }
}
