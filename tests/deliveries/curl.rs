//! `deliveries export --format curl`, really run by bash, and curl command lines as captures.

use crate::support::{Random, Receiver, Record, Sandbox, lines, record_line, run_by_bash};

type Headers = &'static [(&'static str, &'static [u8])];

const JSON: Headers = &[
    ("Content-Type", b"application/json"),
    ("User-Agent", b"Lettermint/1.0"),
];

fn record(host: &str, method: &str, target: &str, headers: Headers, body: &[u8]) -> Record {
    let record = record_line(&[("Host", host.to_owned())], body)
        .with("method", method)
        .with("target", target);
    let add = |record: Record, (name, value): &(&str, &[u8])| record.and_header_bytes(name, value);
    headers.iter().fold(record, add)
}

#[rustfmt::skip]
fn records(host: &str) -> Vec<Record> {
    let record = |method, target, headers, body: &[u8]| record(host, method, target, headers, body);
    let every_byte: Vec<u8> = (0..=255).collect();
    let mut random = Random::seeded(5);
    let mut bytes = |length| -> Vec<u8> { (0..length).map(|_| random.next_u64() as u8).collect() };
    let large = bytes(300_000);
    let long_text = "it's 100% \\ \"fine\"! ✓ $HOME `id`\n".repeat(800);
    let patched: Headers = &[("Content-Length", b"2"), ("X-A", b"it's \xc3\xa9!"), ("x-a", b"\xff;")];
    let mut records = vec![
        record("POST", "/hook?a=1&b=[2]{3,4}", JSON, b"{\"a\":\"b\"}"),
        record("POST", "/", &[], b""),
        record("POST", "/a/../b/./c", &[], b"@/etc/hostname"),
        record("PUT", "/nul", JSON, &every_byte),
        record("POST", "/no-nul", JSON, &every_byte[1..]),
        record("POST", "/large", JSON, &large),
        record("POST", "/long", JSON, long_text.as_bytes()),
        record("POST", "/longer", JSON, long_text.repeat(3).as_bytes()),
        record("GET", "/get", &[("Accept", b"*/*")], b""),
        record("HEAD", "/head", &[("X-Empty", b"")], b""),
        record("DELETE", "/delete", &[], b""),
        record("PATCH", "/x", patched, b"ab"),
        record("POST", "/chunked", &[("Transfer-Encoding", b"chunked"), ("X-B", b"1")], b"ab\n"),
    ];
    for number in 0..20 {
        let mask = [0x7f, 0xff][number % 2];
        let body: Vec<u8> = bytes(number * 30).iter().map(|byte| byte & mask).collect();
        records.push(record("POST", "/random", JSON, &body));
    }
    records
}

#[test]
fn deliveries_export_curl_really_run_sends_the_recorded_bytes() {
    let sandbox = Sandbox::new();
    let receiver = Receiver::statuses([204]);
    let records = records(&format!("127.0.0.1:{}", receiver.port()));
    let export = |records: &[Record], format: &str| {
        sandbox.write("s.ndjson", lines(records));
        let line = format!("deliveries export s.ndjson --format {format}");
        sandbox.cmd(&line).run().exits(0).stdout
    };
    run_by_bash(&export(&records, "curl"));
    let requests = receiver.take();
    assert_eq!(requests.len(), records.len());
    for (request, record) in requests.iter().zip(&records) {
        let expected = export(std::slice::from_ref(record), "http");
        let rest = expected.strip_prefix(&request.bytes[..]);
        assert!(
            rest == Some(b"") || rest == Some(b"\r\n"),
            "sent:     {:?}\nexpected: {:?}",
            String::from_utf8_lossy(&request.bytes[..request.bytes.len().min(900)]),
            String::from_utf8_lossy(&expected[..expected.len().min(900)])
        );
    }
}

/// Parts of words, quoted in every way. Joined without a blank, they are one word.
const PARTS: [&str; 39] = [
    "abc",
    "a#b",
    "=",
    "{x,y",
    "x~",
    "%20",
    "é✓😀",
    "\\ ",
    "\\'",
    "\\\"",
    "\\\\",
    "\\$",
    "\\\n",
    "\\é",
    "''",
    "'a b'",
    "'\\n$x`\"'",
    "'it'\\''s'",
    "'line\nbreak'",
    "'!#'",
    "\"\"",
    "\"a b\"",
    "\"x\\$y\\\"z\\\\\\`\"",
    "\"a\\\nb\"",
    "\"keeps \\n and \\x\"",
    "\"it's $ \"",
    "$'\\n\\t\\r\\a\\b\\e\\f\\v'",
    "$'\\'\\\"\\\\\\?'",
    "$'\\x41\\x4g\\xff'",
    "$'\\101\\18\\377\\4010'",
    "$'\\u00e9\\u2713\\U1f600'",
    "$'\\u41z\\u'",
    "$'\\x'",
    "$'\\q\\8'",
    "$'plain'",
    "$'\\u0021'",
    "$\"a b\"",
    "$=",
    "\"$\"",
];

/// Words of parts that are joined without a blank.
fn words(seed: u64, count: usize) -> Vec<String> {
    let mut random = Random::seeded(seed);
    let mut pick = |limit: usize| random.below(limit as u64) as usize;
    let mut word = || (0..=pick(6)).map(|_| PARTS[pick(PARTS.len())]).collect();
    let words = (0..count).map(|_| word());
    // A line continuation alone is no word.
    words
        .filter(|word: &String| !word.replace("\\\n", "").is_empty())
        .collect()
}

#[test]
fn deliveries_import_reads_words_of_curl_commands_as_bash_does() {
    let words = words(17, 2_000);
    let commands: String = words
        .iter()
        .map(|word| format!("curl http://h/ --data-raw {word} # not 'this\n"))
        .collect();
    let printing = format!("curl() {{ printf '%s\\0' \"$3\"; }}\n{commands}");
    let printed = run_by_bash(printing.as_bytes());
    let expected: Vec<_> = printed.split(|byte| *byte == 0).collect();
    let (end, expected) = expected.split_last().unwrap();
    assert_eq!((end.len(), expected.len()), (0, words.len()));
    let sandbox = Sandbox::new();
    sandbox.write("script.sh", commands);
    let export = "deliveries export script.sh --format ndjson";
    let run = sandbox.cmd(export).run().exits(0);
    assert_eq!(run.err(), "");
    let records = run.json_lines();
    assert_eq!(records.len(), words.len());
    for ((record, expected), word) in records.into_iter().zip(expected).zip(&words) {
        let body = Record::of(record).body();
        assert!(
            body == *expected,
            "{word}\nread: {body:?}\nbash: {expected:?}"
        );
    }
}
