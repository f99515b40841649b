//! `send EVENT…` and `--all`: which deliveries, and what is said of them.

use serde_json::json;

use crate::support::{EVENTS, Receiver, Request, Sandbox};

#[test]
fn send_event_is_sent_once_and_said_in_one_line() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let run = sandbox
        .cmd(&format!("send message.hard_bounced --to {}", receiver.url))
        .run()
        .exits(0);
    assert_eq!(run.out().lines().count(), 1, "{}", run.transcript());
    let id = receiver.request().id();
    assert!(run.stderr.is_empty(), "{}", run.transcript());
    run.prints(&["✓ 200", "message.hard_bounced", &id, "attempt 1"]);
}

#[test]
fn send_events_go_out_in_the_order_given() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let names = ["message.opened", "webhook.test", "message.opened"];
    let run = sandbox
        .cmd(&format!("send {} --to {}", names.join(" "), receiver.url))
        .run()
        .exits(0);
    let sent: Vec<_> = receiver
        .take()
        .iter()
        .map(|request| request.event().to_owned())
        .collect();
    assert_eq!(sent, names);
    run.prints(&["3 of 3 deliveries delivered"]);
}

#[test]
fn send_all_sends_every_event_with_a_payload() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    sandbox
        .cmd(&format!("send --all --to {}", receiver.url))
        .run()
        .exits(0);
    let requests = receiver.take();
    let events = EVENTS.iter();
    let events = events.filter(|event| event.sample_json().is_some());
    // In the end an awkward one.
    let last = ["message.policy_rejected"];
    let expected: Vec<_> = events.map(|event| event.name).chain(last).collect();
    let names: Vec<_> = requests.iter().map(Request::event).collect();
    assert_eq!(names, expected);
    requests.iter().for_each(Request::assert_genuine);
}

#[test]
fn send_event_globs_stand_for_all_that_match() {
    for (globs, names) in [
        (
            "message.*bounced",
            &["message.hard_bounced", "message.soft_bounced"][..],
        ),
        (
            "webhook.tes? message.sent",
            &["webhook.test", "message.sent"],
        ),
        (
            "suppression.*",
            &["suppression.added", "suppression.removed"],
        ),
    ] {
        for bulk in ["", "--count 2"] {
            let receiver = Receiver::ok();
            let line = format!("{globs} {bulk}");
            Sandbox::with_secret().send(&receiver.url, &line).exits(0);
            let requests = receiver.take();
            let sent: Vec<_> = requests.iter().map(Request::event).collect();
            assert_eq!(sent, names, "{line}");
        }
    }
}

#[test]
fn send_event_glob_that_matches_nothing_is_exit_2() {
    let receiver = Receiver::unwanted();
    for (glob, words) in [
        ("message.*bouncd", "no known event matches: message.*bouncd"),
        (
            "inbound.*",
            "no payload was ever published of an event like: inbound.*",
        ),
        ("message.bounce", "did you mean `message."),
        ("bounced", "the scenario is sent with `--scenario bounced`"),
        ("message.* --body x", "EVENT cannot be a glob: message.*"),
    ] {
        Sandbox::with_secret()
            .send(&receiver.url, glob)
            .exits(2)
            .says(&[words]);
    }
}

#[test]
fn send_event_without_a_published_payload_says_how_to_give_one() {
    let sandbox = Sandbox::with_secret();
    let run = sandbox.cmd("send inbound.rejected").run().exits(2);
    run.says(&["no payload", "inbound.rejected", "--body FILE", "--set"]);
}

#[test]
fn send_without_an_event_names_the_options() {
    let receiver = Receiver::unwanted();
    let line = format!("send --to {}", receiver.url);
    let run = Sandbox::with_secret().cmd(&line).run().exits(2);
    run.says(&["no EVENT to send", "`--scenario NAME`"]);
}

#[test]
fn send_json_is_a_line_an_attempt_and_a_summary() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::statuses([200, 500]);
    let run = sandbox
        .cmd(&format!(
            "send message.sent message.opened --json --to {}",
            receiver.url
        ))
        .run()
        .exits(1);
    let lines = run.json_lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["type"], "attempt");
    assert_eq!(
        (&lines[0]["status"], &lines[0]["success"]),
        (&json!(200), &json!(true))
    );
    assert_eq!(lines[0]["target"], json!(receiver.url));
    assert_eq!(lines[1]["status"], 500);
    assert_eq!(lines[1]["reply"], "ok");
    assert!(lines[1]["hint"].as_str().unwrap().contains("log"));
    assert_eq!(
        lines[2],
        json!({
            "v": 1,
            "type": "summary",
            "deliveries": 2,
            "delivered": 1,
            "failed": 1,
            "attempts": 2,
            "failed_attempts": 1,
        })
    );
}

#[test]
fn send_quiet_prints_failures_only() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::statuses([200, 500]);
    let line = format!("send message.sent --quiet --to {}", receiver.url);
    assert_eq!(sandbox.cmd(&line).run().exits(0).out(), "");
    sandbox.cmd(&line).run().exits(1).prints(&["✗ 500"]);
}
