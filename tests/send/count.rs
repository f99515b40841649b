//! `--count`, `--concurrency`, `--mix`, `--shuffle`, `--duplicate`: each delivery is genuine, of
//! its own, counted once and recorded once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;

use crate::support::{Answer, Receiver, Request, Sandbox, header_lines};

fn ids(requests: &[Request]) -> Vec<String> {
    requests.iter().map(Request::id).collect()
}

fn unique<T: Ord>(all: impl IntoIterator<Item = T>) -> usize {
    all.into_iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn send_count_sends_exactly_as_many_each_unique_and_genuine() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let run = sandbox
        .send(
            &receiver.url,
            "message.sent message.opened --count 300 -c 8",
        )
        .exits(0);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 300);
    requests.iter().for_each(Request::assert_genuine);
    assert_eq!(unique(ids(&requests)), 300);
    let signatures = requests
        .iter()
        .map(|request| request.header("X-Lettermint-Signature"));
    assert_eq!(unique(signatures), 300);
    // Connections are kept: as many as asked for, however many deliveries.
    assert!(receiver.connections() <= 8, "{}", receiver.connections());
    let summary = run.summary();
    assert_eq!(summary["deliveries"], 300);
    assert_eq!(summary["delivered"], 300);
    assert_eq!(summary["outcomes"]["200"], 300);
    assert_eq!(summary["concurrency"], 8);
}

#[test]
fn send_count_keeps_its_connection() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::answering([
        Answer::bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        Answer::status(202),
    ]);
    sandbox
        .cmd(&format!("send --all --count 21 --to {}", receiver.url))
        .run()
        .exits(0)
        .prints(&["21 of 21 deliveries delivered"]);
    assert_eq!(receiver.requests().len(), 21);
    assert_eq!(receiver.connections(), 1);
}

#[test]
fn send_count_records_every_request_as_it_was_sent() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let args = [
        "message.sent",
        "--count",
        "100",
        "-c",
        "4",
        "-H",
        "X-A: 1",
        "-H",
        "X-A: 2",
    ];
    sandbox.send_args(&receiver.url, args).exits(0);
    let mut sent: BTreeMap<_, _> = receiver
        .requests()
        .into_iter()
        .map(|request| (request.id(), request))
        .collect();
    for record in sandbox.records() {
        let request = sent.remove(record["id"].as_str().unwrap()).unwrap();
        assert_eq!(record["body"].as_str().unwrap().as_bytes(), request.body);
        assert_eq!(header_lines(&record), request.lines());
        assert_eq!(record["reply"]["status"], 200);
    }
    assert!(sent.is_empty(), "{} are not recorded", sent.len());
}

#[test]
fn send_concurrency_is_the_number_of_connections() {
    let sandbox = Sandbox::with_secret();
    // Nobody is answered before all six have come.
    let gate = Barrier::new(6);
    let receiver = Receiver::scripted(move |_, _| {
        gate.wait();
        Answer::status(200)
    });
    sandbox
        .send(&receiver.url, "message.sent --count 12 -c 6")
        .exits(0);
    assert_eq!(receiver.connections(), 6);
}

#[test]
fn send_mix_weights_decide_how_often_an_event_is_sent() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let args = [
        "--mix",
        "message.delivered=3,message.opened=1",
        "--count",
        "80",
    ];
    sandbox.send_args(&receiver.url, args).exits(0);
    let requests = receiver.requests();
    let opened = requests
        .iter()
        .filter(|request| request.event() == "message.opened");
    assert_eq!((requests.len(), opened.count()), (80, 20));

    // Without a count, each as often as its weight.
    let receiver = Receiver::ok();
    let args = ["--mix", "message.delivered=3,message.opened"];
    sandbox.send_args(&receiver.url, args).exits(0);
    assert_eq!(receiver.requests().len(), 4);

    for mix in [
        "",
        "message.sent=0",
        "message.sent=x",
        "=1",
        "message.snet=1",
    ] {
        sandbox.send_args(&receiver.url, ["--mix", mix]).exits(2);
    }
}

#[test]
fn send_duplicate_repeats_id_and_bytes_of_the_one_before() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    // The real clock: a repeat must not take the time at which it is repeated.
    let line = format!(
        "send message.sent --seed 7 --count 400 --duplicate 0.25 -c 2 --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 400);
    requests.iter().for_each(Request::assert_genuine);
    let distinct = unique(ids(&requests));
    assert!((260..=340).contains(&distinct), "{distinct}");
    let bodies = unique(requests.iter().map(|request| &request.body));
    assert_eq!(bodies, distinct, "the same id has the same bytes");

    let receiver = Receiver::ok();
    let args = ["message.sent", "--count", "50", "--duplicate", "1"];
    sandbox.send_args(&receiver.url, args).exits(0);
    assert_eq!(unique(ids(&receiver.requests())), 1);
}

#[test]
fn send_shuffle_is_reproduced_by_its_seed() {
    let run = |shuffle: &str| {
        let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
        let line = format!("--mix message.sent=2,message.opened=1 --count 60 {shuffle}");
        sandbox.send(&receiver.url, &line).exits(0);
        let requests = receiver.take().into_iter();
        requests.map(|request| request.body).collect::<Vec<_>>()
    };
    let shuffled = run("--shuffle");
    assert_eq!(shuffled, run("--shuffle"));
    assert_ne!(shuffled, run(""));
}

#[test]
fn send_count_refuses_options_that_it_cannot_obey() {
    let receiver = Receiver::unwanted();
    for line in [
        "message.sent --count 2 --retry",
        "message.sent --count 2 --print curl",
        "message.sent --count 2 --stop-on-failure",
        "message.sent --count 2 --speed 2",
        "--scenario bounced --count 2",
        "message.sent --count 0",
        "message.sent --rate 0",
        "message.sent --rate 5/d",
        "message.sent --duplicate 1.5",
        "message.sent --concurrency 0",
        "--count 2",
    ] {
        Sandbox::with_secret().send(&receiver.url, line).exits(2);
    }
}

#[test]
fn send_count_loses_nothing_to_a_handler_that_closes_after_each_answer() {
    for connections in [1, 8] {
        let (sandbox, receiver) = (
            Sandbox::with_secret(),
            Receiver::answering([Answer::status(200).closing()]),
        );
        let line = format!("message.sent --count 100 -c {connections}");
        let run = sandbox.send(&receiver.url, &line).exits(0);
        assert_eq!(run.summary()["delivered"], 100, "{}", run.transcript());
        // What is lost with its connection was never read.
        assert_eq!(receiver.requests().len(), 100);
        assert_eq!(sandbox.records().len(), 100);
    }
}

#[test]
fn send_count_sends_twice_only_when_a_kept_connection_broke_without_any_answer() {
    // Two deliveries over one connection; how many requests come when the second gets this.
    let requests = |second: &'static str| {
        let second = Answer::bytes(second).closing();
        let receiver = Receiver::answering([Answer::status(200), second, Answer::status(200)]);
        let run = Sandbox::with_secret().send(&receiver.url, "message.sent --count 2");
        let delivered = run.summary()["delivered"].as_u64().unwrap();
        (receiver.requests().len(), delivered)
    };
    assert_eq!(requests(""), (3, 2));
    for begun in [
        "H",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no",
    ] {
        assert_eq!(requests(begun), (2, 1), "{begun}");
    }
    // On a connection of its own nothing is sent twice.
    let receiver = Receiver::answering([Answer::close()]);
    let run = Sandbox::with_secret().send(&receiver.url, "message.sent --count 1");
    assert_eq!(run.summary()["failed"], 1);
    assert_eq!(receiver.requests().len(), 1);
}
