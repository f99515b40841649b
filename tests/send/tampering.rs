//! `--tamper`: wrong in exactly the way the table says, as a real receiver judges it.

use lettermint_hook::delivery::tampering::{Expected, TABLE};
use serde_json::Value;

use crate::support::{Hook, Receiver};

#[test]
fn listen_refuses_every_kind_for_the_reason_of_the_table() {
    let (listening, sending) = (Hook::new(), Hook::new());
    let listen = listening.start(&["--json", "listen", "--port", "0"]);
    let ready = listen.json_line();
    let url = ready["url"].as_str().unwrap();
    for kind in TABLE {
        let args = [
            "send",
            "--to",
            url,
            "message.delivered",
            "--tamper",
            kind.name,
        ];
        let outcome = sending.run(&args);
        let (reason, code) = match kind.expected {
            Expected::Refuse(reason) => (Some(reason.code()), 1),
            Expected::Accept | Expected::AcceptByBody => (None, 0),
        };
        assert_eq!(
            outcome.code,
            Some(code),
            "{}: {}",
            kind.name,
            outcome.stderr
        );
        // Whoever reads the line learns what should have happened.
        assert!(
            outcome.text().contains(&kind.expected.describe()),
            "{}",
            outcome.text()
        );
        let delivery = listen.json_line();
        assert_eq!(delivery["type"], "delivery");
        assert_eq!(
            delivery["verdict"]["reason"].as_str(),
            reason,
            "{}",
            kind.name
        );
        assert_eq!(
            delivery["verdict"]["valid"],
            reason.is_none(),
            "{}",
            kind.name
        );
    }
    listen.interrupt();
    listen.finish().exits(130);
}

#[test]
fn seconds_may_be_given_and_the_boundary_is_lettermints() {
    let (listening, sending) = (Hook::new(), Hook::new());
    let listen = listening.start(&["--json", "listen", "--port", "0"]);
    let ready = listen.json_line();
    let url = ready["url"].as_str().unwrap();
    // A minute off the boundary of 300 s: a slow machine must not decide.
    for (kind, code) in [
        ("stale=240", 0),
        ("stale=301", 1),
        ("future=240", 0),
        ("future=420", 1),
    ] {
        sending
            .run(&["send", "--to", url, "message.sent", "--tamper", kind])
            .exits(code);
    }
    listen.interrupt();
    listen.finish().exits(130);
}

#[test]
fn the_list_describes_every_kind() {
    let hook = Hook::new();
    let text = hook.run(&["send", "--tamper", "list"]).exits(0);
    let json = hook.run(&["--json", "send", "--tamper", "list"]).exits(0);
    let json: Vec<Value> = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json.len(), TABLE.len());
    for (kind, row) in TABLE.iter().zip(&json) {
        assert!(text.text().contains(kind.name));
        assert!(text.text().contains(kind.description));
        assert_eq!(row["name"], kind.name);
        assert_eq!(row["expected"], kind.expected.describe());
    }
}

#[test]
fn an_unknown_kind_is_refused_with_the_nearest() {
    let receiver = Receiver::ok();
    for (kind, words) in [
        ("body-bite", "did you mean `body-byte`?"),
        ("zzz", "`--tamper list` describes them"),
        ("stale=x", "stale=SECONDS"),
        ("malformed=1", "takes no seconds"),
    ] {
        let args = ["message.sent", "--tamper", kind];
        let outcome = Hook::new().send(receiver.url(), &args).exits(2);
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
    assert_eq!(receiver.connections(), 0);
}
