//! `deliveries list`.

use serde_json::json;

use super::attempts;
use crate::support::{Listener, Sandbox};

#[test]
fn deliveries_list_is_newest_first_and_narrowed_by_options() {
    let sandbox = attempts();
    for (options, expected) in [
        ("", &["cc", "aa-1", "bb-1", "aa-2", "aa-1"][..]),
        ("--limit 2", &["cc", "aa-1"]),
        ("--failed", &["bb-1", "aa-1"]),
        ("--failed --direction sent", &["aa-1"]),
        ("--direction received", &["bb-1"]),
        ("--direction any --limit 1", &["cc"]),
        ("--event *bounced", &["aa-2"]),
        ("--id aa", &["aa-1", "aa-2", "aa-1"]),
        ("--id aa-2 --id cc", &["cc", "aa-2"]),
        ("--since 2026-10-04T08:15:04Z", &["cc", "aa-1"]),
        ("--until 2026-10-04T08:15:02Z", &["aa-1"]),
        ("--event webhook.*", &[]),
    ] {
        let line = format!("deliveries list --json {options}");
        let rows = sandbox.cmd(&line).run().exits(0).json_lines();
        let ids: Vec<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{options}");
    }
}

#[test]
fn deliveries_list_says_why_and_shows_no_escapes() {
    let run = attempts()
        .cmd("deliveries list --color never")
        .run()
        .exits(0);
    run.says(&["1 line is no record and was skipped"]);
    let shown = run.out();
    let lines: Vec<_> = shown.lines().collect();
    assert!(lines[0].starts_with("TIME"), "{shown}");
    let newest = "2026-10-04 08:15:05  200       1.6 ms  sent";
    assert!(lines[1].starts_with(newest), "{shown}");
    assert!(lines[3].ends_with("bb-1  signature_mismatch"), "{shown}");
    assert!(lines[3].contains("message.\\u001b[31mred"), "{shown}");
    let refused = "connection refused: tried 127.0.0.1:3000";
    assert!(lines[5].ends_with(refused), "{shown}");
}

#[test]
fn deliveries_list_limit_says_how_many_there_are() {
    let list = |options: &str| attempts().cmd(&format!("deliveries list {options}")).run();
    let hint = "shown; `--limit N` shows more\n";
    list("--limit 2").exits(0).says(&[format!("2 of 5 {hint}")]);
    list("--limit 1 --failed --json")
        .exits(0)
        .says(&[format!("1 of 2 {hint}")]);
    list("--limit 5").exits(0).lacks("shown");
    list("--limit 2 --quiet").exits(0).lacks("shown");
}

#[test]
fn deliveries_list_shows_an_attempt_once_that_was_sent_and_received_here() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, "");
    let to = format!("--to {}/hook --id", listener.url());
    sandbox
        .cmd(&format!("send message.sent {to} first"))
        .run()
        .exits(0);
    sandbox
        .cmd(&format!("send message.sent {to} first --attempt 2"))
        .run()
        .exits(0);
    let forged = format!("send message.opened {to} second --secret whsec_other");
    sandbox.cmd(&forged).run().exits(1);
    listener.stop();
    assert_eq!(sandbox.records().len(), 6);
    let rows = sandbox
        .cmd("deliveries list --json")
        .run()
        .exits(0)
        .json_lines();
    let facts: Vec<_> = rows
        .iter()
        .map(|row| {
            json!([
                row["id"],
                row["attempt"],
                row["direction"],
                row["status"],
                row["valid"]
            ])
        })
        .collect();
    assert_eq!(
        facts,
        [
            json!(["second", 1, "both", 401, false]),
            json!(["first", 2, "both", 200, true]),
            json!(["first", 1, "both", 200, true]),
        ]
    );
    let run = sandbox.cmd("deliveries list --limit 2").run().exits(0);
    run.says(&["2 of 3 shown"])
        .prints(&["  both      message.opened", "signature_mismatch"]);
    for (way, count) in [("sent", 3), ("received", 3), ("any", 3)] {
        let line = format!("deliveries list --json --direction {way}");
        let rows = sandbox.cmd(&line).run().exits(0).json_lines();
        assert_eq!(rows.len(), count);
    }
}

#[test]
fn deliveries_id_that_no_delivery_has_is_named_with_the_nearest() {
    let sandbox = attempts().env("LETTERMINT_WEBHOOK_SECRET", "whsec_a");
    for line in [
        "deliveries list --id",
        "deliveries show",
        "deliveries diff cc",
        "deliveries export --format http --id",
        "deliveries redact --id",
        "replay --to http://127.0.0.1:9 --id",
    ] {
        for (id, hint) in [
            ("zz", "hint: `lettermint-hook deliveries list`"),
            ("aa-12", "hint: did you mean `aa-1`?"),
        ] {
            let run = sandbox.cmd(&format!("{line} {id}")).run().exits(1);
            run.says(&[&format!("error: no delivery has the id: {id}\n"), hint]);
            assert!(run.stdout.is_empty(), "{}", run.transcript());
        }
    }
}

#[test]
fn deliveries_list_and_show_without_a_store_or_with_an_empty_one() {
    let sandbox = Sandbox::new();
    for line in ["deliveries list", "deliveries show a"] {
        let run = sandbox.cmd(line).run().exits(3);
        run.says(&["`lettermint-hook listen` records"]);
    }
    sandbox.write("s", "");
    let run = sandbox.cmd("deliveries list --store s").run().exits(0);
    assert!(run.stdout.is_empty());
    assert_eq!(run.err(), "nothing is recorded yet\n");
}
