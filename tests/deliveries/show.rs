//! `deliveries show`.

use serde_json::json;

use super::{attempts, record};
use crate::support::Sandbox;

#[test]
fn deliveries_show_has_all_attempts_and_the_latest_request() {
    let sandbox = attempts();
    sandbox.cmd("deliveries show aa-1").run().exits(0).prints(&[
        "message.sent  aa-1  2 records",
        "2026-10-04 08:15:01  sent to http://localhost:3000/hook  attempt 1",
        "✗ connection refused: tried 127.0.0.1:3000",
        "hint: is the server running",
        "note: its body is not the one shown below",
        "attempt 2",
        "✓ answered 200 after 1.6 ms",
        "reply: ok",
        "X-Lettermint-Event: message.sent",
        "\"n\": 2",
    ]);
    sandbox.cmd("deliveries show bb").run().exits(0).prints(&[
        "received at /hook",
        "from 127.0.0.1:5000",
        "✗ signature_mismatch",
    ]);
}

#[test]
fn deliveries_show_json_holds_whole_records() {
    let run = attempts().cmd("deliveries show aa-1 --json").run().exits(0);
    let json = run.json();
    assert_eq!(json["id"], "aa-1");
    assert_eq!(json["records"].as_array().unwrap().len(), 2);
    assert_eq!(json["records"][0]["body"], r#"{"id":"aa-1","n":1.10}"#);
    assert_eq!(json["records"][1]["reply"]["status"], 200);
}

#[test]
fn deliveries_show_of_no_or_several_deliveries_says_so() {
    let sandbox = attempts();
    let none = sandbox.cmd("deliveries show zz").run().exits(1);
    none.says(&["no delivery has the id: zz"]);
    sandbox.cmd("deliveries show aa").run().exits(2).says(&[
        "several deliveries begin with: aa",
        "aa-1  message.sent",
        "aa-2  message.hard_bounced",
    ]);
}

#[test]
fn deliveries_show_takes_a_whole_id_before_the_beginning_of_another() {
    let sandbox = Sandbox::new();
    let lines: String = (0..30)
        .map(|n| record(n, &format!("test-{n}"), &json!({})) + "\n")
        .collect();
    sandbox.write("s", lines);
    let show = |id: &str| {
        sandbox
            .cmd(&format!("deliveries show {id} --store s"))
            .run()
    };
    show("test-1").exits(0);
    show("test")
        .exits(2)
        .says(&["and more; type a longer part of the id"]);
}
