//! Every kind of capture, replayed into a receiver to the byte.

use crate::support::{NOW, Receiver, Record, SECRET, Sandbox, captures, stored_delivery};

#[test]
fn replay_reads_several_sources_and_stdin() {
    let sandbox = Sandbox::with_secret();
    let line = |id| stored_delivery(id, "message.sent", 200).to_string() + "\n";
    sandbox.write("one.ndjson", line("one"));
    sandbox.write("two.ndjson", line("two"));
    let receiver = Receiver::ok();
    let run = sandbox
        .cmd(&format!(
            "replay one.ndjson - two.ndjson --json --to {}",
            receiver.url
        ))
        .stdin(line("three"))
        .run()
        .exits(0);
    let attempts = run.attempts();
    let ids = attempts.iter().map(|line| &line["id"]);
    assert!(ids.eq(["one", "three", "two"]));
}

#[test]
fn replay_sends_captures_of_other_tools_to_the_byte() {
    for (name, count) in [
        ("chromium.har", 2),
        ("firefox.har", 2),
        ("mitmproxy.har", 3),
        ("proxy.har", 3),
        ("two.http", 2),
        ("chunked.http", 1),
        ("chromium.curl", 2),
        ("firefox.curl", 1),
        ("team-api.json", 1),
        ("team-api-list.json", 2),
    ] {
        let sandbox = Sandbox::with_secret();
        let receiver = Receiver::ok();
        let path = captures().join(name);
        let line = format!("deliveries export {} --format ndjson", path.display());
        let mut records = sandbox.cmd(&line).run().exits(0).json_lines();
        records.retain(|record| record["event"].is_string());
        assert_eq!(records.len(), count, "{name}");
        let line = format!(
            "replay {} --every-attempt --now {NOW} --to {}",
            path.display(),
            receiver.url
        );
        sandbox.cmd(&line).run().exits(0);
        let requests = receiver.take();
        assert_eq!(requests.len(), count, "{name}");
        for (request, record) in requests.iter().zip(records) {
            assert_eq!(request.body, Record::of(record).body(), "{name}");
            assert_eq!(request.signed_at(), NOW);
            assert!(request.is_signed_with(SECRET), "{name}");
        }
    }
}

#[test]
fn replay_says_that_a_team_api_export_was_encoded_anew() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let path = captures().join("team-api.json");
    let line = format!("replay {} --to {}", path.display(), receiver.url);
    let run = sandbox.cmd(&line).run().exits(0);
    run.prints(&["re-encoded: no raw bytes"]);
}

#[test]
fn replay_reads_lines_of_listen_and_records_as_json() {
    let record = stored_delivery("a", "message.sent", 200);
    let mut listened = record.clone();
    listened.as_object_mut().unwrap().shift_remove("v");
    listened["type"] = "delivery".into();
    listened["seq"] = 1.into();
    let ready = r#"{"type":"ready","url":"http://127.0.0.1:3000","store":null}"#;
    for document in [
        format!("{ready}\n{listened}\n"),
        format!("[{record}]"),
        format!("{:#}", *record),
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
        assert_eq!(receiver.request().body, record.body(), "{document}");
    }
}

#[test]
fn replay_reads_directories_in_the_order_of_their_files() {
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
    let attempts = run.attempts();
    assert!(attempts.iter().map(|line| &line["id"]).eq(["a", "b", "d"]));
    assert!(run.err().is_empty(), "{}", run.err());
}

#[test]
fn replay_names_what_is_no_capture() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", r#"{"id":"a","event":"message.sent"}"#);
    let receiver = Receiver::unwanted();
    let line = format!("replay body.json --to {}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(1);
    run.says(&["body.json:1: not a capture: other JSON"]);
    let missing = format!("replay missing.har --to {}", receiver.url);
    sandbox.cmd(&missing).run().exits(3).says(&["missing.har"]);
}

#[test]
fn replay_names_a_broken_entry_and_sends_the_others() {
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
