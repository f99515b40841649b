//! `--secret-env` and the others: none, one, several.

use serde_json::json;

use crate::support::{BODY, Listener, Sandbox, clock, post, signed_headers};

#[test]
fn listen_without_a_secret_answers_200_unverified() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::json(&sandbox, "");
    assert_eq!(listener.ready["secrets"], json!([]));
    assert_eq!(post(&listener.address, &[], b"anything").status, 200);
    assert!(listener.delivery().get("verdict").is_none());
    let run = listener.stop();
    assert_eq!(run.summary()["unverified"], 1);
    run.says(&["none: all is shown unverified"]);
}

#[test]
fn listen_tries_every_secret_and_names_the_one_that_matched() {
    let sandbox = Sandbox::new()
        .env("OLD", "whsec_old")
        .env("NEW", "whsec_new");
    let mut listener = Listener::json(&sandbox, "--secret-env OLD --secret-env NEW");
    for (secret, position, source) in [
        ("whsec_new", 2, "--secret-env NEW"),
        ("whsec_old", 1, "--secret-env OLD"),
    ] {
        let headers = signed_headers(secret, clock(), BODY);
        let lines = headers.iter();
        let lines: Vec<_> = lines
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        assert_eq!(post(&listener.address, &lines, BODY).status, 200);
        let matched = listener.delivery()["verdict"]["secret"].clone();
        assert_eq!(matched, json!({"position": position, "source": source}));
    }
}

#[test]
fn listen_and_send_say_that_their_secrets_differ() {
    let sandbox = Sandbox::new()
        .env("LETTERMINT_WEBHOOK_SECRET", "whsec_of_the_shell")
        .env("OTHER", "whsec_other");
    sandbox.write("key", "whsec_of_the_file");
    let listener = Listener::start(&sandbox, "--compact --secret-file key --secret-env OTHER");
    let line = format!("send message.sent --to {}", listener.url());
    let run = sandbox.cmd(&line).run().exits(1);
    // The first 8 digits of `printf %s whsec_… | sha256sum`.
    run.prints(&[
        "hint: the secrets differ: this was signed with LETTERMINT_WEBHOOK_SECRET (sha256 9bfab7a5…), and `listen` has --secret-file key (sha256 53a10fe6…) and --secret-env OTHER (sha256 64aa03ad…)",
    ]);
    run.lacks("raw b").lacks("whsec_");
    let run = listener.stop();
    run.prints(&[
        "hint: changed on the way, or signed with another secret than --secret-file key (sha256 53a10fe6…) and --secret-env OTHER (sha256 64aa03ad…)",
    ]);
    run.lacks("raw b").lacks("whsec_");
}

#[test]
fn listen_and_send_share_the_secret_that_secret_new_writes() {
    let sandbox = Sandbox::new();
    sandbox.cmd("secret new --env").run().exits(0);
    let listener = Listener::start(&sandbox, "--compact");
    let line = format!("send message.sent --to {}", listener.url());
    sandbox.cmd(&line).run().exits(0);
    // One terminal has a variable left from before.
    let run = sandbox
        .cmd(&line)
        .env("LETTERMINT_WEBHOOK_SECRET", "whsec_left_from_before")
        .run()
        .exits(1);
    run.prints(&[
        "this was signed with LETTERMINT_WEBHOOK_SECRET (sha256 ",
        ", and `listen` has LETTERMINT_WEBHOOK_SECRET in .env (sha256 ",
    ]);
    listener
        .stop()
        .prints(&["2 received: 1 verified, 1 rejected"]);
}
