//! Whatever is read of a line agrees with the whole record.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Map;

use super::{Direction, Record, RecordSummary, RecordedVerdict, SecretRef, SignedLineReader};
use crate::delivery::Reply;
use crate::delivery::reply::Failure;
use crate::lettermint::verification::SignedHeaders;
use crate::lettermint::{Header, Headers, headers};

/// Whether the line is a record; what is read of it in part must then be what the whole says.
fn agrees(line: &[u8]) -> Result<bool, TestCaseError> {
    let summary = RecordSummary::parse(line);
    let mut reader = SignedLineReader::default();
    let signed = reader.read(line);
    let Ok(record) = Record::parse(line) else {
        prop_assert!(signed.is_none(), "{}", line.escape_ascii());
        return Ok(false);
    };
    if let Some(summary) = summary {
        let expected = record.summary();
        prop_assert_eq!(summary.direction, expected.direction);
        prop_assert_eq!(summary.at, expected.at);
        prop_assert_eq!(&summary.event, &expected.event);
        prop_assert_eq!(&summary.id, &expected.id);
        prop_assert_eq!(summary.attempt, expected.attempt);
        prop_assert_eq!(summary.target(), expected.target());
        prop_assert_eq!(&summary.verdict, &expected.verdict);
        prop_assert_eq!(summary.is_failed(), record.is_failed());
        prop_assert_eq!(summary.reply.is_some(), record.reply.is_some());
        if let (Some(summary), Some(reply)) = (summary.reply, &record.reply) {
            prop_assert_eq!(summary.status, reply.status);
            prop_assert_eq!(summary.duration(), reply.duration);
            let error = summary.error.map(|error| Failure::parse(&error));
            prop_assert_eq!(&error, &reply.error);
        }
    }
    if let Some((line, body)) = signed {
        let expected = SignedHeaders::of(&record.headers);
        prop_assert_eq!(body, &record.body[..]);
        prop_assert_eq!(line.at, record.at);
        prop_assert_eq!(line.event, record.event.as_deref());
        prop_assert_eq!(line.headers.signature, expected.signature);
        prop_assert_eq!(line.headers.delivery, expected.delivery);
    }
    Ok(true)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~]{0,20}",
        1 => any::<String>(),
        1 => r#"["\\/\u{8}\n\t\r\u{c}\u{1}\u{7f}\u{2028}é😀]{0,8}"#,
    ]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => text().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ]
}

prop_compose! {
    fn reply()(
        status in prop::option::of(any::<u16>()),
        body in bytes(),
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
            duration: Duration::from_micros(micros),
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
            ], bytes()),
            0..4,
        ),
        body in bytes(),
        remote in prop::option::of("[0-9.:]{1,12}"),
        verdict in prop::option::of((
            any::<bool>(),
            prop::option::of(text()),
            prop::option::of(any::<i64>()),
            prop::option::of((any::<u16>(), text())),
        )),
        reply in prop::option::of(reply()),
        later in prop::option::weighted(0.1, text()),
    ) -> Record {
        Record {
            direction: if sent { Direction::Sent } else { Direction::Received },
            at,
            event,
            id,
            attempt,
            method: "POST".into(),
            target,
            headers: lines.into_iter().map(|(name, value)| Header::new(name, value)).collect(),
            body: body.into(),
            remote,
            verdict: verdict.map(|(valid, reason, signed_at, secret)| RecordedVerdict {
                valid,
                reason,
                signed_at,
                secret: secret.map(|(position, source)| SecretRef {
                    position: position.into(),
                    source,
                }),
            }),
            reply,
            unknown: later
                .into_iter()
                .map(|text| ("later".to_owned(), text.into()))
                .collect::<Map<_, _>>(),
        }
    }
}

fn line_of(record: &Record) -> Vec<u8> {
    let mut line = Vec::new();
    record.write_line(&mut line);
    line.pop();
    line
}

const LINE: &str = r#"{"v":1,"direction":"sent","at":"2026-10-04T08:15:30Z","event":"message.sent","id":"a","attempt":2,"method":"POST","target":"http://localhost/","headers":[["A","b"],["x-lettermint-delivery","1"]],"body":"{\"x\":1}","verdict":{"valid":false,"reason":"stale","signed_at":1,"secret":null},"reply":{"status":null,"headers":[],"body":"","duration_us":5,"error":"timed out: 30 s"},"later":{}}"#;

#[test]
fn every_cut_and_every_changed_byte_of_a_line_agrees() {
    assert!(agrees(LINE.as_bytes()).unwrap());
    assert!(SignedLineReader::default().read(LINE.as_bytes()).is_some());
    for cut in 0..LINE.len() {
        assert!(!agrees(&LINE.as_bytes()[..cut]).unwrap());
    }
    for at in 0..LINE.len() {
        for byte in [
            b'"', b'\\', b'{', b'}', b'[', b',', b'0', b'9', b'-', b'e', b' ', b'u', 0, 0xff,
        ] {
            let mut changed = LINE.as_bytes().to_vec();
            changed[at] = byte;
            agrees(&changed).unwrap();
        }
    }
}

/// What looks like the store's own line up to its body, and goes on in another way.
#[test]
fn odd_ends_of_a_line_agree() {
    let (start, _) = LINE.split_once(",\"verdict\"").unwrap();
    for (end, is_record, is_read) in [
        ("}", true, true),
        (
            ",\"remote\":null, \"reply\":{\"body\":\"\\u0041\"} }",
            true,
            true,
        ),
        (",}", false, false),
        ("\"remote\":null}", false, false),
        (",\"remote\":1}", false, false),
        (",\"remote\":\"a\"}}", false, false),
        (",\"reply\":{\"body_base64\":\"?\"}}", false, false),
        (
            ",\"reply\":{\"headers\":[[\"a\",{\"base64\":\"?\"}]]}}",
            false,
            false,
        ),
        // These are counted with their last value.
        (",\"body\":\"\"}", true, false),
        (",\"headers\":[]}", true, false),
        (",\"remote\":\"a\",\"remote\":\"b\"}", true, false),
    ] {
        let line = format!("{start}{end}");
        assert_eq!(agrees(line.as_bytes()).unwrap(), is_record, "{end}");
        let mut reader = SignedLineReader::default();
        assert_eq!(reader.read(line.as_bytes()).is_some(), is_read, "{end}");
    }
}

proptest! {
    #[test]
    fn any_record_survives(record in record()) {
        let line = line_of(&record);
        prop_assert!(!line.contains(&b'\n'));
        prop_assert_eq!(Record::parse(&line).unwrap(), record);
        prop_assert!(RecordSummary::parse(&line).is_some());
        agrees(&line)?;
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
}
