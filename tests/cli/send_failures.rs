//! Every way in which an attempt can fail has its words, its hint and its exit code.

use std::time::Instant;

use crate::support::{Receiver, RefusingPort, Reply, Run, Sandbox};

fn send_to(url: &str, more: &str) -> Run {
    Sandbox::with_secret()
        .cmd(&format!("send message.sent --to {url} {more}"))
        .run()
}

fn answered(reply: Reply, more: &str) -> Run {
    let receiver = Receiver::replying([reply]);
    send_to(&receiver.url, more)
}

#[test]
fn only_200_to_299_count_as_delivered() {
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
        let run = answered(Reply::Bytes(answer.into_bytes()), "").exits(code);
        run.prints(&[&status.to_string()]);
    }
}

#[test]
fn every_status_has_a_hint_that_fits() {
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
        let run = answered(Reply::Status(status), "").exits(1);
        run.prints(&[&format!("✗ {status}"), "reply: ok", "hint: ", hint]);
    }
}

#[test]
fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Receiver::unwanted();
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
            elsewhere.url
        );
        answered(Reply::Bytes(answer.into_bytes()), "").exits(1);
    }
}

#[test]
fn an_endpoint_that_never_answers_is_given_up_after_the_timeout() {
    for reply in [
        Reply::Silence,
        Reply::Stall(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()),
        Reply::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab".to_vec()),
    ] {
        let start = Instant::now();
        let run = answered(reply, "--timeout 200ms").exits(1);
        assert!(start.elapsed().as_secs() < 30, "{}", run.transcript());
        run.prints(&["timed out", "no answer within 200 ms", "hint: "]);
    }
}

#[test]
fn a_slow_answer_in_time_is_an_answer() {
    let slow = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n0\r\nT: 1\r\n\r\n";
    answered(Reply::Trickle(slow.to_vec()), "")
        .exits(0)
        .prints(&["201"]);
}

#[test]
fn an_answer_that_ends_with_its_connection_is_whole() {
    let answer = b"HTTP/1.0 200 OK\r\n\r\nall of it".to_vec();
    answered(Reply::Last(answer), "").exits(0);
}

#[test]
fn a_connection_that_ends_too_early_is_said() {
    for reply in [
        Reply::Close,
        Reply::Reset,
        Reply::Last(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab".to_vec()),
    ] {
        let run = answered(reply, "").exits(1);
        run.prints(&["connection closed", "hint: the handler crashed"]);
    }
}

#[test]
fn something_that_does_not_speak_http_is_said() {
    let run = answered(Reply::Last(b"220 mail ESMTP\r\n".to_vec()), "").exits(1);
    run.prints(&["not an HTTP answer", "hint: "]);
}

#[test]
fn nobody_there_is_exit_3_with_the_address_and_the_way_to_start_a_listener() {
    let nobody = RefusingPort::new();
    let run = send_to(&nobody.url(), "").exits(3);
    run.prints(&[
        "connection refused",
        &format!("127.0.0.1:{}", nobody.port()),
        "`lettermint-hook listen`",
    ]);
}

#[test]
fn a_failure_is_recorded_with_its_cause() {
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
fn a_failure_does_not_stop_the_deliveries_after_it() {
    let receiver = Receiver::replying([Reply::Close, Reply::Status(200), Reply::Status(500)]);
    let sandbox = Sandbox::with_secret();
    let run = sandbox
        .cmd(&format!(
            "send message.sent message.sent message.sent --to {}",
            receiver.url
        ))
        .run()
        .exits(1);
    assert_eq!(sandbox.records().len(), 3);
    run.prints(&["1 of 3 delivered, 2 failed"]);
}

#[test]
fn every_attempt_is_one_request_even_when_a_kept_connection_breaks() {
    let receiver = Receiver::replying([Reply::Status(200), Reply::Close]);
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

#[test]
fn a_long_reply_is_kept_up_to_64_kib_and_shown_short() {
    let body = "x".repeat(100 * 1024);
    let answer = format!(
        "HTTP/1.1 500 X\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let receiver = Receiver::replying([Reply::Bytes(answer.into_bytes())]);
    let sandbox = Sandbox::with_secret();
    let run = sandbox
        .cmd(&format!("send message.sent --to {}", receiver.url))
        .run()
        .exits(1);
    assert!(run.stdout.len() < 1_000, "{}", run.transcript());
    let reply = sandbox.records()[0]["reply"].clone();
    assert_eq!(reply["body"].as_str().unwrap().len(), 64 * 1024);
    assert_eq!(reply["truncated"], true);
}
