//! Bad input has a clear answer: what is wrong, where, and what to type instead.

use std::os::unix::ffi::OsStrExt as _;

use crate::support::{BODY, RefusingPort, Sandbox, stored_delivery};

#[test]
fn no_secret_anywhere_names_every_way_to_give_one() {
    let sandbox = Sandbox::new();
    sandbox.write("body.json", BODY);
    sandbox.write(
        "store.ndjson",
        stored_delivery("a", "message.sent", 200).to_string() + "\n",
    );
    for line in [
        "send message.sent",
        "sign --body body.json",
        "verify store.ndjson",
        "replay store.ndjson",
        "secret check",
    ] {
        sandbox.cmd(line).run().exits(2).says(&[
            "error: no secret",
            "LETTERMINT_WEBHOOK_SECRET",
            "--secret-file",
            "--secret-env",
            "`lettermint-hook secret new`",
        ]);
    }
}

#[test]
fn an_empty_secret_is_an_error_that_says_where_it_is() {
    let sandbox = Sandbox::new();
    sandbox.write("empty.txt", "");
    sandbox.write("newline.txt", "\n");
    sandbox.write("body.json", BODY);
    let line = "sign --body body.json";
    for (options, place) in [
        (["--secret", ""], "--secret"),
        (["--secret-file", "empty.txt"], "--secret-file empty.txt"),
        (
            ["--secret-file", "newline.txt"],
            "--secret-file newline.txt",
        ),
        (["--secret-env", "EMPTY"], "EMPTY"),
        (["--secret-env", "UNSET"], "UNSET"),
    ] {
        let cmd = sandbox.cmd(line).env("EMPTY", "");
        let run = cmd.arg(options[0]).arg(options[1]).run().exits(2);
        run.says(&["empty", place, "hint: "]);
    }
}

#[test]
fn a_default_variable_that_is_set_to_nothing_does_not_switch_verification_off() {
    let sandbox = Sandbox::new().env("LETTERMINT_WEBHOOK_SECRET", "");
    sandbox.write("body.json", BODY);
    for line in ["listen --port 0", "sign --body body.json", "secret check"] {
        let run = sandbox.cmd(line).run().exits(2);
        run.says(&["the secret is empty: LETTERMINT_WEBHOOK_SECRET", "hint: "]);
    }
    // Saying so with an option is the way around it.
    sandbox
        .cmd("sign --body body.json --secret whsec_a")
        .run()
        .exits(0);
}

#[test]
fn an_empty_assignment_in_dot_env_is_an_error_too() {
    let sandbox = Sandbox::new();
    sandbox.write(".env", "OTHER=1\nLETTERMINT_WEBHOOK_SECRET=\n");
    sandbox.write("body.json", BODY);
    let run = sandbox.cmd("sign --body body.json").run().exits(2);
    run.says(&["the secret is empty: LETTERMINT_WEBHOOK_SECRET in .env"]);
}

#[test]
fn white_space_and_quotes_in_a_secret_are_warned_of_and_used_as_they_stand() {
    let sandbox = Sandbox::new();
    sandbox.write("body.json", BODY);
    for (value, warning) in [
        ("whsec_a ", "white space"),
        ("\twhsec_a", "white space"),
        ("\"whsec_a\"", "quotes"),
        ("'whsec_a'", "quotes"),
        ("abc", "whsec_"),
        ("whsec_whsec_a", "twice"),
        ("lm_live_abc", "API token"),
    ] {
        let cmd = sandbox.cmd("sign --now 1 --body body.json --secret");
        let run = cmd.arg(value).run().exits(0);
        let signed = crate::support::signature(value, "1", BODY);
        assert_eq!(run.out().trim_end(), signed, "{value:?}");
        run.says(&["warning: the secret", warning]);
    }
}

#[test]
fn one_trailing_newline_of_a_secret_file_is_dropped_and_a_second_one_is_not() {
    let sandbox = Sandbox::new();
    sandbox.write("body.json", BODY);
    for (content, secret) in [
        ("whsec_a", "whsec_a"),
        ("whsec_a\n", "whsec_a"),
        ("whsec_a\r\n", "whsec_a"),
        ("whsec_a\n\n", "whsec_a\n"),
    ] {
        sandbox.write("key.txt", content);
        let run = sandbox
            .cmd("sign --now 1 --body body.json --secret-file key.txt")
            .run()
            .exits(0);
        let signed = crate::support::signature(secret, "1", BODY);
        assert_eq!(run.out().trim_end(), signed, "{content:?}");
    }
}

#[test]
fn an_unknown_event_is_answered_with_the_nearest_one() {
    let sandbox = Sandbox::with_secret();
    for (line, nearest) in [
        ("send mesage.delivered", "did you mean `message.delivered`?"),
        ("send message.bounced", "did you mean `message."),
        ("send delivered", "did you mean `message.delivered`?"),
        (
            "events message.hardbounced",
            "did you mean `message.hard_bounced`?",
        ),
        ("events zzzzzzzzzzz", "`lettermint-hook events` lists them"),
    ] {
        sandbox
            .cmd(line)
            .run()
            .exits(2)
            .says(&["unknown event", nearest]);
    }
}

#[test]
fn an_event_without_a_published_payload_says_how_to_give_one() {
    let sandbox = Sandbox::with_secret();
    let run = sandbox.cmd("send inbound.rejected").run().exits(2);
    run.says(&["no payload", "inbound.rejected", "--body FILE", "--set"]);
}

#[test]
fn a_misspelt_field_is_answered_with_the_nearest_one() {
    let sandbox = Sandbox::with_secret();
    let run = sandbox
        .cmd("send message.sent --dry-run --set data.recipent=a")
        .run()
        .exits(2);
    run.says(&["data.recipent", "did you mean `data.recipient`?"]);
}

#[test]
fn files_that_are_not_there_or_cannot_be_read_are_named() {
    let sandbox = Sandbox::with_secret();
    std::fs::create_dir(sandbox.path("directory")).unwrap();
    for (line, words) in [
        ("send --body missing.json", ["missing.json", "no such file"]),
        ("send --body directory", ["directory", "is a directory"]),
        ("sign --body missing.json", ["missing.json", "no such file"]),
        ("verify missing.ndjson", ["missing.ndjson", "no such file"]),
        ("replay missing.ndjson", ["missing.ndjson", "no such file"]),
        (
            "verify --secret-file missing.txt",
            ["missing.txt", "no such file"],
        ),
        (
            "send message.sent --to https://127.0.0.1:1/ --cacert missing.pem",
            ["missing.pem", "no such file"],
        ),
    ] {
        let run = sandbox.cmd(line).run().exits(3);
        assert!(!run.err().contains("os error"), "{}", run.transcript());
        run.says(&words);
    }
}

#[test]
fn a_store_that_does_not_exist_yet_is_explained() {
    let sandbox = Sandbox::with_secret();
    for line in ["verify", "replay"] {
        let run = sandbox.cmd(line).run().exits(3);
        run.says(&["deliveries.ndjson", "hint: `lettermint-hook listen`"]);
    }
}

#[test]
fn a_port_in_use_names_the_options_that_help() {
    let taken = RefusingPort::new();
    let sandbox = Sandbox::new();
    let line = format!("listen --port {}", taken.port());
    sandbox.cmd(&line).run().exits(3).says(&[
        &format!("127.0.0.1:{}", taken.port()),
        "address already in use",
        "`--port 0`",
        "`--port N`",
    ]);
}

#[test]
fn an_address_of_another_machine_cannot_be_listened_on() {
    let run = Sandbox::new()
        .cmd("listen --port 0 --host 192.0.2.1")
        .run()
        .exits(3);
    run.says(&["192.0.2.1", "hint: `--host`"]);
}

#[test]
fn arguments_that_are_not_utf_8_are_refused_without_a_panic() {
    let sandbox = Sandbox::with_secret();
    let strange = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    for line in ["send", "events", "send message.sent --to", "replay --id"] {
        let run = sandbox.cmd(line).arg(strange).run().exits(2);
        assert!(!run.err().contains("panicked"), "{}", run.transcript());
    }
    // A path may be any bytes.
    sandbox.cmd("verify").arg(strange).run().exits(3);
}
