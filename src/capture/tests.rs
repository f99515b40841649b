//! Readers of captures answer whatever they are given: no bytes make one panic.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::export::export;
use super::{ExportFormat, Format, Parsed, detect, parse, parse_line};
use crate::delivery::Record;

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

prop_compose! {
    fn records()(
        target in "/[!-\"$-~]{0,30}",
        lines in vec(("[A-Za-z-]{1,14}", vec(any::<u8>(), 0..24)), 0..7),
        body in vec(any::<u8>(), 0..400),
    ) -> Record {
        let json = br#"{"v":1,"direction":"received","at":"2026-10-04T08:15:30Z","body":""}"#;
        let mut record = Record { target, body: body.into(), ..Record::parse(json).unwrap() };
        record.headers.push("Host", "localhost:3000");
        record.headers.push("Content-Length", record.body.len().to_string());
        for (name, value) in lines {
            record.headers.push(name, value);
        }
        record
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn readers_are_total(document in vec(any::<u8>(), 0..300)) {
        let _ = detect(&document);
        let _ = parse_line(&document, 1);
        for format in Format::ALL {
            let _ = read(format, &document);
        }
    }

    #[test]
    fn readers_are_total_near_their_formats(
        pieces in vec(select(PIECES.as_slice()), 0..14),
    ) {
        let document = pieces.concat();
        let _ = detect(document.as_bytes());
        let _ = parse_line(document.as_bytes(), 1);
        for format in Format::ALL {
            let _ = read(format, document.as_bytes());
        }
    }

    #[test]
    fn readers_are_total_on_damaged_exports(
        batch in vec(records(), 1..3),
        cut in any::<Index>(),
        place in any::<Index>(),
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
