//! Words are read as bash reads them: both are given the same random command lines.

use std::io::Write as _;
use std::process::{Command, Stdio};

use lettermint_hook::capture::{Format, parse};
use lettermint_hook::lettermint::Random;

/// Parts of words, quoted in every way. Joined without a blank, they are one word.
const PARTS: [&str; 39] = [
    "abc",
    "a#b",
    "=",
    "{x,y",
    "x~",
    "%20",
    "é✓😀",
    "\\ ",
    "\\'",
    "\\\"",
    "\\\\",
    "\\$",
    "\\\n",
    "\\é",
    "''",
    "'a b'",
    "'\\n$x`\"'",
    "'it'\\''s'",
    "'line\nbreak'",
    "'!#'",
    "\"\"",
    "\"a b\"",
    "\"x\\$y\\\"z\\\\\\`\"",
    "\"a\\\nb\"",
    "\"keeps \\n and \\x\"",
    "\"it's $ \"",
    "$'\\n\\t\\r\\a\\b\\e\\f\\v'",
    "$'\\'\\\"\\\\\\?'",
    "$'\\x41\\x4g\\xff'",
    "$'\\101\\18\\377\\4010'",
    "$'\\u00e9\\u2713\\U1f600'",
    "$'\\u41z\\u'",
    "$'\\x'",
    "$'\\q\\8'",
    "$'plain'",
    "$'\\u0021'",
    "$\"a b\"",
    "$=",
    "\"$\"",
];

fn words(seed: u64, count: usize) -> Vec<String> {
    let mut random = Random::seeded(seed);
    let mut pick = |limit: usize| random.below(limit as u64) as usize;
    let words = (0..count).map(|_| (0..=pick(6)).map(|_| PARTS[pick(PARTS.len())]).collect());
    // A line continuation alone is no word.
    words
        .filter(|word: &String| !word.replace("\\\n", "").is_empty())
        .collect()
}

/// What bash makes of each word.
fn read_by_bash(script: &str) -> Option<Vec<Vec<u8>>> {
    let mut bash = Command::new("bash")
        .arg("--norc")
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdin = bash.stdin.take()?;
    let script = format!("curl() {{ printf '%s\\0' \"$3\"; }}\n{script}");
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = bash.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    let mut seen: Vec<_> = output
        .stdout
        .split(|byte| *byte == 0)
        .map(<[u8]>::to_vec)
        .collect();
    seen.pop();
    Some(seen)
}

#[test]
fn words_are_what_bash_makes_of_them() {
    let words = words(17, 2_000);
    let script: String = words
        .iter()
        .map(|word| format!("curl http://h/ --data-raw {word} # not 'this\n"))
        .collect();
    let Some(expected) = read_by_bash(&script) else {
        return;
    };
    assert_eq!(expected.len(), words.len());
    let parsed = parse(Format::Curl, script.as_bytes(), &mut |_| Err(String::new()));
    let problems: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, [""; 0]);
    for ((capture, expected), word) in parsed.captures.iter().zip(&expected).zip(&words) {
        let body = &capture.record.body[..];
        assert!(
            body == expected,
            "{word}\nread: {body:?}\nbash: {expected:?}"
        );
    }
    assert_eq!(parsed.captures.len(), expected.len());
}
