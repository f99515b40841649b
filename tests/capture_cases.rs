//! Cases of the capture formats.

use lettermint_hook::capture::export::export;
use lettermint_hook::capture::{
    ExportFormat, Fidelity, Format, Parsed, TimeSource, detect, parse, parse_line,
};
use lettermint_hook::delivery::Record;
use lettermint_hook::lettermint::Headers;

fn read(format: Format, document: &[u8]) -> Parsed {
    parse(format, document, &mut |name| {
        Err(format!("no files here: {name}"))
    })
}

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

#[test]
fn commands_for_other_shells_are_refused_by_name() {
    let document = b"curl ^\"http://h/^\" ^\n  -H ^\"A: b^\"\ncurl http://h/ -d \"$(cat x)\"\ncurl http://h/2\n";
    assert_eq!(detect(document), Some(Format::Curl));
    let parsed = read(Format::Curl, document);
    let problems: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains("cURL (bash)"), "{problems:?}");
    assert!(
        problems[1].contains("line 3, entry 2") && problems[1].contains("$(cat x)"),
        "{problems:?}"
    );
    assert_eq!(parsed.captures.len(), 1);
}

#[test]
fn a_torn_har_gives_what_it_has() {
    let document = b"{\"log\":{\"entries\":[\n{\"request\":{\"method\":\"GET\",\"url\":\"http://h/\"}},\n{\"requ";
    assert_eq!(detect(document), Some(Format::Har));
    let parsed = read(Format::Har, document);
    assert_eq!(parsed.captures.len(), 1);
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!(parsed.problems[0].line, 3);
}

#[test]
fn what_is_no_capture_is_not_taken_for_one() {
    for document in [
        "",
        " \n",
        "hello",
        "{}",
        "[]",
        "[1]",
        "{\"event\":\"message.sent\",\"data\":{}}",
        "{\n  \"id\": \"x\",\n  \"event\": \"message.sent\"\n}",
        "curly brackets",
        "<html>",
    ] {
        assert_eq!(detect(document.as_bytes()), None, "{document}");
    }
}

#[test]
fn a_long_stream_of_responses_is_read_in_one_pass() {
    let mut document = b"GET / HTTP/1.1\r\n\r\n".to_vec();
    for _ in 0..50_000 {
        document.extend_from_slice(b"HTTP/1.1 200 OK\r\n\r\n");
    }
    let parsed = read(Format::RawHttp, &document);
    assert_eq!((parsed.captures.len(), parsed.problems.len()), (1, 0));
}
