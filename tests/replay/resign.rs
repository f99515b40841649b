//! What becomes of deliveries that did not verify when they were received.

use serde_json::json;

use crate::support::{Listener, Receiver, Run, SECRET, STORE, Sandbox, lines, stored_delivery};

/// Two deliveries that failed: a genuine one, and a forgery.
fn store(sandbox: &Sandbox) {
    let mut records = [
        stored_delivery("genuine", "message.sent", 500),
        stored_delivery("forged", "message.hard_bounced", 401),
    ];
    records[0]["verdict"] = json!({"valid": true, "reason": null});
    records[1]["verdict"] = json!({"valid": false, "reason": "signature_mismatch"});
    records[1]["body"] = json!(r#"{"id":"forged","event":"message.hard_bounced","data":{"a":1}}"#);
    sandbox.write(STORE, lines(&records));
}

fn replay(receiver: &Receiver, options: &str) -> Run {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let line = format!("replay --failed {options} --to {}", receiver.url);
    sandbox.cmd(&line).run()
}

#[test]
fn replay_failed_names_and_does_not_sign_what_did_not_verify() {
    for options in ["", "--retry"] {
        let receiver = Receiver::ok();
        let run = replay(&receiver, options).exits(1);
        let sent: Vec<_> = receiver.requests().iter().map(|it| it.id()).collect();
        assert_eq!(sent, ["genuine"], "{options}");
        run.says(&[
            "did not verify when received (signature_mismatch)",
            "--resign-invalid",
            ": forged",
        ])
        .prints(&["1 of 2 deliveries delivered"]);
    }
    let receiver = Receiver::ok();
    let run = replay(&receiver, "-c 2").exits(1);
    assert_eq!(receiver.requests().len(), 1);
    run.says(&["did not verify when received (signature_mismatch)"]);
    let run = replay(&Receiver::optional(), "--print headers").exits(1);
    run.says(&["signature_mismatch", "forged"]);
}

#[test]
fn replay_resign_invalid_signs_it_and_says_so() {
    let receiver = Receiver::ok();
    let run = replay(&receiver, "--resign-invalid").exits(0);
    let requests = receiver.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.is_signed_with(SECRET))
    );
    assert_eq!(requests.len(), 2);
    run.prints(&["did not verify when received: signature_mismatch"]);
}

#[test]
fn replay_verbatim_sends_what_did_not_verify_as_it_was() {
    let receiver = Receiver::ok();
    replay(&receiver, "--verbatim").exits(0);
    let forged = receiver.requests().remove(1);
    assert!(!forged.is_signed_with(SECRET));
}

#[test]
fn replay_signs_what_a_listener_with_another_secret_refused() {
    let sandbox = Sandbox::new().env("RIGHT", SECRET);
    let line = "--secret whsec_of_another_listener_0123456789";
    let listener = Listener::json(&sandbox, line);
    let url = listener.url().to_owned();
    let send = format!("send message.sent --secret-env RIGHT --no-store --to {url}");
    sandbox.cmd(&send).run().exits(1);
    listener.stop();
    let receiver = Receiver::ok();
    let line = format!("replay --failed --secret-env RIGHT --to {}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(0);
    run.prints(&["refused when received: signature_mismatch"]);
}

#[test]
fn replay_direction_sent_says_that_a_signature_was_wrong() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([401, 200]));
    let line = format!(
        "send message.sent --tamper wrong-secret --to {}",
        receiver.url
    );
    sandbox.cmd(&line).run().exits(0);
    let line = format!("replay --direction sent --to {}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(0);
    run.prints(&["its own signature does not verify"]);
}

#[test]
fn replay_of_an_empty_store_selects_nothing() {
    let sandbox = Sandbox::with_secret();
    sandbox.write(STORE, "");
    for options in ["", "-c 2", "--print json"] {
        let run = sandbox.cmd(&format!("replay {options}")).run().exits(1);
        run.says(&["nothing was selected"]);
        assert!(!run.out().contains("0 of 0"), "{}", run.transcript());
    }
}

#[test]
fn replay_to_webhooks_that_take_nothing_is_exit_1() {
    let sandbox = Sandbox::with_secret();
    sandbox.write(
        "lettermint-hook.toml",
        "[[webhook]]\nname = \"w\"\nurl = \"http://127.0.0.1:9/\"\nevents = [\"webhook.test\"]\n",
    );
    store(&sandbox);
    for options in ["", "--quiet", "--print json"] {
        let run = sandbox.cmd(&format!("replay {options}")).run().exits(1);
        run.says(&["nothing was sent: no webhook takes what was selected"]);
    }
    let run = sandbox.cmd("replay -c 2").run().exits(1);
    run.prints(&["0 of 2 deliveries delivered"]);
}
