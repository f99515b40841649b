//! What is read from captures of other tools: `deliveries export --format ndjson` shows the
//! records, `verify --json` the lines and what is doubtful about them.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::{Run, Sandbox, captures, stored_delivery};

const CAPTURES: [&str; 12] = [
    "chromium.har",
    "firefox.har",
    "mitmproxy.har",
    "proxy.har",
    "chromium.curl",
    "firefox.curl",
    "two.http",
    "chunked.http",
    "script.sh",
    "team-api.json",
    "team-api-list.json",
    "official-cli.ndjson",
];

/// What is read from a document.
struct Read {
    records: Vec<Value>,
    /// Line and message of what could not be read.
    problems: Vec<(u32, String)>,
    export: Run,
}

fn read(sandbox: &Sandbox, document: impl AsRef<[u8]>) -> Read {
    sandbox.write("capture", document);
    let cmd = sandbox.cmd("deliveries export capture --format ndjson");
    let export = cmd.run();
    let said = export.err();
    let problem = |line: &str| {
        let (number, message) = line.strip_prefix("warning: capture:")?.split_once(": ")?;
        Some((number.parse().ok()?, message.to_owned()))
    };
    Read {
        records: export.json_lines(),
        problems: said.lines().filter_map(problem).collect(),
        export,
    }
}

fn targets(read: &Read) -> Vec<&str> {
    let targets = read.records.iter().map(|record| record["target"].as_str());
    targets.map(Option::unwrap).collect()
}

/// `SNAPSHOTS=overwrite cargo test` rewrites what is committed after a wanted change.
#[test]
fn deliveries_export_reads_captures_as_committed() {
    let sandbox = Sandbox::with_secret();
    for name in CAPTURES {
        let path = captures().join(name);
        let export = sandbox.cmd("deliveries export --format ndjson").arg(&path);
        let mut described = export.run().exits(0).out();
        let verify = sandbox
            .cmd("verify --tolerance off --json")
            .arg(&path)
            .run();
        for verdict in verify.verdicts() {
            let source = verdict["source"].as_str().unwrap();
            let (_, line) = source.rsplit_once(':').unwrap();
            let status = verdict["status"].as_str().unwrap();
            let said = match verdict["error"].as_str() {
                Some(error) => error.to_owned(),
                None => {
                    let verdicts =
                        ["time", "signature"].map(|part| verdict[part].as_str().unwrap());
                    format!(
                        "{}, notes {}",
                        verdicts.join(", signature "),
                        verdict["notes"]
                    )
                }
            };
            writeln!(described, "line {line}: {status}: {said}").unwrap();
        }
        let committed = captures().join("read").join(format!("{name}.txt"));
        snapbox::assert_data_eq!(described, snapbox::Data::read_from(&committed, None).raw());
    }
}

#[test]
fn deliveries_export_knows_a_format_from_its_start() {
    let sandbox = Sandbox::with_secret();
    for name in CAPTURES {
        let document = fs::read(captures().join(name)).unwrap();
        let start = &document[..document.len().min(400)];
        let read = read(&sandbox, start);
        let unknown = read
            .problems
            .iter()
            .any(|(_, message)| message.contains("not a capture"));
        assert!(!unknown, "{name}\n{}", read.export.transcript());
    }
}

#[test]
fn verify_finds_the_signature_of_every_signed_capture_right() {
    let sandbox = Sandbox::with_secret();
    let mut signed = 0;
    for name in CAPTURES.iter().take(8).filter(|name| **name != "proxy.har") {
        let path = captures().join(name);
        let cmd = sandbox.cmd("verify --tolerance off --json").arg(&path);
        let verdicts = cmd.run().verdicts();
        for verdict in &verdicts {
            assert_eq!(verdict["signature"], "ok", "{name}: {verdict}");
        }
        signed += verdicts.len();
        // All but the browser's own requests were delivered.
        let line = "deliveries export --format ndjson";
        let mut others = sandbox.cmd(line).arg(&path).run().json_lines();
        others.retain(|record| record["event"].is_null());
        assert!(
            others.iter().all(|record| record["method"] == "GET"),
            "{name}"
        );
    }
    assert_eq!(signed, 13);
}

#[test]
fn deliveries_export_writes_credentials_in_no_format() {
    let mut record = stored_delivery("a", "message.sent", 200);
    for name in ["Authorization", "Cookie", "proxy-authorization"] {
        record = record.and_header(name, "marker-value");
    }
    let sandbox = Sandbox::new();
    sandbox.write("s.ndjson", format!("{record}\n"));
    for format in ["har", "http", "curl", "ndjson", "json"] {
        let line = format!("deliveries export s.ndjson --format {format}");
        let run = sandbox.cmd(&line).run().exits(0);
        run.lacks("marker-value");
        assert_eq!(run.out().matches("[redacted]").count(), 3, "{format}");
    }
}

#[test]
fn deliveries_export_reads_chunked_folded_and_lf_only_messages() {
    let sandbox = Sandbox::with_secret();
    let document = "\n\nPOST /a HTTP/1.1\nX-A: 1\n  2\nX-Lettermint-Attempt: 1\nTransfer-Encoding: gzip, Chunked\n\n3;a=b\nabc\n0\nX-T: 1\n\n\
        BROKEN\nX-Lettermint-Event: x\n\
        POST /long HTTP/1.1\r\nContent-Length: 999\r\nX-Lettermint-Attempt: 1\r\n\r\nshort\r\n\
        GET /b HTTP/1.1\r\n\r\n\
        HTTP/1.1 204 No Content\r\nX-R: 1\r\n\r\n\
        PUT http://h/c?d HTTP/1.1\r\nHost: h\r\n\r\nto the end\n";
    let read = read(&sandbox, document);
    assert_eq!(targets(&read), ["/a", "/b", "/c?d"]);
    let bodies = read.records.iter().map(|record| &record["body"]);
    assert!(bodies.eq(["abc", "", "to the end\n"]));
    assert_eq!(
        read.records[0]["headers"][0],
        serde_json::json!(["X-A", "1 2"])
    );
    assert_eq!(read.records[1]["reply"]["status"], 204);
    let (problems, expected) = (
        &read.problems,
        [
            (14, "expected a request line"),
            (16, "999 bytes (Content-Length)"),
        ],
    );
    assert_eq!(problems.len(), 2, "{problems:?}");
    for ((line, message), (at, words)) in problems.iter().zip(expected) {
        assert!(*line == at && message.contains(words), "{problems:?}");
    }
    let verdicts = sandbox
        .cmd("verify capture --json")
        .run()
        .exits(1)
        .verdicts();
    let sources = verdicts
        .iter()
        .map(|verdict| verdict["source"].as_str().unwrap());
    assert!(sources.eq([3, 14, 16].map(|line| format!("capture:{line}"))));
    let notes = verdicts[0]["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 2, "{notes:?}");
}

#[test]
fn deliveries_export_says_why_a_message_has_no_end() {
    let sandbox = Sandbox::new();
    for (header, rest, why) in [
        ("Content-Length: 5", "abc", "only 3 follow"),
        ("Content-Length: +5", "abc", "a number"),
        ("Transfer-Encoding: chunked", "zz\r\n", "size in hex"),
        (
            "Transfer-Encoding: chunked",
            "ffffffffffffffff\r\na",
            "chunk of",
        ),
        ("Transfer-Encoding: chunked", "1\r\nab", "line end"),
        ("Transfer-Encoding: chunked", "1\r\na\r\n", "another chunk"),
    ] {
        let read = read(
            &sandbox,
            format!("POST / HTTP/1.1\r\n{header}\r\n\r\n{rest}"),
        );
        assert!(read.problems[0].1.contains(why), "{:?}", read.problems);
    }
}

#[test]
fn deliveries_export_reads_what_follows_a_broken_entry() {
    let record = r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","body":""}"#;
    let sandbox = Sandbox::new();
    for (kind, line, document) in [
        (
            "HAR",
            3,
            "{\"log\":{\"entries\":[\n{\"request\":{\"method\":\"POST\",\"url\":\"http://h/1\"}},\n{\"request\":{\"method\":\"POST\"}},\n{\"request\":{\"method\":\"POST\",\"url\":\"http://h/2\"}}]}}".to_owned(),
        ),
        (
            "an open quote in curl",
            2,
            "curl http://h/1\ncurl -d '{\"a\":1 http://h/x\ncurl http://h/2 \\\n  -s\n".to_owned(),
        ),
        (
            "a variable in curl",
            2,
            "curl http://h/1\ncurl -d \"$BODY\" \\\n http://h/x\ncurl http://h/2\n".to_owned(),
        ),
        (
            "Team API",
            2,
            "{\"data\":[{\"webhook_id\":\"w\",\"event_type\":\"a\",\"payload\":{\"a\":1}},\n{\"webhook_id\":\"w\",\"event_type\":\"b\"},\n{\"webhook_id\":\"w\",\"event_type\":\"c\",\"payload\":{}}]}".to_owned(),
        ),
        ("records as JSON", 2, format!("[{record},\n{{}},\n{record}]")),
        ("records", 2, format!("{record}\n{{\n{record}")),
    ] {
        let read = read(&sandbox, document);
        assert_eq!(read.records.len(), 2, "{kind}\n{}", read.export.transcript());
        assert_eq!(read.problems.len(), 1, "{kind}\n{}", read.export.transcript());
        let (at, message) = &read.problems[0];
        assert_eq!(*at, line, "{kind}: {message}");
        let says_what = ["expected", "should be"].iter().any(|words| message.contains(words));
        assert!(says_what, "{kind}: {message}");
    }
}

#[test]
fn deliveries_export_takes_lines_of_the_official_cli_for_outcomes_without_payloads() {
    let sandbox = Sandbox::with_secret();
    let line = r#"{"event":{"sequence":13,"delivery_id":"delivery_01","event":"suppression.added","attempt":2},"result":{"sequence":13,"status":500,"error":"local_http_500","duration_ms":18}}"#;
    let read = read(&sandbox, line);
    let record = &read.records[0];
    assert_eq!(record["event"], "suppression.added");
    assert_eq!(record["id"], "delivery_01");
    assert_eq!(record["attempt"], 2);
    assert_eq!(record["reply"]["status"], 500);
    assert!(record["reply"].get("error").is_none());
    let run = sandbox.cmd("verify capture --json").run().exits(1);
    assert_eq!(run.verdicts()[0]["status"], "unverifiable");
    assert_eq!(run.verdicts()[0]["time"], "unknown");
    let import = sandbox.cmd("deliveries import capture").run();
    import.prints(&["imported 0, 1 without a payload"]);
}

#[test]
fn deliveries_export_reads_lines_of_listen_between_others() {
    let document = "{\"type\":\"ready\",\"url\":\"http://127.0.0.1:3000/\"}\n\
        {\"type\":\"delivery\",\"v\":1,\"direction\":\"received\",\"at\":\"2026-10-04T08:15:30Z\",\"body\":\"x\",\"seq\":1,\"duplicate_of\":null,\"later\":7}\n\
        {\"type\":\"summary\",\"seen\":1}\n";
    let read = read(&Sandbox::new(), document);
    assert_eq!((read.records.len(), read.problems.len()), (1, 0));
    let record = read.records[0].as_object().unwrap();
    assert_eq!(record["later"], 7);
    for gone in ["type", "seq", "duplicate_of"] {
        assert!(!record.contains_key(gone), "{gone}");
    }
}

#[test]
fn deliveries_export_refuses_commands_for_other_shells_by_name() {
    let document = "curl.exe \"http://h/\" `\n  -H \"A: b\"\ncurl http://h/ -d \"$(cat x)\"\ncurl http://h/2\n";
    let read = read(&Sandbox::new(), document);
    let problems = &read.problems;
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].1.contains("PowerShell"), "{problems:?}");
    assert!(problems[0].1.contains("cURL (bash)"), "{problems:?}");
    assert_eq!(problems[1].0, 3);
    assert!(problems[1].1.contains("$(cat x)"), "{problems:?}");
    assert_eq!(targets(&read), ["/2"]);
}

#[test]
fn deliveries_export_reads_what_a_torn_har_has() {
    let document = "{\"log\":{\"entries\":[\n{\"request\":{\"method\":\"GET\",\"url\":\"http://h/\"}},\n{\"requ";
    let read = read(&Sandbox::new(), document);
    assert_eq!(targets(&read), ["/"]);
    assert_eq!(read.problems.len(), 1);
    assert_eq!(read.problems[0].0, 3);
}

#[test]
fn deliveries_export_takes_nothing_else_for_a_capture() {
    let sandbox = Sandbox::new();
    for document in [
        "",
        " \n",
        "hello",
        "{}",
        "[]",
        "[1]",
        "{\"event\":\"message.sent\",\"data\":{}}",
        "{\n  \"id\": \"x\",\n  \"event\": \"message.sent\"\n}",
        "curly brackets",
        "<html>",
    ] {
        let read = read(&sandbox, document);
        assert!(read.records.is_empty(), "{document}");
        let named = read.export.err().contains("not a capture");
        let blank = document.trim().is_empty();
        assert!(named != blank, "{document}\n{}", read.export.transcript());
    }
}

#[test]
fn deliveries_export_reads_a_long_stream_of_responses_in_one_pass() {
    let document = "GET / HTTP/1.1\r\n\r\n".to_owned() + &"HTTP/1.1 200 OK\r\n\r\n".repeat(50_000);
    let read = read(&Sandbox::new(), document);
    assert_eq!((read.records.len(), read.problems.len()), (1, 0));
}
