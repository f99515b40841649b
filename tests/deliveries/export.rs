//! `deliveries export`, and the same requests after `deliveries import`.

use serde_json::Value;

use crate::support::{Record, Sandbox, lines, stored_delivery};

/// Bodies and headers that formats like to damage.
pub(super) fn store(sandbox: &Sandbox) {
    let bodies = [
        r#"{"id":"a","event":"message.sent","n":1.0,"u":"https:\/\/x\/\u00fc"}"#,
        "{\n  \"id\": \"b\",\r\n\t\"quote\": \"'\\\"$(x)`!\\\\\"\n}\n",
        "",
        "@body.json",
    ];
    let mut records: Vec<_> = bodies
        .iter()
        .enumerate()
        .map(|(minute, body)| {
            Record::signed(body)
                .and_header("X-Repeated", "one")
                .and_header("x-repeated", "two; \"quoted\" 'value'")
                .and_header("Content-Length", body.len().to_string())
                .with("at", format!("2026-10-04T08:1{minute}:00.000000Z"))
                .with("id", format!("id-{minute}"))
        })
        .collect();
    let raw = stored_delivery("raw", "message.sent", 200);
    records.push(raw.with_body(b"\xff\x00\xfe\x01"));
    sandbox.write("s.ndjson", lines(&records));
}

/// What a format must keep.
fn request(record: &Value) -> [Value; 5] {
    ["method", "target", "headers", "body", "body_base64"].map(|name| record[name].clone())
}

#[test]
fn deliveries_export_of_every_format_is_imported_to_the_byte() {
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
