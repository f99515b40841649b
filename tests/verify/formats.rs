//! `--format` and `--json`: the forms of the output, to the byte.

use snapbox::file;

use super::verify;
use crate::support::{
    Record, Run, SECRET, Sandbox, contains, junit_cases, lines, sample, without_times,
};

/// One valid, one with a cause, one unreadable line, and one whose text is hostile.
fn report(options: &str) -> Run {
    let good = Record::signed(sample("webhook.test"));
    let newline = good.clone().with_body([&good.body()[..], b"\n"].concat());
    let hostile = Record::signed("{\"event\":\"<a>&\\\"b\",\"id\":\"x\"}")
        .with("event", "<a>&\"b\u{1b}[31m\n::error::no")
        .without_header("X-Lettermint-Delivery");
    let sandbox = Sandbox::with_secret();
    let text = lines(&[good, newline]) + "{\"v\":1,\"dir\n" + &lines(&[hostile]);
    sandbox.write("fixtures/a,b.ndjson", text);
    sandbox
        .cmd(&format!("verify fixtures {options}"))
        .run()
        .exits(1)
}

#[test]
fn verify_format_text_is_as_committed() {
    let run = report("");
    snapbox::assert_data_eq!(run.out(), file!["goldens/report.txt"].raw());
}

#[test]
fn verify_format_json_is_as_committed() {
    let run = report("--format json");
    snapbox::assert_data_eq!(run.out(), file!["goldens/report.ndjson"].raw());
}

#[test]
fn verify_format_junit_is_as_committed() {
    let run = report("--format junit");
    junit_cases(&run.stdout);
    let text = without_times(&run.out());
    snapbox::assert_data_eq!(text, file!["goldens/report.xml"].raw());
}

#[test]
fn verify_format_github_is_as_committed() {
    let run = report("--format github");
    snapbox::assert_data_eq!(run.out(), file!["goldens/report.github"].raw());
}

#[test]
fn verify_format_github_says_nothing_of_what_is_valid() {
    let run = verify(&[Record::signed(sample("webhook.test"))], "--format github");
    assert_eq!(run.exits(0).out(), "1 of 1 valid\n");
}

#[test]
fn verify_junit_is_written_beside_every_format_and_whole() {
    let good = Record::signed(sample("webhook.test"));
    let bad = good.clone().with_body("{}");
    let sandbox = Sandbox::with_secret();
    sandbox.write("a.ndjson", lines(&[good.clone(), bad]) + "{\"v\":1,\"dir\n");
    sandbox.write("junit.xml", "of an earlier run");
    for options in ["", "--json", "--quiet", "--format junit", "--format github"] {
        let line = format!("verify a.ndjson --junit junit.xml {options}");
        let run = sandbox.cmd(&line).run().exits(1);
        let cases = junit_cases(&sandbox.read("junit.xml"));
        let results: Vec<_> = cases.iter().map(|case| &case["result"]).collect();
        assert_eq!(results, ["passed", "failure", "error"], "{options}");
        assert_eq!(cases[1]["type"], "signature_mismatch");
        match options {
            "--format junit" => assert_eq!(junit_cases(&run.stdout), cases),
            _ => assert!(!run.out().contains("<testsuites")),
        }
        std::fs::remove_file(sandbox.path("junit.xml")).unwrap();
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        sandbox.cmd("verify a.ndjson --junit junit.xml").run();
        let mode = std::fs::metadata(sandbox.path("junit.xml"))
            .unwrap()
            .permissions();
        assert_ne!(mode.mode() & 0o044, 0, "others read it, too");
    }
    let run = sandbox
        .cmd("verify a.ndjson --junit nowhere/junit.xml")
        .run();
    run.exits(3)
        .says(&["cannot write --junit", "nowhere/junit.xml"]);
}

#[test]
fn verify_junit_is_valid_after_errors_and_when_there_is_nothing() {
    let sandbox = Sandbox::with_secret();
    sandbox.write(
        "good.ndjson",
        lines(&[Record::signed(sample("webhook.test"))]),
    );
    sandbox.write("empty.ndjson", "");
    for (line, code, last) in [
        ("empty.ndjson --allow-empty", 0, None),
        ("empty.ndjson", 1, Some(("failure", "nothing was verified"))),
        (
            "good.ndjson missing.ndjson",
            3,
            Some(("error", "cannot_run")),
        ),
        (
            "good.ndjson --secret-file gone",
            3,
            Some(("error", "cannot_run")),
        ),
        (
            "good.ndjson --secret-env NO_SUCH",
            2,
            Some(("error", "usage")),
        ),
        (
            "good.ndjson --require-event message.opened",
            1,
            Some(("failure", "missing")),
        ),
    ] {
        let line = format!("verify {line} --junit out.xml --format junit");
        let run = sandbox.cmd(&line).run().exits(code);
        let cases = junit_cases(&sandbox.read("out.xml"));
        assert_eq!(junit_cases(&run.stdout), cases);
        let case = cases.last().map(|case| {
            (
                case["result"].as_str().unwrap(),
                case["type"].as_str().unwrap_or_default(),
            )
        });
        assert_eq!(case, last, "{line}");
    }
}

#[test]
fn verify_github_takes_alike_failures_together_with_paths_from_the_workspace() {
    let good = Record::signed(sample("webhook.test"));
    let bad = good.clone().with_body([&good.body()[..], b"\n"].concat());
    let sandbox = Sandbox::with_secret();
    sandbox.write(
        "repo/tests/a.ndjson",
        lines(&vec![bad; 30]) + "{\"v\":1,\"dir\n",
    );
    let workspace = sandbox.path("repo");
    let summary = sandbox.write("summary.md", "before\n");
    let run = sandbox
        .cmd("verify repo/tests/a.ndjson --format github")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_WORKSPACE", &workspace)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .run()
        .exits(1);
    let shown = run.out();
    let commands: Vec<_> = shown
        .lines()
        .filter(|line| line.starts_with("::"))
        .collect();
    assert_eq!(commands.len(), 2, "{shown}");
    let start = "::error file=tests/a.ndjson,line=1,title=lettermint-hook%3A signature_mismatch (body.trailing_newline)::";
    assert!(commands[0].starts_with(start), "{shown}");
    let end = "%0Aand 29 more alike: tests/a.ndjson:2, tests/a.ndjson:3,";
    assert!(commands[0].contains(end), "{shown}");
    let text = String::from_utf8(sandbox.read("summary.md")).unwrap();
    assert!(
        text.starts_with("before\n### lettermint\\-hook verify\n\n0 of 30 valid"),
        "{text}"
    );
    assert!(text.contains("| 30 | tests\\/a\\.ndjson\\:1 |"), "{text}");
}

#[test]
fn verify_github_summary_is_bounded_and_no_name_begins_a_command() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("a\n::error::b|<c>.ndjson", "garbage\n");
    let run = |full: usize| {
        let summary = sandbox.write("summary.md", "x".repeat(full));
        let run = sandbox
            .args(["verify", "a\n::error::b|<c>.ndjson", "--format", "github"])
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", &summary)
            .run()
            .exits(1);
        for stream in [run.out(), run.err()] {
            assert!(
                !stream
                    .lines()
                    .any(|line| line.trim().starts_with("::error::")),
                "{stream}"
            );
        }
        sandbox.read("summary.md").split_off(full)
    };
    let text = String::from_utf8(run(0)).unwrap();
    assert!(
        text.contains("a\\\\u000a\\:\\:error\\:\\:b\\|\\<c\\>"),
        "{text}"
    );
    assert!(run((1 << 20) - 100).len() <= 100);
    assert_eq!(run(1 << 20).len(), 0);
    // Neither does one on stderr, whatever the format.
    let run = sandbox
        .args(["verify", "no\n::error::such"])
        .env("GITHUB_ACTIONS", "true")
        .run()
        .exits(3);
    assert!(
        !run.err().lines().any(|line| line.trim().starts_with("::")),
        "{}",
        run.err()
    );
}

#[test]
fn verify_junit_is_valid_after_an_interrupt_and_the_exit_code_says_which() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::Stdio;
    let line = lines(&[Record::signed(sample("webhook.test"))]);
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let sandbox = Sandbox::with_secret();
        let cmd = sandbox.cmd("verify - --json --junit junit.xml");
        let mut command = cmd.into_command();
        let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = streams.stderr(Stdio::null()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let endless = line.repeat(1_000);
        let writer =
            std::thread::spawn(move || while input.write_all(endless.as_bytes()).is_ok() {});
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut String::new()).unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        std::io::copy(&mut output, &mut std::io::sink()).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
        writer.join().unwrap();
        let cases = junit_cases(&sandbox.read("junit.xml"));
        assert_eq!(cases[0]["result"], "passed");
        assert_eq!(cases.last().unwrap()["type"], "interrupted");
    }
}

#[test]
fn verify_junit_and_github_hold_no_secret() {
    let sandbox = Sandbox::with_secret();
    let summary = sandbox.write("summary.md", "");
    // Where a file belongs.
    let line = format!("verify missing/{SECRET} --junit junit.xml --format github");
    let cmd = sandbox.cmd(&line).env("GITHUB_STEP_SUMMARY", &summary);
    assert_ne!(cmd.run().code(), Some(0));
    // In a payload.
    let body = format!("{{\"event\":\"{SECRET}\",\"id\":\"{SECRET}\"}}");
    sandbox.write(
        "a.ndjson",
        lines(&[Record::signed("{}").with_body(body).with("id", SECRET)]),
    );
    let line = "verify a.ndjson --junit other.xml --format github";
    let cmd = sandbox.cmd(line).env("GITHUB_STEP_SUMMARY", &summary);
    cmd.run().exits(1);
    for name in ["junit.xml", "other.xml", "summary.md"] {
        let text = sandbox.read(name);
        assert!(text.len() > 100, "{name}");
        assert!(!contains(&text, SECRET.as_bytes()), "{name}");
    }
    junit_cases(&sandbox.read("other.xml"));
}

#[test]
fn verify_format_github_names_a_pattern_that_matches_nothing() {
    let run = Sandbox::with_secret()
        .cmd("verify nope/*.ndjson --format github")
        .run()
        .exits(1);
    run.prints(&["::nope/*.ndjson: unreadable: no file matches"]);
}

#[test]
fn verify_says_an_error_in_one_line_whatever_the_name() {
    let run = Sandbox::with_secret()
        .args(["verify", "a\n::error::b"])
        .run();
    assert_eq!(run.err().lines().count(), 1, "{}", run.transcript());
    run.says(&["a\\u000a::error::b"]);
}
