//! `--body`, `--signature`, `--delivery`, `--event`: one delivery without a store.

use crate::support::{BODY, NOW, SECRET, Sandbox, signature};

#[test]
fn verify_body_and_signature_without_a_store() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", BODY);
    let value = signature(SECRET, &NOW.to_string(), BODY);
    let t = NOW.to_string();
    let verify = |body: &str, more: &[&str]| {
        let cmd = sandbox.cmd("verify --body").arg(body).arg("--signature");
        cmd.arg(&value).args(["--now", &t]).args(more)
    };
    let run = verify("body.json", &[]).run().exits(0);
    run.prints(&["✓ valid  message.sent"]);
    verify("body.json", &["--require-event", "message.sent"])
        .run()
        .exits(0);
    verify("body.json", &["--require-event", "message.clicked"])
        .run()
        .exits(1);
    let other = verify("body.json", &["--event", "message.delivered"]);
    other
        .run()
        .exits(0)
        .prints(&["note: X-Lettermint-Event is not the body's event"]);
    verify("body.json", &["--delivery", &t]).run().exits(0);
    let run = verify("body.json", &["--delivery", "1"]).run().exits(1);
    run.prints(&["✗ delivery_timestamp_mismatch"]);
    verify("-", &[]).stdin(BODY).run().exits(0);
    let run = verify("-", &[]).stdin("{}").run().exits(1);
    run.prints(&[
        "✗ signature_mismatch",
        "signature mismatch",
        "time ok",
        "hint: ",
    ]);
    // The default is the clock, and the signature is from another day.
    let run = sandbox
        .cmd("verify --body body.json --signature")
        .arg(&value)
        .run();
    run.exits(1)
        .prints(&["✗ timestamp_out_of_tolerance", "signature ok"]);
    let run = sandbox.cmd("verify --now received --body body.json --signature");
    run.arg(&value)
        .run()
        .exits(2)
        .says(&["--now received", "hint: "]);
}

#[test]
fn verify_refuses_options_that_do_not_go_together() {
    let sandbox = Sandbox::with_secret();
    for line in [
        "verify --body x",
        "verify --signature x",
        "verify --delivery 1",
        "verify a.ndjson --body x --signature y",
        "verify --tolerance soon",
        "verify --tolerance -1",
        "verify --now noon",
    ] {
        sandbox.cmd(line).run().exits(2);
    }
}
