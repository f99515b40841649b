//! `--print` and `--dry-run`: the request as it would go, in five forms.

use std::process::Command;

use lettermint_hook::capture::{Format, detect, parse};
use lettermint_hook::lettermint::verification::SignatureVerdict;
use serde_json::Value;

use crate::support::{Hook, Receiver, Request, SECRET};

const EVENT: &[&str] = &[
    "message.hard_bounced",
    "--attempt",
    "3",
    "-H",
    "X-Extra: it's 100% \"q\" \\ $x",
];

/// The request that is really sent, and what `--print` makes of the same command line.
fn both(form: &str, event: &[&str]) -> (Receiver, Request, Vec<u8>) {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    hook.send(receiver.url(), event).exits(0);
    let sent = receiver.requests().remove(0);
    let printed = print(&hook, receiver.url(), &[event, &["--print", form]].concat());
    assert_eq!(receiver.requests().len(), 1, "printing sends nothing");
    (receiver, sent, printed)
}

fn print(hook: &Hook, url: &str, args: &[&str]) -> Vec<u8> {
    let now = crate::support::NOW.to_string();
    let fixed = ["send", "--to", url, "--now", &now, "--seed", "7"];
    let outcome = hook.run(&[&fixed[..], args].concat()).exits(0);
    assert!(!String::from_utf8_lossy(&outcome.stdout).contains(SECRET));
    outcome.stdout
}

#[test]
fn http_is_the_request_to_the_byte() {
    let (_, sent, printed) = both("http", EVENT);
    let (sent, printed) = (
        String::from_utf8(sent.bytes).unwrap(),
        String::from_utf8(printed).unwrap(),
    );
    assert_eq!(printed.trim_end_matches("\r\n"), sent);
}

#[test]
fn http_is_read_back_as_the_same_request() {
    let (_, sent, printed) = both("http", EVENT);
    assert_eq!(detect(&printed), Some(Format::RawHttp));
    let parsed = parse(Format::RawHttp, &printed, &mut |name| Err(name.to_owned()));
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    assert_eq!(parsed.captures.len(), 1);
    let record = &parsed.captures[0].record;
    assert_eq!(record.body, sent.body);
    assert_eq!(record.headers, sent.headers);
}

#[test]
fn curl_really_run_sends_the_same_request() {
    let (receiver, sent, printed) = both("curl", EVENT);
    let script = String::from_utf8(printed).unwrap();
    let status = Command::new("bash")
        .args(["-c", &script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .output();
    let output = status.unwrap();
    assert!(
        output.status.success(),
        "{script}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let by_curl = receiver.wait_for(2).remove(1);
    assert_eq!(by_curl.body, sent.body);
    // The same lines with the same case; their order is curl's own.
    let lines = |request: &Request| {
        let mut lines: Vec<_> = request
            .headers
            .iter()
            .map(|line| {
                (
                    line.name.to_owned(),
                    String::from_utf8_lossy(line.value).into_owned(),
                )
            })
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&by_curl), lines(&sent), "{script}");
    by_curl.assert_genuine();
}

#[test]
fn curl_carries_bodies_that_a_shell_could_damage() {
    let hook = Hook::new();
    for body in [
        &b"@/etc/passwd"[..],
        b"it's \"$HOME\" `id` \\ !x %\n\nend\n",
        b"",
        b"caf\xc3\xa9 \xe2\x80\xae \x1b[2J",
    ] {
        let receiver = Receiver::ok();
        hook.file("body", body);
        let script = print(
            &hook,
            receiver.url(),
            &["--body", "body", "--print", "curl"],
        );
        let script = String::from_utf8(script).unwrap();
        let run = Command::new("bash")
            .args(["-c", &script])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .output();
        assert!(run.unwrap().status.success(), "{script}");
        let request = receiver.wait_for(1).remove(0);
        assert_eq!(request.body, body, "{script}");
        assert_eq!(request.verdict().signature, SignatureVerdict::Ok);
    }
}

#[test]
fn json_has_headers_and_body() {
    let (receiver, sent, printed) = both("json", EVENT);
    let json: Value = serde_json::from_slice(&printed).unwrap();
    assert_eq!(json["method"], "POST");
    assert_eq!(json["target"], receiver.url());
    assert_eq!(json["attempt"], 3);
    assert_eq!(json["body"].as_str().unwrap().as_bytes(), sent.body);
    for line in json["headers"].as_array().unwrap() {
        let (name, value) = (line[0].as_str().unwrap(), line[1].as_str().unwrap());
        assert_eq!(sent.header(name), value);
    }
}

#[test]
fn json_holds_bytes_that_are_no_text() {
    let hook = Hook::new();
    hook.file("body", b"\xff\x00");
    let printed = print(
        &hook,
        "http://127.0.0.1:1/",
        &["--body", "body", "--print", "json"],
    );
    let json: Value = serde_json::from_slice(&printed).unwrap();
    assert_eq!(json.get("body"), None);
    assert_eq!(json["body_base64"], "/wA=");
}

#[test]
fn body_is_the_bytes_and_nothing_else() {
    let (_, sent, printed) = both("body", EVENT);
    assert_eq!(printed, sent.body);
}

#[test]
fn headers_are_the_lines_that_sign() {
    let (_, sent, printed) = both("headers", EVENT);
    let printed = String::from_utf8(printed).unwrap();
    let sent: Vec<_> = sent
        .headers
        .iter()
        .filter(|line| !matches!(line.name, "Host" | "Content-Length"))
        .map(|line| format!("{}: {}", line.name, String::from_utf8_lossy(line.value)))
        .collect();
    assert_eq!(printed.lines().collect::<Vec<_>>(), sent);
}

#[test]
fn dry_run_prints_the_message_and_touches_nothing() {
    let (hook, receiver) = (Hook::new(), Receiver::ok());
    let dry = print(&hook, receiver.url(), &["message.sent", "--dry-run"]);
    let http = print(&hook, receiver.url(), &["message.sent", "--print", "http"]);
    assert_eq!(dry, http);
    assert_eq!(receiver.connections(), 0);
    assert_eq!(std::fs::read_dir(hook.folder()).unwrap().count(), 0);
}

#[test]
fn tampering_shows_in_what_is_printed() {
    let args = ["message.sent", "--tamper", "sha256-scheme"];
    let (_, sent, printed) = both("headers", &args);
    let line = format!(
        "X-Lettermint-Signature: {}",
        sent.header("x-lettermint-signature")
    );
    assert!(line.contains(": sha256="));
    assert!(String::from_utf8(printed).unwrap().contains(&line));
}
