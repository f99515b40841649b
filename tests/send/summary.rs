//! What is said at the end: deliveries are counted, and what went wrong is said once.

use crate::support::{Answer, Receiver, RefusingPort, Sandbox};

fn run(url: &str, line: &str) -> crate::support::Run {
    let line = format!("send {line} --to {url}");
    Sandbox::with_secret().cmd(&line).run()
}

const FAST: &str = "--retry --speed 1000000000";

#[test]
fn send_retry_summary_says_which_attempt_delivered() {
    let receiver = Receiver::statuses([500, 500, 200]);
    run(&receiver.url, &format!("message.sent {FAST}"))
        .exits(0)
        .prints(&["delivered at attempt 3 (2 failed attempts)"]);
    let receiver = Receiver::statuses([500, 200]);
    run(&receiver.url, &format!("message.sent {FAST}"))
        .exits(0)
        .prints(&["delivered at attempt 2 (1 failed attempt)"]);
    let receiver = Receiver::statuses([500]);
    run(&receiver.url, &format!("message.sent {FAST}"))
        .exits(1)
        .prints(&["not delivered: 13 failed attempts"]);
}

#[test]
fn send_retry_summary_counts_deliveries_and_attempts() {
    // The first and the third at once, the second never.
    let receiver = Receiver::scripted(|_, request| match request.event() {
        "message.opened" => Answer::status(500),
        _ => Answer::status(200),
    });
    let line = format!("message.sent message.opened message.sent {FAST} --max-attempts 3");
    run(&receiver.url, &line)
        .exits(1)
        .prints(&["2 of 3 deliveries delivered, 5 attempts"]);
    let json = run(&receiver.url, &format!("{line} --json")).exits(1);
    let summary = json.summary();
    assert_eq!(summary["deliveries"], 3);
    assert_eq!(summary["delivered"], 2);
    assert_eq!(summary["attempts"], 5);
    assert_eq!(summary["failed_attempts"], 3);
}

#[test]
fn send_says_the_same_error_once_and_how_often_it_came() {
    let nobody = RefusingPort::new();
    for (quiet, lines) in [("", 3), ("--quiet", 1)] {
        let line = format!("message.sent message.opened message.sent {quiet}");
        let run = run(&nobody.url(), &line).exits(3);
        run.prints(&[
            "✗ connection refused ×3",
            "0 of 3 deliveries delivered",
            "hint: is the server running",
        ]);
        for (text, count) in [("tried 127.0.0.1", 1), ("hint: ", 1), ("attempt 1", lines)] {
            assert_eq!(
                run.out().matches(text).count(),
                count,
                "{}",
                run.transcript()
            );
        }
    }
    // Another answer is another error.
    let receiver = Receiver::statuses([500, 404, 500]);
    let run = run(&receiver.url, "message.sent message.opened message.sent -q").exits(1);
    run.prints(&["✗ 500 ×2", "✗ 404  "]);
    assert!(!run.out().contains("404 ×"), "{}", run.transcript());
}

#[test]
fn send_count_explains_the_first_failure_of_each_status() {
    let answer = |status: u16, body: &str| {
        let length = body.len();
        Answer::bytes(format!(
            "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    };
    for store in ["", "--no-store"] {
        let receiver = Receiver::scripted(move |number, _| match number % 4 {
            0 => answer(500, "the queue is gone"),
            1 => answer(404, "no such route"),
            _ => Answer::status(200),
        });
        let line = format!("message.sent --count 40 {store}");
        let text = run(&receiver.url, &line).exits(1);
        text.prints(&[
            "20 of 40 deliveries delivered",
            "  500  10\n    reply: the queue is gone\n    hint: ",
            "  404  10\n    reply: no such route\n    hint: ",
        ]);
        let json = run(&receiver.url, &format!("{line} --json")).exits(1);
        let failures = json.summary()["failures"].clone();
        assert_eq!(failures[0]["outcome"], "404");
        assert_eq!(failures[1]["reply"], "the queue is gone");
        assert_eq!(failures[1]["count"], 10);
    }
}

#[test]
fn send_duplicate_summary_tells_deliveries_and_attempts_apart() {
    let receiver = Receiver::ok();
    let line = "message.sent --count 30 --duplicate 1";
    run(&receiver.url, line)
        .exits(0)
        .prints(&["30 of 30 attempts at 1 delivery answered 2xx"]);
    let json = run(&receiver.url, &format!("{line} --json")).exits(0);
    assert_eq!(json.summary()["deliveries"], 1);
    assert_eq!(json.summary()["attempts"], 30);
}

#[test]
fn send_duration_that_sends_nothing_is_exit_1() {
    let receiver = Receiver::optional();
    let run = run(&receiver.url, "message.sent --duration 0s").exits(1);
    run.prints(&["nothing was sent"]);
}
