//! Kinds of failing captures and what is said of each.

use lettermint_hook::capture::ExportFormat;
use lettermint_hook::capture::export::export;
use lettermint_hook::delivery::Record;
use lettermint_hook::lettermint::headers;
use serde_json::Value;

use crate::support::{SECRET, Sandbox, T, body, delivery, signed_with};

/// One capture: which, the reason, the first finding's code and whether it is proven.
type Failing = (&'static str, Record, &'static str, &'static str, bool);

fn with_body(change: impl FnOnce(String) -> Vec<u8>) -> Record {
    let sent = body("message.hard_bounced");
    let mut record = delivery(&sent);
    record.body = change(String::from_utf8(sent).unwrap()).into();
    record
}

fn slashes_escaped() -> Record {
    let sent = body("message.clicked");
    let mut record = delivery(&sent);
    let text = String::from_utf8(sent).unwrap();
    record.body = text.replace('/', "\\/").into();
    record
}

fn with_header(name: &str, value: Option<String>) -> Record {
    let mut record = delivery(&body("message.hard_bounced"));
    match value {
        Some(value) => record.headers.set(name, value),
        None => record.headers.remove(name),
    }
    record
}

fn failing() -> Vec<Failing> {
    let pretty = |text: String| {
        let json: Value = serde_json::from_str(&text).unwrap();
        serde_json::to_vec_pretty(&json).unwrap()
    };
    let mut renamed = with_header(headers::SIGNATURE, None);
    let value = delivery(&renamed.body)
        .headers
        .text(headers::SIGNATURE)
        .unwrap()
        .to_owned();
    renamed
        .headers
        .push("HTTP_X_LETTERMINT_SIGNATURE", value.clone());
    let mut old = delivery(&body("message.hard_bounced"));
    old.at += 3 * 86_400 * 1_000_000;
    let stripped = SECRET.trim_start_matches("whsec_");
    vec![
        (
            "pretty-printed",
            with_body(pretty),
            "signature_mismatch",
            "body.reformatted",
            true,
        ),
        (
            "trailing newline",
            with_body(|b| (b + "\n").into()),
            "signature_mismatch",
            "body.trailing_newline",
            true,
        ),
        (
            "slashes escaped",
            slashes_escaped(),
            "signature_mismatch",
            "body.reescaped",
            true,
        ),
        (
            "truncated",
            with_body(|b| b.as_bytes()[..200].to_vec()),
            "signature_mismatch",
            "body.truncated",
            false,
        ),
        (
            "prefix stripped by the signer",
            signed_with(stripped, &body("message.sent")),
            "signature_mismatch",
            "secret.prefix_stripped",
            true,
        ),
        (
            "newline in the signer's secret",
            signed_with(&format!("{SECRET}\n"), &body("message.sent")),
            "signature_mismatch",
            "secret.newline_signed",
            true,
        ),
        (
            "header renamed",
            renamed,
            "signature_header_missing",
            "header.renamed",
            true,
        ),
        (
            "header quoted",
            with_header(headers::SIGNATURE, Some(format!("\"{value}\""))),
            "signature_header_malformed",
            "header.quoted",
            true,
        ),
        (
            "delivery header lost",
            with_header(headers::DELIVERY, None),
            "delivery_header_missing",
            "header.delivery_missing",
            true,
        ),
        (
            "delivery header of another request",
            with_header(headers::DELIVERY, Some((T + 60).to_string())),
            "delivery_timestamp_mismatch",
            "header.delivery_changed",
            true,
        ),
        (
            "an old capture",
            old,
            "timestamp_out_of_tolerance",
            "time.stale",
            true,
        ),
    ]
}

#[test]
fn each_kind_is_explained_in_json() {
    for (kind, record, reason, code, proven) in failing() {
        let run = Sandbox::with(&[record])
            .verify(&["c.ndjson", "--json"])
            .exits(1);
        let verdict = &run.verdicts()[0];
        assert_eq!(verdict["reason"], reason, "{kind}: {verdict}");
        let finding = &verdict["findings"][0];
        assert_eq!(finding["code"], code, "{kind}: {verdict}");
        assert_eq!(finding["proven"], proven, "{kind}");
        for field in ["message", "place", "fix", "docs"] {
            assert!(
                finding[field].as_str().is_some_and(|text| text.len() > 10),
                "{kind}"
            );
        }
        assert_eq!(verdict["valid"], false);
    }
}

#[test]
fn each_kind_is_one_line_when_quiet() {
    for (kind, record, reason, code, _) in failing() {
        let id = record.id.clone().unwrap_or_default();
        let run = Sandbox::with(&[record])
            .verify(&["c.ndjson", "--quiet"])
            .exits(1);
        let first = run.stdout.lines().next().unwrap();
        for part in [reason, code, &id, "c.ndjson:1"] {
            assert!(first.contains(part), "{kind}: {first}");
        }
        assert_eq!(
            run.stdout.lines().nth(1),
            Some("0 of 1 valid, 1 invalid"),
            "{kind}"
        );
    }
}

#[test]
fn each_kind_is_spelled_out_in_text() {
    for (kind, record, reason, code, proven) in failing() {
        let run = Sandbox::with(&[record]).verify(&["c.ndjson"]).exits(1);
        let label = match proven {
            true => "\n    proven: ",
            false => "\n    suspected: ",
        };
        for text in [
            &format!("✗ {reason}  "),
            &format!("cause: {code}\n"),
            label,
            "\n      where: ",
            "\n      fix: ",
            "\n      docs: https://",
        ] {
            assert!(run.stdout.contains(text), "{kind}: {}", run.stdout);
        }
    }
    let reformatted = failing().remove(0).1;
    let run = Sandbox::with(&[reformatted]).verify(&["c.ndjson"]).exits(1);
    assert!(
        run.stdout.contains("\n      Express: mount "),
        "{}",
        run.stdout
    );
}

#[test]
fn the_fixes_of_a_cause_are_spelled_out_once() {
    let record = with_body(|body| (body + "\n").into());
    let run = Sandbox::with(&[record.clone(), record])
        .verify(&["c.ndjson"])
        .exits(1);
    assert_eq!(run.stdout.matches("      fix: ").count(), 2);
    assert_eq!(run.stdout.matches("      docs: ").count(), 1);
}

#[test]
fn a_genuine_but_old_delivery_says_so_with_skew_and_direction() {
    let mut record = delivery(&body("message.sent"));
    record.at += 7_200 * 1_000_000;
    let run = Sandbox::with(&[record.clone()])
        .verify(&["c.ndjson"])
        .exits(1);
    assert!(run.stdout.contains("signature ok"), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("2 h old, which looks like a time zone 2 h off UTC")
    );
    assert!(run.stdout.contains("the delivery is genuine"));
    record.at -= 8_200 * 1_000_000;
    let run = Sandbox::with(&[record.clone()])
        .verify(&["c.ndjson"])
        .exits(1);
    assert!(
        run.stdout.contains("16 min 40 s in the future"),
        "{}",
        run.stdout
    );
    // Stale and wrong: both are said.
    record.at += 9_000 * 1_000_000;
    record.body = b"{\"event\":\"x\"}".to_vec().into();
    let run = Sandbox::with(&[record]).verify(&["c.ndjson"]).exits(1);
    assert!(
        run.stdout
            .contains("signature mismatch, time out of tolerance"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_nothing_explains_says_how_much_was_tried_and_does_not_guess() {
    let record = signed_with("whsec_of_another_webhook", &body("message.sent"));
    let run = Sandbox::with(&[record])
        .verify(&["c.ndjson", "--json"])
        .exits(1);
    let verdict = &run.verdicts()[0];
    assert_eq!(verdict["findings"], serde_json::json!([]));
    let text = verdict["unexplained"].as_str().unwrap();
    assert!(
        text.starts_with("not explained by ") && text.contains("none of the given secrets"),
        "{text}"
    );
}

#[test]
fn bodies_that_were_swapped_are_found_in_the_same_file() {
    let mut records: Vec<_> = ["message.sent", "message.delivered", "message.clicked"]
        .map(|event| delivery(&body(event)))
        .into();
    let first = records[0].body.clone();
    records[0].body = records[2].body.clone();
    records[2].body = first;
    let sandbox = Sandbox::with(&records);
    sandbox.write("c.har", &export(ExportFormat::Har, &records));
    for name in ["c.ndjson", "c.har"] {
        let verdicts = sandbox.verify(&[name, "--json"]).exits(1).verdicts();
        let found = &verdicts[0]["findings"][0];
        assert_eq!(found["code"], "body.other_capture", "{name}");
        let third = verdicts[2]["source"].as_str().unwrap();
        assert!(found["message"].to_string().contains(third), "{found}");
        assert_eq!(verdicts[1]["valid"], true);
    }
}

#[test]
fn the_secret_that_matches_is_named_by_source() {
    let sandbox = Sandbox::with(&[signed_with("whsec_b", &body("message.sent"))]);
    sandbox.write("a.txt", b"whsec_a\n");
    sandbox.write("b.txt", b"whsec_b\n");
    let args = [
        "c.ndjson",
        "--secret-file",
        "a.txt",
        "--secret-file",
        "b.txt",
        "--json",
    ];
    let run = sandbox.verify(&args).exits(0);
    assert_eq!(run.verdicts()[0]["secret"]["position"], 2);
    assert_eq!(run.verdicts()[0]["secret"]["source"], "--secret-file b.txt");
}

#[test]
fn notes_and_sdk_verdicts_change_no_exit_code() {
    let odd = br#"{"event":"message.sent","data":{"n":9007199254740993}}"#;
    let mut upper = delivery(&body("message.sent"));
    let value = upper
        .headers
        .text(headers::SIGNATURE)
        .unwrap()
        .to_uppercase();
    upper.headers.set(
        headers::SIGNATURE,
        value.replace("T=", "t=").replace("V1=", "v1="),
    );
    let sandbox = Sandbox::with(&[delivery(odd), upper, delivery(&body("message.sent"))]);
    let args = ["c.ndjson", "--json", "--as", "python@2", "--as", "node@2.7"];
    let verdicts = sandbox.verify(&args).exits(0).verdicts();
    let notes = |n: usize| verdicts[n]["notes"].to_string();
    assert!(
        notes(0).contains("JavaScript JSON.stringify") && notes(0).contains("data.n"),
        "{}",
        notes(0)
    );
    assert!(
        notes(1).contains("older SDKs refuse it: ") && notes(1).contains("python@2"),
        "{}",
        notes(1)
    );
    assert_eq!(notes(2), "[]");
    assert_eq!(verdicts[1]["sdks"][0]["accepts"], false);
    assert_eq!(verdicts[1]["sdks"][1]["accepts"], true);
    let text = sandbox
        .verify(&["c.ndjson", "--as", "python@2"])
        .exits(0)
        .stdout;
    assert!(
        text.contains("    python@2: accepts it")
            && text.contains("    python@2: refuses it (signature_mismatch)"),
        "{text}"
    );
}

#[test]
fn sdks_are_listed_and_misspelt_ones_guessed() {
    let sandbox = Sandbox::new();
    let list = sandbox.verify(&["--as", "list"]).exits(0).stdout;
    assert!(
        list.contains("python@2") && list.contains("node@2.7"),
        "{list}"
    );
    let run = sandbox.verify(&["--as", "pyton@2"]).exits(2);
    assert!(
        run.stderr.contains("did you mean `python@2`"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_same_delivery_by_options() {
    let sent = body("message.sent");
    let record = delivery(&sent);
    let value = record.headers.text(headers::SIGNATURE).unwrap();
    let sandbox = Sandbox::new();
    sandbox.write("body.json", &sent);
    let now = (T + 10).to_string();
    let args = ["--body", "body.json", "--signature", value, "--now", &now];
    sandbox.verify(&args).exits(0);
    sandbox
        .run(
            &["--body", "-", "--signature", value, "--now", &now],
            SECRET,
            &sent,
        )
        .exits(0);
    let required = |event| [&args[..], &["--require-event", event]].concat();
    sandbox.verify(&required("message.sent")).exits(0);
    sandbox.verify(&required("message.clicked")).exits(1);
    let other = [&args[..], &["--delivery", "1"]].concat();
    let run = sandbox.verify(&other).exits(1);
    assert!(
        run.stdout.contains("delivery_timestamp_mismatch"),
        "{}",
        run.stdout
    );
    let event = [&args[..], &["--event", "message.delivered"]].concat();
    let run = sandbox.verify(&event).exits(0);
    assert!(
        run.stdout
            .contains("note: X-Lettermint-Event is not the body's event"),
        "{}",
        run.stdout
    );
    let run = sandbox
        .verify(&["--body", "body.json", "--signature", value])
        .exits(1);
    assert!(
        run.stdout.contains("timestamp_out_of_tolerance"),
        "{}",
        run.stdout
    );
}
