//! `deliveries redact`: fixtures that verify and tell nothing.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::support::{
    NOW, Record, SECRET, Sandbox, captures, contains, lines, record_line, samples, signed_headers,
};

/// What redacted deliveries are signed with; [`SECRET`] signs the originals.
const TEST_SECRET: &str = "whsec_fixture";

const ID: &str = "9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d02";

/// A production capture with something to hide in every field.
fn production(body: &[u8]) -> Record {
    let mut headers = vec![
        ("Host", "hooks.customer.test:8443".to_owned()),
        ("X-Forwarded-For", "203.0.113.77, 2a02:8071::5".to_owned()),
        ("Content-Length", body.len().to_string()),
    ];
    headers.extend(signed_headers(SECRET, NOW, body));
    let reply = json!({
        "status": 500,
        "headers": [["Server", "customer-gateway/2"]],
        "body": r#"{"error":"no such customer: Jane"}"#,
        "duration_us": 412,
    });
    record_line(&headers, body)
        .with("event", "message.sent")
        .with("id", ID)
        .with("attempt", 3)
        .with("target", "/webhooks/lettermint/Customer-7?key=s3cret")
        .with("remote", "203.0.113.77:50000")
        .with("reply", reply)
        .with("label", "customer seven")
}

/// The records after `deliveries redact`, and what `verify` says of them with the test secret.
fn redact(records: &[Record]) -> Vec<(Record, Value)> {
    let sandbox = Sandbox::new();
    sandbox.write("p.ndjson", lines(records));
    let line = format!("deliveries redact p.ndjson --output f.ndjson --secret {TEST_SECRET}");
    sandbox.cmd(&line).run().exits(0);
    let line = format!("verify f.ndjson --tolerance off --json --secret {TEST_SECRET}");
    let verdicts = sandbox.cmd(&line).run().verdicts();
    let redacted = sandbox.records_of("f.ndjson");
    assert_eq!(
        (redacted.len(), verdicts.len()),
        (records.len(), records.len())
    );
    redacted.into_iter().map(Record::of).zip(verdicts).collect()
}

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

fn parse(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

prop_compose! {
    /// Texts that cannot be part of any pseudonym, in a payload that has them everywhere.
    fn payloads()(
        texts in vec("qz[A-Za-z0-9 ß✓@./:-]{0,20}zq", 8),
        place in "[a-z]{3,8}",
    ) -> (Vec<String>, Value) {
        let [one, two, three, four, five, six, seven, eight] = &texts[..] else {
            unreachable!("eight texts");
        };
        let payload = json!({
            "id": ID,
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
        (texts, payload)
    }
}

prop_compose! {
    fn records()(
        lines in vec((select(NAMES.as_slice()), vec(any::<u8>(), 0..30)), 0..8),
        texts in vec(any::<String>(), 5),
    ) -> Record {
        let record = production(texts[0].as_bytes())
            .with("target", texts[1].as_str())
            .with("remote", texts[2].as_str())
            .with("id", texts[3].as_str())
            .with("event", texts[4].as_str());
        lines.into_iter().fold(record, |record, (name, value)| {
            record.and_header_bytes(name, &value)
        })
    }
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

// A case is two runs of the program with a whole file.
proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn deliveries_redact_removes_what_was_said_and_signs_anew(batch in vec(payloads(), 1..40)) {
        let original = |(_, payload): &(_, Value)| production(payload.to_string().as_bytes());
        // The same input is the same output, however often it comes.
        let originals: Vec<_> = batch.iter().map(original).flat_map(|one| [one.clone(), one]).collect();
        let redacted = redact(&originals);
        for (index, (texts, payload)) in batch.iter().enumerate() {
            let (record, verdict) = &redacted[2 * index];
            let line = record.to_string();
            prop_assert_eq!(&line, &redacted[2 * index + 1].0.to_string());
            let known = ["203.0.113.77", "2a02:", "customer", "Jane", "s3cret"];
            for text in texts.iter().map(String::as_str).chain(known) {
                prop_assert!(!line.contains(text), "{} in {}", text, line);
            }
            prop_assert_eq!(&verdict["valid"], true, "{}", verdict);
            let original = &originals[2 * index];
            for kept in ["Delivery", "Attempt", "Event"].map(|name| format!("X-Lettermint-{name}")) {
                prop_assert_eq!(record.header(&kept), original.header(&kept));
            }
            let length = record.body().len().to_string();
            prop_assert_eq!(record.header("Content-Length"), length);
            for kept in ["event", "id", "attempt", "at"] {
                prop_assert_eq!(&record[kept], &original[kept]);
            }
            let after = parse(&record.body()).unwrap();
            prop_assert_eq!(shape(&after), shape(payload));
        }
    }

    #[test]
    fn deliveries_redact_takes_any_body(bodies in vec(vec(any::<u8>(), 0..200), 1..60)) {
        let originals: Vec<_> = bodies.iter().map(|body| production(body)).collect();
        for ((record, verdict), body) in redact(&originals).into_iter().zip(&bodies) {
            if parse(body).is_none() {
                let redacted = record.body();
                prop_assert_eq!(redacted.len(), body.len());
                prop_assert!(redacted.iter().all(|byte| b"[redacted]".contains(byte)));
            }
            prop_assert_eq!(&verdict["signed_at"], NOW);
            prop_assert_eq!(&verdict["secret"]["position"], 1);
        }
    }

    #[test]
    fn deliveries_redact_takes_any_record(batch in vec(records(), 1..40)) {
        let originals: Vec<_> = batch.iter().flat_map(|one| [one.clone(), one.clone()]).collect();
        let redacted = redact(&originals);
        for (pair, original) in redacted.chunks(2).zip(&batch) {
            let (first, second) = (&pair[0].0, &pair[1].0);
            let headers = |record: &Record| record["headers"].as_array().unwrap().len();
            prop_assert_eq!(headers(first), headers(original));
            prop_assert_eq!(first.to_string(), second.to_string());
        }
    }

    #[test]
    fn deliveries_redact_gives_two_texts_no_common_pseudonym(
        texts in vec("[a-z]{1,9}@[a-z]{1,9}\\.com", 2..60),
    ) {
        let original = |text: &String| {
            production(json!({"data": {"recipient": text}}).to_string().as_bytes())
        };
        let originals: Vec<_> = texts.iter().map(original).collect();
        let bodies: Vec<_> = redact(&originals).iter().map(|(record, _)| record.body()).collect();
        for (left, one) in bodies.iter().zip(&texts) {
            for (right, other) in bodies.iter().zip(&texts) {
                prop_assert_eq!(left == right, one == other);
            }
        }
    }
}

#[test]
fn deliveries_redact_of_every_sample_stays_a_payload_that_verifies() {
    let samples = samples();
    let originals: Vec<_> = samples.iter().map(|body| production(body)).collect();
    for ((record, verdict), sample) in redact(&originals).iter().zip(samples) {
        assert_eq!(verdict["valid"], true, "{verdict}");
        let (before, after) = (parse(sample).unwrap(), parse(&record.body()).unwrap());
        assert_eq!(shape(&after), shape(&before));
    }
}

#[test]
fn deliveries_redact_of_a_capture_is_as_committed() {
    let sandbox = Sandbox::new();
    let capture = captures().join("chromium.har");
    let line =
        format!("deliveries redact --event message.* --output f.ndjson --secret {TEST_SECRET}");
    let run = sandbox.cmd(&line).arg(&capture).run().exits(0);
    run.says(&["redacted 2 deliveries: f.ndjson"]);
    let line = format!("verify f.ndjson --tolerance off --secret {TEST_SECRET}");
    sandbox.cmd(&line).run().exits(0).prints(&["2 of 2 valid"]);
    let other = format!("verify f.ndjson --tolerance off --secret {SECRET}");
    sandbox.cmd(&other).run().exits(1);
    let golden = captures().join("redacted/chromium.ndjson");
    snapbox::assert_data_eq!(
        String::from_utf8(sandbox.read("f.ndjson")).unwrap(),
        snapbox::Data::read_from(&golden, Some(snapbox::data::DataFormat::Text)).raw()
    );
}

#[test]
fn deliveries_redact_leaves_the_source_alone() {
    let sandbox = Sandbox::new();
    let body = r#"{"data":{"recipient":"jane.doe@customer.example.org","subject":"Invoice 4711 for Jane"}}"#;
    let source = lines(&[Record::signed(body)]);
    sandbox.write("p.ndjson", &source);
    let line = format!("deliveries redact p.ndjson --secret {TEST_SECRET}");
    let redact = || sandbox.cmd(&line).run().exits(0).stdout;
    let redacted = redact();
    for name in ["jane", "Jane", "customer", "4711"] {
        assert!(!contains(&redacted, name.as_bytes()), "{name}");
    }
    assert_eq!(redact(), redacted);
    assert_eq!(sandbox.read("p.ndjson"), source.as_bytes());
}
