//! What is answered to deliveries, and to requests that are none.

use std::io::Write as _;
use std::net::Shutdown;

use serde_json::{Value, json};

use super::{BODY, forged, signed, start};
use crate::support::{
    self, Listener, Response, SECRET, STORE, Sandbox, clock, exchange, post, read_all, signature,
    signed_headers, signed_request,
};

#[test]
fn listen_answers_200_to_a_genuine_delivery_on_any_path() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::json(&sandbox, "");
    for path in ["/", "/webhooks/lettermint", "/a%20b?c=d"] {
        let bytes = signed_request(path, "", support::BODY);
        let answers = exchange(&listener.address, &bytes, 1);
        assert_eq!(answers[0].status, 200);
        assert_eq!(answers[0].body, r#"{"received":true}"#);
        assert!(answers[0].head.contains("content-type: application/json"));
        let delivery = listener.delivery();
        assert_eq!(delivery["target"], path);
        assert_eq!(delivery["verdict"]["valid"], true);
        let secret = json!({"position": 1, "source": "LETTERMINT_WEBHOOK_SECRET"});
        assert_eq!(delivery["verdict"]["secret"], secret);
    }
}

#[test]
fn listen_answers_401_with_the_reason_to_anything_else() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::json(&sandbox, "");
    let (now, body) = (clock(), support::BODY);
    let stale = signed_headers(SECRET, now - 3_600, body);
    let forged = signed_headers("whsec_other", now, body);
    let mut moved = signed_headers(SECRET, now, body);
    moved[2].1 = (now + 1).to_string();
    for (headers, reason) in [
        (vec![], "signature_header_missing"),
        (stale, "timestamp_out_of_tolerance"),
        (forged, "signature_mismatch"),
        (moved, "delivery_timestamp_mismatch"),
    ] {
        let lines = headers.iter();
        let lines: Vec<_> = lines
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        let answer = post(&listener.address, &lines, body);
        assert_eq!(answer.status, 401);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["reason"], reason);
        let delivery = listener.delivery();
        assert_eq!(delivery["verdict"]["reason"], reason);
        assert_eq!(delivery["reply"]["status"], 401);
    }
}

#[test]
fn listen_reads_header_names_in_any_case() {
    let (_sandbox, listener) = start("");
    let t = clock().to_string();
    let signed = signature(SECRET, &t, support::BODY);
    let headers: [(&str, &[u8]); 2] = [
        ("x-lettermint-signature", signed.as_bytes()),
        ("X-LETTERMINT-DELIVERY", t.as_bytes()),
    ];
    assert_eq!(post(&listener.address, &headers, support::BODY).status, 200);
}

#[test]
fn listen_answers_401_to_the_byte_and_shows_why() {
    let (sandbox, listener) = start("--compact");
    let length = BODY.len();
    exact(
        &listener,
        format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{BODY}"
        ),
        "401 Unauthorized",
        "application/json",
        r#"{"error":"Invalid signature","reason":"signature_header_missing"}"#,
    );
    let answer = Response::parse(&listener.exchange(forged()));
    assert_eq!(answer.status, 401);
    assert!(
        answer.body.contains("signature_mismatch"),
        "{}",
        answer.body
    );
    assert_eq!(sandbox.records().len(), 2);
    listener.stop().prints(&[
        "✗ signature_header_missing  message.delivered",
        "hint: changed on the way, or signed with another secret than LETTERMINT_WEBHOOK_SECRET (sha256 ",
    ]);
}

/// Asserts an answer to the byte, but for its date.
#[track_caller]
pub(super) fn exact(
    listener: &Listener,
    request: impl AsRef<[u8]>,
    status: &str,
    kind: &str,
    body: &str,
) {
    let request = request.as_ref();
    let answer = listener.exchange(request);
    let lines = answer.split_inclusive("\r\n");
    let answer: String = lines.filter(|line| !line.starts_with("date:")).collect();
    let length = body.len();
    let expected = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    assert_eq!(answer, expected, "{}", String::from_utf8_lossy(request));
}

#[test]
fn listen_answers_requests_that_are_no_deliveries_to_the_byte() {
    let (sandbox, listener) = start("--max-body 1000 --max-head 2000");
    let json = "application/json";
    exact(
        &listener,
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "200 OK",
        "text/plain; charset=utf-8",
        "lettermint-hook listen: receives Lettermint webhooks on this machine.\n\
         POST deliveries to any path; GET /healthz answers 200 while it runs.\n",
    );
    exact(
        &listener,
        "GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n",
        "200 OK",
        json,
        r#"{"ok":true}"#,
    );
    exact(
        &listener,
        "OPTIONS /hook HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n",
        "405 Method Not Allowed",
        "application/json\r\nallow: POST",
        r#"{"error":"webhooks are POST requests","method":"OPTIONS"}"#,
    );
    exact(
        &listener,
        "POST /hook HTTP/1.1\r\nHost: rebound.example:3000\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        "421 Misdirected Request",
        json,
        r#"{"error":"this listener does not answer to that Host","hint":"use 127.0.0.1 or localhost, or allow the name with --allow-host"}"#,
    );
    exact(
        &listener,
        "POST / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        "400 Bad Request",
        json,
        r#"{"error":"one Host header is needed"}"#,
    );
    let post = "POST / HTTP/1.1\r\nHost: localhost\r\n";
    let chunks = format!("3e9\r\n{}\r\n0\r\n\r\n", "x".repeat(1001));
    let (large_body, large_head, bad) = (
        "413 Payload Too Large",
        "431 Request Header Fields Too Large",
        "400 Bad Request",
    );
    for (request, status, why) in [
        (
            format!("{post}Content-Length: 1001\r\n\r\n"),
            large_body,
            "the body is larger than this listener takes",
        ),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\n{chunks}"),
            large_body,
            "the body is larger than this listener takes",
        ),
        (
            format!("{post}{}\r\n", "a: b\r\n".repeat(101)),
            large_head,
            "there are more than 100 header lines",
        ),
        (
            format!("{post}a: {}\r\n\r\n", "b".repeat(2000)),
            large_head,
            "the head is larger than this listener takes",
        ),
        (
            "hello\r\n\r\n".to_owned(),
            bad,
            "this is no HTTP/1.1 request",
        ),
        (
            "\x16\x03\x01\x02\x00\x01\x00".to_owned(),
            bad,
            "this is TLS, and the listener speaks plain http://",
        ),
    ] {
        let body = format!(r#"{{"error":"{why}"}}"#);
        exact(&listener, request, status, json, &body);
    }
    assert!(sandbox.records().is_empty(), "none of it is a delivery");
    let run = listener.stop();
    run.says(&["with 421: its Host is foreign (`--allow-host rebound.example` allows it)"]);
    let end = "0 received: 0 verified, 0 rejected, 0 duplicates\n9 other requests refused\n";
    assert!(run.out().ends_with(end), "{}", run.transcript());
}

#[test]
#[rustfmt::skip]
fn listen_refuses_requests_that_two_servers_could_read_in_two_ways() {
    let (sandbox, listener) = start("--compact");
    let length = "where the body ends is not clear: one Content-Length or Transfer-Encoding is needed";
    let coding = "the only transfer coding is chunked, with HTTP/1.1";
    let no_http = "this is no HTTP/1.1 request";
    let broken = "the chunks of the body are broken";
    let early = "the body ended before its end";
    let chunked = "Transfer-Encoding: chunked";
    for (version, lines, body, status, why) in [
        ("1.1", "Content-Length: 1\r\nContent-Length: 2", "", 400, length),
        ("1.1", "Content-Length: 1, 1", "", 400, length),
        ("1.1", "Content-Length: +1", "", 400, length),
        ("1.1", "Content-Length:", "", 400, length),
        ("1.1", "Content-Length: 99999999999999999999", "", 400, length),
        ("1.1", "Content-Length: 1\r\nTransfer-Encoding: chunked", "", 400, length),
        ("1.1", "Transfer-Encoding: chunked\r\nContent-Length: 1", "", 400, length),
        ("1.1", "Transfer-Encoding: gzip, chunked", "", 501, coding),
        ("1.1", "Transfer-Encoding: chunked, chunked", "", 501, coding),
        ("1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "", 501, coding),
        ("1.0", chunked, "", 501, coding),
        ("1.1", "A : b", "", 400, no_http),
        ("1.1", " folded", "", 400, no_http),
        ("2.0", "A: b", "", 400, no_http),
        ("1.1", chunked, "+3\r\nabc\r\n0\r\n\r\n", 400, broken),
        ("1.1", chunked, "3\nabc\r\n0\r\n\r\n", 400, broken),
        ("1.1", chunked, "3\r\nabcd\r\n0\r\n\r\n", 400, broken),
        ("1.1", chunked, "3\r\nabc\r\n0\n\n", 400, broken),
        ("1.1", chunked, "10000000000000000\r\n", 400, broken),
        ("1.1", chunked, "3;a\0b\r\nabc\r\n0\r\n\r\n", 400, broken),
        ("1.1", chunked, "3;a=\u{7}\r\nabc\r\n0\r\n\r\n", 400, broken),
        ("1.1", chunked, "3;a=\u{7f}\r\nabc\r\n0\r\n\r\n", 400, broken),
        ("1.1", chunked, "3;a\rb\r\nabc\r\n0\r\n\r\n", 400, broken),
        ("1.1", chunked, "3;a\nabc\r\n0\r\n\r\n", 400, broken),
        ("1.1", chunked, "3\r\nabc\r\n0\r\nno colon\r\n\r\n", 400, broken),
        ("1.1", chunked, "3\r\nabc\r\n0\r\nA : b\r\n\r\n", 400, broken),
        ("1.1", chunked, "3\r\nabc\r\n0\r\nA: \0\r\n\r\n", 400, broken),
        ("1.1", chunked, "3\r\nabc\r\n0\r\nA: b\r\n folded\r\n\r\n", 400, broken),
        ("1.1", chunked, "3\r\nabc\r\n0\r\n: b\r\n\r\n", 400, broken),
        ("1.1", chunked, "3\r\nab", 400, early),
        ("1.1", "Content-Length: 3", "ab", 400, early),
    ] {
        let request = format!("POST / HTTP/{version}\r\nHost: localhost\r\n{lines}\r\n\r\n{body}");
        let mut stream = listener.connect();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let text = read_all(stream);
        let answer = Response::parse(&text);
        let expected = format!("{{\"error\":\"{why}\"}}");
        assert_eq!((answer.status, answer.body), (status, expected), "{request}\n{text}");
        assert_eq!(text.matches("date: ").count(), 1, "{text}");
    }
    // hyper takes no such target and says so without a reason; the reason is the listener's.
    let quoted = listener.exchange("POST /<a> HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let answer = Response::parse(&quoted);
    assert_eq!(answer.body, format!("{{\"error\":\"{no_http}\"}}"));
    assert_eq!(answer.status, 400);
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    assert!(listener.exchange(preface).contains("this is HTTP/2"));
    assert!(sandbox.records().is_empty());
}

#[test]
fn listen_neither_records_nor_counts_requests_that_are_no_deliveries() {
    let sandbox = Sandbox::new();
    let listener = Listener::json(&sandbox, "");
    for (method, path, status) in [
        ("GET", "/healthz", 200),
        ("GET", "/", 200),
        ("GET", "/webhooks", 405),
        ("PUT", "/webhooks", 405),
        ("DELETE", "/healthz", 405),
    ] {
        let bytes = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let answers = exchange(&listener.address, bytes.as_bytes(), 1);
        assert_eq!(answers[0].status, status, "{method} {path}");
        if status == 405 {
            assert!(answers[0].head.contains("allow: POST"));
        }
    }
    let run = listener.stop();
    assert_eq!(run.summary()["received"], 0);
    assert_eq!(sandbox.read(STORE), b"");
    run.says(&["with 405: webhooks are POST requests, this is GET"]);
}

#[test]
fn listen_allow_host_takes_patterns() {
    let (_sandbox, listener) =
        start("--allow-host *.tunnel.example --allow-host https://abc.ngrok.example:443/path");
    let request = String::from_utf8(signed(BODY, "Connection: close\r\n")).unwrap();
    for (host, status) in [
        ("a.tunnel.example", 200),
        ("abc.ngrok.example", 200),
        ("app.localhost:3000", 200),
        ("127.0.0.1", 200),
        ("tunnel.example", 421),
        ("127.0.0.1.nip.io", 421),
    ] {
        let request = request.replace("Host: localhost", &format!("Host: {host}"));
        let answer = listener.exchange(request);
        assert_eq!(Response::parse(&answer).status, status, "{host}");
        let access = answer.to_lowercase().contains("access-control");
        assert!(!access, "{answer}");
    }
}
