//! Bodies spoilt by the real programs that people spoil them with, and what `verify` finds.
//!
//! Tests with programs that few machines have are run by `.ci/run`, which installs them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::verify;
use crate::support::{Record, javascript, php, python, run_tool, samples};

/// The codes of what is found when each body was changed to the other after signing.
fn codes(changed: &[(&[u8], Vec<u8>)]) -> Vec<Vec<String>> {
    let records = changed.iter();
    let records: Vec<_> = records
        .map(|(body, changed)| Record::signed(body).with_body(changed))
        .collect();
    let verdicts = verify(&records, "--json").exits(1).verdicts();
    assert_eq!(verdicts.len(), records.len());
    let code = |finding: &Value| {
        assert_eq!(finding["proven"], true, "{finding}");
        finding["code"].as_str().unwrap().to_owned()
    };
    let codes = |verdict: &Value| {
        verdict["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(code)
            .collect()
    };
    verdicts.iter().map(codes).collect()
}

/// What became of every sample must be explained with one of the codes, and with the first at
/// least once. A sample that came back unchanged was not spoilt.
fn expect(by: &str, changed: Vec<Vec<u8>>, expected: &[&str]) {
    let samples = samples();
    assert_eq!(samples.len(), changed.len(), "{by}");
    let mut changed: Vec<_> = samples.into_iter().zip(changed).collect();
    changed.retain(|(body, changed)| changed != body);
    let codes = codes(&changed);
    for (found, (_, changed)) in codes.iter().zip(&changed) {
        let text = String::from_utf8_lossy(changed);
        assert_eq!(found.len(), 1, "{by}: {found:?} of {text}");
        assert!(
            expected.contains(&found[0].as_str()),
            "{by}: {found:?} of {text}"
        );
    }
    let first = codes.iter().any(|found| found[0] == expected[0]);
    assert!(first, "{by} never made {}", expected[0]);
}

/// Every sample, spoilt by a command, one process each.
fn expect_command(program: &str, args: &[&str], expected: &[&str]) {
    let samples = samples().into_iter();
    let changed = samples.map(|body| run_tool(program, args, body)).collect();
    expect(&format!("{program} {args:?}"), changed, expected);
}

/// Every sample, spoilt by a script that answers each line of base64 with one.
fn expect_script(program: &str, option: &str, script: &str, expected: &[&str]) {
    let lines = samples().into_iter();
    let lines: String = lines.map(|body| STANDARD.encode(body) + "\n").collect();
    let answers = run_tool(program, &[option, script], lines.as_bytes());
    let answers = String::from_utf8(answers).unwrap();
    let changed = answers.lines().map(|line| STANDARD.decode(line).unwrap());
    expect(script, changed.collect(), expected);
}

#[test]
fn verify_findings_of_javascript_changes() {
    for (expression, code) in [
        (
            "JSON.stringify(JSON.parse(text), null, 2)",
            "body.reformatted",
        ),
        ("JSON.stringify(text)", "body.json_string"),
        ("JSON.stringify(raw)", "body.buffer_json"),
        ("raw.toString('latin1')", "body.mojibake"),
        ("raw.toString('base64')", "body.base64"),
        ("raw.toString('base64url')", "body.base64"),
        ("raw.toString('hex')", "body.hex"),
        ("Buffer.from(text, 'utf16le')", "body.utf16"),
        (
            "new URLSearchParams({ payload: text }).toString()",
            "body.form_encoded",
        ),
        (
            "JSON.stringify({ version: '2.0', body: text, isBase64Encoded: false })",
            "body.wrapped",
        ),
        (
            "JSON.stringify({ body: raw.toString('base64'), isBase64Encoded: true })",
            "body.wrapped",
        ),
        ("require('zlib').deflateSync(raw)", "body.compressed"),
        ("require('zlib').deflateRawSync(raw)", "body.compressed"),
    ] {
        expect_script("node", "-e", &javascript(expression), &[code]);
    }
}

#[test]
fn verify_findings_of_python_changes() {
    let reescaped = ["body.reserialized", "body.reformatted"];
    for (expression, codes) in [
        ("json.dumps(json.loads(raw))", &reescaped[..]),
        ("json.dumps(json.loads(raw), indent=4)", &reescaped),
        (
            "json.dumps(json.loads(raw), ensure_ascii=False)",
            &["body.reformatted"],
        ),
        (
            "json.dumps(json.loads(raw), separators=(',', ':'))",
            &["body.reescaped"],
        ),
        (
            "json.dumps(json.loads(raw), separators=(',', ':'), ensure_ascii=False, sort_keys=True)",
            &["body.keys_reordered"],
        ),
        (
            "json.dumps(json.loads(raw), sort_keys=True)",
            &["body.keys_reordered"],
        ),
        (
            "json.dumps(json.loads(raw, parse_int=float), separators=(',', ':'), ensure_ascii=False)",
            &["body.numbers_rewritten"],
        ),
        ("json.dumps(raw.decode())", &["body.json_string"]),
        ("gzip.compress(raw)", &["body.compressed"]),
        ("zlib.compress(raw)", &["body.compressed"]),
        ("base64.encodebytes(raw)", &["body.base64"]),
        ("b'\\xef\\xbb\\xbf' + raw", &["body.bom"]),
    ] {
        expect_script("python3", "-c", &python(expression), codes);
    }
}

/// Python's cp1252 has no character for five bytes, so not every sample can be spoilt with it.
#[test]
fn verify_findings_of_windows_1252() {
    let body = r#"{"event":"message.sent","data":{"subject":"5 € für ‘Tee’ – é"}}"#.as_bytes();
    let script =
        "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode('cp1252').encode())";
    let changed = run_tool("python3", &["-c", script], body);
    assert_eq!(codes(&[(body, changed)]), [["body.mojibake"]]);
}

#[test]
fn verify_findings_of_shell_changes() {
    expect_command("gzip", &["-c"], &["body.compressed"]);
    expect_command("base64", &[], &["body.base64"]);
    expect_command("sed", &["-e", "$a\\"], &["body.trailing_newline"]);
    // dash's and busybox's echo expand `\r\n`; bash's does not, and only adds the newline.
    let echo = ["-c", "echo \"$(cat)\""];
    let expected = ["body.trailing_newline", "body.shell_expanded"];
    expect_command("sh", &echo, &expected);
}

#[test]
#[ignore = "needs jq: run by .ci/run"]
fn verify_findings_of_jq_changes() {
    for (args, expected) in [
        (&["."][..], &["body.reformatted"][..]),
        (&["-c", "."], &["body.trailing_newline"]),
        (&["-S", "-c", "."], &["body.keys_reordered"]),
        (&["-S", "."], &["body.keys_reordered"]),
        (
            &["-a", "-c", "."],
            &["body.reserialized", "body.trailing_newline"],
        ),
        (&["-R", "-s", "."], &["body.json_string"]),
    ] {
        expect_command("jq", args, expected);
    }
    // Two programs in a row.
    let body = samples()[0];
    let pretty = run_tool("jq", &["."], body);
    let zipped = run_tool("gzip", &["-c"], &pretty);
    let found = codes(&[(body, zipped)]);
    assert_eq!(found, [["body.compressed+body.reformatted"]]);
}

#[test]
#[ignore = "needs php: run by .ci/run"]
fn verify_findings_of_php_changes() {
    for (expression, codes) in [
        (
            "json_encode(json_decode($raw, true))",
            &["body.reescaped"][..],
        ),
        (
            "json_encode(json_decode($raw, true), JSON_PRETTY_PRINT)",
            &["body.reserialized", "body.reformatted"],
        ),
        (
            "json_encode(json_decode($raw), JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE)",
            &["body.reformatted"],
        ),
        (
            "http_build_query(['payload' => $raw])",
            &["body.form_encoded"],
        ),
        ("chunk_split(base64_encode($raw))", &["body.base64"]),
    ] {
        expect_script("php", "-r", &php(expression), codes);
    }
}
