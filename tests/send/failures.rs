//! Every way in which an attempt can fail has its words, its hint and its exit code.

use std::time::Instant;

use crate::support::{Answer, Receiver, RefusingPort, Run, Sandbox};

fn send_to(url: &str, more: &str) -> Run {
    Sandbox::with_secret()
        .cmd(&format!("send message.sent --to {url} {more}"))
        .run()
}

fn answered(answer: Answer, more: &str) -> Run {
    let receiver = Receiver::answering([answer]);
    send_to(&receiver.url, more)
}

#[test]
fn send_counts_200_to_299_as_delivered() {
    for (status, code) in [
        (200, 0),
        (202, 0),
        (204, 0),
        (299, 0),
        (300, 1),
        (304, 1),
        (404, 1),
    ] {
        let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
        let run = answered(Answer::bytes(answer), "").exits(code);
        run.prints(&[&status.to_string()]);
    }
}

#[test]
fn send_has_a_hint_for_every_status() {
    for (status, hint) in [
        (302, "a redirect is a failed delivery"),
        (400, "raw body"),
        (401, "secret"),
        (403, "secret"),
        (404, "path"),
        (405, "POST"),
        (408, "queue"),
        (413, "body limit"),
        (415, "Content-Type"),
        (419, "CSRF"),
        (429, "rate"),
        (500, "log"),
        (503, "log"),
        (504, "queue"),
        (600, "only 200 to 299"),
    ] {
        let run = answered(Answer::status(status), "").exits(1);
        run.prints(&[&format!("✗ {status}"), "reply: ok", "hint: ", hint]);
    }
    // It has no body.
    let run = answered(Answer::status(304), "").exits(1);
    run.prints(&["✗ 304", "only 200 to 299"]);
}

#[test]
fn send_does_not_follow_redirects() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Receiver::unwanted();
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
            elsewhere.url
        );
        answered(Answer::bytes(answer), "").exits(1);
    }
}

#[test]
fn send_timeout_ends_an_attempt_without_an_answer() {
    for answer in [
        Answer::silence(),
        Answer::bytes(b"HTTP/1.1 200 OK\r\nContent-Le").stalling(),
        Answer::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab").stalling(),
    ] {
        let start = Instant::now();
        let run = answered(answer, "--timeout 200ms").exits(1);
        assert!(start.elapsed().as_secs() < 30, "{}", run.transcript());
        run.prints(&["timed out", "no answer within 200 ms", "hint: "]);
    }
}

#[test]
fn send_says_that_a_connection_ended_too_early() {
    for answer in [
        Answer::close(),
        Answer::reset(),
        Answer::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab").closing(),
    ] {
        let run = answered(answer, "").exits(1);
        run.prints(&["connection closed", "hint: the handler crashed"]);
    }
}

#[test]
fn send_says_that_an_endpoint_does_not_speak_http() {
    let run = answered(Answer::bytes(b"220 mail ESMTP\r\n").closing(), "").exits(1);
    run.prints(&["not an HTTP answer", "hint: "]);
}

#[test]
fn send_to_a_refusing_port_names_the_address_and_listen() {
    let nobody = RefusingPort::new();
    let run = send_to(&nobody.url(), "").exits(3);
    run.prints(&[
        "connection refused",
        &format!("127.0.0.1:{}", nobody.port()),
        "`lettermint-hook listen`",
    ]);
}

#[test]
fn send_records_a_failure_with_its_cause() {
    let sandbox = Sandbox::with_secret();
    let nobody = RefusingPort::new();
    sandbox
        .cmd(&format!("send message.sent --to {}", nobody.url()))
        .run()
        .exits(3);
    let reply = sandbox.records()[0]["reply"].clone();
    assert_eq!(reply["status"], serde_json::Value::Null);
    let error = reply["error"].as_str().unwrap();
    assert!(error.starts_with("connection refused"), "{error}");
}

#[test]
fn send_continues_after_a_failure() {
    let receiver = Receiver::answering([Answer::close(), Answer::status(200), Answer::status(500)]);
    let sandbox = Sandbox::with_secret();
    let run = sandbox
        .cmd(&format!(
            "send message.sent message.sent message.sent --to {}",
            receiver.url
        ))
        .run()
        .exits(1);
    assert_eq!(sandbox.records().len(), 3);
    run.prints(&["1 of 3 deliveries delivered"]);
}

#[test]
fn send_records_one_request_an_attempt() {
    let receiver = Receiver::answering([Answer::status(200), Answer::close()]);
    let sandbox = Sandbox::with_secret();
    sandbox
        .cmd(&format!(
            "send message.sent message.sent --to {}",
            receiver.url
        ))
        .run()
        .exits(1);
    assert_eq!(receiver.requests().len(), sandbox.records().len());
}
