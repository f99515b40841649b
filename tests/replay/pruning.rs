//! `deliveries prune`. While others append: `store::pruning`.

use serde_json::{Value, json};

use crate::support::{Sandbox, stored_delivery};

const STORE: &str = ".lettermint-hook/deliveries.ndjson";

/// Deliveries of ten days, one a day, with a torn line after the fifth.
fn store(sandbox: &Sandbox) {
    let mut lines = String::new();
    for day in 1..=10 {
        let mut line = stored_delivery(&format!("day-{day}"), "message.sent", 200);
        line["at"] = json!(format!("2026-10-{day:02}T12:00:00Z"));
        lines += &format!("{line}\n");
        if day == 5 {
            lines += "{\"v\":1,\"torn\n";
        }
    }
    sandbox.write(STORE, lines);
}

fn left(sandbox: &Sandbox) -> Vec<String> {
    let text = String::from_utf8(sandbox.read(STORE)).unwrap();
    text.lines()
        .map(|line| match serde_json::from_str::<Value>(line) {
            Ok(record) => record["id"].as_str().unwrap().to_owned(),
            Err(_) => "torn".to_owned(),
        })
        .collect()
}

#[test]
fn age_and_number_together_and_alone() {
    let days = |days: &[u8]| -> Vec<String> {
        let name = |day: &u8| match day {
            0 => "torn".to_owned(),
            day => format!("day-{day}"),
        };
        days.iter().map(name).collect()
    };
    for (options, expected) in [
        ("--older-than 2026-10-09T00:00:00Z", &[0, 9, 10][..]),
        ("--keep-last 3", &[0, 8, 9, 10]),
        ("--keep-last 0", &[0]),
        (
            "--older-than 2026-10-09T00:00:00Z --keep-last 4",
            &[0, 7, 8, 9, 10],
        ),
        (
            "--older-than 2026-10-03T00:00:00Z --keep-last 1",
            &[3, 4, 5, 0, 6, 7, 8, 9, 10],
        ),
        ("--keep-last 99", &[1, 2, 3, 4, 5, 0, 6, 7, 8, 9, 10]),
    ] {
        let sandbox = Sandbox::new();
        store(&sandbox);
        let before = sandbox.read(STORE);
        let dry = format!("deliveries prune {options} --dry-run --json");
        let counted = sandbox.cmd(&dry).run().exits(0).json();
        assert_eq!(sandbox.read(STORE), before, "{options}");
        let line = format!("deliveries prune {options} --json");
        let done = sandbox.cmd(&line).run().exits(0).json();
        assert_eq!(done["removed"], counted["removed"], "{options}");
        assert_eq!(done["unreadable"], 1, "{options}");
        assert_eq!(left(&sandbox), days(expected), "{options}");
    }
    Sandbox::new().cmd("deliveries prune").run().exits(2);
}
