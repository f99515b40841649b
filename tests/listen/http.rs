//! Clients that are wrong, slow or many: `--max-head`, `--read-timeout`, `--idle-timeout`,
//! `--max-connections`.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use super::answers::exact;
use super::{BODY, signed, start, status};
use crate::support::{
    Answer, Listener, PATIENCE, Receiver, Response, Sandbox, exchange, post, read_all,
};

#[test]
fn listen_answers_400_to_what_is_no_http() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, "");
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n"[..],
        b"POST\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ] {
        let answers = exchange(&listener.address, garbage, 1);
        assert_eq!(answers[0].status, 400, "{garbage:?}");
    }
    assert_eq!(post(&listener.address, &[], b"{}").status, 200);
    assert_eq!(sandbox.records().len(), 1);
}

#[test]
fn listen_answers_431_to_a_large_head_before_its_end() {
    let (_sandbox, listener) = start("");
    let mut stream = listener.connect();
    let large = "x".repeat(70 * 1024);
    let head = format!("POST / HTTP/1.1\r\nHost: localhost\r\nX-Large: {large}");
    stream.write_all(head.as_bytes()).unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 431");
}

#[test]
fn listen_max_head_holds_for_targets_and_empty_lines() {
    let (_sandbox, listener) = start("--compact --max-head 100000");
    let status = |request: String| Response::parse(&listener.exchange(request)).status;
    let rest = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(status(format!("GET /{} {rest}", "a".repeat(65_534))), 414);
    assert_eq!(status(format!("GET /{} {rest}", "a".repeat(65_533))), 405);
    assert_eq!(status(format!("{}a", "\r\n".repeat(60_000))), 431);
}

#[test]
fn listen_reads_heads_without_carriage_returns_split_at_every_byte() {
    let (_sandbox, listener) = start("--compact --max-connections 9");
    let request = b"\n\nGET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n";
    for at in 1..request.len() {
        let mut stream = listener.connect();
        stream.write_all(&request[..at]).unwrap();
        stream.write_all(&request[at..]).unwrap();
        let answer = Response::parse(&read_all(stream));
        assert_eq!(answer.status, 200, "split at {at}");
    }
    let answer = listener.exchange("hello\n\n");
    assert_eq!(Response::parse(&answer).status, 400);
}

#[test]
fn listen_records_the_path_of_a_whole_url() {
    let (sandbox, listener) = start("--compact");
    // Whole URLs are what a proxy sends.
    let targets = [
        ("/a?b=http://c/d", "/a?b=http://c/d"),
        ("http://localhost:1/a?b", "/a?b"),
        ("http://localhost?b", "?b"),
        ("http://localhost", "/"),
        ("/a#b", "/a#b"),
    ];
    for (target, _) in targets {
        let request =
            format!("POST {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = Response::parse(&listener.exchange(request));
        assert_eq!(answer.status, 401, "{target}");
    }
    let records = sandbox.records();
    let recorded = records.iter().map(|record| &record["target"]);
    assert!(
        recorded.eq(targets.iter().map(|(_, path)| path)),
        "{records:?}"
    );
}

#[test]
fn listen_read_timeout_and_idle_timeout_end_slow_senders() {
    let (_sandbox, listener) = start("--read-timeout 300ms --idle-timeout 300ms");
    let post = "POST / HTTP/1.1\r\nHost: localhost\r\n";
    let json = "application/json";
    exact(
        &listener,
        &post[..20],
        "408 Request Timeout",
        json,
        r#"{"error":"the head did not arrive in time"}"#,
    );
    exact(
        &listener,
        format!("{post}Content-Length: 9\r\n\r\n{{}}"),
        "408 Request Timeout",
        json,
        r#"{"error":"the body did not arrive in time"}"#,
    );
    let answer = listener.exchange("");
    assert_eq!(answer, "", "an idle connection is closed without a word");
    // Bytes that keep coming are no excuse: the whole head has one time limit. Each waits for an
    // answer to the one before it, as slow senders do.
    let mut stream = listener.connect();
    stream
        .set_read_timeout(Some(Duration::from_millis(10)))
        .unwrap();
    stream
        .write_all(format!("{post}X-Slow: ").as_bytes())
        .unwrap();
    let mut answer = [0; 12];
    let start = Instant::now();
    while stream.read_exact(&mut answer).is_err() {
        assert!(start.elapsed() < PATIENCE);
        // The listener may close at this very moment; its answer is read next.
        let _ = stream.write_all(b"a");
    }
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[test]
fn listen_ends_a_flood_without_progress() {
    let (_sandbox, listener) = start("");
    let chunked = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;";
    for (start, flood) in [("", &b"\r\n"[..]), (chunked, b"xxxxxxxx")] {
        let mut stream = listener.connect();
        stream.write_all(start.as_bytes()).unwrap();
        let flood = flood.repeat(8 * 1024);
        let begun = Instant::now();
        while stream.write_all(&flood).is_ok() {
            assert!(begun.elapsed() < PATIENCE);
        }
    }
}

#[test]
fn listen_max_connections_lets_others_wait() {
    let (_sandbox, listener) = start("--max-connections 50 --compact");
    let mut open: Vec<_> = (0..50).map(|_| listener.connect()).collect();
    for stream in &mut open {
        stream.write_all(&signed(BODY, "")).unwrap();
        assert_eq!(status(stream), Some(200));
    }
    let mut waiting = listener.connect();
    waiting.write_all(&signed(BODY, "")).unwrap();
    drop(open.pop());
    assert_eq!(status(&mut waiting), Some(200));
    let run = listener.stop();
    run.says(&["warning: new connections have to wait: 50 connections are open"]);
}

#[test]
fn listen_recovers_from_a_lack_of_file_descriptors() {
    let sandbox = Sandbox::with_secret();
    let limited = sandbox.through(&["sh", "-c", "ulimit -n 40; exec \"$0\" \"$@\""]);
    let listener = Listener::of(limited.args(["listen", "--port", "0", "--compact"]));
    let open: Vec<_> = (0..60).map(|_| listener.connect()).collect();
    drop(open);
    assert_eq!(listener.deliver(BODY).status, 200);
}

#[test]
fn listen_lets_a_client_continue_that_asks_for_it() {
    let (sandbox, listener) = start("");
    let mut stream = listener.connect();
    let asking = signed(BODY, "Expect: 100-continue\r\nConnection: close\r\n");
    let (head, body) = asking.split_at(asking.len() - BODY.len());
    stream.write_all(head).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body).unwrap();
    assert_eq!(Response::parse(&read_all(stream)).status, 200);
    assert_eq!(sandbox.records()[0]["body"], BODY);
}

/// A request that asks for `100 Continue` before it sends a body of 50 MiB.
fn asking(line: &str, more: &str) -> String {
    format!("{line}\r\n{more}Expect: 100-continue\r\nContent-Length: 52428800\r\n\r\n")
}

#[test]
#[rustfmt::skip]
fn listen_judges_a_head_before_it_reads_a_body() {
    let (sandbox, listener) = start("--compact --allow-host *.tunnel.example");
    let post = "POST / HTTP/1.1";
    for (line, more, status) in [
        (post, "Host: rebound.example\r\n", 421),
        (post, "Host: localhost...\r\n", 421),
        (post, "Host: localhost.rebound.example\r\n", 421),
        (post, "", 400),
        (post, "Host: localhost\r\nHost: localhost\r\n", 400),
        ("POST http://rebound.example/ HTTP/1.1", "Host: localhost\r\n", 421),
        ("POST http://localhost@rebound.example/ HTTP/1.1", "Host: localhost\r\n", 421),
        ("POST http://localhost/ HTTP/1.1", "Host: rebound.example\r\n", 421),
        (post, "Host: localhost\r\nOrigin: https://page.example\r\n", 403),
        (post, "Host: localhost\r\nOrigin: http://localhost.page.example:3000\r\n", 403),
        (post, "Host: localhost\r\nOrigin: null\r\n", 403),
        (post, "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: https://other.example\r\n", 403),
        (post, "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n", 403),
        (post, "Host: localhost\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: Cross-Site\r\n", 403),
        ("PUT / HTTP/1.1", "Host: localhost\r\n", 405),
        ("GET /webhooks HTTP/1.1", "Host: localhost\r\n", 405),
    ] {
        // The answer is the first that comes, and the last: no `100 Continue`, nothing to send.
        let request = asking(line, more);
        let answer = Response::parse(&listener.exchange(&request));
        assert_eq!(answer.status, status, "{request}{}", answer.head);
        assert!(answer.head.contains("connection: close"), "{}", answer.head);
    }
    // Those that are not refused are let to continue.
    for (line, more) in [
        (post, "Host: a.tunnel.example\r\n"),
        ("POST http://a.tunnel.example/ HTTP/1.1", "Host: localhost:1\r\n"),
        (post, "Host: localhost\r\nOrigin: http://127.0.0.1:5173\r\n"),
        (post, "Host: localhost\r\nOrigin: https://a.tunnel.example\r\nSec-Fetch-Site: cross-site\r\n"),
        (post, "Host: localhost\r\nSec-Fetch-Site: none\r\n"),
        ("POST / HTTP/1.0", ""),
    ] {
        let mut stream = listener.connect();
        let request = asking(line, more);
        // HTTP/1.0 knows no interim answers: there it is the body that is missed.
        if line.ends_with('0') {
            let answer = Response::parse(&listener.exchange(request.replace("52428800", "0")));
            assert_eq!(answer.status, 401);
            continue;
        }
        stream.write_all(request.as_bytes()).unwrap();
        let mut interim = [0; 12];
        stream.read_exact(&mut interim).unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100", "{request}");
    }
    for page in ["Origin: https://page.example", "Sec-Fetch-Site: cross-site"] {
        let health = format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{page}\r\n\r\n");
        assert_eq!(exchange(&listener.address, health.as_bytes(), 1)[0].status, 200);
    }
    assert_eq!(sandbox.records().len(), 1);
    listener.stop().says(&[
        "with 421: its Host is foreign (`--allow-host rebound.example` allows it)",
        "with 403: a web page sent it (Origin: https://page.example)",
        "with 403: a web page sent it (Sec-Fetch-Site: cross-site)",
    ]);
}

#[test]
fn listen_reads_on_after_a_head_that_needs_no_body() {
    let (_sandbox, listener) = start("--compact");
    let head = "HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let requests = format!("GET / {head}PUT / {head}GET /healthz {head}");
    let answers = exchange(&listener.address, requests.as_bytes(), 3);
    let statuses = answers.iter().map(|answer| answer.status);
    assert!(statuses.eq([200, 405, 200]), "{answers:?}");
}

#[test]
fn listen_max_buffer_holds_for_all_bodies_together() {
    // Two that the handler has got and does not answer are held.
    let handler = Receiver::answering([Answer::silence(), Answer::silence(), Answer::status(200)]);
    let (_sandbox, listener) = start(&format!(
        "--max-body 1M --max-buffer 2M --forward-timeout 3s --forward-to {}",
        handler.url
    ));
    let sized = |size: usize| {
        let rest = r#"{"event":"message.sent","a":""}"#;
        let filling = "x".repeat(size - rest.len());
        signed(rest.replace(r#""""#, &format!("\"{filling}\"")), "")
    };
    let mut held: Vec<_> = (0..2)
        .map(|_| {
            let mut stream = listener.connect();
            stream.write_all(&sized(1 << 20)).unwrap();
            handler.request();
            stream
        })
        .collect();
    let large = sized(512 * 1024);
    let answer = exchange(&listener.address, &large, 1).remove(0);
    assert_eq!(answer.status, 503);
    assert!(
        answer.head.contains("\r\nretry-after: 1"),
        "{}",
        answer.head
    );
    let why = "too many bodies are on their way at once";
    assert_eq!(answer.body, format!("{{\"error\":\"{why}\"}}"));
    // Small ones cost nothing and are always taken, large ones when there is room again.
    assert_eq!(listener.deliver(BODY).status, 200);
    for stream in &mut held {
        assert_eq!(status(stream), Some(504));
    }
    assert_eq!(exchange(&listener.address, &large, 1)[0].status, 200);
    listener
        .stop()
        .says(&[&format!("with 503: {why} (see --max-buffer)")]);
}
