//! `--expect`, `--expect-where`, `--forbid`, `--ordered`, `--count`, `--timeout`, `--junit`.

use serde_json::json;

use super::{forged, start};
use crate::support::{Listener, Response, Sandbox};

fn deliver(listener: &Listener, id: &str, event: &str) {
    let data = r#"{"recipient":"jane@example.com"}"#;
    let body = format!(r#"{{"id":"{id}","event":"{event}","data":{data}}}"#);
    assert_eq!(listener.deliver(body).status, 200);
}

#[test]
fn listen_expect_ends_as_soon_as_all_came() {
    let (sandbox, listener) = start(
        "--compact --expect message.sent --expect message.*ed:2 \
         --expect-where data.recipient=*@example.com --junit junit.xml",
    );
    for (id, event) in [
        ("1", "message.sent"),
        ("2", "message.opened"),
        ("2", "message.opened"),
        ("3", "webhook.test"),
        ("4", "message.delivered"),
    ] {
        deliver(&listener, id, event);
    }
    let run = listener.finish().exits(0);
    run.prints(
        &["✓ message.sent with data.recipient=*@example.com  1 of 1\n\
         ✓ message.*ed with data.recipient=*@example.com  2 of 2\n  \
         also came: 1 webhook.test\nas expected\n"],
    );
    let xml = String::from_utf8(sandbox.read("junit.xml")).unwrap();
    assert!(xml.contains("tests=\"2\" failures=\"0\""), "{xml}");
}

#[test]
fn listen_expect_missed_is_told_with_what_came_instead() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "--expect message.delivered:2 --timeout 1s");
    deliver(&listener, "1", "message.delivered");
    deliver(&listener, "2", "message.opened");
    let run = listener.finish().exits(1);
    let verdict = json!({
        "v": 1, "type": "verdict", "met": false, "why": "the time is up after 1.0 s",
        "expectations": [{"expected": "message.delivered", "wanted": 2, "came": 1, "met": false}],
        "also_came": {"message.opened": 1},
    });
    assert_eq!(run.json_of("verdict"), [verdict]);
}

#[test]
fn listen_expect_missed_is_escaped_as_text_and_junit() {
    let sandbox = Sandbox::with_secret();
    let cmd = sandbox.cmd("listen --port 0 --timeout 1s --junit junit.xml --expect-where");
    let listener = Listener::of(cmd.arg("data.recipient=a<b\u{1b}"));
    deliver(&listener, "1", "message.sent");
    let run = listener.finish().exits(1);
    run.prints(&["✗ * with data.recipient=a<b\\u001b  0 of 1\n"]);
    run.prints(&["not as expected: the time is up"]);
    let xml = String::from_utf8(sandbox.read("junit.xml")).unwrap();
    for part in [
        "<testsuite name=\"lettermint-hook listen\" tests=\"1\" failures=\"1\" skipped=\"0\">",
        "recipient=a&lt;b\\u001b\">\n      <failure type=\"missed\" message=\"0 of 1\"></failure>",
    ] {
        assert!(xml.contains(part), "{xml}");
    }
}

#[test]
fn listen_expect_that_is_impossible_is_refused() {
    for expectation in ["message.sent:0", "message.sent:x", ":1"] {
        let line = format!("listen --no-store --expect {expectation}");
        Sandbox::new().cmd(&line).run().exits(2);
    }
}

#[test]
fn listen_forbid_and_ordered_end_it_at_once() {
    for (options, event, words) in [
        (
            "--forbid *bounced",
            "message.hard_bounced",
            "✗ no *bounced  1 came\n",
        ),
        (
            "--ordered --expect message.sent --expect message.delivered",
            "message.delivered",
            "not as expected: message.delivered came before message.sent\n",
        ),
    ] {
        let (_sandbox, listener) = start(options);
        deliver(&listener, "1", event);
        listener.finish().exits(1).prints(&[words]);
    }
}

#[test]
fn listen_count_leaves_out_what_does_not_verify() {
    let (_sandbox, listener) = start("--count 1 --timeout 1s");
    let answer = Response::parse(&listener.exchange(forged()));
    assert_eq!(answer.status, 401);
    listener.finish().exits(1);
}
