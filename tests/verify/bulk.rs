//! Files of many records: every core, one order, the same verdicts as one at a time.

use serde_json::{Map, Value};

use crate::support::{Record, Sandbox, sample, without_times};

/// Several blocks' worth of records, every 97th of them wrong in one of several ways, odd ones
/// and broken lines among them.
fn many() -> Vec<u8> {
    let sent = std::str::from_utf8(sample("message.sent")).unwrap();
    let mut out = String::new();
    for n in 0..3_000_u32 {
        let text = sent.replacen("\"id\":\"", &format!("\"id\":\"{n:05}-"), 1);
        let record = Record::signed(&text);
        let record = match n % 97 {
            3 => record.with_body(text + "\n"),
            5 => record.later(400),
            7 => record.and_header("X-Lettermint-Delivery", "1"),
            11 => Record::signed(b"\xff\xfe no json"),
            13 => record.and_header("X-Odd", "\"quoted\" \u{e9}\\"),
            _ => record,
        };
        let line = record.to_string();
        match n % 97 {
            17 => out += &line[..line.len() / 2],
            19 => out += "\r\n \t",
            23 => {
                // The same object with its fields in another order.
                let fields = record.as_object().unwrap().clone();
                let turned: Map<_, _> = fields.into_iter().rev().collect();
                out += &Value::from(turned).to_string();
            }
            _ => out += &line,
        }
        out.push('\n');
    }
    out.into_bytes()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_secret();
    sandbox.write("c.ndjson", many());
    sandbox
}

#[test]
fn verify_quiet_gives_the_same_verdicts_in_order() {
    let sandbox = sandbox();
    let all = sandbox.cmd("verify c.ndjson --json").run().exits(1);
    let quiet = sandbox.cmd("verify c.ndjson --json --quiet").run().exits(1);
    assert_eq!(all.summary(), quiet.summary());
    let mut failed = all.verdicts();
    failed.retain(|verdict| verdict["valid"] == false);
    assert_eq!(failed, quiet.verdicts());
    assert!(failed.len() > 100);
    let line = |verdict: &Value| -> usize {
        let source = verdict["source"].as_str().unwrap();
        source.rsplit(':').next().unwrap().parse().unwrap()
    };
    let order: Vec<_> = all.verdicts().iter().map(line).collect();
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(order.len(), 3_000 - 31);
}

#[test]
fn verify_prints_the_same_bytes_every_time() {
    let sandbox = sandbox();
    for format in ["text", "json", "junit", "github"] {
        let line = format!("verify c.ndjson --format {format}");
        let out = || without_times(&sandbox.cmd(&line).run().out());
        assert!(out() == out(), "{format}");
    }
    let piped = sandbox.cmd("verify - --quiet").stdin(many()).run();
    let read = sandbox.cmd("verify c.ndjson --quiet").run();
    assert_eq!(piped.out(), read.out().replace("c.ndjson:", "-:"));
}

#[test]
fn verify_fail_fast_ends_at_the_first_failure_in_the_file() {
    let sandbox = sandbox();
    for _ in 0..5 {
        let run = sandbox
            .cmd("verify c.ndjson --quiet --fail-fast")
            .run()
            .exits(1);
        assert_eq!(run.out().lines().count(), 2, "{}", run.transcript());
        run.prints(&["c.ndjson:4", "3 of 4 valid, 1 invalid; stopped"]);
    }
}
