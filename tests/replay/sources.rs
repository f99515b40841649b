//! Every kind of capture, replayed into a receiver to the byte.

use std::fs;
use std::path::Path;

use crate::support::{NOW, Receiver, SECRET, Sandbox, signature, stored_delivery};

fn captures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/captures")
}

/// The bodies that a committed capture holds, as its golden file says.
fn expected_bodies(name: &str) -> Vec<Vec<u8>> {
    use lettermint_hook::capture::{detect, parse};
    let document = fs::read(captures().join(name)).unwrap();
    let format = detect(&document).unwrap();
    let parsed = parse(format, &document, &mut |file| {
        fs::read(captures().join(file)).map_err(|error| error.to_string())
    });
    parsed
        .captures
        .iter()
        .filter(|capture| capture.is_delivery())
        .map(|capture| capture.record.body.to_vec())
        .collect()
}

#[test]
fn captures_of_other_tools_go_out_to_the_byte_and_signed_anew() {
    for name in [
        "chromium.har",
        "firefox.har",
        "mitmproxy.har",
        "proxy.har",
        "two.http",
        "chunked.http",
        "chromium.curl",
        "firefox.curl",
        "team-api.json",
        "team-api-list.json",
    ] {
        let sandbox = Sandbox::with_secret();
        let receiver = Receiver::ok();
        let path = captures().join(name);
        let line = format!(
            "replay {} --every-attempt --now {NOW} --to {}",
            path.display(),
            receiver.url
        );
        sandbox.cmd(&line).run().exits(0);
        let requests = receiver.requests();
        let bodies: Vec<_> = requests
            .iter()
            .map(|request| request.body.clone())
            .collect();
        assert_eq!(bodies, expected_bodies(name), "{name}");
        assert!(!bodies.is_empty(), "{name}");
        for request in requests {
            let signed = signature(SECRET, &NOW.to_string(), &request.body);
            assert_eq!(request.header("X-Lettermint-Signature"), signed, "{name}");
        }
    }
}

#[test]
fn team_api_exports_say_that_they_were_encoded_anew() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let path = captures().join("team-api.json");
    let line = format!("replay {} --to {}", path.display(), receiver.url);
    sandbox
        .cmd(&line)
        .run()
        .exits(0)
        .prints(&["re-encoded: no raw bytes"]);
}

#[test]
fn lines_of_listen_and_records_as_json_are_read() {
    let record = stored_delivery("a", "message.sent", 200);
    let mut listened = record.clone();
    listened.as_object_mut().unwrap().shift_remove("v");
    listened["type"] = "delivery".into();
    listened["seq"] = 1.into();
    let ready = r#"{"type":"ready","url":"http://127.0.0.1:3000","store":null}"#;
    for document in [
        format!("{ready}\n{listened}\n"),
        format!("[{record}]"),
        serde_json::to_string_pretty(&record).unwrap(),
        // A byte order mark, and Windows line ends.
        format!("\u{feff}{record}\r\n"),
        // A broken line at the start, and torn ones.
        format!("nonsense\n{record}\n"),
        format!("{}\n{record}\n", &record.to_string()[..40]),
        format!("{}\n{record}\n", &record.to_string()[..300]),
    ] {
        let sandbox = Sandbox::with_secret();
        sandbox.write("capture.ndjson", &document);
        let receiver = Receiver::ok();
        let line = format!("replay capture.ndjson --to {}", receiver.url);
        sandbox.cmd(&line).run().exits(0);
        let body = record["body"].as_str().unwrap().as_bytes();
        assert_eq!(receiver.request().body, body, "{document}");
    }
}

#[test]
fn folders_are_read_in_the_order_of_their_files_and_other_files_passed_over() {
    let sandbox = Sandbox::with_secret();
    let line = |id| stored_delivery(id, "message.sent", 200).to_string() + "\n";
    sandbox.write("captures/b.ndjson", line("b"));
    sandbox.write("captures/a.ndjson", line("a"));
    sandbox.write("captures/c/d.ndjson", line("d"));
    sandbox.write("captures/notes.txt", "nothing of interest\n");
    sandbox.write("captures/.hidden.ndjson", line("hidden"));
    let receiver = Receiver::ok();
    let line = format!("replay captures --json --to {}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(0);
    let lines = run.json_lines();
    let ids: Vec<_> = lines[..3].iter().map(|line| line["id"].clone()).collect();
    assert_eq!(ids, ["a", "b", "d"]);
    assert!(run.err().is_empty(), "{}", run.err());
}

#[test]
fn what_is_no_capture_is_named_with_what_was_expected() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", r#"{"id":"a","event":"message.sent"}"#);
    let receiver = Receiver::unwanted();
    let line = format!("replay body.json --to {}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(1);
    run.says(&["body.json:1: not a capture", "HAR", "curl"]);
    let missing = format!("replay missing.har --to {}", receiver.url);
    sandbox.cmd(&missing).run().exits(3).says(&["missing.har"]);
}

#[test]
fn a_broken_entry_is_named_and_the_others_go_out() {
    let sandbox = Sandbox::with_secret();
    let line = |id| stored_delivery(id, "message.sent", 200).to_string();
    let lines = format!("{}\nnonsense\n{}\n", line("a"), line("b"));
    sandbox.write("s.ndjson", lines);
    let receiver = Receiver::ok();
    let run = sandbox
        .cmd(&format!("replay s.ndjson --to {}", receiver.url))
        .run()
        .exits(0);
    run.says(&["s.ndjson:2: expected one JSON object a line"]);
    assert_eq!(receiver.requests().len(), 2);
}
