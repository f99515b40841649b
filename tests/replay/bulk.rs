//! `--concurrency`, `--shuffle`, `--duplicate`: many at the same time.

use std::collections::BTreeSet;

use crate::support::{NOW, Receiver, Record, SECRET, Sandbox, lines, stored_delivery};

const COUNT: usize = 500;

fn records() -> Vec<Record> {
    let id = |n| format!("id-{n:04}");
    let record = |n| stored_delivery(&id(n), "message.sent", 200);
    (0..COUNT).map(record).collect()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_secret();
    sandbox.write("s.ndjson", lines(&records()));
    sandbox
}

fn expected() -> Vec<Vec<u8>> {
    records().iter().map(Record::body).collect()
}

/// The bodies that are sent, each signed at [`NOW`] as a second attempt.
fn run(options: &str) -> Vec<Vec<u8>> {
    let (sandbox, receiver) = (sandbox(), Receiver::ok());
    let line = format!(
        "replay s.ndjson {options} --now {NOW} --no-store --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0);
    let requests = receiver.take();
    for request in &requests {
        assert_eq!(request.signed_at(), NOW);
        assert!(request.is_signed_with(SECRET));
        assert_eq!(request.header("X-Lettermint-Attempt"), "2");
    }
    requests.into_iter().map(|request| request.body).collect()
}

#[test]
fn replay_concurrency_sends_every_delivery_once() {
    let sent = run("--concurrency 8");
    assert_eq!(sent.len(), COUNT);
    let sent: BTreeSet<_> = sent.into_iter().collect();
    assert_eq!(sent, expected().into_iter().collect());
}

#[test]
fn replay_concurrency_1_keeps_the_order() {
    assert_eq!(run("--concurrency 1"), expected());
}

#[test]
fn replay_shuffle_is_reproduced_by_its_seed() {
    let first = run("--concurrency 1 --shuffle --seed 7");
    assert_eq!(first, run("--concurrency 1 --shuffle --seed 7"));
    assert_ne!(first, expected());
    let mut sorted = first;
    sorted.sort();
    assert_eq!(sorted, expected());
}

#[test]
fn replay_duplicate_repeats_right_after_the_first() {
    let sent = run("--concurrency 1 --duplicate 0.25 --seed 7");
    assert!(
        (COUNT + 80..COUNT + 280).contains(&sent.len()),
        "{}",
        sent.len()
    );
    let mut unique = sent;
    unique.dedup();
    assert_eq!(unique, expected());
}

#[test]
fn replay_concurrency_records_what_was_sent() {
    let sandbox = sandbox();
    let receiver = Receiver::ok();
    let line = format!("replay s.ndjson --concurrency 4 --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0);
    assert_eq!(receiver.requests().len(), COUNT);
    let records = sandbox.records();
    assert_eq!(records.len(), COUNT);
    assert!(records.iter().all(|record| record["direction"] == "sent"));
}
