//! What is read from captures as other tools write them. `SNAPSHOTS=overwrite cargo test`
//! rewrites the goldens after a wanted change.

use std::path::Path;

use lettermint_hook::capture::{Capture, Fidelity, Format, Parsed, detect, parse};
use lettermint_hook::lettermint::verification::{SignatureVerdict, SignedHeaders};
use lettermint_hook::lettermint::{Secret, Tolerance, Verifier};

const CAPTURES: [(&str, Format); 12] = [
    ("chromium.har", Format::Har),
    ("firefox.har", Format::Har),
    ("mitmproxy.har", Format::Har),
    ("proxy.har", Format::Har),
    ("chromium.curl", Format::Curl),
    ("firefox.curl", Format::Curl),
    ("script.sh", Format::Curl),
    ("two.http", Format::RawHttp),
    ("chunked.http", Format::RawHttp),
    ("team-api.json", Format::TeamApi),
    ("team-api-list.json", Format::TeamApi),
    ("official-cli.ndjson", Format::OfficialCli),
];

fn folder() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/captures"
    ))
}

fn read(name: &str, format: Format) -> Parsed {
    let document = std::fs::read(folder().join(name)).expect(name);
    assert_eq!(detect(&document), Some(format), "{name}");
    // The start of a long document is enough to tell.
    let start = &document[..document.len().min(400)];
    assert_eq!(detect(start), Some(format), "the start of {name}");
    parse(format, &document, &mut |file| {
        std::fs::read(folder().join(file)).map_err(|_| "not found".to_owned())
    })
}

fn described(parsed: &Parsed) -> String {
    let mut out = String::new();
    for capture in &parsed.captures {
        let Capture {
            line,
            entry,
            fidelity,
            time,
            notes,
            record,
        } = capture;
        out.push_str(&format!(
            "line {line}, entry {entry}: {fidelity:?}, {time:?}, {notes:?}\n"
        ));
        let mut json = Vec::new();
        record.write_line(&mut json);
        out.push_str(&String::from_utf8_lossy(&json));
    }
    for problem in &parsed.problems {
        out.push_str(&format!("{problem}\n"));
    }
    out
}

#[test]
fn captures_read_as_recorded() {
    for (name, format) in CAPTURES {
        let golden = folder().join("read").join(format!("{name}.txt"));
        snapbox::assert_data_eq!(
            described(&read(name, format)),
            snapbox::Data::read_from(&golden, None).raw()
        );
    }
}

#[test]
fn signed_captures_verify_to_the_byte() {
    let secret = Secret::new("whsec_example_0123456789abcdef").unwrap();
    let verifier = Verifier::new([&secret], Tolerance::Off);
    let mut verified = 0;
    for (name, format) in &CAPTURES[..9] {
        if ["proxy.har", "script.sh"].contains(name) {
            continue;
        }
        for capture in read(name, *format).captures {
            let record = &capture.record;
            if !capture.is_delivery() {
                assert_eq!(record.method, "GET", "{name}");
                continue;
            }
            let headers = SignedHeaders::of(&record.headers);
            let verdict = verifier.verify(headers, &record.body, None);
            assert_eq!(
                verdict.signature,
                SignatureVerdict::Ok,
                "{name}, entry {}",
                capture.entry
            );
            assert_eq!(
                capture.fidelity,
                Fidelity::Exact,
                "{name}, {:?}",
                capture.notes
            );
            verified += 1;
        }
    }
    assert_eq!(verified, 13);
}
