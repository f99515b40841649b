//! The config file as commands meet it: found, refused, and looked over by `webhooks`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const MARKER: &str = "whsec_marker_that_nobody_may_see";

/// Runs the binary in a folder with these variables and no others.
fn run(folder: &Path, variables: &[(&str, &str)], args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lettermint-hook"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A folder with a config file.
fn folder_with(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lettermint-hook.toml"), config).unwrap();
    folder
}

const GOOD: &str = r#"
[[webhook]]
name = "orders"
url = "http://localhost:3000/webhooks/lettermint"
events = ["message.*_bounced"]
secret_env = "ORDERS"

[[webhook]]
name = "archive"
url = "https://archive.example/hook"
enabled = false
secret_file = "archive.key"
basic_auth = { username = "hooks", password_env = "PASSWORD" }
"#;

fn good_folder() -> tempfile::TempDir {
    let folder = folder_with(GOOD);
    std::fs::write(folder.path().join("archive.key"), "whsec_archive\n").unwrap();
    folder
}

#[test]
fn a_good_file_is_shown_without_its_secrets() {
    let folder = good_folder();
    let variables = [("ORDERS", MARKER), ("PASSWORD", MARKER)];
    let output = run(folder.path(), &variables, &["webhooks"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let shown = text(&output.stdout);
    for part in [
        "orders",
        "http://localhost:3000/webhooks/lettermint",
        "message.*_bounced",
        "✓ secret_env ORDERS",
        "✓ secret_file archive.key",
        "2 webhooks, 0 errors",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("marker") && output.stderr.is_empty());
}

#[test]
fn json_says_the_same() {
    let folder = good_folder();
    let output = run(folder.path(), &[("PASSWORD", "x")], &["webhooks", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["config"], "lettermint-hook.toml");
    assert_eq!(json["webhooks"][0]["secret"]["state"], "missing");
    assert_eq!(json["webhooks"][1]["secret"]["state"], "found");
    assert_eq!(json["webhooks"][1]["enabled"], false);
    assert_eq!(json["problems"][0]["line"], 2);
    assert_eq!(json["problems"][0]["webhook"], "orders");
    assert_eq!(json["errors"], 1);
}

#[test]
fn everything_that_is_wrong_is_listed_at_once() {
    let folder = folder_with(&format!(
        r#"colour = "red"
[[webhook]]
name = "a"
url = "http://hooks.example.com/"
secret = "{MARKER}"
evnts = ["message.sent"]
[[webhook]]
name = "a"
url = "nowhere"
events = ["message.deliverd"]
secret_env = "QUOTED"
basic_auth = {{ username = "u", password_env = "UNSET" }}
"#
    ));
    let quoted = format!("\"{MARKER}\"");
    let output = run(folder.path(), &[("QUOTED", &quoted)], &["webhooks"]);
    assert_eq!(output.status.code(), Some(1));
    let shown = text(&output.stdout);
    for part in [
        ":1: error: unknown key: colour",
        ":2: error: neither https:// nor on this machine: http://hooks.example.com/",
        ":2: error: no secret is named",
        ":5: error: the secret itself does not belong in the file: `secret`",
        ":6: error: unknown key: evnts",
        "did you mean `events`?",
        ":7: error: the secret is enclosed in quotes",
        ":7: error: variable not set or empty: password_env UNSET",
        ":8: error: name already taken in line 2: a",
        ":9: error: not a URL (it has no `http://`): nowhere",
        ":10: warning: no known event matches: message.deliverd",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("marker"));
}

#[test]
fn a_doubtful_glob_alone_is_no_error() {
    let folder = folder_with(
        "[[webhook]]\nname='a'\nurl='http://[::1]:1/'\nevents=['order.*']\nsecret_env='S'\n",
    );
    let output = run(folder.path(), &[("S", "whsec_s")], &["webhooks"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("0 errors, 1 warning"));
}

#[test]
fn without_a_file_or_with_one_that_cannot_be_read_it_cannot_run() {
    let folder = tempfile::tempdir().unwrap();
    let absent = run(folder.path(), &[], &["webhooks"]);
    assert_eq!(absent.status.code(), Some(3));
    assert!(text(&absent.stderr).contains("no config file: lettermint-hook.toml"));
    let named = run(folder.path(), &[], &["webhooks", "--config", "other.toml"]);
    assert_eq!(named.status.code(), Some(3));
    assert!(text(&named.stderr).contains("other.toml"));
    std::fs::write(folder.path().join("bytes.toml"), b"\xff").unwrap();
    let bytes = run(folder.path(), &[], &["webhooks", "--config", "bytes.toml"]);
    assert_eq!(bytes.status.code(), Some(3));
}

#[test]
fn it_is_found_from_below_and_named_by_an_option() {
    let folder = good_folder();
    let below = folder.path().join("src/deep");
    std::fs::create_dir_all(&below).unwrap();
    let variables = [("ORDERS", "whsec_o"), ("PASSWORD", "p")];
    let output = run(&below, &variables, &["webhooks"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let elsewhere = tempfile::tempdir().unwrap();
    let path = folder.path().join("lettermint-hook.toml");
    let args = ["webhooks", "--config", path.to_str().unwrap()];
    let output = run(elsewhere.path(), &variables, &args);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

/// The signature of a fixed body at a fixed time.
fn sign(folder: &Path, variables: &[(&str, &str)], more: &[&str]) -> Output {
    std::fs::write(folder.join("body"), r#"{"event":"message.sent"}"#).unwrap();
    let args = ["sign", "--body", "body", "--now", "1791101730"];
    run(folder, variables, &[&args[..], more].concat())
}

#[test]
fn its_secret_comes_last() {
    let folder = folder_with(
        "[[webhook]]\nname='a'\nurl='http://localhost/'\nsecret_env='OWN'\n[[webhook]]\nname='b'\nurl='http://localhost/'\nenabled=false\nsecret_env='OFF'\n",
    );
    let own = [("OWN", "whsec_own")];
    let from_file = sign(folder.path(), &own, &[]);
    assert_eq!(
        from_file.status.code(),
        Some(0),
        "{}",
        text(&from_file.stderr)
    );
    let given = sign(folder.path(), &[], &["--secret", "whsec_own"]);
    assert_eq!(from_file.stdout, given.stdout);
    let both = [own[0], ("LETTERMINT_WEBHOOK_SECRET", "whsec_first")];
    let first = sign(folder.path(), &both, &[]);
    assert_ne!(first.stdout, given.stdout);
    // Verifying tries every webhook's, and tells of one that is not there.
    let signature = text(&given.stdout).trim();
    let args = [
        "verify",
        "--body",
        "body",
        "--tolerance",
        "off",
        "--signature",
        signature,
    ];
    let verified = run(folder.path(), &own, &args);
    assert_eq!(
        verified.status.code(),
        Some(0),
        "{}",
        text(&verified.stdout)
    );
    assert!(text(&verified.stdout).contains("secret_env OWN of the webhook a"));
    assert!(text(&verified.stderr).contains("secret_env OFF of the webhook b"));
}

#[test]
fn several_secrets_are_not_guessed_among() {
    let folder = folder_with(
        "[[webhook]]\nname='a'\nurl='http://localhost/'\nsecret_env='A'\n[[webhook]]\nname='b'\nurl='http://localhost/'\nsecret_env='B'\n",
    );
    let output = sign(folder.path(), &[("A", "whsec_a"), ("B", "whsec_b")], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("several webhooks in the config file have a secret: a, b")
    );
}

#[test]
fn a_broken_file_stops_only_who_needs_it() {
    let folder = folder_with("[[webhook]]\nname = 'a'\nurll = 'http://localhost/'\n");
    let given = sign(folder.path(), &[], &["--secret", "whsec_x"]);
    assert_eq!(given.status.code(), Some(0), "{}", text(&given.stderr));
    let events = run(folder.path(), &[], &["events"]);
    assert_eq!(events.status.code(), Some(0));
    let needing = sign(folder.path(), &[], &[]);
    assert_eq!(needing.status.code(), Some(2));
    let said = text(&needing.stderr);
    assert!(
        said.contains("lettermint-hook.toml:1: `url` is missing"),
        "{said}"
    );
    assert!(
        said.contains("`lettermint-hook webhooks` shows this and 1 more problem"),
        "{said}"
    );
}
