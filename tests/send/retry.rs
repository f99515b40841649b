//! `--retry`: Lettermint's schedule, made shorter by `--speed`.

use std::net::TcpListener;

use lettermint_hook::lettermint::retry_schedule;

use crate::support::{Answer, Hook, NOW, Receiver};

/// So fast that the whole schedule of a day takes milliseconds.
const FAST: &[&str] = &["message.delivered", "--retry", "--speed", "1000000000"];

#[test]
fn the_same_delivery_comes_again_signed_anew_until_it_is_taken() {
    let (hook, receiver) = (Hook::new(), Receiver::statuses(&[500, 500, 200]));
    let outcome = hook.send(receiver.url(), FAST).exits(0);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 3);
    for (number, request) in requests.iter().enumerate() {
        request.assert_genuine();
        assert_eq!(request.body, requests[0].body);
        let attempt = (number + 1).to_string();
        assert_eq!(request.header("x-lettermint-attempt"), attempt);
    }
    // Under a fixed clock it is the documented time that passes.
    let signed: Vec<_> = requests.iter().map(|request| request.signed_at()).collect();
    assert_eq!(signed, [NOW, NOW + 60, NOW + 180]);
    let summary = outcome.summary();
    assert_eq!(summary["sent"], 3);
    assert_eq!(summary["delivered"], 1);
}

#[test]
fn every_attempt_is_recorded_at_its_time_with_its_reply() {
    let (hook, receiver) = (Hook::new(), Receiver::statuses(&[500, 404, 200]));
    hook.send(receiver.url(), FAST).exits(0);
    let (records, requests) = (hook.records(), receiver.requests());
    assert_eq!(records.len(), 3);
    for (record, request) in records.iter().zip(&requests) {
        assert_eq!(record.body, request.body);
        assert_eq!(record.headers, request.headers);
        assert_eq!(record.at, request.signed_at() * 1_000_000);
    }
    let statuses: Vec<_> = records
        .iter()
        .map(|record| record.reply.as_ref().unwrap().status)
        .collect();
    assert_eq!(statuses, [Some(500), Some(404), Some(200)]);
}

#[test]
fn after_thirteen_attempts_it_is_given_up() {
    let (hook, receiver) = (Hook::new(), Receiver::statuses(&[503]));
    let outcome = hook.send(receiver.url(), FAST).exits(1);
    let requests = receiver.requests();
    let planned: Vec<_> = retry_schedule::schedule(retry_schedule::MAX_ATTEMPTS)
        .map(|planned| NOW + planned.elapsed.as_secs() as i64)
        .collect();
    let signed: Vec<_> = requests.iter().map(|request| request.signed_at()).collect();
    assert_eq!(signed, planned);
    assert_eq!(signed.len(), 13);
    assert!(outcome.stderr.contains("given up after 13 attempts"));
}

#[test]
fn fewer_attempts_may_be_asked_for() {
    for (max, given_up) in [("1", false), ("4", true)] {
        let (hook, receiver) = (Hook::new(), Receiver::statuses(&[500]));
        let args = [FAST, &["--max-attempts", max]].concat();
        let outcome = hook.send(receiver.url(), &args).exits(1);
        assert_eq!(receiver.requests().len().to_string(), max);
        assert_eq!(outcome.stderr.contains("given up"), given_up);
    }
}

#[test]
fn the_schedule_goes_on_from_the_attempt_that_is_sent_first() {
    let (hook, receiver) = (Hook::new(), Receiver::statuses(&[500]));
    let args = [FAST, &["--attempt", "12"]].concat();
    let outcome = hook.send(receiver.url(), &args).exits(1);
    let numbers: Vec<_> = hook.records().iter().map(|record| record.attempt).collect();
    assert_eq!(numbers, [Some(12), Some(13)]);
    assert!(outcome.stderr.contains("given up after 13 attempts"));
}

#[test]
fn without_retry_a_failure_is_final() {
    let (hook, receiver) = (Hook::new(), Receiver::statuses(&[500, 200]));
    hook.send(receiver.url(), &["message.sent"]).exits(1);
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn only_2xx_in_time_is_a_success() {
    let location = "HTTP/1.1 302 Found\r\nLocation: /hook\r\nContent-Length: 0\r\n\r\n";
    let failures = [
        ("redirect", Answer::raw(location)),
        ("not modified", Answer::status(304)),
        ("timeout", Answer::silence()),
        ("hang-up", Answer::hang_up()),
        ("no http", Answer::raw("hello\r\n\r\n").closing()),
        (
            "half an answer",
            Answer::raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{").closing(),
        ),
    ];
    for (what, failure) in failures {
        let hook = Hook::new();
        let receiver = Receiver::scripted(move |number, _| match number {
            0 => failure.clone(),
            _ => Answer::status(204),
        });
        // Patient enough for a busy machine: only silence uses it up.
        let args = [FAST, &["--timeout", "2s"]].concat();
        let outcome = hook.send(receiver.url(), &args).exits(0);
        let attempts = outcome.attempts();
        assert_eq!(attempts.len(), 2, "{what}");
        assert_eq!(attempts[0]["success"], false, "{what}");
        assert!(attempts[0]["hint"].is_string(), "{what}");
        assert_eq!(
            receiver.requests().len(),
            2,
            "{what}: one request an attempt"
        );
    }
}

#[test]
fn a_refused_connection_is_a_failure_and_nobody_at_all_is_exit_3() {
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let hook = Hook::new();
    let outcome = hook.send(&url, FAST).exits(3);
    let attempts = outcome.attempts();
    assert_eq!(attempts.len(), 13);
    let error = attempts[0]["error"].as_str().unwrap();
    assert!(
        error.starts_with("connection refused: tried 127.0.0.1:"),
        "{error}"
    );
    assert_eq!(hook.records().len(), 13);
}

#[test]
fn ctrl_c_during_the_wait_ends_at_once_with_everything_recorded() {
    let (hook, receiver) = (Hook::new(), Receiver::statuses(&[500]));
    let args = [
        "--json",
        "send",
        "--to",
        receiver.url(),
        "message.sent",
        "--retry",
    ];
    let running = hook.start(&args);
    // The line of the first attempt: from then on it waits for a minute.
    assert_eq!(running.json_line()["attempt"], 1);
    running.interrupt();
    running.finish().exits(130);
    let records = hook.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].reply.as_ref().unwrap().status, Some(500));
}

#[test]
fn ctrl_c_during_an_attempt_records_it_as_failed() {
    let hook = Hook::new();
    let receiver = Receiver::scripted(|_, _| Answer::silence());
    let args = [
        "--json",
        "send",
        "--to",
        receiver.url(),
        "message.sent",
        "--retry",
    ];
    let running = hook.start(&args);
    receiver.wait_for(1);
    running.interrupt();
    running.finish().exits(130);
    let records = hook.records();
    assert_eq!(records.len(), 1);
    let error = records[0].reply.as_ref().unwrap().error.clone().unwrap();
    assert!(error.to_string().contains("interrupted"), "{error}");
}

#[test]
fn people_read_both_clocks() {
    let (hook, receiver) = (Hook::new(), Receiver::statuses(&[500, 500, 200]));
    let args = [
        "send",
        "--to",
        receiver.url(),
        "message.sent",
        "--retry",
        "--speed",
        "60000",
    ];
    let outcome = hook.run(&args).exits(0);
    let text = outcome.text();
    assert!(text.contains("documented: 1 min after the first"), "{text}");
    assert!(
        outcome
            .stderr
            .contains("attempt 2 in 1.0 ms (documented: 1 min)"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("(documented: 2 min)"),
        "{}",
        outcome.stderr
    );
}
