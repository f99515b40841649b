//! `--secret-file`, `--secret-env`, `--secret`, `LETTERMINT_WEBHOOK_SECRET` and `.env`: what is
//! missing or looks wrong.

use crate::support::{BODY, Sandbox, signature, stored_delivery};

#[test]
fn secret_missing_names_every_way_to_give_one() {
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
            "`lettermint-hook secret new --env`",
        ]);
    }
}

#[test]
fn secret_empty_is_an_error_that_names_its_source() {
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
fn secret_empty_default_variable_does_not_disable_verification() {
    let sandbox = Sandbox::new().env("LETTERMINT_WEBHOOK_SECRET", "");
    sandbox.write("body.json", BODY);
    for line in [
        "listen --port 0",
        "sign --body body.json",
        "verify body.json",
        "secret check",
    ] {
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
fn secret_empty_in_dot_env_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write(".env", "OTHER=1\nLETTERMINT_WEBHOOK_SECRET=\n");
    sandbox.write("body.json", BODY);
    let run = sandbox.cmd("sign --body body.json").run().exits(2);
    run.says(&["the secret is empty: LETTERMINT_WEBHOOK_SECRET in .env"]);
}

#[test]
fn secret_with_white_space_or_quotes_is_warned_of_and_used_unchanged() {
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
        let signed = signature(value, "1", BODY);
        assert_eq!(run.out().trim_end(), signed, "{value:?}");
        run.says(&["warning: the secret", warning]);
    }
}

#[test]
fn secret_file_loses_one_trailing_newline_and_no_second() {
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
        let signed = signature(secret, "1", BODY);
        assert_eq!(run.out().trim_end(), signed, "{content:?}");
    }
}

#[test]
fn secret_in_dot_env_that_is_no_file_ends_at_once() {
    let directory = Sandbox::new();
    directory.write(".env/pyvenv.cfg", "");
    let run = directory.cmd("secret check").run().exits(2);
    run.says(&["error: no secret"]);

    let device = Sandbox::new();
    std::os::unix::fs::symlink("/dev/zero", device.path(".env")).unwrap();
    let run = device.cmd("secret check").run().exits(3);
    run.says(&["error: cannot read (not a regular file): .env"]);
}
