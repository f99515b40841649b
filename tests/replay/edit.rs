//! `--set` and `--unset`: edited, signed, and said.

use crate::support::{NOW, Receiver, SECRET, Sandbox, stored_delivery};

#[test]
fn replay_set_is_signed_and_said() {
    let sandbox = Sandbox::with_secret();
    let stored = stored_delivery("a", "message.sent", 200);
    sandbox.write("s.ndjson", format!("{stored}\n"));
    let receiver = Receiver::ok();
    let line = format!(
        "replay s.ndjson --set data.url=https://example.org/é --now {NOW} --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0).prints(&["bytes changed"]);
    let request = receiver.request();
    let body = r#"{"id":"a","event":"message.sent","data":{"url":"https://example.org/é"}}"#;
    assert_eq!(request.body, body.as_bytes());
    assert_eq!(request.signed_at(), NOW);
    assert!(request.is_signed_with(SECRET));
}

#[test]
fn replay_unset_that_fails_does_not_stop_the_rest() {
    let sandbox = Sandbox::with_secret();
    let broken = stored_delivery("broken", "message.sent", 200).with_body("no JSON");
    let good = stored_delivery("good", "message.sent", 200);
    sandbox.write("s.ndjson", format!("{broken}\n{good}\n"));
    let receiver = Receiver::ok();
    for more in ["", "--concurrency 2"] {
        let line = format!(
            "replay s.ndjson --unset data.url {more} --no-store --to {}",
            receiver.url
        );
        let run = sandbox.cmd(&line).run().exits(1);
        run.says(&["cannot be sent: its body is no JSON"]);
        assert_eq!(receiver.take().len(), 1);
    }
}
