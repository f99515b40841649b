//! Files of many records: every core, one order, the same verdicts as one at a time.

use lettermint_hook::delivery::Record;
use serde_json::Value;

use crate::support::{SECRET, Sandbox, body, delivery, lines};

/// Several blocks' worth of records, every 97th of them wrong in one of several ways, odd ones
/// and broken lines among them.
fn many() -> Vec<u8> {
    let sent = body("message.sent");
    let mut out = Vec::new();
    for n in 0..3_000_u32 {
        let text = String::from_utf8(sent.clone()).unwrap();
        let text = text.replacen("\"id\":\"", &format!("\"id\":\"{n:05}-"), 1);
        let mut record: Record = delivery(text.as_bytes());
        match n % 97 {
            3 => record.body = format!("{text}\n").into(),
            5 => record.at += 400 * 1_000_000,
            7 => record.headers.push("X-Lettermint-Delivery", "1"),
            11 => record = delivery(b"\xff\xfe no json"),
            13 => record.headers.push("X-Odd", "\"quoted\" \u{e9}\\"),
            _ => {}
        }
        let line = lines(&[record]);
        match n % 97 {
            17 => out.extend_from_slice(&line[..line.len() / 2]),
            19 => out.extend_from_slice(b"\r\n \t"),
            23 => {
                // The same object with its fields in another order.
                let json: Value = serde_json::from_slice(&line).unwrap();
                let Value::Object(fields) = json else {
                    panic!()
                };
                let turned: serde_json::Map<_, _> = fields.into_iter().rev().collect();
                out.extend_from_slice(Value::from(turned).to_string().as_bytes());
            }
            _ => out.extend_from_slice(line.strip_suffix(b"\n").unwrap()),
        }
        out.push(b'\n');
    }
    out
}

#[test]
fn quiet_and_shown_verdicts_are_the_same_and_in_order() {
    let sandbox = Sandbox::new();
    sandbox.write("c.ndjson", &many());
    let all = sandbox.verify(&["c.ndjson", "--json"]).exits(1);
    let quiet = sandbox.verify(&["c.ndjson", "--json", "--quiet"]).exits(1);
    assert_eq!(all.summary(), quiet.summary());
    let failed: Vec<_> = all
        .verdicts()
        .into_iter()
        .filter(|v| v["valid"] == false)
        .collect();
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
fn the_same_bytes_every_time_from_a_file_and_a_pipe() {
    let sandbox = Sandbox::new();
    let many = many();
    sandbox.write("c.ndjson", &many);
    for form in ["text", "json", "junit", "github"] {
        let first = sandbox.verify(&["c.ndjson", "--format", form]).stdout;
        assert_eq!(
            first,
            sandbox.verify(&["c.ndjson", "--format", form]).stdout,
            "{form}"
        );
    }
    let piped = sandbox.run(&["-", "--quiet"], SECRET, &many).stdout;
    let read = sandbox.verify(&["c.ndjson", "--quiet"]).stdout;
    assert_eq!(piped, read.replace("c.ndjson:", "-:"));
}

#[test]
fn the_first_failure_in_the_file_ends_it_whoever_finds_one_first() {
    let sandbox = Sandbox::new();
    sandbox.write("c.ndjson", &many());
    for _ in 0..5 {
        let run = sandbox
            .verify(&["c.ndjson", "--quiet", "--fail-fast"])
            .exits(1);
        assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
        assert!(run.stdout.contains("c.ndjson:4"), "{}", run.stdout);
        assert!(
            run.stdout.contains("3 of 4 valid, 1 invalid; stopped"),
            "{}",
            run.stdout
        );
    }
}
