//! A secret goes in and never comes out: no stream and no file of any command holds it.

use std::fs;

use crate::support::{Answer, BODY, Listener, Receiver, Sandbox, contains, stored_delivery};

const MARKER: &str = "whsec_MARKER_7d1f0c55";

/// Everything that uses a secret, good ends and bad ones.
fn command_lines(to: &str) -> Vec<String> {
    [
        format!("send message.sent --to {to}"),
        format!("send message.sent message.opened --to {to} --attempt 2"),
        format!("send --body body.json --to {to}"),
        "send message.sent --dry-run".to_owned(),
        "send message.sent --to http://10.0.0.1/".to_owned(),
        "send message.snet".to_owned(),
        "send message.sent --bogus".to_owned(),
        format!("replay store.ndjson --to {to}"),
        format!("replay store.ndjson --to {to} --verbatim"),
        "verify store.ndjson".to_owned(),
        "verify missing.ndjson".to_owned(),
        "verify --body body.json --signature t=1,v1=00".to_owned(),
        "sign --body body.json".to_owned(),
        "sign --body body.json --headers".to_owned(),
        "sign --body missing.json".to_owned(),
        "secret check".to_owned(),
    ]
    .into()
}

/// Searches everything but the files that hold the marker on purpose.
#[track_caller]
fn assert_nowhere(sandbox: &Sandbox, what: &str) {
    for path in sandbox.files() {
        if path.ends_with("key.txt") || path.ends_with(".env") {
            continue;
        }
        let content = fs::read(&path).unwrap();
        assert!(
            !contains(&content, b"MARKER"),
            "{what}: the secret is in {}",
            path.display()
        );
    }
}

#[test]
fn secret_is_neither_shown_nor_stored_by_any_command() {
    for (source, options) in [
        ("option", vec!["--secret", MARKER]),
        ("file", vec!["--secret-file", "key.txt"]),
        ("named variable", vec!["--secret-env", "KEY"]),
        ("variable", vec![]),
        (".env", vec![]),
    ] {
        let receiver = Receiver::answering([Answer::status(200), Answer::status(401)]);
        for line in command_lines(&receiver.url) {
            for format in ["--color=never", "--json", "--quiet"] {
                let mut sandbox = Sandbox::new();
                match source {
                    "file" => drop(sandbox.write("key.txt", MARKER)),
                    ".env" => {
                        let line = format!("LETTERMINT_WEBHOOK_SECRET={MARKER}\n");
                        sandbox.write(".env", line);
                    }
                    "variable" => sandbox = sandbox.env("LETTERMINT_WEBHOOK_SECRET", MARKER),
                    "named variable" => sandbox = sandbox.env("KEY", MARKER),
                    _ => {}
                }
                sandbox.write("body.json", BODY);
                let stored = stored_delivery("a", "message.sent", 200);
                sandbox.write("store.ndjson", stored.to_string() + "\n");
                let mut cmd = sandbox.cmd(&line).arg(format);
                for option in &options {
                    cmd = cmd.arg(option);
                }
                let run = cmd.run();
                for stream in [&run.stdout, &run.stderr] {
                    assert!(
                        !contains(stream, b"MARKER"),
                        "{source}\n{}",
                        run.transcript()
                    );
                }
                assert_nowhere(&sandbox, &line);
            }
        }
    }
}

#[test]
fn secret_is_neither_shown_nor_stored_by_listen() {
    let sandbox = Sandbox::new().env("LETTERMINT_WEBHOOK_SECRET", MARKER);
    let listener = Listener::json(&sandbox, "");
    let to = listener.url().clone();
    sandbox
        .cmd(&format!("send message.sent --to {to}"))
        .run()
        .exits(0);
    sandbox
        .cmd(&format!("send message.sent --secret whsec_other --to {to}"))
        .run()
        .exits(1);
    let run = listener.stop();
    assert!(!contains(&run.stdout, b"MARKER"), "{}", run.transcript());
    assert!(!contains(&run.stderr, b"MARKER"), "{}", run.transcript());
    assert_nowhere(&sandbox, "listen");
}

#[test]
fn secret_with_mistakes_is_warned_of_without_being_shown() {
    for value in [
        format!(" {MARKER}"),
        format!("\"{MARKER}\""),
        format!("whsec_{MARKER}"),
        "lm_MARKER".to_owned(),
        "MARKER".to_owned(),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("body.json", BODY);
        for line in [
            "sign --body body.json",
            "secret check",
            "secret check --json",
        ] {
            let run = sandbox.cmd(line).arg("--secret").arg(&value).run();
            let text = run.out() + &run.err();
            assert!(!text.contains("MARKER"), "{}", run.transcript());
        }
    }
}

#[test]
fn secret_given_as_name_or_path_is_not_repeated() {
    let sandbox = Sandbox::new();
    sandbox.write("body.json", BODY);
    for option in ["--secret-env", "--secret-file"] {
        for format in ["--color=never", "--json"] {
            let cmd = sandbox.cmd("sign --body body.json").arg(format);
            let run = cmd.arg(option).arg(MARKER).run().exits(2);
            let text = run.out() + &run.err();
            assert!(!text.contains("MARKER"), "{}", run.transcript());
            run.says(&[option, "`--secret VALUE`"]);
        }
    }
}

#[test]
fn credentials_in_headers_are_not_stored() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "--store received.ndjson");
    let send = format!(
        "send message.sent --store sent.ndjson --to {}",
        listener.url()
    );
    let mut cmd = sandbox.cmd(&send);
    for line in ["Authorization: Basic MARKER", "Cookie: session=MARKER"] {
        cmd = cmd.arg("-H").arg(line);
    }
    cmd.run().exits(0);
    let run = listener.stop();
    assert!(!contains(&run.stdout, b"MARKER"), "{}", run.transcript());
    assert_nowhere(&sandbox, "captures");
    for store in ["sent.ndjson", "received.ndjson"] {
        let headers = sandbox.records_of(store)[0]["headers"].to_string();
        assert!(
            headers.contains(r#"["Authorization","[redacted]"]"#),
            "{headers}"
        );
        assert!(headers.contains(r#"["Cookie","[redacted]"]"#), "{headers}");
    }
}

#[test]
fn secret_that_names_a_file_is_masked() {
    let sandbox = Sandbox::with_secret();
    sandbox.write(MARKER, "whsec_of_this_file_0123456789");
    for line in ["secret check --secret-file", "secret new --env"] {
        let run = sandbox.cmd(&format!("{line}={MARKER}")).run();
        let text = run.out() + &run.err();
        assert!(!text.contains("MARKER"), "{}", run.transcript());
    }
}

#[test]
fn secret_is_printed_by_secret_new_only() {
    let sandbox = Sandbox::new().env("LETTERMINT_WEBHOOK_SECRET", MARKER);
    let first = sandbox.cmd("secret new").run().exits(0).out();
    let second = sandbox.cmd("secret new").run().exits(0).out();
    assert!(first.starts_with("whsec_") && first.len() > 40, "{first}");
    assert_ne!(first, second);
    assert!(!first.contains("MARKER"));
}

#[test]
fn secret_typed_where_something_else_belongs_is_masked() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", BODY);
    for line in [
        "send MARKER",
        "send message.sent --to MARKER",
        "send message.sent --to http://MARKER@localhost/",
        "send message.sent --to localhost:1 --webhook MARKER",
        "send message.sent --attempt MARKER",
        "send message.sent --set data.MARKER",
        "send message.sent --set data.nothing.MARKER=1",
        "send message.sent --mix MARKER=2",
        "send message.sent --scenario MARKER",
        "send message.sent --tamper MARKER",
        "send message.sent --body MARKER",
        "listen --port MARKER",
        "listen --host MARKER",
        "listen --expect MARKER",
        "listen --port 0 --forward-to http://localhost:1 --forward-signed-with env:MARKER",
        "listen --port 0 --forward-to http://localhost:1 --forward-signed-with MARKER",
        "verify MARKER",
        "verify --as MARKER",
        "verify --tolerance MARKER",
        "verify --MARKER",
        "replay MARKER",
        "deliveries list --limit MARKER",
        "deliveries show MARKER",
        "secret check --secret-env MARKER",
        "secret check --secret-file MARKER",
        "MARKER",
    ] {
        for secret in [MARKER, "WHSEC_MARKER_7D1F0C55", "whsec_MARKER.a-b+c/d="] {
            for format in ["--color=never", "--json"] {
                let run = sandbox
                    .cmd(&line.replace("MARKER", secret))
                    .arg(format)
                    .run();
                let text = run.out() + &run.err();
                assert!(!text.contains("MARKER"), "{}", run.transcript());
                assert!(matches!(run.code(), Some(1..=3)), "{}", run.transcript());
            }
        }
    }
}

#[test]
fn password_typed_where_something_else_belongs_is_masked() {
    let sandbox = Sandbox::with_secret();
    for args in [
        ["--basic-auth", "user:hunter2MARKER"],
        ["-H", "Authorization hunter2MARKER"],
        ["-H", "Authorization=Basic hunter2MARKER"],
        ["--secret-env", "hunter2-MARKER!"],
    ] {
        for format in ["--color=never", "--json"] {
            let run = sandbox.args(["send", "message.sent", "--to", "localhost:1", format]);
            let run = run.args(args).run().exits(2);
            assert!(
                !run.transcript().replace(args[1], "").contains("MARKER"),
                "{}",
                run.transcript()
            );
        }
    }
}

#[test]
fn secret_in_the_config_file_is_neither_shown_nor_used() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "lettermint-hook.toml",
        format!("[[webhook]]\nname = 'a'\nurl = 'http://localhost:9/'\nsecret_env = '{MARKER}'\nbasic_auth = {{ username = 'u', password_env = 'MARKER!' }}\n"),
    );
    for line in [
        "webhooks",
        "webhooks --json",
        "send message.sent",
        "secret check",
    ] {
        let run = sandbox.cmd(line).run();
        let text = run.out() + &run.err();
        assert!(!text.contains("MARKER"), "{}", run.transcript());
        assert!(
            text.contains("`secret_env` should be the name of a variable"),
            "{text}"
        );
    }
    for key in [
        "name",
        "url",
        "events",
        "route",
        "project",
        "secret_file",
        "sekret",
    ] {
        let mut keys = vec![("name", "a"), ("url", "http://localhost:9/")];
        keys.retain(|(name, _)| *name != key);
        keys.push((key, MARKER));
        let lines = keys.iter().map(|(key, value)| match *key {
            "events" => format!("events = ['{value}']\n"),
            _ => format!("{key} = '{value}'\n"),
        });
        let lines: String = lines.collect();
        sandbox.write("lettermint-hook.toml", format!("[[webhook]]\n{lines}"));
        for line in [
            "webhooks",
            "webhooks --json",
            "send message.sent",
            "secret check",
        ] {
            let run = sandbox.cmd(line).run();
            assert!(!run.transcript().contains("MARKER"), "{}", run.transcript());
        }
    }
}

#[test]
fn secrets_that_a_handler_sends_back_are_neither_shown_nor_stored() {
    let encoded = "d2hzZWNfTUFSS0VSXzdkMWYwYzU1 77687365635f4d41524b45525f3764316630633535";
    let page = format!("<pre>env: KEY={MARKER} auth: Basic bWU6TUFSS0VSTUFSS0VS {encoded}</pre>");
    let handler = Receiver::scripted(move |_, _| {
        let head =
            "HTTP/1.1 401 Unauthorized\r\nX-Debug: whsec_MARKER_7d1f0c55\r\nSet-Cookie: a=MARKER";
        Answer::bytes(format!(
            "{head}\r\nContent-Length: {}\r\n\r\n{page}",
            page.len()
        ))
    });
    for options in ["", "--count 2", "--json", "--verbose"] {
        let sandbox = Sandbox::new().env("LETTERMINT_WEBHOOK_SECRET", MARKER);
        let sandbox = sandbox.env("LETTERMINT_HOOK_BASIC_AUTH_PASSWORD", "MARKERMARKER");
        let line = format!(
            "send message.sent --to {} --basic-auth me {options}",
            handler.url
        );
        let run = sandbox.cmd(&line).run().exits(1);
        assert!(!run.transcript().contains("MARKER"), "{}", run.transcript());
        assert!(
            !run.transcript().contains("bWU6TUFSS0VSTUFSS0VS"),
            "{}",
            run.transcript()
        );
        let reply = &sandbox.records()[0]["reply"];
        assert_eq!(
            reply["body"],
            "<pre>env: KEY=whsec_… auth: [redacted] [redacted] [redacted]</pre>"
        );
        let headers = reply["headers"].to_string();
        assert!(
            headers.contains(r#"["X-Debug","whsec_…"],["Set-Cookie","[redacted]"]"#),
            "{headers}"
        );
    }
    let sandbox = Sandbox::new().env("LETTERMINT_WEBHOOK_SECRET", MARKER);
    let listener = Listener::json(&sandbox, &format!("--forward-to {}", handler.url));
    let send = format!("send message.sent --no-store --to {}", listener.url());
    let cmd = sandbox
        .cmd(&send)
        .arg("-H")
        .arg("Authorization: Basic bWU6TUFSS0VSTUFSS0VS");
    cmd.run().exits(1);
    let run = listener.stop();
    assert!(!run.transcript().contains("MARKER"), "{}", run.transcript());
    let reply = &sandbox.records()[0]["reply"];
    assert_eq!(
        reply["body"],
        "<pre>env: KEY=whsec_… auth: [redacted] [redacted] [redacted]</pre>"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn secret_is_in_no_core_file() {
    let sandbox = Sandbox::with_secret();
    let command = [
        "listen",
        "--port",
        "0",
        "--",
        "sh",
        "-c",
        "cat /proc/$PPID/limits",
    ];
    let run = sandbox.args(command).run().exits(0);
    let limits = run.out();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let soft = core.unwrap().split_whitespace().nth(4);
    assert_eq!(soft, Some("0"), "{limits}");
}
