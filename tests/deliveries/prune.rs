//! `deliveries prune`, alone and against somebody who appends.

use serde_json::Value;

use crate::support::{Receiver, STORE, Sandbox, stored_delivery};

/// Deliveries of ten days, one a day, with a torn line after the fifth.
fn store(sandbox: &Sandbox) {
    let mut lines = String::new();
    for day in 1..=10 {
        let record = stored_delivery(&format!("day-{day}"), "message.sent", 200);
        let record = record.with("at", format!("2026-10-{day:02}T12:00:00Z"));
        lines += &format!("{record}\n");
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
fn deliveries_prune_by_age_and_number() {
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
fn deliveries_prune_loses_nothing_while_others_append() {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::ok();
    let senders = [1, 2].map(|_| {
        // Their records are of the future, so only the old ones go.
        let line = format!(
            "send message.sent --json --now 2099-01-01T00:00:00Z --duration 1h --to {}",
            receiver.url
        );
        sandbox.cmd(&line).start()
    });
    receiver.wait_for(100);
    for day in 1..=10 {
        // Old ones go, one after another, while new ones come.
        let line = format!("deliveries prune --older-than 2026-10-{day:02}T13:00:00Z");
        sandbox.cmd(&line).run().exits(0);
        receiver.wait_for(receiver.requests().len() + 20);
    }
    let sent: u64 = senders
        .into_iter()
        .map(|sender| {
            sender.interrupt();
            let run = sender.finish().exits(130);
            run.summary()["attempts"].as_u64().unwrap()
        })
        .sum();
    let left = left(&sandbox);
    assert!(!left.iter().any(|id| id.starts_with("day-")), "{left:?}");
    assert_eq!(left.len() as u64, sent + 1, "and the line that was torn");
}
