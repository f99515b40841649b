//! `--print` and `--dry-run`: the request as it would go, in five forms.

use serde_json::Value;

use crate::support::{NOW, Receiver, Request, SECRET, Sandbox, header_lines, run_by_bash};

const EVENT: &[&str] = &[
    "message.hard_bounced",
    "--attempt",
    "3",
    "-H",
    "X-Extra: it's 100% \"q\" \\ $x",
];

/// The request that is really sent, and what `--print` makes of the same command line.
fn both(form: &str, event: &[&str]) -> (Receiver, Request, Vec<u8>) {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    sandbox.send_args(&receiver.url, event).exits(0);
    let sent = receiver.request();
    let printed = print(
        &sandbox,
        &receiver.url,
        &[event, &["--print", form]].concat(),
    );
    assert_eq!(receiver.requests().len(), 1, "printing sends nothing");
    (receiver, sent, printed)
}

fn print(sandbox: &Sandbox, url: &str, args: &[&str]) -> Vec<u8> {
    let line = format!("send --to {url} --now {NOW} --seed 7");
    sandbox.cmd(&line).args(args).run().exits(0).stdout
}

#[test]
fn send_print_http_is_the_request_to_the_byte() {
    let (_, sent, printed) = both("http", EVENT);
    let (sent, printed) = (
        String::from_utf8(sent.bytes).unwrap(),
        String::from_utf8(printed).unwrap(),
    );
    assert_eq!(printed.trim_end_matches("\r\n"), sent);
}

#[test]
fn send_print_http_is_read_back_as_the_same_request() {
    let (_, sent, printed) = both("http", EVENT);
    let sandbox = Sandbox::new();
    sandbox.write("printed.http", printed);
    sandbox.cmd("deliveries import printed.http").run().exits(0);
    let records = sandbox.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["body"].as_str().unwrap().as_bytes(), sent.body);
    assert_eq!(header_lines(&records[0]), sent.lines());
}

#[test]
fn send_print_curl_really_run_sends_the_same_request() {
    let (receiver, sent, printed) = both("curl", EVENT);
    run_by_bash(&printed);
    let by_curl = receiver.request();
    assert_eq!(by_curl.body, sent.body);
    // The same lines with the same case; their order is curl's own.
    let sorted = |request: &Request| {
        let mut lines: Vec<_> = request
            .lines()
            .iter()
            .map(|line| line.to_string())
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&by_curl), sorted(&sent));
    by_curl.assert_genuine();
}

#[test]
fn send_print_curl_carries_bodies_that_a_shell_could_damage() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    for body in [
        &b"@/etc/passwd"[..],
        b"it's \"$HOME\" `id` \\ !x %\n\nend\n",
        b"",
        b"caf\xc3\xa9 \xe2\x80\xae \x1b[2J",
    ] {
        sandbox.write("body", body);
        let args = ["--body", "body", "--print", "curl"];
        run_by_bash(&print(&sandbox, &receiver.url, &args));
        let request = receiver.request();
        assert_eq!(request.body, body);
        assert!(request.is_signed_with(SECRET));
    }
}

#[test]
fn send_print_json_has_headers_and_body() {
    let (receiver, sent, printed) = both("json", EVENT);
    let json: Value = serde_json::from_slice(&printed).unwrap();
    assert_eq!(json["method"], "POST");
    assert_eq!(json["target"], receiver.url);
    assert_eq!(json["attempt"], 3);
    assert_eq!(json["body"].as_str().unwrap().as_bytes(), sent.body);
    for line in json["headers"].as_array().unwrap() {
        let (name, value) = (line[0].as_str().unwrap(), line[1].as_str().unwrap());
        assert_eq!(sent.header(name), value);
    }
}

#[test]
fn send_print_json_holds_bytes_that_are_no_text() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body", b"\xff\x00");
    let printed = print(
        &sandbox,
        "http://127.0.0.1:1/",
        &["--body", "body", "--print", "json"],
    );
    let json: Value = serde_json::from_slice(&printed).unwrap();
    assert_eq!(json.get("body"), None);
    assert_eq!(json["body_base64"], "/wA=");
}

#[test]
fn send_print_body_is_the_bytes_and_nothing_else() {
    let (_, sent, printed) = both("body", EVENT);
    assert_eq!(printed, sent.body);
}

#[test]
fn send_print_headers_are_the_signed_lines() {
    let (_, sent, printed) = both("headers", EVENT);
    let printed = String::from_utf8(printed).unwrap();
    let mut sent = sent.lines();
    sent.retain(|line| !line.starts_with("Host:") && !line.starts_with("Content-Length:"));
    assert_eq!(printed.lines().collect::<Vec<_>>(), sent);
}

#[test]
fn send_dry_run_prints_the_message_and_touches_nothing() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::unwanted());
    let dry = print(&sandbox, &receiver.url, &["message.sent", "--dry-run"]);
    let http = print(
        &sandbox,
        &receiver.url,
        &["message.sent", "--print", "http"],
    );
    assert_eq!(dry, http);
    assert!(sandbox.files().is_empty());
    let text = String::from_utf8(dry).unwrap();
    for part in [
        "POST /hook HTTP/1.1\r\nHost: 127.0.0.1:",
        "\r\nX-Lettermint-Event: message.sent\r\n",
        "\r\n\r\n{\"id\":\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn send_print_shows_what_tamper_does() {
    let args = ["message.sent", "--tamper", "rotated-first"];
    let (_, sent, printed) = both("headers", &args);
    let value = sent.header("X-Lettermint-Signature");
    assert_eq!(value.matches("v1=").count(), 2);
    let line = format!("X-Lettermint-Signature: {value}");
    assert!(String::from_utf8(printed).unwrap().contains(&line));
}
