//! Laws of the capture formats.

use bytes::Bytes;
use lettermint_hook::capture::export::export;
use lettermint_hook::capture::{ExportFormat, Format, Parsed, detect, parse, parse_line};
use lettermint_hook::delivery::record::is_credential;
use lettermint_hook::delivery::{Direction, Record, Reply};
use lettermint_hook::lettermint::{Header, Headers};
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
