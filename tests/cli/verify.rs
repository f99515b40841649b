//! `verify`: the SDKs' answers about recorded deliveries, offline.

use serde_json::{Value, json};

use crate::support::{BODY, NOW, SECRET, Sandbox, record_line, signature, signed_headers};

const RECEIVED: &str = "2026-10-04T08:15:30Z";

/// The verdicts on lines that were written to a file.
fn verdicts(lines: &[Value], options: &str, code: i32) -> Vec<Value> {
    let sandbox = Sandbox::with_secret();
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    sandbox.write("s.ndjson", lines.join("\n") + "\n");
    let line = format!("verify s.ndjson --json {options}");
    let mut verdicts = sandbox.cmd(&line).run().exits(code).json_lines();
    let summary = verdicts.pop().unwrap();
    assert_eq!(summary["summary"]["deliveries"], verdicts.len());
    verdicts
}

#[test]
fn each_of_the_eight_reasons_is_given_for_its_own_defect() {
    let genuine = || signed_headers(SECRET, NOW, BODY);
    let mut malformed = genuine();
    malformed[0].1 = "sha256=00".to_owned();
    let mut repeated = genuine();
    repeated.push(repeated[0].clone());
    let mut moved = genuine();
    moved[2].1 = (NOW + 1).to_string();
    let without = |name| {
        let mut headers = genuine();
        headers.retain(|header| header.0 != name);
        headers
    };
    let late = signed_headers(SECRET, NOW - 301, BODY);
    let forged = signed_headers("whsec_other", NOW, BODY);
    let no_json = b"no JSON";
    for (reason, headers, body) in [
        (Value::Null, genuine(), BODY),
        (
            json!("signature_header_missing"),
            without("X-Lettermint-Signature"),
            BODY,
        ),
        (json!("signature_header_malformed"), malformed, BODY),
        (json!("signature_header_malformed"), repeated, BODY),
        (
            json!("delivery_header_missing"),
            without("X-Lettermint-Delivery"),
            BODY,
        ),
        (json!("delivery_timestamp_mismatch"), moved, BODY),
        (
            json!("body_invalid"),
            signed_headers(SECRET, NOW, b""),
            b"".as_slice(),
        ),
        (json!("timestamp_out_of_tolerance"), late, BODY),
        (json!("signature_mismatch"), forged, BODY),
        (
            json!("payload_invalid"),
            signed_headers(SECRET, NOW, no_json),
            no_json,
        ),
        (
            json!("payload_invalid"),
            signed_headers(SECRET, NOW, b"{}"),
            b"{}",
        ),
    ] {
        let code = i32::from(!reason.is_null());
        let verdicts = verdicts(&[record_line(RECEIVED, &headers, body)], "", code);
        assert_eq!(verdicts[0]["reason"], reason);
        assert_eq!(verdicts[0]["valid"], reason.is_null());
    }
}

#[test]
fn age_and_signature_are_two_verdicts_and_both_are_given() {
    let stale = |secret| signed_headers(secret, NOW - 1_000, BODY);
    let lines = [
        record_line(RECEIVED, &stale(SECRET), BODY),
        record_line(RECEIVED, &stale("whsec_other"), BODY),
    ];
    let verdicts = verdicts(&lines, "", 1);
    for (verdict, signature) in verdicts.iter().zip(["ok", "mismatch"]) {
        assert_eq!(verdict["reason"], "timestamp_out_of_tolerance");
        assert_eq!(verdict["time"], "out_of_tolerance");
        assert_eq!(verdict["signature"], signature);
        assert_eq!(verdict["signed_at"], NOW - 1_000);
        assert_eq!(verdict["age_seconds"], 1_000);
    }
}

#[test]
fn tolerance_counts_in_both_directions_boundary_included() {
    let line = record_line(RECEIVED, &signed_headers(SECRET, NOW, BODY), BODY);
    for (options, valid) in [
        (format!("--now {}", NOW + 300), true),
        (format!("--now {}", NOW + 301), false),
        (format!("--now {}", NOW - 300), true),
        (format!("--now {}", NOW - 301), false),
        (format!("--tolerance 10 --now {}", NOW + 10), true),
        (format!("--tolerance 10 --now {}", NOW + 11), false),
        (format!("--tolerance 0 --now {NOW}"), true),
        (format!("--tolerance 0 --now {}", NOW + 1), false),
        (format!("--tolerance off --now {}", NOW + 1_000_000), true),
        // Records carry the time of their arrival.
        (String::new(), true),
        ("--now received".to_owned(), true),
        ("--now 2026-10-04T08:20:30Z".to_owned(), true),
        ("--now 2026-10-04T08:20:31Z".to_owned(), false),
    ] {
        let verdicts = verdicts(std::slice::from_ref(&line), &options, i32::from(!valid));
        assert_eq!(verdicts[0]["valid"], valid, "{options}");
    }
}

#[test]
fn a_body_and_its_header_values_are_verified_without_a_store() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", BODY);
    let value = signature(SECRET, &NOW.to_string(), BODY);
    let t = NOW.to_string();
    let verify = |body: &str, more: &[&str]| {
        let cmd = sandbox.cmd("verify --body").arg(body).arg("--signature");
        cmd.arg(&value).args(&["--now", &t]).args(more)
    };
    verify("body.json", &[])
        .run()
        .exits(0)
        .prints(&["✓ valid  message.sent"]);
    verify("body.json", &["--delivery", &t]).run().exits(0);
    let run = verify("body.json", &["--delivery", "1"]).run().exits(1);
    run.prints(&["✗ delivery_timestamp_mismatch"]);
    verify("-", &[]).stdin(BODY).run().exits(0);
    let run = verify("-", &[]).stdin("{}").run().exits(1);
    run.prints(&[
        "✗ signature_mismatch",
        "signature mismatch",
        "time ok",
        "hint: ",
    ]);
    // The default is the clock, and the signature is from another day.
    let run = sandbox
        .cmd("verify --body body.json --signature")
        .arg(&value)
        .run();
    run.exits(1)
        .prints(&["✗ timestamp_out_of_tolerance", "signature ok"]);
    let run = sandbox.cmd("verify --now received --body body.json --signature");
    run.arg(&value)
        .run()
        .exits(2)
        .says(&["--now received", "hint: "]);
}

#[test]
fn options_that_belong_together_are_asked_for_together() {
    let sandbox = Sandbox::with_secret();
    for line in [
        "verify --body x",
        "verify --signature x",
        "verify --delivery 1",
        "verify a.ndjson --body x --signature y",
        "verify --tolerance soon",
        "verify --tolerance -1",
        "verify --now noon",
    ] {
        sandbox.cmd(line).run().exits(2);
    }
}

#[test]
fn files_and_stdin_are_read_in_order_and_each_line_says_where_it_stood() {
    let sandbox = Sandbox::with_secret();
    let line = record_line(RECEIVED, &signed_headers(SECRET, NOW, BODY), BODY).to_string();
    sandbox.write("a.ndjson", format!("{line}\n\n{line}"));
    sandbox.write(".lettermint-hook/deliveries.ndjson", format!("{line}\n"));
    let run = sandbox
        .cmd("verify a.ndjson - --json")
        .stdin(line)
        .run()
        .exits(0);
    let sources: Vec<_> = run.json_lines()[..3]
        .iter()
        .map(|verdict| verdict["source"].clone())
        .collect();
    assert_eq!(sources, ["a.ndjson:1", "a.ndjson:3", "-:1"]);
    // Without a file it is the store.
    let run = sandbox.cmd("verify --json").run().exits(0);
    let source = run.json_lines()[0]["source"].clone();
    assert_eq!(source, ".lettermint-hook/deliveries.ndjson:1");
}

#[test]
fn one_secret_of_several_is_enough_and_the_match_is_named() {
    let sandbox = Sandbox::new();
    let line = record_line(RECEIVED, &signed_headers(SECRET, NOW, BODY), BODY).to_string();
    sandbox.write("s.ndjson", line);
    sandbox.write("key.txt", "whsec_other");
    let run = sandbox
        .cmd("verify s.ndjson --json --secret-file key.txt --secret")
        .arg(SECRET)
        .run()
        .exits(0);
    let secret = run.json_lines()[0]["secret"].clone();
    assert_eq!(secret, json!({"position": 2, "source": "--secret"}));
}

#[test]
fn json_ends_with_the_sum_and_quiet_shows_what_is_wrong() {
    let sandbox = Sandbox::with_secret();
    let good = record_line(RECEIVED, &signed_headers(SECRET, NOW, BODY), BODY);
    let bad = record_line(RECEIVED, &[], BODY);
    sandbox.write("s.ndjson", format!("{good}\n{bad}\nbroken\n"));
    let run = sandbox.cmd("verify s.ndjson --json").run().exits(1);
    assert_eq!(
        run.json_lines().pop().unwrap(),
        json!({"summary": {
            "deliveries": 2, "valid": 1, "invalid": 1, "expired": 0, "unverifiable": 0,
            "unreadable": 1, "missing": [], "stopped": false,
        }})
    );
    let run = sandbox.cmd("verify s.ndjson --quiet").run().exits(1);
    assert!(!run.out().contains("✓ valid"), "{}", run.transcript());
    run.prints(&[
        "✗ signature_header_missing",
        "1 of 2 valid, 1 invalid, 1 unreadable",
    ]);
}
