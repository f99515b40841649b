//! `--retry`: Lettermint's schedule, made shorter by `--speed`.

use crate::support::{Answer, NOW, Receiver, RefusingPort, Running, Sandbox, header_lines, micros};

/// So fast that the whole schedule of a day takes milliseconds.
const FAST: &str = "message.delivered --retry --speed 1000000000";

/// Minutes after the first attempt at which each is made, as documented.
const SCHEDULE: [i64; 13] = [0, 1, 3, 8, 18, 28, 43, 73, 133, 253, 493, 853, 1_453];

#[test]
fn send_retry_repeats_the_delivery_signed_anew_until_it_is_taken() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([500, 500, 200]));
    let run = sandbox.send(&receiver.url, FAST).exits(0);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 3);
    for (number, request) in requests.iter().enumerate() {
        request.assert_genuine();
        assert_eq!(request.body, requests[0].body);
        let attempt = (number + 1).to_string();
        assert_eq!(request.header("X-Lettermint-Attempt"), attempt);
    }
    // Under a fixed clock it is the documented time that passes.
    let signed: Vec<_> = requests.iter().map(|request| request.signed_at()).collect();
    assert_eq!(signed, [NOW, NOW + 60, NOW + 180]);
    let summary = run.summary();
    assert_eq!(summary["attempts"], 3);
    assert_eq!(summary["delivered"], 1);
}

#[test]
fn send_retry_records_every_attempt_at_its_time_with_its_reply() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([500, 404, 200]));
    sandbox.send(&receiver.url, FAST).exits(0);
    let (records, requests) = (sandbox.records(), receiver.requests());
    assert_eq!(records.len(), 3);
    for (record, request) in records.iter().zip(&requests) {
        assert_eq!(record["body"].as_str().unwrap().as_bytes(), request.body);
        assert_eq!(header_lines(record), request.lines());
        let at = micros(record["at"].as_str().unwrap());
        assert_eq!(at, request.signed_at() * 1_000_000);
    }
    let statuses = records.iter().map(|record| &record["reply"]["status"]);
    assert!(statuses.eq([500, 404, 200]));
}

#[test]
fn send_retry_gives_up_after_thirteen_attempts() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([503]));
    let run = sandbox.send(&receiver.url, FAST).exits(1);
    let requests = receiver.requests();
    let signed: Vec<_> = requests.iter().map(|request| request.signed_at()).collect();
    assert_eq!(signed, SCHEDULE.map(|minutes| NOW + minutes * 60));
    run.says(&["given up after 13 attempts"]);
}

#[test]
fn send_max_attempts_gives_up_earlier() {
    for (max, given_up) in [(1, false), (4, true)] {
        let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([500]));
        let line = format!("{FAST} --max-attempts {max}");
        let run = sandbox.send(&receiver.url, &line).exits(1);
        assert_eq!(receiver.requests().len(), max);
        assert_eq!(run.err().contains("given up"), given_up);
    }
}

#[test]
fn send_retry_continues_the_schedule_from_the_given_attempt() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([500]));
    let line = format!("{FAST} --attempt 12");
    let run = sandbox.send(&receiver.url, &line).exits(1);
    let records = sandbox.records();
    assert!(records.iter().map(|record| &record["attempt"]).eq([12, 13]));
    run.says(&["given up after 13 attempts"]);
}

#[test]
fn send_without_retry_a_failure_is_final() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([500, 200]));
    sandbox.send(&receiver.url, "message.sent").exits(1);
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn send_retry_follows_everything_but_2xx_in_time() {
    let location = "HTTP/1.1 302 Found\r\nLocation: /hook\r\nContent-Length: 0\r\n\r\n";
    let failures = [
        ("redirect", Answer::bytes(location)),
        ("not modified", Answer::status(304)),
        ("timeout", Answer::silence()),
        ("hang-up", Answer::close()),
        ("no http", Answer::bytes("hello\r\n\r\n").closing()),
        (
            "half an answer",
            Answer::bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{").closing(),
        ),
    ];
    for (what, failure) in failures {
        let sandbox = Sandbox::with_secret();
        let receiver = Receiver::answering([failure, Answer::status(204)]);
        // Patient enough for a busy machine: only silence uses it up.
        let line = format!("{FAST} --timeout 2s");
        let run = sandbox.send(&receiver.url, &line).exits(0);
        let attempts = run.attempts();
        assert_eq!(attempts.len(), 2, "{what}");
        assert_eq!(attempts[0]["success"], false, "{what}");
        assert!(attempts[0]["hint"].is_string(), "{what}");
        let requests = receiver.requests().len();
        assert_eq!(requests, 2, "{what}: one request an attempt");
    }
}

#[test]
fn send_retry_to_a_refusing_port_is_exit_3() {
    let nobody = RefusingPort::new();
    let sandbox = Sandbox::with_secret();
    let run = sandbox.send(&nobody.url(), FAST).exits(3);
    let attempts = run.attempts();
    assert_eq!(attempts.len(), 13);
    let error = attempts[0]["error"].as_str().unwrap();
    assert!(
        error.starts_with("connection refused: tried 127.0.0.1:"),
        "{error}"
    );
    assert_eq!(sandbox.records().len(), 13);
}

/// Starts a delivery that is tried again at Lettermint's pace.
fn start(sandbox: &Sandbox, receiver: &Receiver) -> Running {
    let line = format!("send message.sent --json --retry --to {}", receiver.url);
    sandbox.cmd(&line).start()
}

#[test]
fn send_retry_interrupted_while_waiting_ends_at_once() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([500]));
    let mut running = start(&sandbox, &receiver);
    // The line of the first attempt: from then on it waits for a minute.
    assert_eq!(running.next_json()["attempt"], 1);
    running.interrupt();
    running.finish().exits(130);
    let records = sandbox.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["reply"]["status"], 500);
}

#[test]
fn send_retry_interrupted_during_an_attempt_records_it_as_failed() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::answering([Answer::silence()]);
    let running = start(&sandbox, &receiver);
    receiver.request();
    running.interrupt();
    running.finish().exits(130);
    let records = sandbox.records();
    assert_eq!(records.len(), 1);
    let error = records[0]["reply"]["error"].as_str().unwrap();
    assert!(error.contains("interrupted"), "{error}");
}

#[test]
fn send_retry_shows_the_documented_times_too() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([500, 500, 200]));
    let line = format!(
        "send message.sent --retry --speed 60000 --to {}",
        receiver.url
    );
    let run = sandbox.cmd(&line).run().exits(0);
    run.prints(&["documented: 1 min after the first"]);
    run.says(&[
        "attempt 2 in 1.0 ms (documented: 1 min)",
        "(documented: 2 min)",
    ]);
}
