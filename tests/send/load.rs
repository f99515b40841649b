//! `--rate`, `--duration` and long runs: pace, time, interruption, endpoints that fail, and the
//! sums.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Answer, Receiver, RefusingPort, Sandbox, Terminal, micros};

#[test]
fn send_rate_counts_a_stall_in_everything_that_it_delays() {
    let sandbox = Sandbox::with_secret();
    let stall = Duration::from_millis(600);
    let receiver = Receiver::scripted(move |number, _| match number {
        10 => Answer::status(200).after(stall),
        _ => Answer::status(200),
    });
    // 100 a second for a second, over one connection: the stall delays sixty.
    let run = sandbox
        .send(&receiver.url, "message.sent --rate 100/s --count 100")
        .exits(0);
    let summary = run.summary();
    assert_eq!(summary["rate"], 100.0);
    let slow: u64 = summary["histogram"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["le_us"].as_u64().unwrap() > 65_536)
        .map(|row| row["count"].as_u64().unwrap())
        .sum();
    // Measured from the moment of sending only one would be slow.
    assert!(slow >= 40, "{slow} of 100 slow: {summary}");
    let max = summary["latency_us"]["max"].as_u64().unwrap();
    assert!(max >= 600_000, "{max}");
}

#[test]
fn send_rate_is_not_exceeded() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let line = "send message.sent --rate 100/s --count 50 -c 2 --to";
    sandbox.cmd(line).arg(&receiver.url).run().exits(0);
    let records = sandbox.records();
    let at = |record: &Value| micros(record["at"].as_str().unwrap());
    let mut sent: Vec<_> = records.iter().map(at).collect();
    sent.sort_unstable();
    assert_eq!(sent.len(), 50);
    // Never faster than intended; how much slower is up to the machine.
    let took = sent[49] - sent[0];
    assert!(took >= 470_000, "{took} µs");
}

#[test]
fn send_duration_ends_the_run_whatever_comes_next() {
    // With one a minute, the second would come long after the end.
    for pace in ["-c 2", "--rate 1/m"] {
        let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
        let start = Instant::now();
        let line = format!("message.sent --duration 300ms {pace}");
        let run = sandbox.send(&receiver.url, &line).exits(0);
        assert!(start.elapsed() < Duration::from_secs(30));
        let sent = receiver.requests().len();
        assert!(sent >= 1);
        assert_eq!(run.summary()["attempts"], sent);
        assert_eq!(sandbox.records().len(), sent);
    }
}

#[test]
fn send_count_counts_answers_by_status() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::scripted(|number, _| match number % 4 {
        0 => Answer::status(500),
        1 => Answer::status(301),
        _ => Answer::status(200),
    });
    let run = sandbox
        .send(&receiver.url, "message.sent --count 40 -c 2")
        .exits(1);
    let summary = run.summary();
    assert_eq!(summary["delivered"], 20);
    assert_eq!(summary["failed"], 20);
    let expected = json!({"200": 20, "301": 10, "500": 10});
    assert_eq!(summary["outcomes"], expected);
}

#[test]
fn send_count_takes_a_connection_lost_within_an_answer_for_one_failure() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::scripted(|number, _| match number % 5 {
        4 => Answer::bytes("HTTP/1.1 2").closing(),
        _ => Answer::status(200),
    });
    let run = sandbox
        .send(&receiver.url, "message.sent --count 50")
        .exits(1);
    let summary = run.summary();
    assert_eq!(summary["outcomes"]["200"], 40, "{summary}");
    assert_eq!(summary["outcomes"]["connection closed"], 10, "{summary}");
    assert_eq!(receiver.requests().len(), 50, "none was sent twice");
    assert_eq!(sandbox.records().len(), 50);
}

#[test]
fn send_count_counts_timeouts() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::answering([Answer::silence()]);
    let run = sandbox
        .send(&receiver.url, "message.sent --count 4 -c 4 --timeout 200ms")
        .exits(1);
    assert_eq!(run.summary()["outcomes"]["timed out"], 4);
}

#[test]
fn send_duration_pauses_while_connections_are_refused() {
    let nobody = RefusingPort::new();
    let sandbox = Sandbox::with_secret();
    let run = sandbox
        .send(&nobody.url(), "message.sent --duration 500ms --no-store")
        .exits(3);
    let tried = run.summary()["outcomes"]["connection refused"]
        .as_u64()
        .unwrap();
    // A pause of 5 ms after each.
    assert!((1..=110).contains(&tried), "{tried}");
}

/// Interrupts a long run after so many requests. Everything that was counted is recorded, and
/// everything that arrived is among it. What was under way on each connection when it was cut
/// need not have arrived.
fn interrupt(receiver: &Receiver, options: &str, after: usize, connections: usize) {
    let sandbox = Sandbox::with_secret();
    let line = format!("send message.sent --json {options} --to {}", receiver.url);
    let running = sandbox.cmd(&line).start();
    receiver.wait_for(after);
    running.interrupt();
    let run = running.finish().exits(130);
    let records = sandbox.records();
    let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
    let recorded: BTreeSet<_> = records.iter().map(id).collect();
    assert_eq!(run.summary()["attempts"], recorded.len());
    let arrived = receiver.requests();
    assert!(
        arrived
            .iter()
            .all(|request| recorded.contains(&request.id()))
    );
    assert!(recorded.len() - arrived.len() <= connections);
}

#[test]
fn send_duration_interrupted_keeps_the_store_complete() {
    interrupt(&Receiver::ok(), "--duration 1h -c 4", 100, 4);
}

#[test]
fn send_count_interrupted_waits_neither_for_a_start_nor_for_an_answer() {
    let long = "--count 1000 --timeout 1h";
    interrupt(&Receiver::ok(), &format!("{long} --rate 1/h"), 1, 2);
    let silent = Receiver::answering([Answer::silence()]);
    interrupt(&silent, &format!("{long} -c 2"), 1, 2);
}

#[test]
fn send_count_summary_adds_up_as_json_and_text() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let line = "message.sent --count 1200 -c 2 --no-store";
    let summary = sandbox.send(&receiver.url, line).exits(0).summary();
    let rows = summary["histogram"].as_array().unwrap();
    let counted: u64 = rows.iter().map(|row| row["count"].as_u64().unwrap()).sum();
    assert_eq!(counted, 1_200);
    let quantiles: Vec<_> = ["p50", "p90", "p99", "p99.9", "p99.99", "max"]
        .iter()
        .map(|name| summary["latency_us"][name].as_u64().unwrap())
        .collect();
    assert!(quantiles.is_sorted() && quantiles[0] > 0, "{quantiles:?}");
    assert!(rows.last().unwrap()["le_us"].as_u64() >= summary["latency_us"]["max"].as_u64());
    assert!(summary["per_second"].as_f64().unwrap() > 0.0);
    assert_eq!(summary["rate"], Value::Null);

    let line = format!("send {line} --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0).prints(&[
        "1,200 of 1,200 deliveries delivered in ",
        "a second, 2 connections",
        "  200  1,200",
        "p99.9 ",
        "█",
    ]);
    // Each bar stands on one line, with its count.
    let (shown, _) = Terminal::show(&sandbox, 40, &line);
    let bars: Vec<_> = shown.lines().filter(|line| line.contains('≤')).collect();
    assert!(!bars.is_empty(), "{shown}");
    for bar in bars {
        let count = bar.trim_end().rsplit(' ').next().unwrap();
        assert!(count.replace(',', "").parse::<u64>().is_ok(), "{shown}");
    }
}
