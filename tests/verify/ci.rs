//! What CI jobs rely on: exit codes, `--fail-fast`, `--require-event`, `--max-age`, `--quiet`.

use serde_json::json;

use super::{verify, with_records};
use crate::support::{NOW, Record, STORE, Sandbox, Terminal, lines, record_line, sample};

fn good() -> Record {
    Record::signed(sample("message.sent"))
}

fn bad() -> Record {
    good().with_body(r#"{"event":"message.sent"}"#)
}

#[test]
fn verify_exit_codes_are_the_same_in_every_format() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("good.ndjson", lines(&[good(), good()]));
    sandbox.write("bad.ndjson", lines(&[good(), bad()]));
    sandbox.write("broken.ndjson", lines(&[good()]) + "{\"v\":1,\"dir");
    for format in ["text", "json", "junit", "github"] {
        for quiet in ["--quiet", ""] {
            let run = |name: &str, code| {
                let line = format!("verify {name}.ndjson --format {format} {quiet}");
                sandbox.cmd(&line).run().exits(code)
            };
            run("good", 0);
            run("bad", 1);
            run("broken", 1).prints(&["unreadable"]);
        }
    }
    for (options, code) in [
        ("--format xml", 2),
        ("--json --format junit", 2),
        ("--json --format json", 0),
    ] {
        let line = format!("verify good.ndjson {options}");
        sandbox.cmd(&line).run().exits(code);
    }
}

#[test]
fn verify_fail_fast_ends_the_run() {
    let sandbox = with_records(&[good(), bad(), bad()]);
    sandbox.write("d.ndjson", lines(&[bad()]));
    let run = sandbox
        .cmd("verify c.ndjson d.ndjson --fail-fast --json")
        .run();
    let run = run.exits(1);
    assert_eq!(run.verdicts().len(), 2);
    assert_eq!(run.summary()["stopped"], true);
    let run = sandbox
        .cmd("verify c.ndjson --fail-fast --quiet")
        .run()
        .exits(1);
    let end = "1 of 2 valid, 1 invalid; stopped at the first failure\n";
    assert!(run.out().ends_with(end), "{}", run.transcript());
}

#[test]
fn verify_require_event_must_be_seen_and_valid() {
    let clicked = Record::signed(sample("message.clicked")).with_body(bad().body());
    for quiet in ["--quiet", ""] {
        let run = |event: &str| {
            let options = format!("--require-event {event} {quiet}");
            verify(&[good(), clicked.clone()], &options).exits(1)
        };
        run("message.sent").lacks("missing");
        let missing = "✗ missing  no valid delivery of a required event: message.clicked\n";
        run("message.clicked").prints(&[missing]);
    }
    let sandbox = with_records(&[good()]);
    let run = |options: &str| sandbox.cmd(&format!("verify c.ndjson {options}")).run();
    for options in [
        "--quiet",
        "--quiet --require-event message.sent",
        "--require-event message.sent",
    ] {
        run(&format!("--require-event message.sent {options}")).exits(0);
    }
    let json = run("--require-event message.opened --require-event webhook.* --json").exits(1);
    let missing = json!(["message.opened", "webhook.*"]);
    assert_eq!(json.summary()["missing"], missing);
    let junit = run("--require-event message.opened --format junit").exits(1);
    junit.prints(&["<testcase classname=\"--require-event\" name=\"message.opened\""]);
    let github = run("--require-event message.opened --format github").exits(1);
    github.prints(&["::error title=lettermint-hook%3A missing%3A message.opened::message.opened: no valid delivery"]);
}

#[test]
fn verify_max_age_takes_old_captures_for_expired() {
    let sandbox = with_records(&[good()]);
    let run = |options: &str| {
        let line = format!("verify c.ndjson --tolerance off {options}");
        sandbox.cmd(&line).run()
    };
    for quiet in ["--quiet", ""] {
        run(&format!("--max-age 2h --now {} {quiet}", NOW + 7_200)).exits(0);
        let expired = run(&format!("--max-age 2h --now {} {quiet}", NOW + 7_201));
        expired.exits(1).prints(&["✗ expired"]);
    }
    let json = run("--json --max-age 1d --now 1900000000").exits(1);
    assert_eq!(json.verdicts()[0]["status"], "expired");
    assert_eq!(json.verdicts()[0]["valid"], false);
    assert_eq!(json.summary()["expired"], 1);
    run("--max-age soon").exits(2);
}

#[test]
fn verify_quiet_prints_failures_and_the_summary() {
    let unsigned = record_line(&[], &good().body());
    let sandbox = with_records(&[good(), bad(), good(), unsigned]);
    let run = sandbox.cmd("verify c.ndjson --quiet").run().exits(1);
    assert_eq!(run.out().lines().count(), 3, "{}", run.transcript());
    run.prints(&["✗ signature_header_missing", "\n2 of 4 valid, 2 invalid\n"]);
    run.lacks("✓ valid");
    let run = sandbox.cmd("verify c.ndjson --quiet --json").run().exits(1);
    assert_eq!(run.verdicts().len(), 2);
    assert_eq!(run.summary()["valid"], 2);
}

#[test]
fn verify_of_nothing_fails_in_every_format() {
    let sandbox = Sandbox::with_secret();
    let har = r#"{"log":{"version":"1.2","entries":[]}}"#;
    let get = har.replace(
        "[]",
        r#"[{"request":{"method":"GET","url":"http://localhost/"}}]"#,
    );
    sandbox.write("empty.ndjson", "");
    sandbox.write("blank.ndjson", "\n\n");
    sandbox.write("zero.har", "");
    sandbox.write("empty.har", har);
    sandbox.write("get.har", get);
    sandbox.write(
        "ready.ndjson",
        "{\"type\":\"ready\",\"url\":\"http://h\"}\n",
    );
    sandbox.write("none/.hidden.ndjson", "");
    sandbox.write("notes/README.md", "# notes\n");
    sandbox.write(STORE, "");
    for name in [
        "empty.ndjson",
        "blank.ndjson",
        "zero.har",
        "empty.har",
        "get.har",
        "ready.ndjson",
        "none",
        "notes",
        "*.curl",
        "**/*.{http,curl}",
        "-",
        "",
    ] {
        for (options, said) in [
            ("", "✗ "),
            ("--quiet", "✗ "),
            ("--json", "\"deliveries\":0,"),
            ("--format junit", " message=\""),
            ("--format junit --quiet", " message=\""),
            ("--format github", "::error "),
        ] {
            let run = sandbox.cmd(&format!("verify {options} {name}")).run();
            run.exits(1).prints(&[said]);
        }
        let run = sandbox.cmd(&format!("verify --allow-empty {name}")).run();
        run.exits(0).prints(&["0 of 0 valid"]);
        if !name.is_empty() {
            let import = format!("deliveries import --store s.ndjson {name}");
            let run = sandbox.cmd(&import).run().exits(1);
            run.says(&["warning: nothing was imported"]);
            let run = sandbox.cmd(&format!("{import} --allow-empty")).run();
            run.exits(0).prints(&["imported 0"]);
        }
        let replay = format!("replay --to http://127.0.0.1:9 {name}");
        sandbox
            .cmd(&replay)
            .run()
            .exits(1)
            .says(&["nothing was selected"]);
    }
    // Once on a screen that shows both streams.
    let (screen, code) = Terminal::show(&sandbox, 80, "verify get.har");
    assert_eq!(
        (screen.matches("nothing was verified").count(), code),
        (1, 1)
    );
    let run = sandbox.cmd("verify get.har notes").run().exits(1);
    run.prints(&["no delivery was found; skipped: 1 other request, 1 other file\n"]);
    verify(&[], "--require-event message.sent --allow-empty").exits(1);
}
