//! Which deliveries are taken (`--id`, `--event`, `--where`, `--failed`, `--last`, `--since`,
//! `--until`, `--since-id`, `--direction`, `--every-attempt`, `--attempt`), and what is said when
//! none are.

use serde_json::{Value, json};

use crate::support::{Receiver, Request, STORE, Sandbox, lines, stored_delivery};

/// A store with four deliveries, one of them in two attempts, and one that was sent.
pub(super) fn store(sandbox: &Sandbox) {
    let mut records = [
        stored_delivery("aa-1", "message.sent", 200),
        stored_delivery("aa-2", "message.hard_bounced", 500),
        stored_delivery("bb-1", "message.opened", 200),
        stored_delivery("bb-2", "message.soft_bounced", 200),
        stored_delivery("aa-2", "message.hard_bounced", 503),
        stored_delivery("sent", "message.sent", 200),
    ];
    for (minute, line) in records.iter_mut().enumerate() {
        line["at"] = json!(format!("2026-10-04T08:1{minute}:00Z"));
    }
    records[3]["verdict"] = json!({"valid": false, "reason": "signature_mismatch"});
    records[4]["attempt"] = json!(2);
    records[5]["direction"] = json!("sent");
    sandbox.write(STORE, lines(&records));
}

/// The attempts that are made with these options.
fn replayed(store: fn(&Sandbox), options: &str) -> Vec<Value> {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::ok();
    // Without a store to write to, the one to read must be named.
    let line = format!(
        "replay {STORE} {options} --json --no-store --to {}",
        receiver.url
    );
    let attempts = sandbox.cmd(&line).run().exits(0).attempts();
    assert_eq!(receiver.requests().len(), attempts.len());
    attempts
}

#[test]
fn replay_options_select_and_narrow_each_other() {
    for (options, ids) in [
        // Every delivery once, in its latest attempt, oldest first.
        ("", vec!["aa-1", "bb-1", "bb-2", "aa-2"]),
        ("--id bb-1", vec!["bb-1"]),
        ("--id aa", vec!["aa-1", "aa-2"]),
        ("--id aa-1 --id bb-1", vec!["aa-1", "bb-1"]),
        ("--event message.opened", vec!["bb-1"]),
        ("--event *_bounced", vec!["bb-2", "aa-2"]),
        (
            "--event message.sent --event message.opened",
            vec!["aa-1", "bb-1"],
        ),
        ("--failed", vec!["bb-2", "aa-2"]),
        ("--last 1", vec!["aa-2"]),
        ("--last 99", vec!["aa-1", "bb-1", "bb-2", "aa-2"]),
        ("--since 2026-10-04T08:12:00Z", vec!["bb-1", "bb-2", "aa-2"]),
        ("--until 2026-10-04T08:12:00Z", vec!["aa-1", "aa-2"]),
        ("--now 2026-10-04T08:14:30Z --since 1m", vec!["aa-2"]),
        ("--event *_bounced --last 1", vec!["aa-2"]),
        ("--failed --id bb", vec!["bb-2"]),
    ] {
        let attempts = replayed(store, options);
        let replayed: Vec<_> = attempts
            .iter()
            .map(|line| line["id"].as_str().unwrap())
            .collect();
        assert_eq!(replayed, ids, "{options}");
    }
}

/// Three deliveries, the second in two attempts, and one that was sent.
fn attempts(sandbox: &Sandbox) {
    let mut records = [
        stored_delivery("a", "message.sent", 200),
        stored_delivery("b", "message.opened", 500),
        stored_delivery("b", "message.opened", 200),
        stored_delivery("c", "message.sent", 200),
        stored_delivery("s", "message.sent", 200),
    ];
    records[2]["attempt"] = json!(2);
    records[3]["body"] =
        json!(r#"{"id":"c","event":"message.sent","data":{"to":"me@example.com"}}"#);
    records[4]["direction"] = json!("sent");
    sandbox.write(STORE, lines(&records));
}

#[test]
fn replay_attempt_direction_and_where_select() {
    for (options, expected) in [
        ("", &[("a", 2), ("b", 3), ("c", 2)][..]),
        ("--every-attempt", &[("a", 2), ("b", 2), ("b", 3), ("c", 2)]),
        ("--direction sent", &[("s", 2)]),
        ("--direction any --last 1", &[("s", 2)]),
        ("--where data.to=*@example.com", &[("c", 2)]),
        ("--where data.url=* --where id=b", &[("b", 3)]),
        ("--attempt same", &[("a", 1), ("b", 2), ("c", 1)]),
        ("--attempt 7 --id a", &[("a", 7)]),
        ("--since-id a", &[("b", 3), ("c", 2)]),
        ("--since-id b", &[("c", 2)]),
        ("--last 2 --since-id b", &[("c", 2)]),
        ("--every-attempt --since-id b", &[("b", 3), ("c", 2)]),
    ] {
        let replayed = replayed(attempts, options);
        let pair = |line: &Value| json!([line["id"], line["attempt"]]);
        let replayed: Vec<_> = replayed.iter().map(pair).collect();
        let expected: Vec<_> = expected.iter().map(|pair| json!(pair)).collect();
        assert_eq!(replayed, expected, "{options}");
    }
}

#[test]
fn replay_of_nothing_counts_what_excluded_the_others() {
    let sandbox = Sandbox::with_secret();
    attempts(&sandbox);
    let receiver = Receiver::unwanted();
    for (options, hints) in [
        ("--id x", &["no delivery has the id: x"][..]),
        ("--event webhook.*", &["4 are of another event"]),
        ("--where data.to=x", &["4 are of another payload"]),
        ("--failed --since-id b", &["1 is before the part"]),
        ("--since-id x", &["no selected delivery has the id: x"]),
        ("--pick", &["--pick needs a terminal", "--id, --event"]),
    ] {
        let line = format!("replay {options} --to {}", receiver.url);
        let run = sandbox.cmd(&line).run();
        assert!(matches!(run.code(), Some(1 | 2)), "{}", run.transcript());
        run.says(hints);
    }
}

#[test]
fn replay_id_is_found_anywhere_in_a_large_file() {
    let sandbox = Sandbox::with_secret();
    // Some twenty blocks, with a byte order mark, blank lines, broken lines and lines of every
    // form in between.
    let mut text = "\u{feff}".to_owned();
    for number in 0..6_000 {
        let mut delivery = stored_delivery(&format!("id-{number:04}"), "message.sent", 200);
        match number % 7 {
            // What the quick reader leaves to the whole one.
            1 => delivery["later"] = json!({ "a": [1] }),
            2 => text.push_str(" \r\n\n"),
            3 if number % 1_000 == 3 => text.push_str("{\"v\":1,\n"),
            4 => delivery["body"] = json!("x".repeat(number)),
            _ => {}
        }
        text.push_str(&delivery.to_string());
        text.push('\n');
    }
    sandbox.write("large.ndjson", text);
    let wanted = ["id-0000", "id-0433", "id-2999", "id-3001", "id-5999"];
    for options in ["", "--concurrency 3"] {
        let receiver = Receiver::ok();
        let ids = wanted.map(|id| format!("--id {id}"));
        let line = format!(
            "replay large.ndjson --direction any --no-store {} {options} --to {}",
            ids.join(" "),
            receiver.url
        );
        sandbox.cmd(&line).run().exits(0);
        let requests = receiver.take();
        let mut sent: Vec<_> = requests.iter().map(Request::id).collect();
        sent.sort();
        assert_eq!(sent, wanted, "{options}");
    }
}
