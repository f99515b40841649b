//! Every place and format that captures come from.

use super::{verify, with_records};
use crate::support::{Listener, Record, Run, STORE, Sandbox, captures, lines, run_tool, sample};

/// Every format that `deliveries export` writes.
const FORMATS: [&str; 5] = ["har", "http", "curl", "ndjson", "json"];

/// The records of `c.ndjson` in another format.
fn export(sandbox: &Sandbox, format: &str) -> Vec<u8> {
    let line = format!("deliveries export c.ndjson --format {format}");
    sandbox.cmd(&line).run().exits(0).stdout
}

#[test]
fn verify_tells_every_format_apart() {
    let good = Record::signed(sample("message.delivered"));
    let bad = good.clone().with_body(sample("message.sent"));
    let both = [good, bad];
    let sandbox = with_records(&both);
    let mut names: Vec<_> = FORMATS.map(|format| format!("capture.{format}")).into();
    for (name, format) in names.iter().zip(FORMATS) {
        let document = export(&sandbox, format);
        sandbox.write(name, document);
    }
    let ready = "{\"type\":\"ready\",\"url\":\"http://127.0.0.1:1\"}\n";
    let of_listen = "{\"type\":\"delivery\",\"seq\":1,\"v\":1,";
    let listen = lines(&both).replace("{\"v\":1,", of_listen);
    sandbox.write("listen", ready.to_owned() + &listen);
    names.push("listen".to_owned());
    for name in &names {
        let run = sandbox.cmd(&format!("verify {name} --json")).run().exits(1);
        let summary = run.summary();
        assert_eq!([&summary["valid"], &summary["invalid"]], [1, 1], "{name}");
        let verdicts = run.verdicts();
        assert_eq!(verdicts[0]["valid"], true, "{name}");
        assert_eq!(verdicts[1]["reason"], "signature_mismatch", "{name}");
        let source = verdicts[1]["source"].as_str().unwrap();
        assert!(source.starts_with(&format!("{name}:")), "{source}");
    }
}

#[test]
fn verify_takes_what_has_no_raw_bytes_for_unverifiable() {
    for name in ["team-api.json", "team-api-list.json", "official-cli.ndjson"] {
        let sandbox = Sandbox::with_secret();
        let cmd = sandbox.cmd("verify --json");
        let run = cmd.arg(captures().join(name)).run().exits(1);
        let verdict = &run.verdicts()[0];
        assert_eq!(verdict["status"], "unverifiable", "{verdict}");
        assert_eq!(verdict["valid"], false);
        assert_eq!(verdict["signature"], "unknown");
        assert!(verdict["reason"].is_null());
        assert!(verdict["notes"].to_string().contains("not"), "{verdict}");
        assert_eq!(run.summary()["invalid"], 0);
        assert_ne!(run.summary()["unverifiable"], 0);
    }
}

fn sources(run: &Run) -> Vec<String> {
    let verdicts = run.verdicts().into_iter();
    let source = |verdict: serde_json::Value| verdict["source"].as_str().unwrap().to_owned();
    verdicts.map(source).collect()
}

#[test]
fn verify_reads_files_directories_patterns_and_the_store_in_order() {
    let good = lines(&[Record::signed(sample("message.sent"))]);
    let sandbox = Sandbox::with_secret();
    for name in [
        "f/b.ndjson",
        "f/a.ndjson",
        "f/.hidden.ndjson",
        "f/deep/c.ndjson",
        STORE,
    ] {
        sandbox.write(name, &good);
    }
    sandbox.write("f/README.md", "# no capture\n");
    let (a, b, c) = ("f/a.ndjson:1", "f/b.ndjson:1", "f/deep/c.ndjson:1");
    let store = format!("{STORE}:1");
    for (names, expected) in [
        ("f", &[a, b, c][..]),
        ("f/*.ndjson", &[a, b]),
        ("f/?.ndjson */d??p/*", &[a, b, c]),
        ("**/*.ndjson", &[a, b, c]),
        ("f/**", &[a, b, c]),
        ("f/{a,deep/c}.ndjson f/[b-c].*", &[a, c, b]),
        ("./f/*.{har,ndjson}", &["./f/a.ndjson:1", "./f/b.ndjson:1"]),
        ("f/.*.ndjson", &["f/.hidden.ndjson:1"]),
        ("f/b.ndjson f/a.ndjson", &[b, a]),
        ("", &[&store]),
    ] {
        let run = sandbox
            .cmd(&format!("verify --json {names}"))
            .run()
            .exits(0);
        assert_eq!(sources(&run), expected, "{names}");
    }
    let run = sandbox.cmd("verify f/a.ndjson f/*.har").run().exits(1);
    run.prints(&["✗ unreadable  f/*.har  no file matches"]);
}

#[test]
fn verify_reads_stdin_in_any_format_and_once() {
    let sandbox = with_records(&[Record::signed(sample("message.sent"))]);
    for format in FORMATS {
        let document = export(&sandbox, format);
        let run = sandbox
            .cmd("verify - --json")
            .stdin(document)
            .run()
            .exits(0);
        assert!(sources(&run)[0].starts_with("-:"), "{format}");
    }
    sandbox.cmd("verify - -").run().exits(2);
}

#[test]
fn verify_names_what_is_no_capture_or_not_there() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", sample("message.sent"));
    let run = sandbox.cmd("verify body.json").run().exits(1);
    run.prints(&[
        "✗ unreadable  body.json:1  not a capture: JSON that may be a delivery's payload",
    ]);
    sandbox.write("text", "words\n");
    let run = sandbox.cmd("verify text").run().exits(1);
    run.prints(&["✗ unreadable  text:1  not a capture; expected one of: "]);
    sandbox.cmd("verify missing.ndjson").run().exits(3);
    let run = sandbox.cmd("verify").run().exits(3);
    run.says(&["hint: `lettermint-hook listen`"]);
}

#[test]
fn verify_names_the_line_of_each_record() {
    let record = Record::signed(sample("message.sent"));
    let sandbox = Sandbox::with_secret();
    sandbox.write("a.ndjson", format!("{record}\n\n{record}"));
    let cmd = sandbox.cmd("verify a.ndjson - --json");
    let run = cmd.stdin(record.to_string()).run().exits(0);
    assert_eq!(sources(&run), ["a.ndjson:1", "a.ndjson:3", "-:1"]);
}

#[test]
fn verify_does_not_judge_an_age_that_is_not_known() {
    let sandbox = with_records(&[Record::signed(sample("message.sent"))]);
    let document = export(&sandbox, "http");
    sandbox.write("a.http", document);
    let run = sandbox.cmd("verify a.http --json").run().exits(0);
    assert_eq!(run.verdicts()[0]["time"], "unknown");
    let run = sandbox.cmd("verify a.http --json --now 1791102031").run();
    let reason = run.exits(1).verdicts()[0]["reason"].clone();
    assert_eq!(reason, "timestamp_out_of_tolerance");
}

#[test]
fn verify_json_ends_with_the_summary() {
    let good = Record::signed(sample("message.sent"));
    let bad = good.clone().without_header("X-Lettermint-Signature");
    let sandbox = with_records(&[good, bad]);
    let broken = [sandbox.read("c.ndjson"), b"broken\n".to_vec()].concat();
    sandbox.write("c.ndjson", broken);
    let run = sandbox.cmd("verify c.ndjson --json").run().exits(1);
    let summary = serde_json::json!({
        "deliveries": 2, "valid": 1, "invalid": 1, "expired": 0, "unverifiable": 0,
        "unreadable": 1, "sent_and_received": 0, "missing": [], "stopped": false,
        "other_requests": 0, "other_files": 0, "nothing_verified": false,
    });
    assert_eq!(run.summary(), summary);
    let run = sandbox.cmd("verify c.ndjson --quiet").run().exits(1);
    run.prints(&["1 of 2 valid, 1 invalid, 1 unreadable"]);
    verify(&[], "--json").exits(1).summary();
}

#[test]
fn verify_of_a_directory_fails_for_what_looks_like_a_capture_and_is_none() {
    let good = lines(&[Record::signed(sample("message.sent"))]);
    let lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n";
    let html = "<!DOCTYPE html>\n<html><title>Sign in</title></html>\n";
    for (name, content, reason) in [
        ("f/b.ndjson", lfs, "a Git LFS pointer: run `git lfs pull`"),
        ("f/b.har", html, "an HTML page"),
        (
            "f/deep/b.json",
            "{\"name\":\"x\"}",
            "other JSON; to leave it out",
        ),
        ("f/b.ndjson.gz", lfs, "a Git LFS pointer"),
        ("f/b.gz", "\u{1}\u{2}", "expected one of"),
        ("f/b.http", "words\n", "expected one of"),
        ("f/b.curl", "wget http://h\n", "a command of wget"),
        ("f/b.jsonl", "\u{feff}garbage\n", "expected one of"),
        ("f/B.HAR", "", "the file is empty"),
    ] {
        let sandbox = Sandbox::with_secret();
        sandbox.write("f/a.ndjson", &good);
        sandbox.write("f/README.md", "# notes\n");
        sandbox.write(name, content);
        let run = sandbox.cmd("verify f").run().exits(1);
        run.prints(&[&format!("✗ unreadable  {name}"), reason]);
        run.prints(&["1 of 1 valid, 1 unreadable; skipped: 1 other file\n"]);
        let run = sandbox.cmd("verify f --json").run().exits(1);
        assert_eq!(run.summary()["unreadable"], 1, "{name}");
        assert_eq!(run.summary()["other_files"], 1, "{name}");
        let run = sandbox.cmd("deliveries import f").run().exits(1);
        run.says(&[reason])
            .prints(&["imported 1, 1 not readable, 1 skipped file\n"]);
        let replay = sandbox.cmd("replay f --dry-run").run().exits(1);
        replay.says(&[reason]);
        let export = sandbox.cmd("deliveries export f --format har").run();
        export.exits(1).says(&[reason]);
    }
}

#[cfg(unix)]
#[test]
fn verify_of_a_directory_names_dead_links_and_follows_none_in_a_circle() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::with_secret();
    let good = lines(&[Record::signed(sample("message.sent"))]);
    sandbox.write("f/deep/a.ndjson", &good);
    sandbox.write("g/b.ndjson", &good);
    symlink("../../f", sandbox.path("f/deep/up")).unwrap();
    symlink("../g", sandbox.path("f/other")).unwrap();
    for pattern in ["f", "f/**/*.ndjson"] {
        let run = sandbox
            .cmd(&format!("verify --json {pattern}"))
            .run()
            .exits(0);
        assert_eq!(run.summary()["valid"], if pattern == "f" { 2 } else { 1 });
    }
    symlink("gone", sandbox.path("f/c.ndjson")).unwrap();
    let run = sandbox.cmd("verify f").run().exits(1);
    run.prints(&["✗ unreadable  f/c.ndjson  the link leads nowhere"]);
}

/// A pipe that nobody writes to would be waited for.
#[test]
fn verify_of_a_directory_does_not_wait_for_a_pipe_in_it() {
    let sandbox = with_records(&[Record::signed(sample("message.sent"))]);
    run_tool("mkfifo", &[sandbox.path("pipe").to_str().unwrap()], b"");
    let run = sandbox.cmd("verify .").run().exits(0);
    run.prints(&["1 of 1 valid; skipped: 1 other file\n"]);
}

#[test]
fn verify_reads_what_gzip_compressed() {
    let good = Record::signed(sample("message.sent"));
    let sandbox = with_records(&[good.clone(), good.with("id", "other")]);
    for format in FORMATS {
        let packed = run_tool("gzip", &["-c"], &export(&sandbox, format));
        sandbox.write("packed.gz", &packed);
        let run = sandbox.cmd("verify packed.gz --json").run().exits(0);
        assert_eq!(run.summary()["valid"], 2, "{format}");
        let stdin = sandbox.cmd("verify -").stdin(packed.clone()).run();
        stdin.exits(0).prints(&["2 of 2 valid"]);
        let line = "replay packed.gz --print json --every-attempt --last 1";
        let run = sandbox.cmd(line).run().exits(0);
        assert_eq!(run.json_lines().len(), 1, "{format}");
        // Two files after each other are one file too, as `cat` makes them.
        if format == "ndjson" {
            let twice = [&packed[..], &packed].concat();
            let run = sandbox.cmd("verify -").stdin(twice).run().exits(0);
            run.prints(&["4 of 4 valid"]);
        }
        sandbox.write("d/cut.gz", &packed[..packed.len() / 2]);
        let run = sandbox.cmd("verify d").run().exits(1);
        run.prints(&["✗ unreadable  d/cut.gz:1  damaged gzip: "]);
    }
}

#[test]
fn verify_of_a_store_that_sender_and_listener_share_counts_each_attempt_once() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, "");
    let to = format!("--to {}/hook", listener.url());
    sandbox
        .cmd(&format!("send message.sent message.opened {to}"))
        .run()
        .exits(0);
    sandbox
        .cmd(&format!("replay --event message.sent {to}"))
        .run()
        .exits(0);
    listener.stop();
    assert_eq!(sandbox.records().len(), 6);
    for options in ["", "--quiet"] {
        let run = sandbox.cmd(&format!("verify {options}")).run().exits(0);
        run.prints(&["3 of 3 valid; 3 sent and received, counted once\n"]);
        let run = sandbox
            .cmd(&format!("verify --json {options}"))
            .run()
            .exits(0);
        assert_eq!(run.summary()["deliveries"], 3);
        assert_eq!(run.summary()["sent_and_received"], 3);
        assert_eq!(run.verdicts().len(), if options.is_empty() { 3 } else { 0 });
    }
    // A copy is one only when it is the same to the byte.
    let mut records = sandbox.records();
    let cut = records[1]["body"].as_str().unwrap().replace("{", "{ ");
    records[1]["body"] = cut.into();
    let text: String = records.iter().map(|record| format!("{record}\n")).collect();
    sandbox.write("changed.ndjson", text);
    let run = sandbox.cmd("verify changed.ndjson").run().exits(1);
    run.prints(&["3 of 4 valid, 1 invalid; 2 sent and received"]);
}
