//! Faults on purpose (`--respond`, `--drop`, `--reset`, `--truncate-reply`, `--delay`) as a
//! client sees them.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::{Duration, Instant};

use super::{BODY, signed, start};
use crate::support::Sandbox;

#[test]
fn listen_respond_answers_in_order_then_the_last() {
    let (sandbox, listener) = start("--respond 500,503,204 --respond-for *.inbound=422 --compact");
    let inbound = r#"{"id":"d-9","event":"message.inbound"}"#;
    let statuses = [BODY, inbound, BODY, BODY, BODY].map(|body| listener.deliver(body).status);
    assert_eq!(statuses, [500, 422, 503, 204, 204]);
    let records = sandbox.records();
    assert_eq!(records[0]["reply"]["status"], 500);
    assert_eq!(records[0]["on_purpose"][0], "status on purpose");
    let run = listener.stop();
    run.says(&["fault   answers 500, 503, 204, then 204\n"]);
    assert_eq!(run.out().matches("status on purpose").count(), 3);
    run.prints(&["3 answered badly on purpose"]);
}

#[test]
fn listen_drop_and_reset_close_without_an_answer() {
    for (option, error) in [
        ("--drop=1", None),
        ("--reset=100%", Some(ErrorKind::ConnectionReset)),
    ] {
        let (sandbox, listener) = start(option);
        let mut stream = listener.connect();
        stream.write_all(&signed(BODY, "")).unwrap();
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        assert_eq!(ended.err().map(|error| error.kind()), error, "{option}");
        assert_eq!(answer, b"", "{option}");
        let record = &sandbox.records()[0];
        assert!(record["reply"]["status"].is_null(), "it was never answered");
        listener.stop().prints(&["→ no answer"]);
    }
}

#[test]
fn listen_truncate_reply_cuts_the_answer_short() {
    let (_sandbox, listener) = start("--truncate-reply");
    let answer = listener.exchange(signed(BODY, ""));
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-length: 17\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n{\"receiv"), "{answer}");
}

#[test]
fn listen_drop_is_reproduced_by_its_seed() {
    let answered = || {
        let (_sandbox, listener) = start("--drop 0.4 --seed 7");
        [(); 12].map(|()| listener.deliver(BODY).status == 200)
    };
    let first = answered();
    assert_eq!(first, answered());
    assert!(first.contains(&true) && first.contains(&false));
}

#[test]
fn listen_delay_takes_its_time() {
    let (_sandbox, listener) = start("--delay 200ms..300ms --compact");
    let start = Instant::now();
    assert_eq!(listener.deliver(BODY).status, 200);
    assert!(start.elapsed() >= Duration::from_millis(200));
    listener.stop().prints(&["  delayed 2"]);
}

#[test]
fn listen_faults_that_are_impossible_are_refused() {
    for options in [
        "--drop 0.6 --reset 0.6",
        "--respond 99",
        "--delay 5s..1s",
        "--drop 2",
        "--respond-for x",
    ] {
        let line = format!("listen --no-store {options}");
        Sandbox::new().cmd(&line).run().exits(2);
    }
}
