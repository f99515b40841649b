//! Export, import, export again: the same method, path, headers and bytes, for every format.

use serde_json::Value;

use crate::support::{NOW, SECRET, Sandbox, record_line, signed_headers, stored_delivery};

/// Bodies and headers that formats like to damage.
fn store(sandbox: &Sandbox) {
    let bodies = [
        r#"{"id":"a","event":"message.sent","n":1.0,"u":"https:\/\/x\/\u00fc"}"#,
        "{\n  \"id\": \"b\",\r\n\t\"quote\": \"'\\\"$(x)`!\\\\\"\n}\n",
        "",
        "@body.json",
    ];
    let mut lines: Vec<String> = bodies
        .iter()
        .enumerate()
        .map(|(minute, body)| {
            let mut headers = signed_headers(SECRET, NOW, body.as_bytes());
            headers.push(("X-Repeated", "one".to_owned()));
            headers.push(("x-repeated", "two; \"quoted\" 'value'".to_owned()));
            headers.push(("Content-Length", body.len().to_string()));
            let mut line = record_line("", &headers, body.as_bytes());
            line["at"] = format!("2026-10-04T08:1{minute}:00.000000Z").into();
            line["id"] = format!("id-{minute}").into();
            line.to_string()
        })
        .collect();
    let mut raw = stored_delivery("raw", "message.sent", 200);
    raw.as_object_mut().unwrap().shift_remove("body");
    raw["body_base64"] = "/wD+AQ==".into();
    lines.push(raw.to_string());
    sandbox.write("s.ndjson", lines.join("\n") + "\n");
}

/// What a format must keep.
fn request(record: &Value) -> [Value; 5] {
    ["method", "target", "headers", "body", "body_base64"].map(|name| record[name].clone())
}

#[test]
fn every_format_is_read_back_to_the_byte() {
    for format in ["har", "http", "curl", "ndjson", "json"] {
        let sandbox = Sandbox::new();
        store(&sandbox);
        let export = |source: &str, file: &str| {
            let line = format!("deliveries export {source} --format {format} --output {file}");
            sandbox.cmd(&line).run().exits(0);
        };
        export("s.ndjson", "first");
        let import = "deliveries import first --store again.ndjson";
        sandbox.cmd(import).run().exits(0);
        export("again.ndjson", "second");
        let (first, second) = (sandbox.read("first"), sandbox.read("second"));
        assert_eq!(
            String::from_utf8_lossy(&first),
            String::from_utf8_lossy(&second),
            "{format}"
        );
        let requests =
            |name: &str| -> Vec<_> { sandbox.records_of(name).iter().map(request).collect() };
        let (before, after) = (requests("s.ndjson"), requests("again.ndjson"));
        assert_eq!(before.len(), after.len(), "{format}");
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before[3..], after[3..], "{format}");
            if matches!(format, "har" | "ndjson" | "json") {
                assert_eq!(before, after, "{format}");
            }
        }
    }
}

#[test]
fn an_import_takes_nothing_twice_and_says_what_it_leaves() {
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
fn a_team_api_export_stays_what_it_is_in_the_store() {
    let sandbox = Sandbox::with_secret();
    let delivery = r#"{"id":"d","webhook_id":"w","event_type":"message.sent","status":"success","attempt_number":1,"payload":{"id":"d","event":"message.sent"},"timestamp":"2026-10-04T08:15:30Z"}"#;
    sandbox.write("team.json", delivery);
    sandbox.cmd("deliveries import team.json").run().exits(0);
    let run = sandbox.cmd("replay --dry-run --json").run().exits(0);
    assert_eq!(run.json_lines().len(), 1);
    let receiver = crate::support::Receiver::ok();
    let run = sandbox.cmd(&format!("replay --to {}", receiver.url)).run();
    run.exits(0).prints(&["re-encoded: no raw bytes"]);
    receiver.requests();
}
