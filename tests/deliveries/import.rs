//! `deliveries import`: what is taken, and what is left.

use super::export::store;
use crate::support::{Receiver, Sandbox};

#[test]
fn deliveries_import_takes_nothing_twice_and_says_what_it_leaves() {
    let sandbox = Sandbox::new();
    store(&sandbox);
    let import = || sandbox.cmd("deliveries import s.ndjson").run().exits(0);
    import().prints(&["imported 5"]);
    import().prints(&["imported 0, 5 in the store already"]);
    assert_eq!(sandbox.records().len(), 5);
    sandbox.write("broken.ndjson", "{\"v\":1}\n");
    let run = sandbox
        .cmd("deliveries import broken.ndjson")
        .run()
        .exits(1);
    run.prints(&["imported 0, 1 not readable"])
        .says(&["broken.ndjson:1: "]);
}

#[test]
fn deliveries_import_keeps_that_a_team_api_export_was_encoded_anew() {
    let sandbox = Sandbox::with_secret();
    let delivery = r#"{"id":"d","webhook_id":"w","event_type":"message.sent","status":"success","attempt_number":1,"payload":{"id":"d","event":"message.sent"},"timestamp":"2026-10-04T08:15:30Z"}"#;
    sandbox.write("team.json", delivery);
    sandbox.cmd("deliveries import team.json").run().exits(0);
    let run = sandbox.cmd("replay --dry-run --json").run().exits(0);
    assert_eq!(run.json_lines().len(), 1);
    let receiver = Receiver::ok();
    let run = sandbox.cmd(&format!("replay --to {}", receiver.url)).run();
    run.exits(0).prints(&["re-encoded: no raw bytes"]);
    assert_eq!(receiver.requests().len(), 1);
}
