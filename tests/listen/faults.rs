//! Misbehaviour as a client sees it.

use std::io::{ErrorKind, Read as _, Write as _};

use super::support::*;

#[test]
fn statuses_in_order_then_the_last() {
    let listener = Listener::start(&[
        "--respond",
        "500,503,204",
        "--respond-for",
        "*.inbound=422",
        "--compact",
    ]);
    let inbound = br#"{"id":"d-9","event":"message.inbound"}"#;
    let statuses: Vec<u16> = [
        BODY.as_bytes(),
        inbound,
        BODY.as_bytes(),
        BODY.as_bytes(),
        BODY.as_bytes(),
    ]
    .map(|body| listener.deliver(body).0)
    .into();
    assert_eq!(statuses, [500, 422, 503, 204, 204]);
    let records = listener.records();
    assert_eq!(records[0]["reply"]["status"], 500);
    assert_eq!(records[0]["on_purpose"][0], "status on purpose");
    let ended = listener.stop();
    assert!(
        ended
            .stderr
            .contains("fault   answers 500, 503, 204, then 204\n"),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.stdout.matches("status on purpose").count(), 3);
    assert!(ended.stdout.contains("3 answered badly on purpose"));
}

#[test]
fn dropped_reset_and_cut_short() {
    for (option, error) in [
        ("--drop=1", None),
        ("--reset=100%", Some(ErrorKind::ConnectionReset)),
    ] {
        let listener = Listener::start(&[option]);
        let mut stream = listener.connect();
        stream.write_all(&signed(BODY.as_bytes(), "")).unwrap();
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        assert_eq!(ended.err().map(|error| error.kind()), error, "{option}");
        assert_eq!(answer, b"", "{option}");
        let record = &listener.records()[0];
        assert!(record["reply"]["status"].is_null(), "it was never answered");
        assert!(listener.stop().stdout.contains("→ no answer"));
    }
    let listener = Listener::start(&["--truncate-reply"]);
    let answer = listener.exchange(&signed(BODY.as_bytes(), ""));
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("content-length: 17\r\n") && answer.ends_with("\r\n\r\n{\"receiv"),
        "{answer}"
    );
}

#[test]
fn one_seed_one_story() {
    let story = || {
        let listener = Listener::start(&["--drop", "0.4", "--seed", "7"]);
        (0..12)
            .map(|_| listener.deliver(BODY.as_bytes()).0 == 200)
            .collect::<Vec<_>>()
    };
    let first = story();
    assert_eq!(first, story());
    assert!(first.contains(&true) && first.contains(&false));
}

#[test]
fn delays_take_their_time() {
    let listener = Listener::start(&["--delay", "200ms..300ms", "--compact"]);
    let start = std::time::Instant::now();
    assert_eq!(listener.deliver(BODY.as_bytes()).0, 200);
    assert!(start.elapsed().as_millis() >= 200);
    assert!(listener.stop().stdout.contains("  delayed 2"));
}

#[test]
fn impossible_faults_are_refused() {
    for args in [
        &["--drop", "0.6", "--reset", "0.6"][..],
        &["--respond", "99"],
        &["--delay", "5s..1s"],
        &["--drop", "2"],
        &["--respond-for", "x"],
        &["--expect", "a:0"],
        &["--expect", "a:x"],
        &["--expect", ":1"],
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_lettermint-hook"))
            .args(["listen", "--no-store"])
            .args(args)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
}
