//! `--tamper`: wrong in exactly the way the table says, and judged by what a correct handler does.

use std::collections::BTreeSet;

use crate::support::{
    Answer, Expected, Listener, NOW, Receiver, RefusingPort, Run, SECRET, Sandbox, TAMPERING,
};

/// The options of a delivery to this receiver that is sent now.
fn tampered(receiver: &Receiver, line: &str) -> Run {
    let line = format!("send message.delivered {line} --to {}", receiver.url);
    Sandbox::with_secret().cmd(&line).run()
}

#[test]
fn send_tamper_is_as_it_should_be_for_listen() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::json(&sandbox, "--no-store");
    for kind in TAMPERING {
        let line = format!("send message.delivered --tamper {} --to", kind.name);
        let run = sandbox.cmd(&line).arg(listener.url()).run().exits(0);
        let (reason, words) = match kind.expected {
            Expected::Refuse(reason) => (Some(reason.code()), "✓ refused (401), as it should"),
            Expected::Accept | Expected::AcceptByBody => (None, "✓ accepted (200), as it should"),
        };
        run.prints(&[words, kind.name]);
        run.lacks("note: ");
        let verdict = listener.delivery()["verdict"].clone();
        assert_eq!(verdict["reason"].as_str(), reason, "{}", kind.name);
        assert_eq!(verdict["valid"], reason.is_none(), "{}", kind.name);
    }
    listener.stop();
}

#[test]
fn send_tamper_accepted_is_exit_1_with_the_lesson_of_its_kind() {
    let receiver = Receiver::ok();
    for kind in TAMPERING {
        let run = tampered(&receiver, &format!("--tamper {}", kind.name));
        if let Expected::Refuse(_) = kind.expected {
            run.exits(1).prints(&[
                "✗ accepted (200), must be refused: ",
                &format!("; the handler {}", kind.mistake),
                &format!("hint: {}", kind.fix),
            ]);
        } else {
            run.exits(0).prints(&["✓ accepted (200), as it should"]);
        }
    }
    tampered(&receiver, "--tamper stale").exits(1).prints(&[
        "✗ accepted (200), must be refused: signed 10 min ago; the handler does not check the time",
    ]);
}

#[test]
fn send_tamper_refused_is_exit_1_where_a_correct_handler_accepts() {
    let receiver = Receiver::statuses([401]);
    let first = "with a second, foreign `v1` behind the genuine one";
    for (kind, sent, mistake) in [
        ("rotated-first", first, "compares the last `v1` only"),
        (
            "rotated-last",
            "before the genuine one",
            "compares the first `v1` only",
        ),
        (
            "uppercase-hex",
            "in upper case",
            "compares hex digits as text",
        ),
        (
            "stale=100",
            "signed 1 min 40 s ago",
            "allows less than 300 s",
        ),
        ("future=2m", "signed 2 min ahead", "allows less than 300 s"),
    ] {
        let run = tampered(&receiver, &format!("--tamper {kind}")).exits(1);
        // The handler may refuse everything, which is for another reason.
        run.prints(&[
            "✗ refused (401), must be accepted: ",
            sent,
            "hint: does the handler accept a genuine delivery? Send it without `--tamper`",
            mistake,
        ]);
    }
    // One that was seen to accept genuine deliveries has made the mistake.
    let last_only = Receiver::scripted(|_, request| match request.head.matches("v1=").count() {
        0 | 1 => Answer::status(200),
        _ => Answer::status(401),
    });
    let line = format!("send message.sent --tamper all --to {}", last_only.url);
    let run = Sandbox::with_secret().cmd(&line).run().exits(1);
    run.prints(&["hint: the handler compares the last `v1` only: accept a delivery when any"]);
    // To compare the header with the body is no mistake.
    tampered(&receiver, "--tamper event-header-mismatch")
        .exits(0)
        .prints(&["✓ refused (401), as it may: header and body disagree"]);
}

#[test]
fn send_tamper_seconds_decide_what_is_expected() {
    let (ok, refusing) = (Receiver::ok(), Receiver::statuses([400]));
    for (kind, is_within) in [
        ("stale=1", true),
        ("stale=100", true),
        ("stale=5m", true),
        ("stale=301", false),
        ("stale=1h", false),
        ("future=300", true),
        ("future=301", false),
    ] {
        // The clock stands still, so that no second passes on the way.
        for (receiver, accepts) in [(&ok, true), (&refusing, false)] {
            let code = i32::from(accepts != is_within);
            let line = format!("message.sent --tamper {kind}");
            let run = Sandbox::with_secret()
                .send(&receiver.url, &line)
                .exits(code);
            let attempt = run.attempts().remove(0);
            let word = |accepted| if accepted { "accepted" } else { "refused" };
            assert_eq!(attempt["expected"], word(is_within), "{kind}");
            assert_eq!(attempt["answer"], word(accepts), "{kind}");
            assert_eq!(attempt["as_expected"], code == 0, "{kind}");
            assert!(attempt["tamper"].as_str().unwrap().starts_with(&kind[..5]));
        }
    }
}

#[test]
fn send_tamper_is_not_judged_by_answers_that_are_no_judgment() {
    for (status, words) in [
        (302, "redirected"),
        (404, "nothing handles this path"),
        (405, "POST is not handled"),
        (413, "too large"),
        (419, "stopped by CSRF"),
        (429, "stopped by a rate limit"),
        (500, "the handler failed"),
        (503, "the handler failed"),
    ] {
        for kind in ["no-signature", "uppercase-hex"] {
            let run = tampered(&Receiver::statuses([status]), &format!("--tamper {kind}"));
            let words = format!("✗ not judged: {words}");
            run.exits(1)
                .prints(&[&words, &format!("({status})"), "hint: "]);
        }
    }
    // A check that throws is one that refuses, in a way that hides it.
    let thrown = "HTTP/1.1 500 X\r\nContent-Length: 24\r\n\r\nError: Invalid signature";
    let receiver = Receiver::answering([Answer::bytes(thrown)]);
    let run = tampered(&receiver, "--tamper wrong-secret").exits(1);
    run.prints(&["not judged: the handler failed (500)", "answer 401\n"]);
    run.lacks("its secret is another one");
    for status in [400, 401, 403, 422] {
        let receiver = Receiver::statuses([status]);
        let run = tampered(&receiver, "--tamper no-signature").exits(0);
        run.prints(&[&format!("✓ refused ({status}), as it should")]);
        run.prints(&["note: does the handler accept a genuine delivery?"]);
    }
    // A reason that a handler with another secret would not give.
    for (kind, words, is_proof) in [
        ("stale", "Timestamp outside tolerance", true),
        ("stale", "Invalid signature", false),
        ("wrong-secret", "Invalid signature", false),
    ] {
        let length = words.len();
        let answer = format!("HTTP/1.1 401 X\r\nContent-Length: {length}\r\n\r\n{words}");
        let receiver = Receiver::answering([Answer::bytes(answer)]);
        let run = tampered(&receiver, &format!("--tamper {kind}")).exits(0);
        assert_eq!(run.out().contains("note: "), !is_proof, "{kind}: {words}");
    }
    // A password is asked for in front of every handler.
    let challenge =
        "HTTP/1.1 401 X\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n";
    let receiver = Receiver::answering([Answer::bytes(challenge)]);
    let run = tampered(&receiver, "--tamper no-signature").exits(1);
    run.prints(&["✗ not judged: a user name and password are asked for (401)"]);
    // Neither does Django's CSRF protection know signatures, nor a login page.
    for (page, words) in [
        (
            "<title>403 Forbidden</title><p>CSRF verification failed.</p>",
            "CSRF protection",
        ),
        (
            "<form><input name=u><input type=\"password\"></form>",
            "a login page",
        ),
    ] {
        let length = page.len();
        let answer = format!(
            "HTTP/1.1 403 X\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n{page}"
        );
        let receiver = Receiver::answering([Answer::bytes(answer)]);
        for options in ["", "--count 2"] {
            let line = format!("--tamper no-signature {options}");
            let run = tampered(&receiver, &line).exits(1);
            run.prints(&[&format!("not judged: stopped by {words} (403)")]);
        }
    }
    let nobody = RefusingPort::new();
    let line = format!(
        "send message.sent --tamper no-signature --to {}",
        nobody.url()
    );
    let run = Sandbox::with_secret().cmd(&line).run().exits(3);
    run.prints(&["✗ not judged: no answer (connection refused)"]);
}

#[test]
fn send_tamper_retries_until_there_is_a_judgment() {
    for (statuses, attempts, code) in [
        (vec![500, 401], 2, 0),
        (vec![503, 200], 2, 1),
        (vec![401], 1, 0),
    ] {
        let receiver = Receiver::statuses(statuses);
        let line = "message.sent --tamper no-signature --retry --speed 1000000000";
        Sandbox::with_secret().send(&receiver.url, line).exits(code);
        assert_eq!(receiver.requests().len(), attempts);
    }
}

#[test]
fn send_tamper_all_sends_the_table_between_two_genuine_deliveries() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "--no-store");
    let line = format!("send message.sent --tamper all --to {}", listener.url());
    let run = sandbox.cmd(&line).run().exits(0);
    let (records, count) = (sandbox.records(), TAMPERING.len());
    run.prints(&[&format!("{count} of {count} as they should be")]);
    assert_eq!(records.len(), count + 2);
    let ids: BTreeSet<_> = records
        .iter()
        .map(|record| record["id"].to_string())
        .collect();
    assert_eq!(ids.len(), count + 2, "each has its own id");
    let json = sandbox.cmd(&line).arg("--json").run().exits(0);
    let kinds: Vec<_> = json
        .attempts()
        .iter()
        .map(|it| it["tamper"].to_string())
        .collect();
    assert_eq!(kinds[0], kinds[count + 1]);
    assert_eq!(json.summary()["tampered"], count);
    assert_eq!(json.summary()["as_expected"], count);
    listener.stop();
}

#[test]
fn send_tamper_all_counts_what_is_wrong() {
    // A handler that verifies nothing.
    let run = tampered(&Receiver::ok(), "--tamper all").exits(1);
    let count = TAMPERING.len();
    run.prints(&[
        &format!("4 of {count} as they should be"),
        "genuine",
        "stale=600",
    ]);
}

#[test]
fn send_tamper_all_means_nothing_while_genuine_deliveries_are_refused() {
    for status in [401, 404, 500, 302] {
        let receiver = Receiver::statuses([status]);
        let run = tampered(&receiver, "--tamper all").exits(1);
        assert_eq!(receiver.requests().len(), 1);
        run.says(&["the genuine delivery was not accepted, so refusals would prove nothing"]);
        assert!(
            !run.out().contains("as they should be"),
            "{}",
            run.transcript()
        );
    }
    let nobody = RefusingPort::new();
    let line = format!("send message.sent --tamper all --to {}", nobody.url());
    let run = Sandbox::with_secret().cmd(&line).run().exits(3);
    run.says(&["refusals would prove nothing"]);
    // One that refuses everything after a while has refused for another reason than the table.
    let receiver = Receiver::scripted(|number, _| match number {
        0 => Answer::status(200),
        _ => Answer::status(403),
    });
    let run = tampered(&receiver, "--tamper all").exits(1);
    run.says(&["accepted a genuine delivery at first and not in the end"]);
}

#[test]
fn send_tamper_refuses_what_would_undo_it() {
    let receiver = Receiver::unwanted();
    for (line, words) in [
        (
            &["--tamper", "stale", "-H", "x-lettermint-signature: x"][..],
            "-H replaces it",
        ),
        (
            &["--tamper", "all", "--count", "3"],
            "does not go with --tamper all",
        ),
    ] {
        let args = ["message.sent"].iter().chain(line);
        let run = Sandbox::with_secret()
            .send_args(&receiver.url, args)
            .exits(2);
        run.says(&[words]);
    }
}

#[test]
fn send_tamper_all_dry_run_prints_every_request() {
    let line = "send message.sent --tamper all --dry-run --json";
    let run = Sandbox::with_secret().cmd(line).run().exits(0);
    assert_eq!(run.out().lines().count(), TAMPERING.len() + 2);
    run.prints(&["\"tamper\":\"stale=600\"", "\"tamper\":\"genuine\""]);
}

#[test]
fn send_tamper_goes_with_count() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([401]));
    let line = "message.sent --count 20 --tamper wrong-secret";
    let run = sandbox.send(&receiver.url, line).exits(0);
    assert_eq!(run.summary()["as_expected"], 20);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 20);
    for request in &requests {
        let signature = request.header("X-Lettermint-Signature");
        let well_formed = signature.strip_prefix(&format!("t={NOW},v1=")).unwrap();
        assert!(well_formed.len() == 64 && well_formed.bytes().all(|c| c.is_ascii_hexdigit()));
        assert!(!request.is_signed_with(SECRET));
        assert_eq!(request.signed_at(), NOW);
    }
    assert_eq!(sandbox.records().len(), 20);

    let run = tampered(&Receiver::ok(), "--count 20 --tamper wrong-secret").exits(1);
    run.prints(&[
        "0 of 20 as they should be",
        "  200  20",
        "accepted (200), must be refused: ",
        "hint: ",
    ]);
}

#[test]
fn send_tamper_list_describes_every_kind() {
    let sandbox = Sandbox::new();
    let text = sandbox.cmd("send --tamper list").run().exits(0);
    let json = sandbox
        .cmd("send --tamper list --json")
        .run()
        .exits(0)
        .json();
    let rows = json["kinds"].as_array().unwrap();
    assert_eq!(rows.len(), TAMPERING.len());
    for (kind, row) in TAMPERING.iter().zip(rows) {
        text.prints(&[kind.name, kind.description]);
        assert_eq!(row["name"], kind.name);
        assert_eq!(row["expected"], kind.expected.describe());
    }
}

#[test]
fn send_tamper_unknown_suggests_the_nearest() {
    let receiver = Receiver::unwanted();
    for (kind, words) in [
        ("body-bite", "did you mean `body-byte`?"),
        ("zzz", "`--tamper list` describes them"),
        ("stale=x", "stale=SECONDS"),
        ("malformed=1", "takes no seconds"),
    ] {
        let line = format!("message.sent --tamper {kind}");
        let run = Sandbox::with_secret().send(&receiver.url, &line);
        run.exits(2).says(&[words]);
    }
}
