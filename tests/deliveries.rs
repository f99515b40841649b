//! The delivery log: `deliveries list` and `deliveries show`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lettermint-hook"))
        .arg("deliveries")
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("TZ", "UTC")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The ids in the order of a listing.
fn ids(folder: &Path, args: &[&str]) -> Vec<String> {
    let output = run(folder, &[&["list", "--json"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}

fn record(second: u32, id: &str, more: &Value) -> String {
    let mut record = json!({
        "v": 1,
        "direction": "sent",
        "at": format!("2026-10-04T08:15:{second:02}.000000Z"),
        "event": "message.sent",
        "id": id,
        "attempt": 1,
        "method": "POST",
        "target": "http://localhost:3000/hook",
        "headers": [["X-Lettermint-Event", "message.sent"], ["Authorization", "[redacted]"]],
        "body": format!(r#"{{"id":"{id}","n":1.10}}"#),
        "reply": {"status": 200, "headers": [], "body": "ok", "duration_us": 1640},
    });
    for (name, value) in more.as_object().unwrap() {
        record[name] = value.clone();
    }
    record.to_string()
}

/// A store of five attempts of four deliveries, with a torn line among them.
fn store() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let refused = json!({"status": null, "headers": [], "body": "", "duration_us": 9, "error": "connection refused: tried 127.0.0.1:3000"});
    let lines = [
        record(1, "aa-1", &json!({"reply": refused})),
        record(2, "aa-2", &json!({"event": "message.hard_bounced"})),
        "{\"v\":1,\"direction\":\"sent\",\"at\":".to_owned(),
        record(
            3,
            "bb-1",
            &json!({
                "direction": "received",
                "target": "/hook",
                "remote": "127.0.0.1:5000",
                "event": "message.\u{1b}[31mred",
                "verdict": {"valid": false, "reason": "signature_mismatch", "signed_at": 1, "secret": null},
                "reply": {"status": 401, "headers": [], "body": "no", "duration_us": 80},
            }),
        ),
        record(
            4,
            "aa-1",
            &json!({"attempt": 2, "body": "{\"id\":\"aa-1\",\"n\":2}"}),
        ),
        record(5, "cc", &json!({})),
    ];
    let hidden = folder.path().join(".lettermint-hook");
    std::fs::create_dir(&hidden).unwrap();
    std::fs::write(hidden.join("deliveries.ndjson"), lines.join("\n") + "\n").unwrap();
    folder
}

#[test]
fn the_newest_comes_first_and_filters_narrow() {
    let folder = store();
    let path = folder.path();
    assert_eq!(ids(path, &[]), ["cc", "aa-1", "bb-1", "aa-2", "aa-1"]);
    for (args, expected) in [
        (&["--limit", "2"][..], &["cc", "aa-1"][..]),
        (&["--failed"], &["bb-1", "aa-1"]),
        (&["--failed", "--direction", "sent"], &["aa-1"]),
        (&["--direction", "received"], &["bb-1"]),
        (&["--direction", "any", "--limit", "1"], &["cc"]),
        (&["--event", "*bounced"], &["aa-2"]),
        (&["--id", "aa"], &["aa-1", "aa-2", "aa-1"]),
        (&["--id", "aa-2", "--id", "cc"], &["cc", "aa-2"]),
        (&["--since", "2026-10-04T08:15:04Z"], &["cc", "aa-1"]),
        (&["--until", "2026-10-04T08:15:02Z"], &["aa-1"]),
        (&["--event", "order.*"], &[]),
    ] {
        assert_eq!(ids(path, args), expected, "{args:?}");
    }
}

#[test]
fn rows_say_why_and_show_no_escapes() {
    let folder = store();
    let output = run(folder.path(), &["list", "--color", "never"]);
    let shown = text(&output.stdout);
    let lines: Vec<_> = shown.lines().collect();
    assert!(lines[0].starts_with("TIME"), "{shown}");
    assert!(
        lines[1].starts_with("2026-10-04 08:15:05  200       1.6 ms  sent"),
        "{shown}"
    );
    assert!(lines[3].ends_with("bb-1  signature_mismatch"), "{shown}");
    assert!(lines[3].contains("message.\\u001b[31mred"), "{shown}");
    assert!(
        lines[5].ends_with("connection refused: tried 127.0.0.1:3000"),
        "{shown}"
    );
    assert!(text(&output.stderr).contains("1 line is no record and was skipped"));
}

#[test]
fn only_the_tail_is_read() {
    let folder = store();
    // A line that is no record lies further back than two rows need.
    let output = run(folder.path(), &["list", "--limit", "2"]);
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn all_attempts_are_shown_with_the_latest_request() {
    let folder = store();
    let output = run(folder.path(), &["show", "aa-1"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    for part in [
        "message.sent  aa-1  2 records",
        "2026-10-04 08:15:01  sent to http://localhost:3000/hook  attempt 1",
        "✗ connection refused: tried 127.0.0.1:3000",
        "hint: is the server running",
        "note: its body is not the one shown below",
        "attempt 2",
        "✓ answered 200 after 1.6 ms",
        "reply: ok",
        "X-Lettermint-Event: message.sent",
        "\"n\": 2",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let refused = run(folder.path(), &["show", "bb"]);
    let shown = text(&refused.stdout);
    assert!(shown.contains("received at /hook") && shown.contains("from 127.0.0.1:5000"));
    assert!(shown.contains("✗ signature_mismatch"), "{shown}");
}

#[test]
fn json_holds_whole_records() {
    let folder = store();
    let output = run(folder.path(), &["show", "aa-1", "--json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["id"], "aa-1");
    assert_eq!(json["records"].as_array().unwrap().len(), 2);
    assert_eq!(json["records"][0]["body"], r#"{"id":"aa-1","n":1.10}"#);
    assert_eq!(json["records"][1]["reply"]["status"], 200);
}

#[test]
fn an_id_that_is_none_or_several() {
    let folder = store();
    let none = run(folder.path(), &["show", "zz"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(text(&none.stderr).contains("no recorded delivery has the id: zz"));
    let several = run(folder.path(), &["show", "aa"]);
    assert_eq!(several.status.code(), Some(2));
    let said = text(&several.stderr);
    assert!(said.contains("several deliveries begin with: aa"), "{said}");
    assert!(said.contains("aa-1  message.sent") && said.contains("aa-2  message.hard_bounced"));
}

#[test]
fn a_whole_id_is_not_the_beginning_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = (0..30).fold(String::new(), |mut lines, n| {
        let _ = writeln!(lines, "{}", record(n, &format!("test-{n}"), &json!({})));
        lines
    });
    std::fs::write(folder.path().join("s"), lines).unwrap();
    let exact = run(folder.path(), &["show", "test-1", "--store", "s"]);
    assert_eq!(exact.status.code(), Some(0));
    let many = run(folder.path(), &["show", "test", "--store", "s"]);
    assert!(text(&many.stderr).contains("and more; type a longer part of the id"));
}

#[test]
fn no_store_and_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["list"][..], &["show", "a"]] {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(3));
        assert!(text(&output.stderr).contains("`lettermint-hook listen` records"));
    }
    std::fs::write(folder.path().join("s"), "").unwrap();
    let empty = run(folder.path(), &["list", "--store", "s"]);
    assert_eq!(empty.status.code(), Some(0));
    assert!(empty.stdout.is_empty());
    assert_eq!(text(&empty.stderr), "nothing is recorded yet\n");
}
