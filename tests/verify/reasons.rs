//! The reasons of the SDKs, the two verdicts behind them, and the secret that matched.

use serde_json::{Value, json};

use super::{verify, with_records};
use crate::support::{BODY, NOW, Record, SECRET, record_line, signed_headers};

#[test]
fn verify_gives_each_of_the_eight_reasons_for_its_own_defect() {
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
        let run = verify(&[record_line(&headers, body)], "--json").exits(code);
        let verdicts = run.verdicts();
        assert_eq!(verdicts[0]["reason"], reason);
        assert_eq!(verdicts[0]["valid"], reason.is_null());
    }
}

#[test]
fn verify_judges_age_and_signature_apart() {
    let stale = |secret| signed_headers(secret, NOW - 1_000, BODY);
    let records = [
        record_line(&stale(SECRET), BODY),
        record_line(&stale("whsec_other"), BODY),
    ];
    let verdicts = verify(&records, "--json").exits(1).verdicts();
    for (verdict, signature) in verdicts.iter().zip(["ok", "mismatch"]) {
        assert_eq!(verdict["reason"], "timestamp_out_of_tolerance");
        assert_eq!(verdict["time"], "out_of_tolerance");
        assert_eq!(verdict["signature"], signature);
        assert_eq!(verdict["signed_at"], NOW - 1_000);
        assert_eq!(verdict["age_seconds"], 1_000);
    }
}

#[test]
fn verify_tolerance_counts_in_both_directions_boundary_included() {
    let sandbox = with_records(&[Record::signed(BODY)]);
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
        let line = format!("verify c.ndjson --json {options}");
        let run = sandbox.cmd(&line).run().exits(i32::from(!valid));
        assert_eq!(run.verdicts()[0]["valid"], valid, "{options}");
    }
}

#[test]
fn verify_tries_every_secret_and_names_the_one_that_matched() {
    let sandbox = with_records(&[Record::signed_with("whsec_b", BODY)]);
    sandbox.write("a.txt", "whsec_a\n");
    sandbox.write("b.txt", "whsec_b\n");
    for (options, source) in [
        ("--secret-file a.txt --secret whsec_b", "--secret"),
        (
            "--secret-file a.txt --secret-file b.txt",
            "--secret-file b.txt",
        ),
    ] {
        let line = format!("verify c.ndjson --json {options}");
        let run = sandbox.cmd(&line).run().exits(0);
        let secret = run.verdicts()[0]["secret"].clone();
        assert_eq!(secret, json!({"position": 2, "source": source}));
    }
}
