//! What CI jobs rely on: exit codes, required events, ages, the first failure.

use crate::support::{Sandbox, T, body, delivery, lines};

fn good() -> lettermint_hook::delivery::Record {
    delivery(&body("message.sent"))
}

fn bad() -> lettermint_hook::delivery::Record {
    let mut record = good();
    record.body = b"{\"event\":\"message.sent\"}".to_vec().into();
    record
}

#[test]
fn exit_codes_tell_the_truth_in_every_form() {
    let broken = [lines(&[good()]), b"{\"v\":1,\"dir".to_vec()].concat();
    for form in ["text", "json", "junit", "github"] {
        for quiet in [&["--quiet"][..], &[]] {
            let exits = |records: &[u8], code| {
                let sandbox = Sandbox::new();
                sandbox.write("c.ndjson", records);
                let args = [&["c.ndjson", "--format", form][..], quiet].concat();
                sandbox.verify(&args).exits(code)
            };
            exits(&lines(&[good(), good()]), 0);
            exits(&lines(&[good(), bad()]), 1);
            let run = exits(&broken, 1);
            assert!(run.stdout.contains("unreadable"), "{form}: {}", run.stdout);
        }
    }
    let sandbox = Sandbox::with(&[good()]);
    sandbox.verify(&["c.ndjson", "--format", "xml"]).exits(2);
    sandbox
        .verify(&["c.ndjson", "--json", "--format", "junit"])
        .exits(2);
    sandbox
        .verify(&["c.ndjson", "--json", "--format", "json"])
        .exits(0);
    sandbox.run(&["c.ndjson"], "", b"").exits(2);
}

#[test]
fn the_first_failure_ends_the_run() {
    let sandbox = Sandbox::with(&[good(), bad(), bad()]);
    sandbox.write("d.ndjson", &lines(&[bad()]));
    let run = sandbox
        .verify(&["c.ndjson", "d.ndjson", "--fail-fast", "--json"])
        .exits(1);
    assert_eq!(run.verdicts().len(), 2);
    assert_eq!(run.summary()["stopped"], true);
    let text = sandbox
        .verify(&["c.ndjson", "--fail-fast", "--quiet"])
        .exits(1)
        .stdout;
    assert!(
        text.ends_with("1 of 2 valid, 1 invalid; stopped at the first failure\n"),
        "{text}"
    );
}

#[test]
fn required_events_must_be_seen_and_valid() {
    let wrong = bad();
    let mut clicked = delivery(&body("message.clicked"));
    clicked.body = wrong.body;
    let sandbox = Sandbox::with(&[good(), clicked]);
    for quiet in [&["--quiet"][..], &[]] {
        let args = [&["c.ndjson", "--require-event", "message.sent"][..], quiet].concat();
        let run = sandbox.verify(&args).exits(1);
        assert!(!run.stdout.contains("missing"), "{}", run.stdout);
        let args = [
            &["c.ndjson", "--require-event", "message.clicked"][..],
            quiet,
        ]
        .concat();
        let run = sandbox.verify(&args).exits(1);
        assert!(
            run.stdout
                .contains("✗ missing  no valid delivery of a required event: message.clicked\n"),
            "{}",
            run.stdout
        );
    }
    let sandbox = Sandbox::with(&[good()]);
    sandbox
        .verify(&["c.ndjson", "--quiet", "--require-event", "message.sent"])
        .exits(0);
    let twice = ["--require-event", "message.sent"].repeat(2);
    for quiet in [&["c.ndjson", "--quiet"][..], &["c.ndjson"]] {
        sandbox.verify(&[quiet, &twice].concat()).exits(0);
    }
    let run = sandbox
        .verify(&[
            "c.ndjson",
            "--require-event",
            "x",
            "--require-event",
            "y",
            "--json",
        ])
        .exits(1);
    assert_eq!(run.summary()["missing"], serde_json::json!(["x", "y"]));
    let run = sandbox
        .verify(&["c.ndjson", "--require-event", "x", "--format", "junit"])
        .exits(1);
    assert!(
        run.stdout
            .contains("<testcase classname=\"--require-event\" name=\"x\">"),
        "{}",
        run.stdout
    );
    let run = sandbox
        .verify(&["c.ndjson", "--require-event", "x", "--format", "github"])
        .exits(1);
    assert!(
        run.stdout
            .contains("::error title=lettermint-hook%3A missing::no valid delivery"),
        "{}",
        run.stdout
    );
}

#[test]
fn captures_grow_too_old() {
    let sandbox = Sandbox::with(&[good()]);
    let now = |seconds: i64| (T + seconds).to_string();
    for quiet in [&["--quiet"][..], &[]] {
        let run = |seconds: i64, code| {
            let now = now(seconds);
            let args = [
                "c.ndjson",
                "--tolerance",
                "off",
                "--max-age",
                "2h",
                "--now",
                &now,
            ];
            sandbox.verify(&[&args[..], quiet].concat()).exits(code)
        };
        run(7_200, 0);
        assert!(run(7_201, 1).stdout.contains("✗ expired"));
    }
    let args = [
        "c.ndjson",
        "--json",
        "--max-age",
        "1d",
        "--now",
        "1900000000",
        "--tolerance",
        "off",
    ];
    let run = sandbox.verify(&args).exits(1);
    assert_eq!(run.verdicts()[0]["status"], "expired");
    assert_eq!(run.verdicts()[0]["valid"], false);
    assert_eq!(run.summary()["expired"], 1);
    sandbox.verify(&["c.ndjson", "--max-age", "soon"]).exits(2);
}

#[test]
fn the_boundary_of_the_tolerance_is_included() {
    let sandbox = Sandbox::with(&[good()]);
    for (now, tolerance, code) in [
        (300, "300", 0),
        (301, "300", 1),
        (-300, "300", 0),
        (-301, "300", 1),
        (1, "0", 1),
        (0, "0", 0),
        (9_999, "off", 0),
    ] {
        let now = (T + now).to_string();
        sandbox
            .verify(&["c.ndjson", "--now", &now, "--tolerance", tolerance])
            .exits(code);
    }
}

#[test]
fn quiet_prints_failures_and_the_sum() {
    let sandbox = Sandbox::with(&[good(), bad(), good()]);
    let run = sandbox.verify(&["c.ndjson", "--quiet"]).exits(1);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
    let run = sandbox.verify(&["c.ndjson", "--quiet", "--json"]).exits(1);
    assert_eq!(run.verdicts().len(), 1);
    assert_eq!(run.summary()["valid"], 2);
}

#[test]
fn nothing_to_verify_is_said() {
    let run = Sandbox::with(&[]).verify(&["c.ndjson"]).exits(0);
    assert!(
        run.stderr.contains("warning: nothing was verified"),
        "{}",
        run.stderr
    );
    Sandbox::with(&[])
        .verify(&["c.ndjson", "--require-event", "message.sent"])
        .exits(1);
}
