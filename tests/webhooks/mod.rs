//! `webhooks`: the config file as it was found, and everything that is wrong with it.

use crate::support::{Run, Sandbox};

const MARKER: &str = "whsec_marker_that_nobody_may_see";

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

fn with_config(config: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("lettermint-hook.toml", config);
    sandbox.write("archive.key", "whsec_archive\n");
    sandbox
}

fn webhooks(sandbox: &Sandbox, options: &str, variables: &[(&str, &str)]) -> Run {
    let cmd = sandbox.cmd(&format!("webhooks {options}"));
    let set = variables.iter();
    let run = set
        .fold(cmd, |cmd, (name, value)| cmd.env(name, value))
        .run();
    run.lacks("marker");
    run
}

#[test]
fn webhooks_shows_a_good_file_without_its_secrets() {
    let variables = [("ORDERS", MARKER), ("PASSWORD", MARKER)];
    let run = webhooks(&with_config(GOOD), "", &variables).exits(0);
    run.prints(&[
        "orders",
        "http://localhost:3000/webhooks/lettermint",
        "message.*_bounced",
        "✓ secret_env ORDERS",
        "✓ secret_file archive.key",
        "2 webhooks, 0 errors",
    ]);
    assert!(run.stderr.is_empty());
}

#[test]
fn webhooks_json_says_the_same() {
    let run = webhooks(&with_config(GOOD), "--json", &[("PASSWORD", "x")]).exits(1);
    let json = run.json();
    assert_eq!(json["config"], "lettermint-hook.toml");
    assert_eq!(json["webhooks"][0]["secret"]["state"], "missing");
    assert_eq!(json["webhooks"][1]["secret"]["state"], "found");
    assert_eq!(json["webhooks"][1]["enabled"], false);
    assert_eq!(json["problems"][0]["line"], 2);
    assert_eq!(json["problems"][0]["webhook"], "orders");
    assert_eq!(json["errors"], 1);
}

#[test]
fn webhooks_lists_everything_that_is_wrong_at_once() {
    let sandbox = with_config(&format!(
        r#"color = "red"
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
    let run = webhooks(&sandbox, "", &[("QUOTED", &quoted)]).exits(1);
    run.prints(&[
        ":1: error: unknown key: color",
        ":2: error: neither https:// nor on this machine: http://hooks.example.com/",
        ":2: error: no secret is named",
        ":5: error: the secret itself does not belong in the file: `secret`",
        ":6: error: unknown key: evnts",
        "did you mean `events`?",
        ":7: error: the secret is enclosed in quotes",
        ":7: error: variable not set or empty: password_env UNSET",
        ":8: error: name already taken in line 2: a",
        ":9: error: not a URL (it names no host, port or path): nowhere",
        ":10: error: unknown event: message.deliverd",
    ]);
}

#[test]
fn webhooks_says_what_each_value_should_be() {
    let sandbox = with_config(
        r#"[[webhook]]
name = "a"
url = "http://u:marker@localhost/"
enabled = "yes"
events = ["message.sent", 3]
secret_env = "A"
secret_file = "b"
[[webhook]]
basic_auth = { username = "u", password = "marker", extra = 1 }
"#,
    );
    webhooks(&sandbox, "", &[("A", "whsec_a")]).exits(1).prints(&[
        ":3: error: credentials do not belong in the URL (`u:…@`)",
        ":4: error: `enabled` should be true or false",
        ":5: error: `events` should be an array of texts",
        ":7: error: a webhook has one secret, but both are given: `secret_env` and `secret_file`",
        ":8: error: `name` is missing",
        ":8: error: `url` is missing",
        ":9: error: unknown key: extra",
        ":9: error: the password itself does not belong in the file: `password`",
        ":9: error: `password_env` is missing",
    ]);
    for (config, problem) in [
        (
            "[webhook]\nname = 'a'\n",
            ":1: error: `webhook` should be an array of tables",
        ),
        ("[[webhook]]\nname = \n", ":2: error: "),
        (
            "[[webhook]]\nname='a'\nurl='http://localhost/'\nevents=[]\n",
            ":4: error: `events` is empty",
        ),
        ("[[webhooks]]\n", ":1: error: unknown key: webhooks"),
    ] {
        let run = webhooks(&with_config(config), "", &[]).exits(1);
        run.prints(&[problem]);
    }
    let empty = webhooks(&with_config(""), "", &[]).exits(0);
    empty.prints(&[":1: warning: no webhook is defined"]);
}

#[test]
fn webhooks_without_a_readable_file_is_exit_3() {
    let sandbox = Sandbox::new();
    let absent = webhooks(&sandbox, "", &[]).exits(3);
    absent.says(&["no config file: lettermint-hook.toml"]);
    let named = webhooks(&sandbox, "--config other.toml", &[]).exits(3);
    named.says(&["other.toml"]);
    sandbox.write("bytes.toml", b"\xff");
    webhooks(&sandbox, "--config bytes.toml", &[]).exits(3);
}

#[test]
fn webhooks_file_is_found_from_below_and_named_by_config() {
    let sandbox = with_config(GOOD);
    std::fs::create_dir_all(sandbox.path("src/deep")).unwrap();
    let variables = [("ORDERS", "whsec_o"), ("PASSWORD", "p")];
    let below = sandbox.through(&["sh", "-c", "cd src/deep && exec \"$0\" \"$@\""]);
    let set = variables.iter();
    let below = set.fold(below, |cmd, (name, value)| cmd.env(name, value));
    below.arg("webhooks").run().exits(0);
    let path = sandbox.path("lettermint-hook.toml");
    let named = format!("--config {}", path.display());
    webhooks(&Sandbox::new(), &named, &variables).exits(0);
}
