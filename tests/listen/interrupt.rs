//! Ctrl+C and requests to terminate.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use super::{BODY, signed, start, status};
use crate::support::{Listener, Response, Sandbox, post, read_all, wait_until};

#[test]
fn listen_interrupted_prints_the_summary_and_exits_130() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "");
    listener.deliver(BODY);
    post(&listener.address, &[], BODY.as_bytes());
    post(&listener.address, &[], b"{}");
    let counted = json!({
        "v": 1, "type": "summary", "received": 3, "accepted": 1, "verified": 1, "rejected": 2, "unverified": 0,
        "duplicates": 1, "unrecorded": 0, "forwarded": 0, "handler_failed": 0, "on_purpose": 0,
        "refused": 0, "not_shown": 0
    });
    assert_eq!(listener.stop().summary(), counted);
}

#[test]
fn listen_can_be_interrupted_right_after_ready() {
    for _ in 0..20 {
        Listener::json(&Sandbox::new(), "").stop();
    }
}

#[test]
fn listen_terminated_ends_like_interrupted() {
    let sandbox = Sandbox::new();
    let listener = Listener::json(&sandbox, "");
    listener.running.signal(Signal::TERM);
    listener.finish().exits(130).summary();
}

/// A request whose head was read and whose two bytes of body are being waited for: the listener
/// has said `100 Continue`.
fn in_flight(listener: &Listener) -> TcpStream {
    let mut stream = listener.connect();
    let head =
        b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    stream.write_all(head).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn listen_interrupted_lets_a_request_in_flight_finish() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::json(&sandbox, "");
    let mut stream = in_flight(&listener);
    listener.interrupt();
    stream.write_all(b"{}").unwrap();
    assert_eq!(Response::parse(&read_all(stream)).status, 200);
    assert_eq!(listener.delivery()["body"], "{}");
    let run = listener.finish().exits(130);
    assert_eq!(run.summary()["received"], 1);
}

#[test]
fn listen_interrupted_does_not_wait_for_a_client_that_never_finishes() {
    let sandbox = Sandbox::new();
    let listener = Listener::json(&sandbox, "");
    let _stuck = in_flight(&listener);
    assert_eq!(listener.stop().summary()["received"], 0);
}

/// Interrupts for the first time, until nobody can connect any more.
fn interrupt_once(listener: &Listener) {
    listener.interrupt();
    wait_until("no more connections", || {
        TcpStream::connect(&listener.address).is_err()
    });
}

#[test]
fn listen_interrupted_twice_quits_at_once() {
    // A client that never finishes is otherwise given two seconds. One of three in less is
    // proof, however busy the machine is.
    let quick = (0..3).any(|_| {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, "");
        let _stuck = in_flight(&listener);
        interrupt_once(&listener);
        let start = Instant::now();
        listener.stop();
        start.elapsed() < Duration::from_millis(1_500)
    });
    assert!(quick);
}

/// A delivery that the listener has begun to answer: it has taken note of a later request.
fn begun(listener: &Listener) -> TcpStream {
    let mut stream = listener.connect();
    stream.write_all(&signed(BODY, "")).unwrap();
    let health = listener.exchange("GET /healthz HTTP/1.0\r\n\r\n");
    assert_eq!(Response::parse(&health).status, 200);
    stream
}

#[test]
fn listen_interrupted_answers_what_is_in_flight_and_closes_what_is_idle() {
    let (_sandbox, listener) = start("--delay 500ms --compact");
    let mut stream = begun(&listener);
    let idle = listener.connect();
    listener.running.signal(Signal::TERM);
    assert_eq!(status(&mut stream), Some(200));
    assert_eq!(read_all(idle), "");
    let run = listener.finish().exits(130);
    let end = "1 received: 1 verified, 0 rejected, 0 duplicates\n";
    assert!(run.out().ends_with(end), "{}", run.transcript());
}

#[test]
fn listen_interrupted_twice_does_not_wait_for_a_delay() {
    let (_sandbox, listener) = start("--delay 60s");
    let _stream = begun(&listener);
    interrupt_once(&listener);
    let start = Instant::now();
    listener.stop();
    let took = start.elapsed();
    assert!(took < Duration::from_millis(1_500), "{took:?}");
}
