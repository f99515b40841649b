//! Laws of the formats: what `deliveries export` writes is read back to the byte.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::support::{Record, Sandbox, lines};

/// A document of these records in a format, and what is read from it.
fn read_back(records: &[Record], format: &str) -> Vec<Record> {
    let sandbox = Sandbox::new();
    sandbox.write("s.ndjson", lines(records));
    let line = format!("deliveries export s.ndjson --format {format} --output document");
    sandbox.cmd(&line).run().exits(0);
    let line = "deliveries export document --format ndjson";
    let run = sandbox.cmd(line).run().exits(0);
    assert_eq!(run.err(), "", "{format}");
    let read: Vec<_> = run.json_lines().into_iter().map(Record::of).collect();
    assert_eq!(read.len(), records.len(), "{format}");
    read
}

/// Method, path, headers and bytes: what a request is.
fn request_of(record: &Record) -> (Value, Vec<u8>) {
    let head = ["method", "target", "headers"].map(|field| record[field].clone());
    (head.into_iter().collect(), record.body())
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..400),
        "\\PC{0,80}".prop_map(String::into_bytes),
        "[ -~\r\n\t'\"\\\\!$`@&]{0,80}".prop_map(String::into_bytes),
        Just(Vec::new()),
    ]
}

/// Values as HTTP has them: no controls but the tab inside, no blanks around (RFC 9110, 5.5).
fn values() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        8 => 0x20..0x7f_u8,
        1 => Just(b'\t'),
        1 => 0x80..=0xff_u8,
        1 => Just(b'\''),
    ];
    vec(byte, 0..24).prop_map(|value| value.trim_ascii().to_vec())
}

fn names() -> impl Strategy<Value = String> {
    let special = ["X-Lettermint-Signature", "content-type", "User-Agent"];
    prop_oneof![
        4 => "[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]{0,14}",
        3 => select(special.to_vec()).prop_map(str::to_owned),
    ]
}

/// Names that say how a message is framed, or that are not written.
fn is_special(name: &str) -> bool {
    let special = [
        "host",
        "content-length",
        "transfer-encoding",
        "content-encoding",
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
    ];
    special
        .iter()
        .any(|special| special.eq_ignore_ascii_case(name))
}

prop_compose! {
    /// A request as a server receives it: one `Host`, one right `Content-Length` (anywhere).
    fn records()(
        method in prop_oneof![
            "[A-Z]{1,10}",
            select(vec!["POST", "GET", "HEAD", "PUT", "DELETE"]).prop_map(str::to_owned),
        ],
        target in "/[!-\"$-~]{0,30}",
        lines in vec((names(), values()), 0..7),
        body in bodies(),
        host in "[a-z0-9.-]{1,12}(:[0-9]{1,5})?",
        place in any::<Index>(),
    ) -> Record {
        let mut lines = lines;
        lines.retain(|(name, _)| !is_special(name));
        let length = ("Content-Length".to_owned(), body.len().to_string().into_bytes());
        lines.insert(place.index(lines.len() + 1), length);
        lines.insert(0, ("Host".to_owned(), host.into_bytes()));
        let record = Record::of(json!({
            "v": 1,
            "direction": "received",
            "at": "2026-10-04T08:15:30.000001Z",
            "event": "message.sent",
            "id": null,
            "attempt": 2,
            "method": method,
            "target": target,
            "headers": [],
        }));
        let record = record.with_body(body);
        let record = lines.iter().fold(record, |record, (name, value)| {
            record.and_header_bytes(name, value)
        });
        record.with("reply", json!({"status": 503, "headers": [], "body": "", "duration_us": 0}))
    }
}

// A case is two runs of the program for each format, with a whole file.
proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn deliveries_export_then_import_gives_the_same_requests(batch in vec(records(), 1..40)) {
        for format in ["har", "http", "curl", "ndjson", "json"] {
            let read = read_back(&batch, format);
            for (read, record) in read.iter().zip(&batch) {
                prop_assert_eq!(request_of(read), request_of(record), "{}", format);
                if ["ndjson", "json"].contains(&format) {
                    prop_assert_eq!(&**read, &**record);
                }
            }
        }
    }

    #[test]
    fn deliveries_export_of_what_was_sent_keeps_the_path_and_gets_the_host(
        batch in vec((records(), any::<bool>()), 1..40),
    ) {
        let sent = |(record, tls): &(Record, bool)| {
            let scheme = if *tls { "https" } else { "http" };
            let (host, path) = (record.header("Host"), record["target"].as_str().unwrap());
            let target = format!("{scheme}://{host}{path}");
            let record = record.clone().without_header("Host").without_header("Content-Length");
            record.with("target", target).with("direction", "sent")
        };
        let sent: Vec<_> = batch.iter().map(sent).collect();
        for format in ["har", "http", "curl"] {
            for (index, read) in read_back(&sent, format).into_iter().enumerate() {
                let received = &batch[index].0;
                prop_assert_eq!(&read["target"], &received["target"], "{}", format);
                prop_assert_eq!(read.body(), received.body(), "{}", format);
                if format != "har" {
                    prop_assert_eq!(read.header("Host"), received.header("Host"));
                }
                let read = read.without_header("Host").without_header("Content-Length");
                prop_assert_eq!(&read["headers"], &sent[index]["headers"], "{}", format);
            }
        }
    }
}
