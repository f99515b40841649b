//! The scanners agree with the real parsers wherever they answer, and they do answer.

use proptest::prelude::*;
use serde_json::Map;

use super::payload;
use super::payload::Outline;
use super::{Scratch, scan};
use crate::delivery::record::{RecordedVerdict, SecretRef};
use crate::delivery::reply::Failure;
use crate::delivery::resend::kept_headers;
use crate::delivery::{Brief, Direction, Record, RecordSummary, Reply};
use crate::lettermint::verification::{SignedHeaders, event_of};
use crate::lettermint::{Header, Headers, headers};

/// Whether the scanner answered; it must then be what the parser says.
fn agrees(line: &[u8]) -> Result<bool, TestCaseError> {
    let mut scratch = Scratch::default();
    let Some(scanned) = scan(line, &mut scratch) else {
        return Ok(false);
    };
    let record = Record::parse(line);
    prop_assert!(record.is_ok(), "{:?}: {}", record, line.escape_ascii());
    let record = record.unwrap();
    prop_assert_eq!(scanned.at, record.at);
    prop_assert_eq!(scanned.direction, record.direction);
    prop_assert_eq!(scanned.attempt, record.attempt);
    prop_assert_eq!(scanned.id, record.id.as_deref().map(str::as_bytes));
    prop_assert_eq!(scanned.target, record.target.as_bytes());
    let kept = kept_headers(&record.headers);
    prop_assert!(scanned.has_kept_headers || kept.is_empty());
    let summary = RecordSummary::parse(line).unwrap();
    prop_assert_eq!(
        Brief::scan(line, &mut Scratch::default()),
        Some(summary.brief())
    );
    prop_assert_eq!(summary, RecordSummary::of(&record));
    prop_assert_eq!(scanned.event, record.event.as_deref().map(str::as_bytes));
    prop_assert_eq!(scanned.body, &record.body[..]);
    let expected = SignedHeaders::of(&record.headers);
    prop_assert_eq!(scanned.headers.signature, expected.signature);
    prop_assert_eq!(scanned.headers.delivery, expected.delivery);
    Ok(true)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~]{0,20}",
        1 => any::<String>(),
        1 => r#"["\\/\u{8}\n\t\r\u{c}\u{1}\u{7f}\u{2028}é😀]{0,8}"#,
    ]
}

prop_compose! {
    fn reply()(
        status in prop::option::of(any::<u16>()),
        body in prop_oneof![text().prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..9)],
        truncated in any::<bool>(),
        micros in 0u64..10_000_000_000,
        error in prop::option::of(text()),
        name in "[a-z-]{1,9}",
        value in text(),
    ) -> Reply {
        Reply {
            status,
            headers: Headers::from_iter([Header::new(name, value)]),
            body: body.into(),
            truncated,
            duration: std::time::Duration::from_micros(micros),
            error: error.as_deref().map(Failure::parse),
        }
    }
}

prop_compose! {
    fn record()(
        sent in any::<bool>(),
        at in -60_000_000_000_000_000i64..250_000_000_000_000_000,
        (event, id) in (prop::option::of(text()), prop::option::of(text())),
        attempt in prop::option::of(any::<u32>()),
        target in text(),
        lines in prop::collection::vec(
            (prop_oneof![
                Just(headers::SIGNATURE.to_owned()),
                Just(headers::DELIVERY.to_lowercase()),
                "[a-z-]{1,9}".prop_map(|name| name),
            ], prop_oneof![4 => text().prop_map(String::into_bytes), 1 => prop::collection::vec(any::<u8>(), 0..6)]),
            0..4,
        ),
        body in prop_oneof![4 => text().prop_map(String::into_bytes), 1 => prop::collection::vec(any::<u8>(), 0..40)],
        remote in prop::option::of("[0-9.:]{1,12}"),
        verdict in prop::option::of((any::<bool>(), prop::option::of(text()), prop::option::of(any::<i64>()), prop::option::of((any::<u16>(), text())))),
        reply in prop::option::of(reply()),
        later in prop::option::weighted(0.1, text()),
    ) -> Record {
        Record {
            direction: if sent { Direction::Sent } else { Direction::Received },
            at, event, id, attempt,
            method: "POST".into(),
            target,
            headers: lines.into_iter().map(|(name, value)| Header::new(name, value)).collect(),
            body: body.into(),
            remote,
            verdict: verdict.map(|(valid, reason, signed_at, secret)| RecordedVerdict {
                valid, reason, signed_at,
                secret: secret.map(|(position, source)| SecretRef { position: position.into(), source }),
            }),
            reply,
            unknown: later.into_iter().map(|text| ("later".to_owned(), text.into())).collect::<Map<_, _>>(),
        }
    }
}

fn line_of(record: &Record) -> Vec<u8> {
    let mut line = Vec::new();
    record.write_line(&mut line);
    line.pop();
    line
}

fn ordinary() -> Record {
    let mut headers = Headers::new();
    headers.push("Host", "127.0.0.1:3000");
    headers.push("x-lettermint-signature", "t=1,v1=00");
    headers.push("X-Lettermint-Delivery", "1");
    Record {
        direction: Direction::Received,
        at: 1_791_101_730_999_999,
        event: Some("message.sent".into()),
        id: Some("9b0c".into()),
        attempt: Some(1),
        method: "POST".into(),
        target: "/webhooks/lettermint".into(),
        headers,
        body: r#"{"event":"message.sent","data":{"subject":"a \"b\" \u0001 é /"}}"#.into(),
        remote: Some("127.0.0.1:1".into()),
        verdict: Some(RecordedVerdict {
            valid: false,
            reason: Some("signature_mismatch".into()),
            signed_at: Some(1_791_101_730),
            secret: Some(SecretRef {
                position: 1,
                source: "--secret-file \"key\"".into(),
            }),
        }),
        reply: Some(Reply {
            status: Some(401),
            headers: Headers::from_iter([Header::new("Content-Type", "application/json")]),
            body: r#"{"error":"Invalid signature"}"#.into(),
            ..Reply::default()
        }),
        unknown: Map::new(),
    }
}

#[test]
fn what_the_store_writes_is_answered() {
    let mut record = ordinary();
    assert!(agrees(&line_of(&record)).unwrap());
    record.reply.as_mut().unwrap().truncated = true;
    record.reply.as_mut().unwrap().error = Some(Failure::parse("timed out: 30 s"));
    assert!(agrees(&line_of(&record)).unwrap());
    (record.event, record.id, record.attempt) = (None, None, None);
    (record.remote, record.verdict, record.reply) = (None, None, None);
    assert!(agrees(&line_of(&record)).unwrap());
}

#[test]
fn every_cut_and_every_changed_byte_of_a_line_agrees() {
    let line = line_of(&ordinary());
    for cut in 0..line.len() {
        assert!(!agrees(&line[..cut]).unwrap());
    }
    for at in 0..line.len() {
        for byte in [
            b'"', b'\\', b'{', b'}', b'[', b',', b'0', b'9', b'-', b'e', b' ', b'u', 0, 0xff,
        ] {
            let mut changed = line.clone();
            changed[at] = byte;
            agrees(&changed).unwrap();
        }
    }
}

#[test]
fn the_unusual_is_left_to_the_parser() {
    let line = String::from_utf8(line_of(&ordinary())).unwrap();
    for (from, to) in [
        ("\"v\":1", "\"v\":1.0"),
        ("\"v\":1,", "\"v\":1,\"v\":1,"),
        ("\"attempt\":1", "\"attempt\":01"),
        ("\"attempt\":1", "\"attempt\":\"1\""),
        ("\"attempt\":1", "\"attempt\":1.5"),
        (".999999Z", "Z"),
        ("2026-10", "2026-13"),
        ("\"body\":", "\"body_base64\":"),
        ("é", "\\ud800"),
        ("\"method\"", " \"method\""),
        ("[[\"Host\"", "[,[\"Host\""),
    ] {
        let changed = line.replacen(from, to, 1);
        assert_ne!(changed, line, "{from}");
        assert!(!agrees(changed.as_bytes()).unwrap(), "{to}");
    }
}

#[test]
fn payloads_as_they_are_and_as_they_are_not() {
    for (body, answered) in [
        (r#"{"event":"a"}"#, true),
        (
            r#" { "x" : [ 1 , { } , [ ] , -0.5e+3 , "\u00e9" ] , "event" : "a\n" } "#,
            true,
        ),
        (r#"{"event":"a","event":"b"}"#, true),
        (r#"{"event":"a","event":1}"#, false),
        (r#"{"\u0065vent":"a"}"#, false),
        (r#"{"event":"a",}"#, false),
        (r#"{"event":"a" "b":1}"#, false),
        (r#"{,"event":"a"}"#, false),
        (r#"{"event":"a"}}"#, false),
        (r#"{"event":"a","x":01}"#, false),
        (r#"{"event":"a","x":1.}"#, false),
        (r#"{"event":"a","x":[1,]}"#, false),
        (r#"{"event":"a","x":[}]}"#, false),
        (r#"{"data":{"event":"a"}}"#, false),
        ("", false),
    ] {
        assert_eq!(
            payload::has_event(body.as_bytes()).is_some(),
            answered,
            "{body}"
        );
        if answered {
            assert!(event_of(body.as_bytes()).is_some(), "{body}");
        }
    }
    let deep = format!(
        r#"{{"event":"a","x":{}{}}}"#,
        "[".repeat(70),
        "]".repeat(70)
    );
    assert_eq!(payload::has_event(deep.as_bytes()), None);
}

#[test]
fn an_outline_holds_texts_as_they_stand() {
    let body = r#"{"id":"i","n":1,"data":{"recipient":"a\u00e9","x":{"subject":"no"},"subject":"s","value":7},"event":"e","message":"no"}"#;
    assert_eq!(
        Outline::of(body.as_bytes()),
        Some(Outline {
            event: Some(r#""e""#),
            id: Some(r#""i""#),
            recipient: Some(r#""a\u00e9""#),
            subject: Some(r#""s""#),
            ..Outline::default()
        })
    );
    assert_eq!(Outline::of(b"{}"), Some(Outline::default()));
    for unusual in [
        r#"{"id":"a","id":"b"}"#,
        r#"{"event":1}"#,
        r#"{"data":{"value":"a","value":"b"}}"#,
        r#"{"data":{},"data":{}}"#,
        r#"{"data":{"\u0076alue":"a"}}"#,
        r#"["id"]"#,
        r#"{"id":"a""#,
    ] {
        assert_eq!(Outline::of(unusual.as_bytes()), None, "{unusual}");
    }
}

proptest! {
    #[test]
    fn any_record_agrees(record in record()) {
        agrees(&line_of(&record))?;
    }

    #[test]
    fn any_damage_agrees(
        record in record(),
        at in any::<prop::sample::Index>(),
        length in 0usize..6,
        noise in prop::collection::vec(any::<u8>(), 0..6),
    ) {
        let mut line = line_of(&record);
        let at = at.index(line.len());
        let end = (at + length).min(line.len());
        line.splice(at..end, noise);
        agrees(&line)?;
    }

    #[test]
    fn any_payload_agrees(
        body in r#"\{("event":"a",)?("(x|event|data|value|\\n|\\ud83d\\ude00)":("b"|-?[0-9]{1,2}(\.5)?(e9)?|\[1,\{"z":null\}\]|\{"value":("v"|0)(,"value":"w")?\}|true|\{\}|\[\]),?){0,3}("event":"(c|\\u00e9)")?\}?"#,
        noise in any::<String>(),
    ) {
        for body in [body, noise] {
            let event = event_of(body.as_bytes());
            if payload::has_event(body.as_bytes()).is_some() {
                prop_assert!(event.is_some(), "{}", body);
            }
            if let Some(outline) = Outline::of(body.as_bytes()) {
                let text = |raw| serde_json::from_str::<String>(raw).unwrap();
                prop_assert_eq!(outline.event.map(text), event, "{}", body);
                let parsed: serde_json::Value = serde_json::from_str(&body).unwrap();
                let value = parsed.get("data").and_then(|data| data.get("value"));
                let outlined = outline.value.map(text);
                prop_assert_eq!(
                    outlined.as_deref(),
                    value.and_then(|value| value.as_str()),
                    "{}",
                    body
                );
            }
        }
    }
}
