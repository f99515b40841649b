//! Every line of `--json` follows the committed schema. All that other tests see is checked, too,
//! when a command ends.

use std::collections::BTreeSet;

use crate::support::{Receiver, Sandbox, check_lines, line_name, schema_lines, store_line_errors};

/// Commands that print every kind of line. URL stands for the receiver's, PORT for one where
/// nothing answers.
const COMMANDS: &[&str] = &[
    "events",
    "events message.sent",
    "events message.sent --fields",
    "retries",
    "send --scenario list",
    "send --tamper list",
    "send message.sent --dry-run",
    "send message.sent message.opened --to URL",
    "send message.sent --count 2 --to URL",
    "send message.snet",
    "sign --body body.json",
    "secret new",
    "secret new --env=new.env",
    "secret check",
    "webhooks",
    "verify",
    "verify --as list",
    "verify torn.ndjson",
    "deliveries import one.ndjson",
    "deliveries list",
    "deliveries show aa",
    "deliveries diff one.ndjson:1 one.ndjson:2",
    "deliveries export one.ndjson --format har --output out.har",
    "deliveries redact one.ndjson --output redacted.ndjson",
    "deliveries prune --dry-run --keep-last 1",
    "demo",
    "listen --port 0 --expect message.sent --timeout 1ms",
];

#[test]
fn json_lines_follow_the_schema_and_all_of_it_is_in_use() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let record = |attempt: u32, body: &str| {
        format!(
            r#"{{"v":1,"direction":"sent","at":"2026-10-04T08:15:3{attempt}Z","event":"message.sent","id":"aa","attempt":{attempt},"method":"POST","target":"/","headers":[["A","b"]],"body":"{body}"}}"#
        )
    };
    let one = [record(1, "{}"), record(2, "[]")].join("\n");
    sandbox.write("one.ndjson", &one);
    sandbox.write("torn.ndjson", "{\"v\":1,");
    sandbox.write("body.json", "{}");
    let mut seen = BTreeSet::new();
    for command in COMMANDS {
        let line = command.replace("URL", &receiver.url);
        if *command == "webhooks" {
            let config = "[[webhook]]\nname = \"a\"\nurl = \"http://127.0.0.1:1/\"\n";
            sandbox.write("lettermint-hook.toml", config);
        }
        let run = sandbox.cmd(&line).arg("--json").run();
        let _ = std::fs::remove_file(sandbox.path("lettermint-hook.toml"));
        let errors = run.err();
        // What is said in passing stays text.
        let objects = errors.lines().filter(|line| line.starts_with('{'));
        let printed = run.out();
        let lines: Vec<_> = printed.lines().chain(objects).collect();
        assert!(!lines.is_empty(), "{}", run.transcript());
        for line in lines {
            assert!(
                line.starts_with("{\"v\":1,\"type\":\""),
                "{}",
                run.transcript()
            );
            seen.insert(line_name(line));
        }
    }
    // Nobody may read it: held to the schema by `listen_json_counts_what_it_had_to_leave_out`.
    seen.insert("dropped".to_owned());
    let described: BTreeSet<_> = schema_lines().into_iter().collect();
    assert_eq!(seen, described);
}

#[test]
fn json_schema_describes_the_lines_of_the_store() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::statuses([200, 500]);
    sandbox
        .send(&receiver.url, "message.sent message.opened")
        .exits(1);
    sandbox.cmd("demo --json").run().exits(0);
    let mut records = sandbox.records();
    assert_eq!(records.len(), 2);
    for record in &records {
        assert_eq!(store_line_errors(record), Vec::<String>::new(), "{record}");
    }
    records[0]["direction"] = "away".into();
    assert_eq!(store_line_errors(&records[0]).len(), 1);
}

#[test]
#[should_panic(expected = "does not allow this `secret`")]
fn json_schema_refuses_a_member_that_it_does_not_know() {
    check_lines(b"{\"v\":1,\"type\":\"secret\",\"secret\":\"x\",\"more\":1}\n");
}

#[test]
#[should_panic(expected = "does not allow this `novelty`")]
fn json_schema_refuses_a_line_that_it_does_not_know() {
    check_lines(b"{\"v\":1,\"type\":\"novelty\"}\n");
}
