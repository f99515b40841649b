//! Each refusal with its exact reply.

use std::io::Write as _;

use super::support::*;

fn exact(listener: &Listener, request: &[u8], expected: &str) {
    let answer = without_date(&listener.exchange(request));
    assert_eq!(answer, expected, "{}", String::from_utf8_lossy(request));
}

#[test]
fn what_is_no_delivery() {
    let listener = Listener::start(&["--max-body", "1000", "--max-head", "2000"]);
    exact(
        &listener,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: 141\r\n\r\nlettermint-hook listen: receives Lettermint webhooks on this machine.\nPOST deliveries to any path; GET /healthz answers 200 while it runs.\n".replace("141", &("lettermint-hook listen: receives Lettermint webhooks on this machine.\nPOST deliveries to any path; GET /healthz answers 200 while it runs.\n".len().to_string())).as_str(),
    );
    exact(
        &listener,
        b"GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 11\r\n\r\n{\"ok\":true}",
    );
    exact(
        &listener,
        b"OPTIONS /hook HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 405 Method Not Allowed\r\ncontent-type: application/json\r\nallow: POST\r\nconnection: close\r\ncontent-length: 58\r\n\r\n{\"error\":\"webhooks are POST requests\",\"method\":\"OPTIONS\"}".replace("58", "57").as_str(),
    );
    exact(
        &listener,
        b"POST /hook HTTP/1.1\r\nHost: rebound.example:3000\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        "HTTP/1.1 421 Misdirected Request\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 132\r\n\r\n{\"error\":\"this listener does not answer to that Host\",\"hint\":\"use 127.0.0.1 or localhost, or allow the name with --allow-host\"}".replace("132", "127").as_str(),
    );
    exact(
        &listener,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 38\r\n\r\n{\"error\":\"one Host header is needed\"}".replace("38", "37").as_str(),
    );
    let refused = |status: &str, why: &str| {
        let body = format!("{{\"error\":\"{why}\"}}");
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    exact(
        &listener,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n",
        &refused(
            "413 Payload Too Large",
            "the body is larger than this listener takes",
        ),
    );
    let mut chunked =
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    chunked.extend_from_slice(format!("3e9\r\n{}\r\n0\r\n\r\n", "x".repeat(1001)).as_bytes());
    exact(
        &listener,
        &chunked,
        &refused(
            "413 Payload Too Large",
            "the body is larger than this listener takes",
        ),
    );
    let many = format!("POST / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(101));
    exact(
        &listener,
        many.as_bytes(),
        &refused(
            "431 Request Header Fields Too Large",
            "there are more than 100 header lines",
        ),
    );
    let large = format!("POST / HTTP/1.1\r\na: {}\r\n\r\n", "b".repeat(2000));
    exact(
        &listener,
        large.as_bytes(),
        &refused(
            "431 Request Header Fields Too Large",
            "the head is larger than this listener takes",
        ),
    );
    exact(
        &listener,
        b"hello\r\n\r\n",
        &refused("400 Bad Request", "this is no HTTP/1.1 request"),
    );
    exact(
        &listener,
        b"\x16\x03\x01\x02\x00\x01\x00",
        &refused(
            "400 Bad Request",
            "this is TLS, and the listener speaks plain http://",
        ),
    );
    assert!(listener.records().is_empty(), "none of it is a delivery");
    let ended = listener.stop();
    assert_eq!(ended.code, Some(130));
    assert!(
        ended
            .stderr
            .contains("with 421: its Host is foreign (`--allow-host` allows it): rebound.example"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stdout.ends_with(
            "0 received: 0 verified, 0 rejected, 0 duplicates\n9 other requests refused\n"
        ),
        "{}",
        ended.stdout
    );
}

#[test]
fn requests_that_two_servers_could_read_in_two_ways() {
    let listener = Listener::start(&["--compact"]);
    let length =
        "where the body ends is not clear: one Content-Length or Transfer-Encoding is needed";
    let coding = "the only transfer coding is chunked, with HTTP/1.1";
    let no_http = "this is no HTTP/1.1 request";
    let broken = "the chunks of the body are broken";
    let early = "the body ended before its end";
    for (version, lines, body, status, why) in [
        (
            "1.1",
            "Content-Length: 1\r\nContent-Length: 2",
            "",
            400,
            length,
        ),
        ("1.1", "Content-Length: 1, 1", "", 400, length),
        ("1.1", "Content-Length: +1", "", 400, length),
        ("1.1", "Content-Length:", "", 400, length),
        (
            "1.1",
            "Content-Length: 99999999999999999999",
            "",
            400,
            length,
        ),
        (
            "1.1",
            "Content-Length: 1\r\nTransfer-Encoding: chunked",
            "",
            400,
            length,
        ),
        (
            "1.1",
            "Transfer-Encoding: chunked\r\nContent-Length: 1",
            "",
            400,
            length,
        ),
        ("1.1", "Transfer-Encoding: gzip, chunked", "", 501, coding),
        (
            "1.1",
            "Transfer-Encoding: chunked, chunked",
            "",
            501,
            coding,
        ),
        (
            "1.1",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "",
            501,
            coding,
        ),
        ("1.0", "Transfer-Encoding: chunked", "", 501, coding),
        ("1.1", "A : b", "", 400, no_http),
        ("1.1", " folded", "", 400, no_http),
        ("2.0", "A: b", "", 400, no_http),
        (
            "1.1",
            "Transfer-Encoding: chunked",
            "+3\r\nabc\r\n0\r\n\r\n",
            400,
            broken,
        ),
        (
            "1.1",
            "Transfer-Encoding: chunked",
            "3\nabc\r\n0\r\n\r\n",
            400,
            broken,
        ),
        (
            "1.1",
            "Transfer-Encoding: chunked",
            "3\r\nabcd\r\n0\r\n\r\n",
            400,
            broken,
        ),
        (
            "1.1",
            "Transfer-Encoding: chunked",
            "3\r\nabc\r\n0\n\n",
            400,
            broken,
        ),
        (
            "1.1",
            "Transfer-Encoding: chunked",
            "10000000000000000\r\n",
            400,
            broken,
        ),
        ("1.1", "Transfer-Encoding: chunked", "3\r\nab", 400, early),
        ("1.1", "Content-Length: 3", "ab", 400, early),
    ] {
        let request = format!("POST / HTTP/{version}\r\nHost: localhost\r\n{lines}\r\n\r\n{body}");
        let mut stream = listener.connect();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let answer = read_all(stream);
        let expected = (status, format!("{{\"error\":\"{why}\"}}"));
        assert_eq!(parse(&answer), expected, "{request}\n{answer}");
        assert_eq!(answer.matches("date: ").count(), 1, "{answer}");
    }
    // hyper takes no such target and says so without a reason; the reason is the listener's.
    let quoted = b"POST /<a> HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = parse(&listener.exchange(quoted));
    assert_eq!(answer, (400, format!("{{\"error\":\"{no_http}\"}}")));
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    assert!(listener.exchange(preface).contains("this is HTTP/2"));
    assert!(listener.records().is_empty());
}

#[test]
fn what_does_not_verify() {
    let listener = Listener::start(&["--compact"]);
    let unsigned = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{BODY}",
        BODY.len()
    );
    exact(
        &listener,
        unsigned.as_bytes(),
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 65\r\n\r\n{\"error\":\"Invalid signature\",\"reason\":\"signature_header_missing\"}",
    );
    let mut tampered = signed(BODY.as_bytes(), "Connection: close\r\n");
    let last = tampered.len() - 3;
    tampered[last] = b'X';
    let (status, body) = parse(&listener.exchange(&tampered));
    assert_eq!((status, body.contains("signature_mismatch")), (401, true));
    assert_eq!(listener.records().len(), 2);
    let ended = listener.stop();
    assert!(
        ended
            .stdout
            .contains("✗ signature_header_missing  message.delivered")
    );
    assert!(ended.stdout.contains("hint: verify the raw bytes"));
}

#[test]
fn slow_senders() {
    let listener = Listener::start(&["--read-timeout", "300ms", "--idle-timeout", "300ms"]);
    for (request, why) in [
        (
            &b"POST / HTTP/1.1\r\nHost: local"[..],
            "the head did not arrive in time",
        ),
        (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{}",
            "the body did not arrive in time",
        ),
    ] {
        let body = format!("{{\"error\":\"{why}\"}}");
        exact(
            &listener,
            request,
            &format!(
                "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            ),
        );
    }
    assert_eq!(
        listener.exchange(b""),
        "",
        "an idle connection is closed without a word"
    );
    // A trickle is no excuse: the whole head has one time limit.
    let mut stream = listener.connect();
    let start = std::time::Instant::now();
    for byte in b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" {
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(parse(&read_all(stream)).0, 408);
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn whoever_sends_far_too_much_still_reads_why() {
    let listener = Listener::start(&["--max-body", "1000"]);
    let mut stream = listener.connect();
    let length = 20 << 20;
    let head = format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let piece = vec![b' '; 1 << 20];
    for _ in 0..length / piece.len() {
        stream.write_all(&piece).unwrap();
    }
    assert_eq!(parse(&read_all(stream)).0, 413);
}

#[test]
fn a_flood_without_progress_ends_before_any_time_limit() {
    let listener = Listener::start(&[]);
    let chunked = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;";
    for (start, flood) in [("", &b"\r\n"[..]), (chunked, b"xxxxxxxx")] {
        let mut stream = listener.connect();
        stream.write_all(start.as_bytes()).unwrap();
        let flood = flood.repeat(8 * 1024);
        let begun = std::time::Instant::now();
        while stream.write_all(&flood).is_ok() {
            assert!(begun.elapsed() < PATIENCE);
        }
    }
}

#[test]
fn hosts_that_are_allowed() {
    let listener = Listener::start(&["--allow-host", "*.tunnel.example"]);
    let with_host = |host: &str| {
        let request = String::from_utf8(signed(BODY.as_bytes(), "Connection: close\r\n")).unwrap();
        request.replace("Host: localhost", &format!("Host: {host}"))
    };
    for (host, status) in [
        ("a.tunnel.example", 200),
        ("app.localhost:3000", 200),
        ("127.0.0.1", 200),
        ("tunnel.example", 421),
        ("127.0.0.1.nip.io", 421),
    ] {
        assert_eq!(
            parse(&listener.exchange(with_host(host).as_bytes())).0,
            status,
            "{host}"
        );
    }
    let answer = listener
        .exchange(with_host("localhost").as_bytes())
        .to_lowercase();
    assert!(!answer.contains("access-control"), "{answer}");
}

#[test]
fn heads_at_their_limits() {
    let listener = Listener::start(&[
        "--compact",
        "--max-head",
        "100000",
        "--max-connections",
        "9",
    ]);
    let status = |request: &str| parse(&listener.exchange(request.as_bytes())).0;
    let rest = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(status(&format!("GET /{} {rest}", "a".repeat(65_534))), 414);
    assert_eq!(status(&format!("GET /{} {rest}", "a".repeat(65_533))), 405);
    assert_eq!(status(&format!("{}{}", "\r\n".repeat(60_000), "a")), 431);
    assert_eq!(status("hello\n\n"), 400);
    // Lines may end without a carriage return, wherever the bytes are split.
    let bare = format!("\r\n\nGET /healthz {rest}").replace('\r', "");
    for at in 1..bare.len() {
        let mut stream = listener.connect();
        stream.write_all(&bare.as_bytes()[..at]).unwrap();
        stream.flush().unwrap();
        stream.write_all(&bare.as_bytes()[at..]).unwrap();
        assert_eq!(parse(&read_all(stream)).0, 200, "split at {at}");
    }
    // Whole URLs are paths, as a proxy sends them.
    let targets = [
        ("/a?b=http://c/d", "/a?b=http://c/d"),
        ("http://h:1/a?b", "/a?b"),
        ("http://h?b", "?b"),
        ("http://h", "/"),
        ("/a#b", "/a#b"),
    ];
    for (target, _) in targets {
        assert_eq!(status(&format!("POST {target} {rest}")), 401, "{target}");
    }
    let records = listener.records();
    let recorded: Vec<_> = records.iter().map(|record| &record["target"]).collect();
    assert_eq!(recorded, targets.map(|(_, path)| path));
}
