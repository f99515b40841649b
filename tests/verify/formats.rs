//! `--format` and `--json`: the forms of the output, to the byte.

use snapbox::file;

use super::verify;
use crate::support::{Record, Run, Sandbox, lines, sample};

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
    snapbox::assert_data_eq!(run.out(), file!["goldens/report.xml"].raw());
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
