//! Many at the same time.

use std::collections::BTreeSet;

use crate::support::{NOW, Receiver, SECRET, Sandbox, signature, stored_delivery};

const COUNT: usize = 500;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_secret();
    let lines: String = (0..COUNT)
        .map(|n| stored_delivery(&format!("id-{n:04}"), "message.sent", 200).to_string() + "\n")
        .collect();
    sandbox.write("s.ndjson", lines);
    sandbox
}

fn bodies(receiver: &Receiver) -> Vec<Vec<u8>> {
    let requests = receiver.requests();
    for request in &requests {
        let signed = signature(SECRET, &NOW.to_string(), &request.body);
        assert_eq!(request.header("X-Lettermint-Signature"), signed);
        assert_eq!(request.header("X-Lettermint-Attempt"), "2");
    }
    requests.into_iter().map(|request| request.body).collect()
}

fn expected() -> Vec<Vec<u8>> {
    (0..COUNT)
        .map(|n| {
            let record = stored_delivery(&format!("id-{n:04}"), "message.sent", 200);
            record["body"].as_str().unwrap().as_bytes().to_vec()
        })
        .collect()
}

fn run(options: &str) -> Vec<Vec<u8>> {
    let sandbox = sandbox();
    let receiver = Receiver::ok();
    let line = format!(
        "replay s.ndjson {options} --now {NOW} --no-store --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0);
    bodies(&receiver)
}

#[test]
fn every_delivery_goes_out_once_over_many_connections() {
    let sent = run("--concurrency 8");
    assert_eq!(sent.len(), COUNT);
    let sent: BTreeSet<_> = sent.into_iter().collect();
    assert_eq!(sent, expected().into_iter().collect());
}

#[test]
fn one_connection_keeps_the_order() {
    assert_eq!(run("--concurrency 1"), expected());
}

#[test]
fn shuffling_is_a_permutation_that_the_seed_decides() {
    let first = run("--concurrency 1 --shuffle --seed 7");
    assert_eq!(first, run("--concurrency 1 --shuffle --seed 7"));
    assert_ne!(first, expected());
    let mut sorted = first;
    sorted.sort();
    assert_eq!(sorted, expected());
}

#[test]
fn duplicates_come_on_top_and_right_after() {
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
fn what_was_sent_is_recorded() {
    let sandbox = sandbox();
    let receiver = Receiver::ok();
    let line = format!("replay s.ndjson --concurrency 4 --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0);
    receiver.requests();
    let records = sandbox.records();
    assert_eq!(records.len(), COUNT);
    assert!(records.iter().all(|record| record["direction"] == "sent"));
}
