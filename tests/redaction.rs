//! Laws of redaction, and a redacted fixture next to its original.

use std::path::Path;
use std::time::Duration;

use lettermint_hook::capture::export::export;
use lettermint_hook::capture::{ExportFormat, Format, parse};
use lettermint_hook::delivery::outgoing::lettermint_headers;
use lettermint_hook::delivery::{Direction, Record, Reply, SigningPlan};
use lettermint_hook::json::writer;
use lettermint_hook::lettermint::catalogue::EVENTS;
use lettermint_hook::lettermint::verification::SignedHeaders;
use lettermint_hook::lettermint::{Headers, Secret, SigningKey, Tolerance, Verifier, headers};
use lettermint_hook::redaction::Redactor;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

const CAPTURED_AT: i64 = 1_791_101_730;

fn received(body: Vec<u8>, key: &SigningKey) -> Record {
    let plan = SigningPlan {
        key,
        signed_at: CAPTURED_AT,
        attempt: 3,
    };
    let mut lines = Headers::new();
    lines.push("Host", "hooks.customer.test:8443");
    lines.push("X-Forwarded-For", "203.0.113.77, 2a02:8071::5");
    lines.push("Content-Length", body.len().to_string());
    for header in &lettermint_headers(Some("message.sent"), &body, plan) {
        lines.push(header.name, header.value);
    }
    let mut reply_headers = Headers::new();
    reply_headers.push("Server", "customer-gateway/2");
    Record {
        direction: Direction::Received,
        at: CAPTURED_AT * 1_000_000,
        event: Some("message.sent".into()),
        id: Some("9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d02".into()),
        attempt: Some(3),
        method: "POST".into(),
        target: "/webhooks/lettermint/Customer-7?key=s3cret".into(),
        headers: lines,
        body: body.into(),
        remote: Some("203.0.113.77:50000".into()),
        verdict: None,
        reply: Some(Reply {
            status: Some(500),
            headers: reply_headers,
            body: r#"{"error":"no such customer: Jane"}"#.into(),
            duration: Duration::from_micros(412),
            error: None,
            truncated: false,
        }),
        unknown: json!({"label": "customer seven"})
            .as_object()
            .cloned()
            .unwrap_or_default(),
    }
}

fn keys() -> (SigningKey, Secret, SigningKey) {
    let fixture = Secret::new("whsec_fixture").expect("a secret");
    let key = SigningKey::new(&fixture);
    (SigningKey::from_bytes(b"whsec_production"), fixture, key)
}

const NAMES: [&str; 9] = [
    "Host",
    "Forwarded",
    "X-Forwarded-For",
    "User-Agent",
    "X-Lettermint-Signature",
    "X-Lettermint-Delivery-Id",
    "Content-Length",
    "Cookie",
    "X-Other",
];

/// The shape of a value: member names, lengths of arrays, kinds.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), shape(member)))
            .collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!(0),
        other => other.clone(),
    }
}

/// A text that cannot be part of any pseudonym.
fn marker() -> impl Strategy<Value = String> {
    "qz[A-Za-z0-9 ß✓@./:-]{0,20}zq"
}

proptest! {
    #[test]
    fn what_was_said_is_gone_and_the_signature_holds(
        texts in vec(marker(), 8),
        place in "[a-z]{3,8}",
    ) {
        let (production, fixture, key) = keys();
        let [one, two, three, four, five, six, seven, eight] = &texts[..] else {
            unreachable!("eight texts");
        };
        let payload = json!({
            "id": "9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d02",
            "event": "message.sent",
            "timestamp": "2026-10-04T08:15:30.000000Z",
            "data": {
                "recipient": format!("{one}@example.com"),
                "from": {"email": two, "name": three},
                "subject": four,
                "metadata": {"k": five, "n": 12},
                "tags": [{"name": six, "value": "https://h.example/".to_owned() + seven}],
                place: [eight, {"deep": eight}],
                "score": 7.5,
            },
        });
        let record = received(writer::encode(&payload), &production);
        let mut redactor = Redactor::new();
        let redacted = redactor.redact(&record, &key);
        let line = String::from_utf8(export(ExportFormat::Ndjson, [&redacted])).unwrap();
        for text in &texts {
            prop_assert!(!line.contains(text.as_str()), "{} in {}", text, line);
        }
        for text in ["203.0.113.77", "2a02:", "customer", "Jane", "s3cret"] {
            prop_assert!(!line.contains(text), "{} in {}", text, line);
        }
        let verifier = Verifier::new([&fixture], Tolerance::Off);
        let verdict = verifier.verify(SignedHeaders::of(&redacted.headers), &redacted.body, None);
        prop_assert!(verdict.is_valid(), "{:?}", verdict);
        for kept in [headers::DELIVERY, headers::ATTEMPT, headers::EVENT] {
            prop_assert_eq!(redacted.headers.text(kept), record.headers.text(kept));
        }
        let length = redacted.body.len().to_string();
        prop_assert_eq!(redacted.headers.text("content-length"), Some(length.as_str()));
        prop_assert_eq!(
            (&redacted.event, &redacted.id, redacted.attempt, redacted.at),
            (&record.event, &record.id, record.attempt, record.at)
        );
        let after: Value = serde_json::from_slice(&redacted.body).unwrap();
        prop_assert_eq!(shape(&after), shape(&payload));
        // The same input is the same output, however often it comes.
        prop_assert_eq!(redactor.redact(&record, &key), redacted);
    }

    #[test]
    fn any_body_is_redacted_without_its_bytes(body in vec(any::<u8>(), 0..200)) {
        let (production, fixture, key) = keys();
        let record = received(body.clone(), &production);
        let redacted = Redactor::new().redact(&record, &key);
        if serde_json::from_slice::<Value>(&body).is_err() {
            prop_assert_eq!(redacted.body.len(), body.len());
            prop_assert!(redacted.body.iter().all(|byte| b"[redacted]".contains(byte)));
        }
        let verifier = Verifier::new([&fixture], Tolerance::Off);
        let verdict = verifier.verify(SignedHeaders::of(&redacted.headers), &redacted.body, None);
        prop_assert!(verdict.signed_at == Some(CAPTURED_AT) && verdict.secret == Some(0));
    }

    #[test]
    fn any_record_is_redacted(
        lines in vec((prop::sample::select(NAMES.as_slice()), vec(any::<u8>(), 0..30)), 0..8),
        texts in vec(any::<String>(), 5),
    ) {
        let (production, _, key) = keys();
        let mut record = received(texts[0].clone().into_bytes(), &production);
        for (name, value) in lines {
            record.headers.push(name, value);
        }
        record.target = texts[1].clone();
        record.remote = Some(texts[2].clone());
        record.id = Some(texts[3].clone());
        record.event = Some(texts[4].clone());
        let mut redactor = Redactor::new();
        let redacted = redactor.redact(&record, &key);
        prop_assert_eq!(redacted.headers.len(), record.headers.len());
        prop_assert_eq!(redactor.redact(&record, &key), redacted);
    }

    #[test]
    fn two_texts_never_share_a_pseudonym(left in "[a-z]{1,9}@[a-z]{1,9}\\.com", right in "[a-z]{1,9}@[a-z]{1,9}\\.com") {
        let (production, _, key) = keys();
        let mut redactor = Redactor::new();
        let mut recipient = |text: &str| {
            let payload = json!({"data": {"recipient": text}});
            let record = received(writer::encode(&payload), &production);
            redactor.redact(&record, &key).body
        };
        prop_assert_eq!(recipient(&left) == recipient(&right), left == right);
    }
}

#[test]
fn a_redacted_fixture_next_to_its_original() {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/captures"
    ));
    let original = std::fs::read(folder.join("chromium.har")).unwrap();
    let parsed = parse(Format::Har, &original, &mut |_| Err(String::new()));
    let (_, fixture, key) = keys();
    let mut redactor = Redactor::new();
    let redacted: Vec<_> = parsed
        .captures
        .iter()
        .filter(|capture| capture.is_delivery())
        .map(|capture| redactor.redact(&capture.record, &key))
        .collect();
    let verifier = Verifier::new([&fixture], Tolerance::Off);
    for record in &redacted {
        let verdict = verifier.verify(SignedHeaders::of(&record.headers), &record.body, None);
        assert!(verdict.is_valid());
    }
    let golden = folder.join("redacted/chromium.ndjson");
    snapbox::assert_data_eq!(
        String::from_utf8(export(ExportFormat::Ndjson, &redacted)).unwrap(),
        snapbox::Data::read_from(&golden, Some(snapbox::data::DataFormat::Text)).raw()
    );
}

#[test]
fn every_sample_stays_a_payload_that_verifies() {
    let (production, fixture, key) = keys();
    let verifier = Verifier::new([&fixture], Tolerance::Off);
    let mut redactor = Redactor::new();
    for event in EVENTS {
        let Some(sample) = event.sample_json() else {
            continue;
        };
        let redacted = redactor.redact(&received(sample.into(), &production), &key);
        let verdict = verifier.verify(SignedHeaders::of(&redacted.headers), &redacted.body, None);
        assert!(verdict.is_valid(), "{}", event.name);
        let before: Value = serde_json::from_str(sample).unwrap();
        let after: Value = serde_json::from_slice(&redacted.body).unwrap();
        assert_eq!(shape(&after), shape(&before), "{}", event.name);
    }
}
