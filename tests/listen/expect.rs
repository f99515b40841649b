//! `--expect`, `--expect-where`, `--forbid`, `--ordered`, `--count`, `--timeout`, `--junit`.

use serde_json::json;

use super::{BODY, forged, start};
use crate::support::{Listener, Receiver, RefusingPort, Response, Sandbox, junit_cases};

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
        "expectations": [{"expected": "message.delivered", "wanted": 2, "exact": false, "came": 1, "not_counted": {}, "met": false}],
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
    let cases = junit_cases(&sandbox.read("junit.xml"));
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0]["name"], "* with data.recipient=a<b\\u001b");
    assert_eq!(cases[0]["result"], "failure");
    assert_eq!(cases[0]["message"], "0 of 1");
}

#[test]
fn listen_expect_that_is_impossible_is_refused() {
    for expectation in [
        "--expect message.sent:0",
        "--expect message.sent:x",
        "--expect message.sent:=",
        "--expect :1",
        "--count 0",
        "--count =x",
    ] {
        let line = format!("listen --no-store {expectation}");
        let run = Sandbox::new().cmd(&line).run().exits(2);
        assert!(run.err().contains("such as"), "{}", run.transcript());
    }
}

/// Delivers once and says what was answered.
fn answered(listener: &Listener, id: &str, event: &str) -> u16 {
    let body = format!(r#"{{"id":"{id}","event":"{event}"}}"#);
    listener.deliver(body).status
}

#[test]
fn listen_expect_counts_what_the_handler_accepted() {
    let handler = Receiver::statuses([500, 302, 200]);
    let sandbox = Sandbox::with_secret();
    let line = format!(
        "--forward-to {} --expect message.sent --count 1",
        handler.url
    );
    let listener = Listener::json(&sandbox, &line);
    // One that failed comes again with its id, and counts then.
    for status in [500, 302, 200] {
        assert_eq!(answered(&listener, "1", "message.sent"), status);
    }
    let run = listener.finish().exits(0);
    let expectations = &run.json_of("verdict")[0]["expectations"];
    let not_counted = json!({"the handler answered 302": 1, "the handler answered 500": 1});
    for (line, what) in [(0, "message.sent"), (1, "deliveries in all")] {
        let counts = json!({
            "expected": what, "wanted": 1, "exact": false, "came": 1,
            "not_counted": not_counted, "met": true,
        });
        assert_eq!(expectations[line], counts);
    }
    let summary = run.summary();
    assert_eq!(
        (&summary["received"], &summary["accepted"]),
        (&json!(3), &json!(1))
    );
}

#[test]
fn listen_expect_says_why_what_came_does_not_count() {
    let dead = RefusingPort::new();
    let dead = format!("--forward-to http://127.0.0.1:{}/", dead.port());
    let failing = Receiver::statuses([500]);
    let failing = format!("--forward-to {}", failing.url);
    for (options, status, why) in [
        (
            &*dead,
            502,
            "the handler did not answer (connection refused",
        ),
        (&failing, 500, "the handler answered 500"),
        ("--respond 500", 500, "it was answered 500 on purpose"),
        (
            "--respond-for message.*=301",
            301,
            "it was answered 301 on purpose",
        ),
        ("--drop 1", 0, "it was dropped on purpose"),
        ("--reset 1", 0, "it was reset on purpose"),
        ("--truncate-reply", 200, "it was cut short on purpose"),
        ("--store /dev/full", 503, "it could not be recorded"),
    ] {
        let sandbox = Sandbox::with_secret();
        for expected in [
            "--expect message.sent",
            "--expect-where event=message.*",
            "--count 1",
        ] {
            let line = format!("{options} {expected} --timeout 1s --junit junit.xml");
            let listener = Listener::start(&sandbox, &line);
            assert_eq!(answered(&listener, "1", "message.sent"), status, "{line}");
            let run = listener.finish().exits(1);
            run.prints(&[
                &format!("  0 of 1: received 1, but {why}"),
                "1 received, 0 answered 2xx: ",
            ]);
            let xml = String::from_utf8(sandbox.read("junit.xml")).unwrap();
            let failure = format!("message=\"0 of 1: received 1, but {why}");
            assert!(xml.contains(&failure), "{xml}");
        }
    }
}

#[test]
fn listen_expect_counts_an_id_that_was_refused_before() {
    let (_sandbox, listener) = start("--expect message.delivered --timeout 20s");
    assert_eq!(Response::parse(&listener.exchange(forged())).status, 401);
    assert_eq!(listener.deliver(BODY).status, 200);
    listener.finish().exits(0);
}

#[test]
fn listen_expect_leaves_out_what_does_not_verify_though_the_handler_takes_it() {
    let handler = Receiver::ok();
    let options = format!(
        "--forward-to {} --expect message.delivered --timeout 1s",
        handler.url
    );
    let (_sandbox, listener) = start(&options);
    assert_eq!(Response::parse(&listener.exchange(forged())).status, 200);
    let run = listener.finish().exits(1);
    run.prints(&["0 of 1: received 1, but it does not verify: signature_mismatch\n"]);
}

#[test]
fn listen_expect_exact_numbers_are_decided_at_the_end_or_when_exceeded() {
    for (options, ids, code, said) in [
        (
            "--expect message.sent:=2",
            &["1", "2", "2"][..],
            0,
            "✓ message.sent  2 of exactly 2\n",
        ),
        (
            "--expect message.sent:=2",
            &["1"],
            1,
            "✗ message.sent  1 of exactly 2\n",
        ),
        (
            "--expect message.sent:=0",
            &[],
            0,
            "✓ message.sent  0 of exactly 0\n",
        ),
        (
            "--count =1",
            &["1"],
            0,
            "✓ deliveries in all  1 of exactly 1\n",
        ),
        (
            "--forbid message.opened",
            &["1"],
            0,
            "✓ no message.opened  0 came\n",
        ),
        (
            "--count 2 --expect message.sent",
            &["1"],
            1,
            "not as expected: the time is up",
        ),
        (
            "--count 2 --expect message.opened",
            &["1", "2"],
            1,
            "not as expected: 2 deliveries came, and not all that was expected\n",
        ),
    ] {
        let (_sandbox, listener) = start(&format!("{options} --timeout 1s"));
        for id in ids {
            deliver(&listener, id, "message.sent");
        }
        listener.finish().exits(code).prints(&[said]);
    }
    for (options, why) in [
        (
            "--expect message.sent:=1",
            "message.sent came 2 times, not exactly 1\n",
        ),
        (
            "--expect message.*:=1 --expect message.sent",
            "message.* came 2 times, not exactly 1\n",
        ),
        ("--count =1", "2 deliveries came, not exactly 1\n"),
    ] {
        let (_sandbox, listener) = start(options);
        deliver(&listener, "1", "message.sent");
        deliver(&listener, "2", "message.sent");
        let run = listener.finish().exits(1);
        run.prints(&[&format!("not as expected: {why}"), "2 of exactly 1\n"]);
    }
}

#[test]
fn listen_forbid_counts_what_also_was_expected() {
    let (_sandbox, listener) = start("--expect message.*:3 --forbid message.sent");
    deliver(&listener, "1", "message.sent");
    listener
        .finish()
        .exits(1)
        .prints(&["✗ no message.sent  1 came\n"]);
}

#[test]
fn listen_forbid_invalid_ends_it_at_once() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "--forbid-invalid --junit junit.xml");
    deliver(&listener, "1", "message.sent");
    listener.exchange(forged());
    let run = listener.finish().exits(1);
    let verdict = &run.json_of("verdict")[0];
    assert_eq!(
        verdict["why"],
        "message.delivered came and does not verify: signature_mismatch"
    );
    assert_eq!(verdict["expectations"][0]["came"], 1);
    let xml = String::from_utf8(sandbox.read("junit.xml")).unwrap();
    for part in [
        "name=\"no delivery that does not verify\" ",
        "<failure type=\"missed\" message=\"1 came\">",
    ] {
        assert!(xml.contains(part), "{xml}");
    }
    // Without a secret nothing could ever fail.
    let line = "listen --port 0 --no-store --forbid-invalid";
    let run = Sandbox::new().cmd(line).run().exits(2);
    run.says(&["--forbid-invalid needs a secret"]);
}

#[test]
fn listen_options_refuse_events_that_nobody_sends() {
    for (option, event, hint) in [
        ("--expect", "message.deliverd", "message.delivered"),
        ("--expect", "message.deliverd:=2", "message.delivered"),
        ("--forbid", "message.unsubscribd", "message.unsubscribed"),
        ("--events", "message.sant", "message.sent"),
        ("--respond-for", "message.inbund=422", "message.inbound"),
    ] {
        let line = format!("listen --no-store --port 0 {option} {event}");
        let run = Sandbox::new().cmd(&line).run().exits(2);
        run.says(&[&format!("did you mean `{hint}`?")]);
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
fn listen_ordered_is_met_with_others_and_repeats_between() {
    let (_sandbox, listener) = start(
        "--ordered --expect message.sent:2 --expect *bounced --expect message.opened \
         --expect-where data.recipient=*@example.com --expect-where id=*a",
    );
    let [sent, bounced] = ["message.sent", "message.soft_bounced"];
    for (id, event) in [
        ("1a", sent),
        ("2a", "webhook.test"),
        ("2b", bounced),
        ("3a", sent),
        ("4a", bounced),
        ("5a", sent),
        ("6a", "message.opened"),
    ] {
        deliver(&listener, id, event);
    }
    listener.finish().exits(0).prints(&["\nas expected\n"]);
}

#[test]
fn listen_count_leaves_out_what_does_not_verify() {
    let (_sandbox, listener) = start("--count 1 --timeout 1s");
    let answer = Response::parse(&listener.exchange(forged()));
    assert_eq!(answer.status, 401);
    listener.finish().exits(1);
}

#[test]
fn listen_format_github_annotates_and_appends_a_summary() {
    let sandbox = Sandbox::with_secret();
    let summary = sandbox.write("summary.md", "");
    let handler = Receiver::ok();
    let line = "listen --port 0 --format github --expect message.delivered --count 1 --forward-to";
    let cmd = sandbox.cmd(line).arg(&handler.url);
    let listener = Listener::of(
        cmd.env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", &summary),
    );
    deliver(&listener, "1", "message.sent");
    let run = listener.finish().exits(1);
    run.says(&["::error title=lettermint-hook%3A missed%3A message.delivered::0 of 1\n"]);
    let text = String::from_utf8(sandbox.read("summary.md")).unwrap();
    assert!(
        text.starts_with("### lettermint\\-hook listen\n\n1 received")
            && text.contains(" 0 duplicates\\\n1 forwarded\n\n"),
        "{text}"
    );
    assert!(
        text.contains("| missed\\: message\\.delivered | 1 |"),
        "{text}"
    );
}

#[test]
fn listen_junit_is_valid_when_it_cannot_listen_and_when_interrupted() {
    let sandbox = Sandbox::with_secret();
    let busy = RefusingPort::new();
    let line = format!("listen --port {} --junit junit.xml", busy.port());
    sandbox.cmd(&line).run().exits(3);
    let cases = junit_cases(&sandbox.read("junit.xml"));
    assert_eq!(cases[0]["type"], "cannot_run");
    let listener = Listener::start(&sandbox, "--expect message.sent --junit junit.xml");
    listener.stop();
    let cases = junit_cases(&sandbox.read("junit.xml"));
    assert_eq!(cases[0]["detail"], "interrupted");
    assert_eq!(cases[0]["result"], "failure");
}

#[test]
fn listen_says_when_only_ctrl_c_ends_a_run_well() {
    for (options, is_told) in [
        ("--expect message.sent:=1", true),
        ("--forbid message.sent", true),
        ("--forbid-invalid", true),
        ("--expect message.sent --count =1", true),
        ("--expect message.sent --forbid message.opened", false),
        ("--count 1", false),
    ] {
        let (_sandbox, listener) = start(options);
        let run = listener.stop();
        let told = run.err().contains("warning: this run can only fail");
        assert_eq!(told, is_told, "{}", run.transcript());
        run.lacks("not verified");
    }
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, "--expect message.sent");
    deliver(&listener, "1", "message.sent");
    let run = listener.finish().exits(0);
    run.says(&["warning: what counts is not verified, as there is no secret"]);
}
