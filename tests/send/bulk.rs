//! Many deliveries: each one is genuine, of its own, counted once and recorded once.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Answer, Hook, NOW, Receiver, Request};

fn ids(requests: &[Request]) -> Vec<String> {
    requests.iter().map(Request::id).collect()
}

fn unique<T: Ord>(all: impl IntoIterator<Item = T>) -> usize {
    all.into_iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn exactly_as_many_as_asked_for_each_unique_and_genuine() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let args = [
        "message.sent",
        "message.opened",
        "--count",
        "300",
        "-c",
        "8",
    ];
    let outcome = hook.send(receiver.url(), &args).exits(0);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 300);
    requests.iter().for_each(Request::assert_genuine);
    assert_eq!(unique(ids(&requests)), 300);
    let signatures = requests
        .iter()
        .map(|request| request.header("x-lettermint-signature"));
    assert_eq!(unique(signatures), 300);
    // Connections are kept: as many as asked for, however many deliveries.
    assert!(receiver.connections() <= 8, "{}", receiver.connections());
    let summary = outcome.summary();
    assert_eq!(summary["sent"], 300);
    assert_eq!(summary["delivered"], 300);
    assert_eq!(summary["outcomes"]["200"], 300);
    assert_eq!(summary["concurrency"], 8);
}

#[test]
fn every_record_is_the_request_that_was_sent() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
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
    hook.send(receiver.url(), &args).exits(0);
    let mut sent: BTreeMap<_, _> = receiver
        .requests()
        .into_iter()
        .map(|request| (request.id(), request))
        .collect();
    for record in hook.records() {
        let request = sent.remove(record.id.as_deref().unwrap()).unwrap();
        assert_eq!(record.body, request.body);
        assert_eq!(record.headers, request.headers);
        assert_eq!(record.reply.unwrap().status, Some(200));
    }
    assert!(sent.is_empty(), "{} are not recorded", sent.len());
}

#[test]
fn no_store_writes_nothing() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let args = ["message.sent", "--count", "10", "--no-store"];
    hook.send(receiver.url(), &args).exits(0);
    assert_eq!(std::fs::read_dir(hook.folder()).unwrap().count(), 0);
}

#[test]
fn so_many_at_the_same_time_and_no_more() {
    let hook = Hook::new();
    // Nobody is answered before all six have come.
    let gate = std::sync::Arc::new(std::sync::Barrier::new(6));
    let receiver = Receiver::scripted(move |_, _| {
        gate.wait();
        Answer::status(200)
    });
    let args = ["message.sent", "--count", "12", "-c", "6"];
    hook.send(receiver.url(), &args).exits(0);
    assert_eq!(receiver.connections(), 6);
}

#[test]
fn weights_decide_how_often_an_event_is_sent() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let args = [
        "--mix",
        "message.delivered=3,message.opened=1",
        "--count",
        "80",
    ];
    hook.send(receiver.url(), &args).exits(0);
    let requests = receiver.requests();
    let opened = requests
        .iter()
        .filter(|request| request.header("x-lettermint-event") == "message.opened");
    assert_eq!((requests.len(), opened.count()), (80, 20));

    // Without a count, each as often as its weight.
    let receiver = Receiver::ok();
    let args = ["--mix", "message.delivered=3,message.opened"];
    hook.send(receiver.url(), &args).exits(0);
    assert_eq!(receiver.requests().len(), 4);

    for mix in [
        "",
        "message.sent=0",
        "message.sent=x",
        "=1",
        "message.snet=1",
    ] {
        hook.send(receiver.url(), &["--mix", mix]).exits(2);
    }
}

#[test]
fn a_share_of_duplicates_has_id_and_bytes_of_the_one_before() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    // The real clock: a repeat must not take the time at which it is repeated.
    let args = [
        "send",
        "--to",
        receiver.url(),
        "message.sent",
        "--seed",
        "7",
    ];
    let bulk = ["--count", "400", "--duplicate", "0.25", "-c", "2"];
    hook.run(&[&args[..], &bulk].concat()).exits(0);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 400);
    requests.iter().for_each(Request::assert_genuine);
    let distinct = unique(ids(&requests));
    assert!((260..=340).contains(&distinct), "{distinct}");
    let bodies = unique(requests.iter().map(|request| &request.body));
    assert_eq!(bodies, distinct, "the same id has the same bytes");

    let receiver = Receiver::ok();
    let args = ["message.sent", "--count", "50", "--duplicate", "1"];
    hook.send(receiver.url(), &args).exits(0);
    assert_eq!(unique(ids(&receiver.requests())), 1);
}

#[test]
fn a_seed_reproduces_order_and_bytes() {
    let run = |args: &[&str]| {
        let (hook, receiver) = (Hook::new(), Receiver::ok());
        let mix = ["--mix", "message.sent=2,message.opened=1", "--count", "60"];
        hook.send(receiver.url(), &[&mix, args].concat()).exits(0);
        let requests = receiver.requests().into_iter();
        requests.map(|request| request.body).collect::<Vec<_>>()
    };
    let shuffled = run(&["--shuffle"]);
    assert_eq!(shuffled, run(&["--shuffle"]));
    assert_ne!(shuffled, run(&[]));
}

#[test]
fn tampering_goes_with_bulk() {
    let (hook, receiver) = (Hook::new(), Receiver::statuses(&[401]));
    let args = ["message.sent", "--count", "20", "--tamper", "wrong-secret"];
    hook.send(receiver.url(), &args).exits(1);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 20);
    for request in &requests {
        let reason = request.verdict().reason.unwrap();
        assert_eq!(reason.code(), "signature_mismatch");
        assert_eq!(request.signed_at(), NOW);
    }
    assert_eq!(hook.records().len(), 20);
}

#[test]
fn what_bulk_cannot_do_is_refused() {
    let receiver = Receiver::ok();
    for args in [
        &["message.sent", "--count", "2", "--retry"][..],
        &["message.sent", "--count", "2", "--print", "curl"],
        &["message.sent", "--count", "2", "--stop-on-failure"],
        &["message.sent", "--count", "2", "--speed", "2"],
        &["--scenario", "bounced", "--count", "2"],
        &["message.sent", "--count", "0"],
        &["message.sent", "--rate", "0"],
        &["message.sent", "--rate", "5/d"],
        &["message.sent", "--duplicate", "1.5"],
        &["message.sent", "--concurrency", "0"],
        &["--count", "2"],
    ] {
        let outcome = Hook::new().send(receiver.url(), args);
        assert_eq!(outcome.code, Some(2), "{args:?}: {}", outcome.stderr);
    }
    assert_eq!(receiver.connections(), 0);
}

#[test]
fn a_handler_that_closes_without_a_word_after_each_answer_loses_nothing() {
    for connections in ["1", "8"] {
        let receiver = Receiver::scripted(|_, _| Answer::status(200).closing());
        let hook = Hook::new();
        let args = ["message.sent", "--count", "100", "-c", connections];
        let outcome = hook.send(receiver.url(), &args).exits(0);
        assert_eq!(outcome.summary()["delivered"], 100, "{}", outcome.stderr);
        // What is lost with its connection was never read.
        assert_eq!(receiver.requests().len(), 100);
        assert_eq!(hook.records().len(), 100);
    }
}

#[test]
fn a_delivery_is_sent_twice_only_when_a_kept_connection_broke_without_any_answer() {
    // Sends two deliveries over one connection; how many requests come when the second gets this.
    let requests = |second: &'static str| {
        let receiver = Receiver::scripted(move |number, _| match number {
            1 => Answer::raw(second).closing(),
            _ => Answer::status(200),
        });
        let outcome = Hook::new().send(receiver.url(), &["message.sent", "--count", "2"]);
        (
            receiver.requests().len(),
            outcome.summary()["delivered"].clone(),
        )
    };
    assert_eq!(requests(""), (3, 2.into()));
    for begun in [
        "H",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no",
    ] {
        assert_eq!(requests(begun), (2, 1.into()), "{begun}");
    }
    // On a connection of its own nothing is sent twice.
    let receiver = Receiver::scripted(|_, _| Answer::hang_up());
    let outcome = Hook::new().send(receiver.url(), &["message.sent", "--count", "1"]);
    assert_eq!(outcome.summary()["failed"], 1);
    assert_eq!(receiver.requests().len(), 1);
}
