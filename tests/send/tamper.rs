//! `--tamper`: wrong in exactly the way the table says, as a real receiver judges it.

use crate::support::{Expected, Listener, NOW, Receiver, SECRET, Sandbox, TAMPERING};

#[test]
fn send_tamper_is_refused_by_listen_for_the_reason_in_the_table() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::json(&sandbox, "--no-store");
    for kind in TAMPERING {
        let line = format!("send message.delivered --tamper {} --to", kind.name);
        let (reason, code) = match kind.expected {
            Expected::Refuse(reason) => (Some(reason.code()), 1),
            Expected::Accept | Expected::AcceptByBody => (None, 0),
        };
        let run = sandbox.cmd(&line).arg(listener.url()).run().exits(code);
        // The line says what should have happened.
        run.prints(&[&kind.expected.describe()]);
        let verdict = listener.delivery()["verdict"].clone();
        assert_eq!(verdict["reason"].as_str(), reason, "{}", kind.name);
        assert_eq!(verdict["valid"], reason.is_none(), "{}", kind.name);
    }
    listener.stop();
}

#[test]
fn send_tamper_stale_and_future_take_seconds() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "--no-store");
    // A minute off the boundary of 300 s: a slow machine must not decide.
    for (kind, code) in [
        ("stale=240", 0),
        ("stale=301", 1),
        ("future=240", 0),
        ("future=420", 1),
    ] {
        let line = format!("send message.sent --tamper {kind} --to {}", listener.url());
        sandbox.cmd(&line).run().exits(code);
    }
    listener.stop();
}

#[test]
fn send_tamper_wrong_secret_goes_with_count() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([401]));
    sandbox
        .send(
            &receiver.url,
            "message.sent --count 20 --tamper wrong-secret",
        )
        .exits(1);
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
