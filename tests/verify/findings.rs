//! Kinds of failing captures and what is said of each.

use serde_json::{Value, json};

use super::{verify, with_records};
use crate::support::{NOW, Record, SECRET, sample};

/// One capture: which, the reason, the first finding's code and whether it is proven.
type Failing = (&'static str, Record, &'static str, &'static str, bool);

fn bounced() -> Record {
    Record::signed(sample("message.hard_bounced"))
}

/// A delivery whose body was changed on its way.
fn changed(event: &str, change: impl FnOnce(&str) -> String) -> Record {
    let body = std::str::from_utf8(sample(event)).unwrap();
    Record::signed(body).with_body(change(body))
}

fn with_newline() -> Record {
    changed("message.hard_bounced", |body| format!("{body}\n"))
}

fn reformatted() -> Record {
    changed("message.hard_bounced", |body| {
        let json: Value = serde_json::from_str(body).unwrap();
        format!("{json:#}")
    })
}

#[rustfmt::skip]
fn failing() -> Vec<Failing> {
    const SIGNATURE: &str = "X-Lettermint-Signature";
    const DELIVERY: &str = "X-Lettermint-Delivery";
    let (mismatch, sent) = ("signature_mismatch", sample("message.sent"));
    let value = bounced().header(SIGNATURE);
    let renamed = bounced().without_header(SIGNATURE).and_header("HTTP_X_LETTERMINT_SIGNATURE", value.clone());
    let slashes = changed("message.clicked", |body| body.replace('/', "\\/"));
    let truncated = changed("message.hard_bounced", |body| body[..200].to_owned());
    let stripped = Record::signed_with(SECRET.trim_start_matches("whsec_"), sent);
    let newline = Record::signed_with(&format!("{SECRET}\n"), sent);
    let quoted = bounced().with_header(SIGNATURE, format!("\"{value}\""));
    let moved = bounced().with_header(DELIVERY, (NOW + 60).to_string());
    let old = bounced().later(3 * 86_400);
    vec![
        ("pretty-printed", reformatted(), mismatch, "body.reformatted", true),
        ("trailing newline", with_newline(), mismatch, "body.trailing_newline", true),
        ("slashes escaped", slashes, mismatch, "body.reescaped", true),
        ("truncated", truncated, mismatch, "body.truncated", false),
        ("prefix stripped by the signer", stripped, mismatch, "secret.prefix_stripped", true),
        ("newline in the signer's secret", newline, mismatch, "secret.newline_signed", true),
        ("header renamed", renamed, "signature_header_missing", "header.renamed", true),
        ("header quoted", quoted, "signature_header_malformed", "header.quoted", true),
        ("delivery header lost", bounced().without_header(DELIVERY), "delivery_header_missing", "header.delivery_missing", true),
        ("delivery header of another request", moved, "delivery_timestamp_mismatch", "header.delivery_changed", true),
        ("an old capture", old, "timestamp_out_of_tolerance", "time.stale", true),
    ]
}

#[test]
fn verify_findings_of_each_kind_as_json() {
    for (kind, record, reason, code, proven) in failing() {
        let run = verify(&[record], "--json").exits(1);
        let verdict = &run.verdicts()[0];
        assert_eq!(verdict["valid"], false);
        assert_eq!(verdict["reason"], reason, "{kind}: {verdict}");
        let finding = &verdict["findings"][0];
        assert_eq!(finding["code"], code, "{kind}: {verdict}");
        assert_eq!(finding["proven"], proven, "{kind}");
        for field in ["message", "place", "fix", "docs"] {
            let text = finding[field].as_str().unwrap_or_default();
            assert!(text.len() > 10, "{kind}: {field}");
        }
    }
}

#[test]
fn verify_findings_of_each_kind_are_one_line_when_quiet() {
    for (kind, record, reason, code, _) in failing() {
        let id = record["id"].as_str().unwrap().to_owned();
        let out = verify(&[record], "--quiet").exits(1).out();
        let (first, rest) = out.split_once('\n').unwrap();
        for part in [reason, code, &id, "c.ndjson:1"] {
            assert!(first.contains(part), "{kind}: {first}");
        }
        assert_eq!(rest, "0 of 1 valid, 1 invalid\n", "{kind}");
    }
}

#[test]
fn verify_findings_of_each_kind_are_spelled_out_as_text() {
    for (_, record, reason, code, proven) in failing() {
        let label = if proven { "proven" } else { "suspected" };
        verify(&[record], "").exits(1).prints(&[
            &format!("✗ {reason}  "),
            &format!("cause: {code}\n"),
            &format!("\n    {label}: "),
            "\n      where: ",
            "\n      fix: ",
            "\n      docs: https://",
        ]);
    }
    let run = verify(&[reformatted()], "").exits(1);
    run.prints(&["\n      Express: mount "]);
}

#[test]
fn verify_findings_spell_out_the_fixes_of_a_cause_once() {
    let out = verify(&[with_newline(), with_newline()], "").exits(1).out();
    assert_eq!(out.matches("      fix: ").count(), 2);
    assert_eq!(out.matches("      docs: ").count(), 1);
}

#[test]
fn verify_findings_of_an_old_delivery_name_skew_and_direction() {
    let sent = Record::signed(sample("message.sent"));
    let old = verify(&[sent.clone().later(7_200)], "").exits(1);
    old.prints(&[
        "signature ok",
        "2 h old, which looks like a time zone 2 h off UTC",
        "the delivery is genuine",
    ]);
    let early = verify(&[sent.clone().later(-1_000)], "").exits(1);
    early.prints(&["16 min 40 s in the future"]);
    // Stale and wrong: both are said.
    let both = sent.later(8_000).with_body(r#"{"event":"x"}"#);
    let both = verify(&[both], "").exits(1);
    both.prints(&["signature mismatch, time out of tolerance"]);
}

#[test]
fn verify_unexplained_says_how_much_was_tried() {
    let record = Record::signed_with("whsec_of_another_webhook", sample("message.sent"));
    let run = verify(&[record], "--json").exits(1);
    let verdict = &run.verdicts()[0];
    assert_eq!(verdict["findings"], json!([]));
    let text = verdict["unexplained"].as_str().unwrap();
    assert!(text.starts_with("not explained by "), "{text}");
    assert!(text.contains("none of the given secrets"), "{text}");
    assert_eq!(verdict["notes"], json!([]));
    // Who received it had a secret that is not given here.
    let secret = json!({ "position": 1, "source": "LETTERMINT_WEBHOOK_SECRET in .env" });
    let then = json!({ "valid": true, "reason": null, "signed_at": null, "secret": secret });
    let record = Record::signed_with("whsec_of_another_webhook", sample("message.sent"))
        .with("direction", "received")
        .with("verdict", then);
    verify(&[record], "").exits(1).prints(&["note: it was recorded as genuine when it came, with the secret of LETTERMINT_WEBHOOK_SECRET in .env: "]);
}

#[test]
fn verify_findings_name_a_swapped_body_of_the_same_file() {
    let [a, b, c] = ["message.sent", "message.delivered", "message.clicked"].map(sample);
    let sandbox = with_records(&[
        Record::signed(a).with_body(c),
        Record::signed(b),
        Record::signed(c).with_body(a),
    ]);
    let export = "deliveries export c.ndjson --format har --output c.har";
    sandbox.cmd(export).run().exits(0);
    for name in ["c.ndjson", "c.har"] {
        let run = sandbox.cmd(&format!("verify {name} --json")).run().exits(1);
        let verdicts = run.verdicts();
        let finding = &verdicts[0]["findings"][0];
        assert_eq!(finding["code"], "body.other_capture", "{name}");
        let third = verdicts[2]["source"].as_str().unwrap();
        assert!(finding["message"].to_string().contains(third), "{finding}");
        assert_eq!(verdicts[1]["valid"], true);
    }
}
