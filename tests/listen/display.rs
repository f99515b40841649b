//! What is shown: lines, payloads, `--compact`, `--events`, `--where`, `--only`.

use super::{BODY, start};
use crate::support::{self, Listener, Sandbox, exchange, post, signed_request};

#[test]
fn listen_shows_a_line_the_reason_and_the_payload() {
    let (_sandbox, listener) = start("");
    let body = support::BODY;
    exchange(&listener.address, &signed_request("/", "", body), 1);
    let event: (&str, &[u8]) = ("X-Lettermint-Event", b"message.opened");
    post(&listener.address, &[event], body);
    let run = listener.stop();
    run.says(&[
        "ready on http://127.0.0.1:",
        "secret  LETTERMINT_WEBHOOK_SECRET",
        "store   .lettermint-hook",
        "try     ",
    ]);
    run.prints(&[
        "✓ verified  message.sent",
        "→ 200",
        "\n    {\n      \"id\": ",
        "✗ signature_header_missing  message.opened",
        "→ 401",
        "hint: a proxy may drop it",
        "duplicate of #1",
        "2 received: 1 verified, 1 rejected, 1 duplicates",
    ]);
}

#[test]
fn listen_compact_leaves_the_payload_out() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, "--compact");
    post(&listener.address, &[], support::BODY);
    let line = listener.running.next_line();
    assert!(line.contains("? unverified  message.sent"), "{line}");
    let run = listener.stop();
    assert_eq!(run.out().lines().count(), 2, "{}", run.transcript());
}

#[test]
fn listen_events_and_where_filter_what_is_shown_and_nothing_else() {
    let (sandbox, listener) = start("--compact --events *.delivered --where data.recipient=jane@*");
    for body in [
        BODY,
        r#"{"id":"d-2","event":"message.delivered","data":{"recipient":"john@example.com"}}"#,
        r#"{"id":"d-3","event":"message.opened","data":{"recipient":"jane@example.com"}}"#,
    ] {
        let answer = listener.deliver(body);
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, r#"{"received":true}"#)
        );
    }
    assert_eq!(sandbox.records().len(), 3);
    let run = listener.stop();
    assert_eq!(run.out().lines().count(), 2, "{}", run.transcript());
    run.prints(&[
        "message.delivered  jane@example.com",
        "\n3 received: 3 verified, 0 rejected, 0 duplicates\n",
    ]);
}

#[test]
fn listen_only_duplicate_names_the_first_delivery() {
    let (_sandbox, listener) = start("--only duplicate --compact");
    listener.deliver(BODY);
    listener.deliver(BODY);
    let run = listener.stop();
    assert_eq!(run.out().matches("message.delivered").count(), 1);
    run.prints(&["#2\n    duplicate of #1, now\n"]);
}

#[test]
fn listen_shortens_lines_for_a_narrow_terminal() {
    let sandbox = Sandbox::with_secret().env("COLUMNS", "60");
    let listener = Listener::start(&sandbox, "");
    let mail = r#"{"id":"d-4","event":"message.inbound","data":{"from":{"email":"jane@example.com","name":"Jane \u001b[2J"},"to":[{"email":"help@example.com"}],"recipient":"help@example.com","subject":"A subject that goes on and on, far beyond what sixty columns hold","body":{"text":"Hello\nthere"},"attachments":[{"filename":"a.pdf","content_type":"application/pdf","size":300,"content":"QUJD0000"}]}}"#
        .replace("QUJD0000", &"QUJD".repeat(100));
    assert_eq!(listener.deliver(mail).status, 200);
    let run = listener.stop();
    let shown = run.err() + &run.out();
    for line in shown.lines() {
        assert!(line.chars().count() <= 60, "{line}");
    }
    for part in [
        "from    Jane \\u001b[2J <jane@example.com>",
        "to      help@example.com",
        "text    Hello\n            there",
        "file    a.pdf (application/pdf, 300 B)",
        "…\" (400 B)",
        "--to http://127.0.0.1:",
    ] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn listen_escapes_control_characters_of_a_payload() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, "");
    let hostile = "{\"id\":\"\u{202e}id\",\"event\":\"\u{9b}31m\",\"data\":{\"subject\":\"\u{1b}]0;owned\u{7}\",\"\u{1b}[2J\":\"\\u001b[1m\"}}";
    let event: (&str, &[u8]) = ("X-Lettermint-Event", "a\u{9b}31mb".as_bytes());
    for (headers, body) in [
        (&[event][..], hostile.as_bytes()),
        (&[], b"\x1b[2J\nno JSON"),
    ] {
        assert_eq!(post(&listener.address, headers, body).status, 200);
    }
    let run = listener.stop();
    let text = run.out() + &run.err();
    let control = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!text.contains(control), "{text:?}");
    run.prints(&[
        "\\u001b]0;owned\\u0007",
        "\\u001b[2J",
        "\\u009b31m",
        "\\u202e",
    ]);
}
