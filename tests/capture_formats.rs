//! Laws and cases of the capture formats.

use bytes::Bytes;
use lettermint_hook::delivery::formats::export::export;
use lettermint_hook::delivery::formats::{
    ExportFormat, Fidelity, Format, Parsed, TimeSource, detect, parse, parse_line,
};
use lettermint_hook::delivery::record::is_credential;
use lettermint_hook::delivery::{Direction, Record, Reply};
use lettermint_hook::protocol::{Header, Headers};
use proptest::collection::vec;
use proptest::prelude::*;

/// Exports that can be read back, with the format they are then in.
const ROUND_TRIPS: [(ExportFormat, Format); 5] = [
    (ExportFormat::Har, Format::Har),
    (ExportFormat::Http, Format::RawHttp),
    (ExportFormat::Curl, Format::Curl),
    (ExportFormat::Ndjson, Format::Store),
    (ExportFormat::Json, Format::StoreJson),
];

fn read(format: Format, document: &[u8]) -> Parsed {
    parse(format, document, &mut |name| {
        Err(format!("no files here: {name}"))
    })
}

/// Method, path, headers and bytes: what a request is.
fn request_of(record: &Record) -> (&str, &str, &Headers, &Bytes) {
    (
        &record.method,
        &record.target,
        &record.headers,
        &record.body,
    )
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..400),
        "\\PC{0,80}".prop_map(String::into_bytes),
        "[ -~\r\n\t'\"\\\\!$`@&]{0,80}".prop_map(String::into_bytes),
        Just(Vec::new()),
    ]
}

/// Values as HTTP has them: no controls but the tab inside, no blanks around (RFC 9110, 5.5).
fn values() -> impl Strategy<Value = Vec<u8>> {
    vec(
        prop_oneof![
            8 => 0x20..0x7f_u8,
            1 => Just(b'\t'),
            1 => 0x80..=0xff_u8,
            1 => Just(b'\''),
        ],
        0..24,
    )
    .prop_map(|value| value.trim_ascii().to_vec())
}

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]{0,14}",
        1 => Just("X-Lettermint-Signature".to_owned()),
        1 => Just("content-type".to_owned()),
        1 => Just("User-Agent".to_owned()),
    ]
}

prop_compose! {
    /// A request as a server receives it: one `Host`, one right `Content-Length` (anywhere).
    fn records()(
        method in prop_oneof![
            "[A-Z]{1,10}",
            prop::sample::select(vec!["POST", "GET", "HEAD", "PUT", "DELETE"]).prop_map(str::to_owned),
        ],
        target in "/[!-\"$-~]{0,30}",
        lines in vec((names(), values()), 0..7),
        body in bodies(),
        host in "[a-z0-9.-]{1,12}(:[0-9]{1,5})?",
        place in any::<prop::sample::Index>(),
    ) -> Record {
        let framing = ["host", "content-length", "transfer-encoding", "content-encoding"];
        let mut lines: Vec<Header> = lines
            .into_iter()
            .filter(|(name, _)| !is_credential(name) && !framing.contains(&name.to_ascii_lowercase().as_str()))
            .map(|(name, value)| Header::new(name, value))
            .collect();
        let length = Header::new("Content-Length", body.len().to_string());
        lines.insert(place.index(lines.len() + 1), length);
        lines.insert(0, Header::new("Host", host));
        Record {
            direction: Direction::Received,
            at: 1_791_101_730_000_001,
            event: Some("message.sent".into()),
            id: None,
            attempt: Some(2),
            method,
            target,
            headers: lines.into_iter().collect(),
            body: body.into(),
            remote: None,
            verdict: None,
            reply: Some(Reply { status: Some(503), ..Reply::default() }),
            unknown: serde_json::Map::new(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn export_then_import_gives_the_same_requests(batch in vec(records(), 0..4)) {
        for (written, read_as) in ROUND_TRIPS {
            let document = export(written, &batch);
            if !batch.is_empty() {
                prop_assert_eq!(detect(&document), Some(read_as));
            } else if read_as == Format::Curl {
                continue;
            }
            let parsed = read(read_as, &document);
            prop_assert_eq!(&parsed.problems, &[]);
            prop_assert_eq!(parsed.captures.len(), batch.len());
            for (capture, record) in parsed.captures.iter().zip(&batch) {
                prop_assert_eq!(request_of(&capture.record), request_of(record), "{}", written.name());
            }
        }
    }

    #[test]
    fn a_sent_record_keeps_its_path_and_gets_its_host(mut record in records(), tls in any::<bool>()) {
        let path = record.target.clone();
        let host = record.headers.text("host").unwrap().to_owned();
        record.headers.remove("host");
        record.headers.remove("content-length");
        record.target = format!("{}://{host}{path}", if tls { "https" } else { "http" });
        record.direction = Direction::Sent;
        for (written, read_as) in &ROUND_TRIPS[..3] {
            let parsed = read(*read_as, &export(*written, [&record]));
            prop_assert_eq!(&parsed.problems, &[]);
            let back = &parsed.captures[0].record;
            prop_assert_eq!(&back.target, &path);
            prop_assert_eq!(&back.body, &record.body);
            let mut headers = back.headers.clone();
            if *written != ExportFormat::Har {
                prop_assert_eq!(headers.text("host"), Some(host.as_str()));
                headers.remove("host");
            }
            headers.remove("content-length");
            prop_assert_eq!(&headers, &record.headers);
        }
    }

    #[test]
    fn whole_records_survive_our_own_formats(record in records()) {
        for (written, read_as) in &ROUND_TRIPS[3..] {
            let parsed = read(*read_as, &export(*written, [&record]));
            prop_assert_eq!(&parsed.captures[0].record, &record);
        }
    }

    #[test]
    fn every_reader_is_total(document in vec(any::<u8>(), 0..300)) {
        let _ = detect(&document);
        let _ = parse_line(&document, 1);
        for format in Format::ALL {
            let _ = read(format, &document);
        }
    }

    #[test]
    fn every_reader_is_total_near_its_format(
        pieces in vec(prop::sample::select(PIECES.as_slice()), 0..14),
    ) {
        let document = pieces.concat();
        let _ = detect(document.as_bytes());
        let _ = parse_line(document.as_bytes(), 1);
        for format in Format::ALL {
            let _ = read(format, document.as_bytes());
        }
    }

    #[test]
    fn every_reader_is_total_on_damaged_exports(
        batch in vec(records(), 1..3),
        cut in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        for (written, read_as) in ROUND_TRIPS {
            let mut document = export(written, &batch);
            document.truncate(cut.index(document.len()) + 1);
            let place = place.index(document.len());
            document[place] = byte;
            let _ = detect(&document);
            let _ = read(read_as, &document);
        }
    }
}

const PIECES: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "\r\n",
    " ",
    "\"log\"",
    "\"entries\"",
    "\"request\"",
    "{\"log\":{\"entries\":[",
    "{\"request\":{\"method\":\"POST\",\"url\":\"http://h/\"}}",
    "\"postData\":{\"text\":\"\\udcff\"}",
    "\"data\"",
    "{\"payload\":{}",
    "\"v\":1",
    "\"direction\":\"sent\"",
    "POST / HTTP/1.1\r\n",
    "HTTP/1.1 200 OK\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Length: 18446744073709551615\r\n",
    "Content-Length: 3\r\n",
    "\r\n\r\n",
    "ffffffffffffffff\r\n",
    "0\r\n\r\n",
    "3\r\nabc\r\n",
    "curl ",
    "-d ",
    "-H ",
    "@-",
    "$'\\x",
    "\\u",
    "\\ud83d",
    "'",
    "\"",
    "\\",
    "|",
    "<<'E'\n",
    "E\n",
    "--next ",
    "--data-binary ",
    "http://[::1",
];

#[test]
fn credentials_leave_in_no_format() {
    let mut headers = Headers::new();
    for name in ["Authorization", "Cookie", "proxy-authorization"] {
        headers.push(name, "marker-value");
    }
    let record = Record {
        headers,
        ..Record::parse(
            br#"{"v":1,"direction":"received","at":"2026-10-04T08:15:30Z","body":"{}"}"#,
        )
        .unwrap()
    };
    for format in ExportFormat::ALL {
        let text = String::from_utf8(export(format, [&record])).unwrap();
        assert!(!text.contains("marker-value"), "{}", format.name());
        assert_eq!(text.matches("[redacted]").count(), 3, "{}", format.name());
    }
}

#[test]
fn chunked_folded_and_lf_only_messages_are_read() {
    let document =
        b"\n\nPOST /a HTTP/1.1\nX-A: 1\n  2\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n\
        BROKEN\n\
        POST /long HTTP/1.1\r\nContent-Length: 999\r\n\r\nshort\r\n\
        GET /b HTTP/1.1\r\n\r\n\
        HTTP/1.1 204 No Content\r\nX-R: 1\r\n\r\n\
        PUT http://h/c?d HTTP/1.1\r\nHost: h\r\n\r\nto the end\n";
    let parsed = read(Format::RawHttp, document);
    let seen: Vec<_> = parsed
        .captures
        .iter()
        .map(|capture| {
            (
                capture.line,
                capture.record.target.as_str(),
                &capture.record.body[..],
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (3, "/a", &b"abc"[..]),
            (17, "/b", b""),
            (22, "/c?d", b"to the end\n"),
        ]
    );
    assert_eq!(parsed.captures[0].record.headers.text("x-a"), Some("1 2"));
    assert_eq!(
        parsed.captures[0].notes.len(),
        2,
        "{:?}",
        parsed.captures[0].notes
    );
    assert_eq!(
        parsed.captures[1].record.reply.as_ref().unwrap().status,
        Some(204)
    );
    let problems: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].starts_with("line 12, entry 2: expected a request line"),
        "{problems:?}"
    );
    assert!(
        problems[1].contains("999 bytes (Content-Length)"),
        "{problems:?}"
    );
}

#[test]
fn a_broken_entry_does_not_stop_the_others() {
    for (format, document) in [
        (
            Format::Har,
            r#"{"log":{"entries":[
{"request":{"method":"POST","url":"http://h/1"}},
{"request":{"method":"POST"}},
{"request":{"method":"POST","url":"http://h/2"}}]}}"#,
        ),
        (
            Format::Curl,
            "curl http://h/1\ncurl -d '{\"a\":1 http://h/x\ncurl http://h/2 \\\n  -s\n",
        ),
        (
            Format::Curl,
            "curl http://h/1\ncurl -d \"$BODY\" \\\n http://h/x\ncurl http://h/2\n",
        ),
        (
            Format::TeamApi,
            "{\"data\":[{\"payload\":{\"a\":1}},\n{\"id\":\"x\"},\n{\"payload\":{}}]}",
        ),
        (
            Format::StoreJson,
            "[{\"v\":1,\"direction\":\"sent\",\"at\":\"2026-10-04T08:15:30Z\",\"body\":\"\"},\n{},\n{\"v\":1,\"direction\":\"sent\",\"at\":\"2026-10-04T08:15:30Z\",\"body\":\"\"}]",
        ),
        (
            Format::Store,
            "{\"v\":1,\"direction\":\"sent\",\"at\":\"2026-10-04T08:15:30Z\",\"body\":\"\"}\n{\n{\"v\":1,\"direction\":\"sent\",\"at\":\"2026-10-04T08:15:30Z\",\"body\":\"\"}",
        ),
    ] {
        let parsed = read(format, document.as_bytes());
        assert_eq!(
            parsed.captures.len(),
            2,
            "{format:?}: {:?}",
            parsed.problems
        );
        assert_eq!(
            parsed.problems.len(),
            1,
            "{format:?}: {:?}",
            parsed.problems
        );
        let problem = &parsed.problems[0];
        assert!(
            problem.line == 2 || format == Format::Har && problem.line == 3,
            "{problem}"
        );
        let says_what = ["expected", "should be"];
        assert!(
            says_what.iter().any(|says| problem.message.contains(says)),
            "{problem}"
        );
    }
}

#[test]
fn official_cli_lines_are_outcomes_without_payloads() {
    let line = br#"{"event":{"sequence":13,"delivery_id":"delivery_01","event":"suppression.added","attempt":2},"result":{"sequence":13,"status":500,"error":"local_http_500","duration_ms":18}}"#;
    assert_eq!(detect(line), Some(Format::OfficialCli));
    let capture = parse_line(line, 1).unwrap().unwrap();
    assert_eq!(capture.fidelity, Fidelity::Absent);
    assert_eq!(capture.time, TimeSource::Unknown);
    assert_eq!(capture.record.event.as_deref(), Some("suppression.added"));
    assert_eq!(capture.record.id.as_deref(), Some("delivery_01"));
    assert_eq!(capture.record.attempt, Some(2));
    let reply = capture.record.reply.unwrap();
    assert_eq!((reply.status, reply.error), (Some(500), None));
}

#[test]
fn lines_of_listen_are_records_between_others() {
    let document = b"{\"type\":\"ready\",\"url\":\"http://127.0.0.1:3000/\"}\n\
        {\"type\":\"delivery\",\"v\":1,\"direction\":\"received\",\"at\":\"2026-10-04T08:15:30Z\",\"body\":\"x\",\"seq\":1,\"duplicate_of\":null,\"later\":7}\n\
        {\"type\":\"summary\",\"seen\":1}\n";
    assert_eq!(detect(document), Some(Format::ListenJson));
    let parsed = read(Format::ListenJson, document);
    assert_eq!((parsed.captures.len(), parsed.problems.len()), (1, 0));
    let unknown = &parsed.captures[0].record.unknown;
    assert_eq!(unknown.keys().collect::<Vec<_>>(), ["later"]);
}
