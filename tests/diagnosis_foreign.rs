//! The mistakes, made by the real programs that people make them with, and the encoders that
//! are simulated, against the real ones. A program that is not installed is skipped, and said.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettermint_hook::diagnosis::reencoding::{Encoder, FAITHFUL, first_change};
use lettermint_hook::diagnosis::{Case, Diagnosis, Finding, Limits, diagnose};
use lettermint_hook::json::writer::encode;
use lettermint_hook::lettermint::Random;
use lettermint_hook::lettermint::catalogue::EVENTS;
use lettermint_hook::lettermint::{Headers, NamedSecret, Secret, SigningKey, headers};

/// Feeds a program and returns what it writes; `None` when it is not installed.
fn run(program: &str, args: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let spawned = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        skipped(program);
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap().unwrap();
    assert!(output.status.success(), "{program} {args:?}");
    Some(output.stdout)
}

#[expect(clippy::print_stderr, reason = "a skipped test should say so")]
fn skipped(program: &str) {
    eprintln!("skipped: `{program}` is not installed");
}

fn diagnose_changed(original: &[u8], changed: &[u8]) -> Diagnosis {
    let secret = Secret::new("whsec_example_0123456789abcdef").unwrap();
    let mut request = Headers::new();
    let value = SigningKey::new(&secret).sign(1_791_101_730, original);
    request.push(headers::SIGNATURE, value);
    request.push(headers::DELIVERY, "1791101730");
    let source = "LETTERMINT_WEBHOOK_SECRET".to_owned();
    let secrets = [NamedSecret { source, secret }];
    diagnose(&Case::new(&request, changed, &secrets), Limits::full())
}

fn codes(diagnosis: &Diagnosis) -> Vec<String> {
    assert!(diagnosis.findings.iter().all(|finding| finding.proven));
    diagnosis.findings.iter().map(Finding::code).collect()
}

fn samples() -> Vec<&'static [u8]> {
    let samples = EVENTS.iter().filter_map(|event| event.sample_json());
    samples.map(str::as_bytes).collect()
}

/// Every sample, spoilt by a command, one process each.
fn expect_command(program: &str, args: &[&str], expected: &[&str]) {
    let changed: Option<Vec<_>> = samples()
        .into_iter()
        .map(|body| run(program, args, body))
        .collect();
    if let Some(changed) = changed {
        expect(&format!("{program} {args:?}"), &changed, expected);
    }
}

/// Every sample, spoilt by a script that answers each line of base64 with one.
fn expect_script(program: &str, option: &str, script: &str, expected: &[&str]) {
    let lines = samples()
        .into_iter()
        .map(|body| STANDARD.encode(body) + "\n");
    let lines: String = lines.collect();
    if let Some(answers) = run(program, &[option, script], lines.as_bytes()) {
        let answers = String::from_utf8(answers).unwrap();
        let changed = answers.lines().map(|line| STANDARD.decode(line).unwrap());
        expect(script, &changed.collect::<Vec<_>>(), expected);
    }
}

/// What became of every sample must be explained with one of the codes, and with the first at
/// least once. A sample that came back unchanged was not spoilt.
fn expect(by: &str, changed: &[Vec<u8>], expected: &[&str]) {
    let samples = samples();
    assert_eq!(samples.len(), changed.len(), "{by}");
    let mut first_seen = false;
    for (body, changed) in samples.into_iter().zip(changed) {
        if changed == body {
            continue;
        }
        let found = codes(&diagnose_changed(body, changed));
        let text = String::from_utf8_lossy(changed);
        assert_eq!(found.len(), 1, "{by}: {found:?} of {text}");
        assert!(
            expected.contains(&found[0].as_str()),
            "{by}: {found:?} of {text}"
        );
        first_seen |= found[0] == expected[0];
    }
    assert!(first_seen, "{by} never made {}", expected[0]);
}

/// JavaScript that makes `text` and `raw` of each line and answers with an expression of them.
fn javascript(expression: &str) -> String {
    format!(
        "for (const line of require('fs').readFileSync(0, 'utf8').split('\\n').slice(0, -1)) {{ const raw = Buffer.from(line, 'base64'); const text = raw.toString(); console.log(Buffer.from({expression}).toString('base64')) }}"
    )
}

/// Python that makes `raw` of each line and answers with an expression of it, or with nothing
/// when that fails.
fn python(expression: &str) -> String {
    format!(
        "
import sys, json, zlib, gzip, base64
for line in sys.stdin:
    raw = base64.b64decode(line)
    try:
        out = {expression}
        out = out if isinstance(out, bytes) else out.encode()
    except (ValueError, UnicodeError):
        out = b''
    print(base64.b64encode(out).decode())
"
    )
}

/// PHP that makes `$raw` of each line and answers with an expression of it, or with nothing
/// when that is `false` or null.
fn php(expression: &str) -> String {
    format!(
        "while (($line = fgets(STDIN)) !== false) {{ $raw = base64_decode($line); echo base64_encode((string) ({expression})), \"\\n\"; }}"
    )
}

#[test]
fn javascript_changes_are_explained() {
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
fn python_changes_are_explained() {
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
fn windows_1252_is_explained() {
    let body = r#"{"event":"message.sent","data":{"subject":"5 € für ‘Tee’ – é"}}"#;
    let script =
        "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode('cp1252').encode())";
    if let Some(changed) = run("python3", &["-c", script], body.as_bytes()) {
        let found = codes(&diagnose_changed(body.as_bytes(), &changed));
        assert_eq!(found, ["body.mojibake"]);
    }
}

#[test]
fn php_changes_are_explained() {
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

#[test]
fn command_line_changes_are_explained() {
    expect_command("jq", &["."], &["body.reformatted"]);
    expect_command("jq", &["-c", "."], &["body.trailing_newline"]);
    expect_command("jq", &["-S", "-c", "."], &["body.keys_reordered"]);
    expect_command("jq", &["-S", "."], &["body.keys_reordered"]);
    expect_command(
        "jq",
        &["-a", "-c", "."],
        &["body.reserialized", "body.trailing_newline"],
    );
    expect_command("jq", &["-R", "-s", "."], &["body.json_string"]);
    expect_command("gzip", &["-c"], &["body.compressed"]);
    expect_command("base64", &[], &["body.base64"]);
    expect_command("sed", &["-e", "$a\\"], &["body.trailing_newline"]);
    // dash's and busybox's echo expand `\r\n`; bash's does not, and only adds the newline.
    let echo = ["-c", "echo \"$(cat)\""];
    expect_command(
        "sh",
        &echo,
        &["body.trailing_newline", "body.shell_expanded"],
    );
}

#[test]
fn two_programs_in_a_row_are_explained() {
    let body = EVENTS[0].sample_json().unwrap().as_bytes();
    let Some(pretty) = run("jq", &["."], body) else {
        return;
    };
    let Some(zipped) = run("gzip", &["-c"], &pretty) else {
        return;
    };
    let found = codes(&diagnose_changed(body, &zipped));
    assert_eq!(found, ["body.compressed+body.reformatted"]);
}

/// Bodies that are hard on encoders, and random ones.
fn corpus() -> Vec<String> {
    let mut corpus: Vec<String> = EVENTS
        .iter()
        .filter_map(|event| event.sample_json())
        .map(str::to_owned)
        .collect();
    for odd in [
        r#"{"b":1,"10":2,"9":3,"b":4,"01":5,"4294967295":6,"4294967294":7,"-1":8}"#,
        r#"{"0":"a","1":"b"}"#,
        r#"{"a":{},"b":[],"c":[{}],"d":{"0":[]}}"#,
        r#"[0,-0,0.0,-0.0,7.0,7.50,1e5,1E-7,1e-5,1e16,1e21,1e22,0.1e1,123456789012345678901234567890]"#,
        r#"[9007199254740993,9223372036854775807,9223372036854775808,-9223372036854775809,1.7976931348623157e308,5e-324]"#,
        r#"["\/","\u003c\u003e&'","\u2028\u2029","\u007f","\u0000\u001f","\ud83d\ude00","\b\f\n\r\t","\"\\"]"#,
        "[\"/\",\"<>\",\"\u{2028}\u{2029}\",\"\u{7f}\",\"😀\",\"é\"]",
        r#"["\ud800","\udc00x","\ud83d\ud83d\ude00"]"#,
        " { \"a\" : [ 1 , 2 ] }\n",
        "[0.1,0.2,0.30000000000000004,100,1.0e+25,0.000001,0.0000001,123456.789e3]",
    ] {
        corpus.push(odd.to_owned());
    }
    let mut random = Random::seeded(7);
    for _ in 0..2_000 {
        let mut json = String::new();
        value(&mut random, 0, &mut json);
        corpus.push(json);
    }
    corpus
}

fn value(random: &mut Random, depth: u32, out: &mut String) {
    match random.below(if depth > 3 { 5 } else { 8 }) {
        0 => out.push_str(["null", "true", "false"][random.below(3) as usize]),
        1 => out.push_str(&random.below(1 << 20).to_string()),
        2 => out.push_str(&(random.next_u64() >> random.below(64)).to_string()),
        3 => {
            let digits = random.next_u64() >> random.below(60);
            let exponent = random.below(50) as i64 - 25;
            out.push_str(&format!("{}.{digits}e{exponent}", random.below(10)));
        }
        4 => string(random, out),
        5 | 6 => {
            out.push('{');
            for index in 0..random.below(5) {
                if index > 0 {
                    out.push(',');
                }
                string(random, out);
                out.push(':');
                value(random, depth + 1, out);
            }
            out.push('}');
        }
        _ => {
            out.push('[');
            for index in 0..random.below(5) {
                if index > 0 {
                    out.push_str(", ");
                }
                value(random, depth + 1, out);
            }
            out.push(']');
        }
    }
}

fn string(random: &mut Random, out: &mut String) {
    const PIECES: [&str; 20] = [
        "a",
        "Z",
        "0",
        "1",
        "2",
        "10",
        "/",
        "\\/",
        "<",
        "&",
        "é",
        "\\u00e9",
        "😀",
        "\\ud83d\\ude00",
        "\u{2028}",
        "\\u2029",
        "\\n",
        "\\u001f",
        "\u{7f}",
        "_",
    ];
    out.push('"');
    for _ in 0..random.below(4) {
        out.push_str(PIECES[random.below(20) as usize]);
    }
    out.push('"');
}

/// What a program that answers each line of base64 with one makes of each body, empty where it
/// refuses; nothing when it is not installed.
fn answers(corpus: &[String], program: &str, args: &[&str]) -> Vec<Vec<u8>> {
    let lines = corpus.iter().map(|body| STANDARD.encode(body) + "\n");
    let Some(answers) = run(program, args, lines.collect::<String>().as_bytes()) else {
        return Vec::new();
    };
    let answers = String::from_utf8(answers).unwrap();
    assert_eq!(answers.lines().count(), corpus.len());
    let answers = answers.lines().map(|line| STANDARD.decode(line).unwrap());
    answers.collect()
}

/// Compares a simulated encoder with the real one.
fn compare(encoder: &Encoder, program: &str, args: &[&str]) {
    let corpus = corpus();
    for (body, real) in corpus.iter().zip(answers(&corpus, program, args)) {
        let Some(change) = first_change(body.as_bytes(), encoder) else {
            assert_eq!(String::from_utf8_lossy(&real), *body, "{encoder:?}");
            continue;
        };
        let Some(becomes) = change.becomes else {
            assert_eq!(real, b"", "{encoder:?} of {body}");
            continue;
        };
        let at = change.offset;
        assert_eq!(body.as_bytes()[..at], real[..at], "{encoder:?} of {body}");
        let rest = String::from_utf8_lossy(&real[at..]);
        assert!(
            rest.trim_end_matches('\u{fffd}').starts_with(&becomes),
            "{encoder:?} of {body}: {becomes} but {rest}"
        );
    }
}

#[test]
fn simulated_javascript_is_like_node() {
    let script = javascript("JSON.stringify(JSON.parse(text))");
    compare(&FAITHFUL[0], "node", &["-e", &script]);
}

#[test]
fn simulated_python_is_like_python() {
    let compact = python("json.dumps(json.loads(raw), separators=(',', ':'), ensure_ascii=False)");
    compare(&FAITHFUL[1], "python3", &["-c", &compact]);
}

#[test]
fn values_are_written_as_php_writes_them() {
    let script =
        php("json_encode(json_decode($raw), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE)");
    let args = ["-d", "serialize_precision=-1", "-r", &script];
    let corpus = corpus();
    let values = corpus.iter().map(|body| serde_json::from_str(body));
    let values: Vec<serde_json::Value> = values.filter_map(Result::ok).collect();
    let corpus: Vec<_> = values.iter().map(ToString::to_string).collect();
    assert!(corpus.len() > 2_000);
    let answers = answers(&corpus, "php", &args);
    let written = values.iter().map(encode);
    let differing = written.zip(&answers).filter(|(ours, real)| ours != *real);
    let differing = differing.map(|(ours, _)| String::from_utf8(ours).unwrap());
    // Of two shortest texts that are equally far from a float Rust takes the larger one, PHP the
    // even one: 958432400117409.25 is the only such number here.
    let differing: Vec<_> = differing.collect();
    assert!(
        differing
            .iter()
            .all(|ours| ours.contains("958432400117409.3")),
        "{differing:?}"
    );
}
