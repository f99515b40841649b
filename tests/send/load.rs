//! Bulk as a load generator: pace, time, interruption, endpoints that fail, and the sums.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Answer, Hook, Outcome, Receiver};

#[test]
fn a_stall_shows_in_everything_that_it_delays() {
    let hook = Hook::new();
    let stall = Duration::from_millis(600);
    let receiver = Receiver::scripted(move |number, _| match number {
        10 => Answer::status(200).after(stall),
        _ => Answer::status(200),
    });
    // 100 a second for a second, over one connection: the stall delays sixty.
    let args = ["message.sent", "--rate", "100/s", "--count", "100"];
    let outcome = hook.send(receiver.url(), &args).exits(0);
    let summary = outcome.summary();
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
fn a_rate_is_kept() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let args = [
        "message.sent",
        "--rate",
        "100/s",
        "--count",
        "50",
        "-c",
        "2",
    ];
    hook.send(receiver.url(), &args).exits(0);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 50);
    let took = requests[49].arrived.duration_since(requests[0].arrived);
    // Never faster than intended; how much slower is up to the machine.
    assert!(took >= Duration::from_millis(470), "{took:?}");
}

#[test]
fn a_duration_ends_the_run_whatever_comes_next() {
    // With one a minute, the second would come long after the end.
    for pace in [&["-c", "2"][..], &["--rate", "1/m"]] {
        let (hook, receiver) = (Hook::new(), Receiver::ok());
        let args = [&["message.sent", "--duration", "300ms"], pace].concat();
        let start = Instant::now();
        let outcome = hook.send(receiver.url(), &args).exits(0);
        assert!(start.elapsed() < Duration::from_secs(30));
        let sent = receiver.requests().len();
        assert!(sent >= 1);
        assert_eq!(outcome.summary()["sent"], sent);
        assert_eq!(hook.records().len(), sent);
    }
}

#[test]
fn mixed_answers_are_counted_by_status() {
    let hook = Hook::new();
    let receiver = Receiver::scripted(|number, _| match number % 4 {
        0 => Answer::status(500),
        1 => Answer::status(301),
        _ => Answer::status(200),
    });
    let args = ["message.sent", "--count", "40", "-c", "2"];
    let outcome = hook.send(receiver.url(), &args).exits(1);
    let summary = outcome.summary();
    assert_eq!(summary["delivered"], 20);
    assert_eq!(summary["failed"], 20);
    let expected = serde_json::json!({"200": 20, "301": 10, "500": 10});
    assert_eq!(summary["outcomes"], expected);
}

#[test]
fn a_connection_lost_in_the_middle_of_an_answer_is_one_failure_and_one_request() {
    let hook = Hook::new();
    let receiver = Receiver::scripted(|number, _| match number % 5 {
        4 => Answer::raw("HTTP/1.1 2").closing(),
        _ => Answer::status(200),
    });
    let args = ["message.sent", "--count", "50"];
    let outcome = hook.send(receiver.url(), &args).exits(1);
    let summary = outcome.summary();
    assert_eq!(summary["outcomes"]["200"], 40, "{summary}");
    assert_eq!(summary["outcomes"]["connection closed"], 10, "{summary}");
    assert_eq!(receiver.requests().len(), 50, "none was sent twice");
    assert_eq!(hook.records().len(), 50);
}

#[test]
fn timeouts_are_counted_and_end() {
    let hook = Hook::new();
    let receiver = Receiver::scripted(|_, _| Answer::silence());
    let args = [
        "message.sent",
        "--count",
        "4",
        "-c",
        "4",
        "--timeout",
        "200ms",
    ];
    let outcome = hook.send(receiver.url(), &args).exits(1);
    assert_eq!(outcome.summary()["outcomes"]["timed out"], 4);
}

#[test]
fn a_dead_endpoint_is_exit_3_and_is_not_hammered() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let hook = Hook::new();
    let args = ["message.sent", "--duration", "500ms", "--no-store"];
    let outcome = hook.send(&url, &args).exits(3);
    let tried = outcome.summary()["outcomes"]["connection refused"]
        .as_u64()
        .unwrap();
    // A pause of 5 ms after each.
    assert!((1..=110).contains(&tried), "{tried}");
}

/// Everything that was counted is recorded, and everything that arrived is among it. What was
/// under way on each connection when it was cut need not have arrived.
fn assert_complete(hook: &Hook, receiver: &Receiver, outcome: &Outcome, connections: usize) {
    let recorded: BTreeSet<_> = hook.records().into_iter().map(|record| record.id).collect();
    assert_eq!(outcome.summary()["sent"], recorded.len());
    let arrived = receiver.requests();
    for request in &arrived {
        assert!(recorded.contains(&Some(request.id())));
    }
    assert!(recorded.len() - arrived.len() <= connections);
}

#[test]
fn ctrl_c_ends_a_run_at_once_and_keeps_the_log_complete() {
    let hook = Hook::new();
    let receiver = Receiver::ok();
    let args = ["--json", "send", "--to", receiver.url(), "message.sent"];
    let running = hook.start(&[&args[..], &["--duration", "1h", "-c", "4"]].concat());
    receiver.wait_for(100);
    running.interrupt();
    let outcome = running.finish().exits(130);
    assert_complete(&hook, &receiver, &outcome, 4);
}

#[test]
fn ctrl_c_waits_neither_for_the_next_start_nor_for_an_answer() {
    for (pace, answer) in [
        (&["--rate", "1/h"][..], Answer::status(200)),
        (&["-c", "2"], Answer::silence()),
    ] {
        let hook = Hook::new();
        let receiver = Receiver::scripted(move |_, _| answer.clone());
        let args = ["--json", "send", "--to", receiver.url(), "message.sent"];
        let long = ["--count", "1000", "--timeout", "1h"];
        let running = hook.start(&[&args[..], &long, pace].concat());
        receiver.wait_for(1);
        running.interrupt();
        let outcome = running.finish().exits(130);
        assert_complete(&hook, &receiver, &outcome, 2);
    }
}

#[test]
fn the_summary_adds_up_in_both_forms() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let args = ["message.sent", "--count", "1200", "-c", "2", "--no-store"];
    let summary = hook.send(receiver.url(), &args).exits(0).summary();
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

    let args = [&["send", "--to", receiver.url()][..], &args].concat();
    let outcome = hook.run(&args).exits(0);
    let text = outcome.text();
    for words in [
        "1,200 of 1,200 delivered in ",
        "a second, 2 connections",
        "  200  1,200",
        "p99.9 ",
        "█",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
