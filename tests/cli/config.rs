//! `lettermint-hook.toml`: what secrets it names, and who is stopped by a broken one.

use crate::support::{Run, Sandbox};

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
