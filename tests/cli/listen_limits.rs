//! `listen` against clients that are wrong, slow or gone.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use crate::support::{Listener, PATIENCE, Sandbox, exchange, post};

fn connect(listener: &Listener) -> TcpStream {
    let stream = TcpStream::connect(listener.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A request whose head was read and whose two bytes of body are being waited for: the listener
/// has said `100 Continue`.
fn in_flight(listener: &Listener) -> TcpStream {
    let mut stream = connect(listener);
    let head =
        b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    stream.write_all(head).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn requests_that_are_no_deliveries_are_neither_recorded_nor_counted() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, "");
    for (method, path, status) in [
        ("GET", "/healthz", 200),
        ("GET", "/", 200),
        ("GET", "/webhooks", 405),
        ("PUT", "/webhooks", 405),
        ("DELETE", "/healthz", 405),
    ] {
        let bytes = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let answers = exchange(listener.address(), bytes.as_bytes(), 1);
        assert_eq!(answers[0].status, status, "{method} {path}");
        if status == 405 {
            assert!(answers[0].head.contains("allow: POST"));
        }
    }
    let run = listener.stop().exits(130);
    assert_eq!(run.json_lines().pop().unwrap()["received"], 0);
    assert_eq!(sandbox.read(".lettermint-hook/deliveries.ndjson"), b"");
    run.says(&["with 405: webhooks are POST requests, this is GET"]);
}

#[test]
fn what_is_no_http_is_answered_400_and_the_listener_goes_on() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, "");
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n"[..],
        b"POST\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ] {
        let answers = exchange(listener.address(), garbage, 1);
        assert_eq!(answers[0].status, 400, "{garbage:?}");
    }
    assert_eq!(post(listener.address(), &[], b"{}").status, 200);
    assert_eq!(sandbox.records().len(), 1);
}

#[test]
fn a_head_that_is_too_large_is_answered_431() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, "");
    let mut stream = connect(&listener);
    let head = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nX-Large: {}",
        "x".repeat(70 * 1024)
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 431");
}

#[test]
fn a_body_that_ends_early_is_no_delivery() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, "");
    let mut stream = connect(&listener);
    let half = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf";
    stream.write_all(half).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    let run = listener.stop().exits(130);
    assert_eq!(run.json_lines().pop().unwrap()["received"], 0);
}

#[test]
fn a_client_that_waits_for_permission_to_send_its_body_gets_it() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, "");
    let mut stream = in_flight(&listener);
    stream.write_all(b"{}").unwrap();
    assert_eq!(listener.delivery()["body"], "{}");
}

#[test]
fn ctrl_c_lets_a_request_in_flight_finish() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, "");
    let mut stream = in_flight(&listener);
    listener.interrupt();
    stream.write_all(b"{}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(listener.delivery()["body"], "{}");
    let run = listener.finish().exits(130);
    assert_eq!(run.json_lines().pop().unwrap()["received"], 1);
}

#[test]
fn a_client_that_never_finishes_does_not_hold_the_listener_up() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, "");
    let _stuck = in_flight(&listener);
    let run = listener.stop().exits(130);
    assert_eq!(run.json_lines().pop().unwrap()["received"], 0);
}

#[test]
fn a_second_ctrl_c_quits_at_once() {
    // A client that never finishes is otherwise given two seconds. One of three in less is
    // proof, however busy the machine is.
    let quick = (0..3).any(|_| {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, "");
        let _stuck = in_flight(&listener);
        listener.interrupt();
        // The first one has been taken notice of when nobody can connect any more.
        while TcpStream::connect(listener.address()).is_ok() {
            std::thread::yield_now();
        }
        let start = Instant::now();
        listener.stop().exits(130);
        start.elapsed() < Duration::from_millis(1_500)
    });
    assert!(quick);
}
