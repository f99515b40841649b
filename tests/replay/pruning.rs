//! `deliveries prune`, alone and against somebody who appends.

use std::sync::atomic::{AtomicBool, Ordering};

use lettermint_hook::delivery::Record;
use lettermint_hook::store::Store;
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

#[test]
fn nothing_is_lost_while_somebody_appends() {
    let sandbox = Sandbox::new();
    store(&sandbox);
    let line = stored_delivery("new", "message.sent", 200).to_string();
    let record = Record::parse(line.as_bytes()).unwrap();
    let path = sandbox.path(STORE);
    let done = AtomicBool::new(false);
    let appended = std::thread::scope(|scope| {
        let writers = [0, 1].map(|writer| {
            let (record, path, done) = (&record, &path, &done);
            scope.spawn(move || {
                let store = Store::open(path).unwrap();
                let mut count = 0;
                // As many as a pruning can see come, and not without end on a slow machine.
                while !done.load(Ordering::SeqCst) && count < 20_000 {
                    let id = Some(format!("new-{writer}-{count}"));
                    let record = Record {
                        id,
                        at: i64::MAX / 2,
                        ..record.clone()
                    };
                    store.append(&record).unwrap();
                    count += 1;
                }
                count
            })
        });
        for keep in 0..10 {
            // Old ones go, one after another; the new ones are from the future.
            let day = 10 - keep;
            let line = format!(
                "deliveries prune --older-than 2026-10-{:02}T13:00:00Z",
                11 - day
            );
            sandbox.cmd(&line).run().exits(0);
        }
        done.store(true, Ordering::SeqCst);
        writers.map(|writer| writer.join().unwrap())
    });
    let left = left(&sandbox);
    for (writer, count) in appended.iter().enumerate() {
        let start = format!("new-{writer}-");
        let numbers: Vec<u64> = left
            .iter()
            .filter_map(|id| id.strip_prefix(&start)?.parse().ok())
            .collect();
        assert_eq!(numbers, (0..*count).collect::<Vec<u64>>());
    }
    assert!(!left.iter().any(|id| id.starts_with("day-")), "{left:?}");
}
