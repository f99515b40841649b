//! `lettermint-hook.toml`: what secrets it names, and who is stopped by a broken one.

use crate::support::{Run, Sandbox, stored_delivery};

/// The signature of a fixed body at a fixed time.
fn sign(sandbox: &Sandbox, variables: &[(&str, &str)], more: &str) -> Run {
    sandbox.write("body", r#"{"event":"message.sent"}"#);
    let cmd = sandbox.cmd(&format!("sign --body body --now 1791101730 {more}"));
    let set = variables.iter();
    set.fold(cmd, |cmd, (name, value)| cmd.env(name, value))
        .run()
}

fn with_config(config: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("lettermint-hook.toml", config);
    sandbox
}

#[test]
fn config_secret_is_used_when_no_other_is_given() {
    let sandbox = with_config(
        "[[webhook]]\nname='a'\nurl='http://localhost/'\nsecret_env='OWN'\n\
         [[webhook]]\nname='b'\nurl='http://localhost/'\nenabled=false\nsecret_env='OFF'\n",
    );
    let own = ("OWN", "whsec_own");
    let from_file = sign(&sandbox, &[own], "").exits(0);
    let given = sign(&sandbox, &[], "--secret whsec_own");
    assert_eq!(from_file.stdout, given.stdout);
    let first = ("LETTERMINT_WEBHOOK_SECRET", "whsec_first");
    assert_ne!(sign(&sandbox, &[own, first], "").stdout, given.stdout);
    // Verifying tries every webhook's, and names one that is not there.
    let line = format!(
        "verify --body body --tolerance off --signature {}",
        given.out()
    );
    let verified = sandbox.cmd(&line).env(own.0, own.1).run().exits(0);
    verified
        .prints(&["secret_env OWN of the webhook a"])
        .says(&["secret_env OFF of the webhook b"]);
}

#[test]
fn config_secrets_that_cannot_be_had_are_an_error() {
    for (place, exit, why) in [
        (
            "secret_env='UNSET'",
            2,
            "variable not set or empty: secret_env UNSET",
        ),
        (
            "secret_env='EMPTY'",
            2,
            "variable not set or empty: secret_env EMPTY",
        ),
        (
            "secret_file='missing'",
            3,
            "cannot read the secret file (no such file or directory)",
        ),
        (
            "secret_file='.'",
            3,
            "cannot read the secret file (it is a directory)",
        ),
        ("secret_file='empty'", 2, "the secret is empty: secret_file"),
    ] {
        let sandbox = with_config(&format!(
            "[[webhook]]\nname='a'\nurl='http://localhost/'\n{place}\n"
        ));
        sandbox.write("empty", "");
        let record = stored_delivery("a", "message.sent", 200);
        sandbox.write("records", record.to_string());
        for line in [
            "listen --port 0 --count 1",
            "listen --port 0 -- true",
            "verify records",
        ] {
            let run = sandbox.cmd(line).env("EMPTY", "").run();
            run.exits(exit).says(&[why]);
        }
    }
}

#[test]
fn config_with_several_secrets_is_not_guessed_from() {
    let sandbox = with_config(
        "[[webhook]]\nname='a'\nurl='http://localhost/'\nsecret_env='A'\n\
         [[webhook]]\nname='b'\nurl='http://localhost/'\nsecret_env='B'\n",
    );
    let run = sign(&sandbox, &[("A", "whsec_a"), ("B", "whsec_b")], "").exits(2);
    run.says(&["several webhooks in the config file have a secret: a, b"]);
}

#[test]
fn config_that_is_broken_stops_only_who_needs_it() {
    let sandbox = with_config("[[webhook]]\nname = 'a'\nurll = 'http://localhost/'\n");
    sign(&sandbox, &[], "--secret whsec_x").exits(0);
    sandbox.cmd("events").run().exits(0);
    sign(&sandbox, &[], "").exits(2).says(&[
        "lettermint-hook.toml:1: `url` is missing",
        "`lettermint-hook webhooks` shows this and 1 more problem",
    ]);
}

#[test]
fn config_directory_holds_the_store_and_dot_env_also_from_below() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "lettermint-hook.toml",
        "[[webhook]]\nname='a'\nurl='http://localhost:9/'\n",
    );
    sandbox.write(".env", "LETTERMINT_WEBHOOK_SECRET=whsec_top\n");
    sandbox.write("src/deep/.env", "LETTERMINT_WEBHOOK_SECRET=whsec_deep\n");
    let store = stored_delivery("a", "message.sent", 200).to_string() + "\n";
    sandbox.write(".lettermint-hook/deliveries.ndjson", store);
    let below = |line: &str| {
        let go = ["sh", "-c", "cd src/deep && exec \"$0\" \"$@\""];
        sandbox.through(&go).args(line.split(' ')).run()
    };
    let check = below("secret check").exits(0);
    check.prints(&["✓ 1. LETTERMINT_WEBHOOK_SECRET in ../../.env"]);
    below("deliveries list").exits(0).prints(&["message.sent"]);
    below("verify --json").prints(&["\"source\":\"../../.lettermint-hook/deliveries.ndjson:1\""]);
    below("secret new --env --force")
        .exits(0)
        .prints(&["✓ ../../.env: "]);
    assert!(!sandbox.path("src/deep/.lettermint-hook").exists());
    // What `--store` names is relative to where it is typed.
    below("deliveries list --store ../../.lettermint-hook/deliveries.ndjson").exits(0);
}
