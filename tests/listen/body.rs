//! Bodies as bytes, however they come, up to `--max-body`.

use std::io::Write as _;
use std::net::Shutdown;

use super::{BODY, signed, start};
use crate::support::{
    Listener, Response, Sandbox, answers, exchange, read_all, request, signed_request,
};

#[test]
fn listen_reads_requests_split_at_every_byte() {
    let (sandbox, listener) = start("--compact");
    let request = signed(BODY, "X-Case: Kept\r\nConnection: close\r\n");
    let delivered = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut stream = listener.connect();
        pieces.for_each(|piece| stream.write_all(piece).unwrap());
        Response::parse(&read_all(stream)).status
    };
    for at in 1..request.len() {
        let (left, right) = request.split_at(at);
        let status = delivered(&mut [left, right].into_iter());
        assert_eq!(status, 200, "split at {at}");
    }
    assert_eq!(delivered(&mut request.chunks(1)), 200);
    let records = sandbox.records();
    assert_eq!(records.len(), request.len());
    for record in &records {
        assert_eq!(record["body"], BODY);
        assert_eq!(record["headers"], records[0]["headers"]);
    }
    let headers = records[0]["headers"].to_string();
    assert!(headers.contains(r#"["X-Case","Kept"]"#), "{headers}");
}

#[test]
fn listen_reads_bodies_of_every_framing() {
    let (sandbox, listener) = start("--compact");
    let plain = String::from_utf8(signed(BODY, "")).unwrap();
    // HTTP/1.0 closes by itself.
    let answer = listener.exchange(plain.replace("HTTP/1.1", "HTTP/1.0"));
    assert!(answer.starts_with("HTTP/1.0 200 OK"), "{answer}");
    // Chunked, with an extension and a trailer.
    let (head, _) = plain.split_once("\r\n\r\n").unwrap();
    let head = head.replace(
        &format!("Content-Length: {}", BODY.len()),
        "Transfer-Encoding: chunked\r\nConnection: close",
    );
    let (left, right) = BODY.split_at(10);
    let chunked = format!(
        "{head}\r\n\r\n{:x};a=b\r\n{left}\r\n{:X}\r\n{right}\r\n0\r\nT: 1\r\n\r\n",
        left.len(),
        right.len()
    );
    assert_eq!(Response::parse(&listener.exchange(chunked)).status, 200);
    // Pipelined.
    let mut stream = listener.connect();
    stream.write_all(plain.repeat(3).as_bytes()).unwrap();
    let answers = answers(&mut stream, 3);
    assert!(answers.iter().map(|answer| answer.status).eq([200; 3]));
    // Encoded: the bytes on the wire are the bytes that are signed.
    let mut gzip = vec![0; 20];
    gzip[..3].copy_from_slice(&[0x1f, 0x8b, 8]);
    gzip[9..11].copy_from_slice(&[0xff, 3]);
    let encoded = signed(&gzip, "Content-Encoding: gzip\r\nConnection: close\r\n");
    let answer = Response::parse(&listener.exchange(encoded));
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("payload_invalid"), "{}", answer.body);
    let records = sandbox.records();
    assert_eq!(records.len(), 6);
    assert!(records[..5].iter().all(|record| record["body"] == BODY));
    let run = listener.stop();
    run.prints(&["note: verified and recorded as received, still encoded: gzip"]);
}

#[test]
fn listen_answers_pipelined_requests_in_order() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::json(&sandbox, "");
    let mut bytes = Vec::new();
    for n in 0..50 {
        let (header, number) = (format!("X-Number-{n}"), n.to_string());
        let number = number.as_bytes();
        bytes.extend(request("/", &[(&header, number)], number));
    }
    bytes.extend(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nX-Number-50: 50\r\n\r\n1\r\n5\r\n1\r\n0\r\n0\r\n\r\n");
    let answers = exchange(&listener.address, &bytes, 51);
    assert!(answers.iter().all(|answer| answer.status == 200));
    for n in 0..=50 {
        let delivery = listener.delivery();
        assert_eq!(delivery["seq"], n + 1);
        assert_eq!(delivery["body"], n.to_string());
        let headers = delivery["headers"].to_string();
        let own = format!(r#"["X-Number-{n}","{n}"]"#);
        assert!(headers.contains(&own), "{headers}");
    }
}

#[test]
fn listen_keeps_the_spelling_of_requests_sent_at_once() {
    // A body that looks like requests, chunks and ends of bodies itself.
    const FAKE: &str =
        "0\r\n\r\npost /fake HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n";
    let (sandbox, listener) = start("--compact");
    let length = FAKE.len();
    let mut bytes = String::new();
    for number in 0..40 {
        let head = format!("POST /{number} HTTP/1.1\r\nhOST: localhost\r\n");
        let own = format!("X-Number: {number}\r\nx-NUMBER: again\r\n\r\n");
        bytes += &match number % 3 {
            0 => format!("{head}CONTENT-length: {length}\r\n{own}{FAKE}"),
            _ => format!(
                "{head}Transfer-Encoding: chunked\r\n{own}\
                 8\r\n\r\n\r\n\r\n\r\n\r\n{length:x}\r\n{FAKE}\r\n0\r\nTrailer: {number}\r\n\r\n"
            ),
        };
        // Empty lines before a request are passed over.
        bytes += ["", "\r\n", "\r\n\r\n"][number % 3];
    }
    for pieces in [bytes.len(), 1000, 7] {
        let mut stream = listener.connect();
        for piece in bytes.as_bytes().chunks(pieces) {
            stream.write_all(piece).unwrap();
        }
        let answers = answers(&mut stream, 40);
        assert!(answers.iter().map(|answer| answer.status).eq([401; 40]));
    }
    let records = sandbox.records();
    assert_eq!(records.len(), 120);
    for (position, record) in records.iter().enumerate() {
        let number = position % 40;
        assert_eq!(record["target"], format!("/{number}"));
        let headers = record["headers"].to_string();
        assert!(headers.starts_with(r#"[["hOST","localhost"]"#), "{headers}");
        let spelled = format!(r#"["X-Number","{number}"],["x-NUMBER","again"]"#);
        assert!(headers.contains(&spelled), "{headers}");
        let body = record["body"].as_str().unwrap();
        assert!(body.ends_with(FAKE), "{body}");
    }
}

#[test]
fn listen_answers_a_client_that_closes_its_side() {
    let (_sandbox, listener) = start("--delay 100ms --compact");
    let mut stream = listener.connect();
    stream.write_all(&signed(BODY, "")).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(Response::parse(&read_all(stream)).status, 200);
}

#[test]
fn listen_takes_a_body_that_ends_early_for_no_delivery() {
    let sandbox = Sandbox::new();
    let listener = Listener::json(&sandbox, "");
    let mut stream = listener.connect();
    let half = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf";
    stream.write_all(half).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let answer = read_all(stream);
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert_eq!(listener.stop().summary()["received"], 0);
}

#[test]
fn listen_answers_401_to_an_empty_body() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::json(&sandbox, "");
    let answers = exchange(&listener.address, &signed_request("/", "", b""), 1);
    assert_eq!(answers[0].status, 401);
    assert!(answers[0].body.contains("body_invalid"));
    assert_eq!(listener.delivery()["verdict"]["reason"], "body_invalid");
}

#[test]
fn listen_shows_a_body_of_brackets_in_little_space() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, "--no-store");
    let body = "[".repeat(50_000) + &"]".repeat(50_000);
    let head = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let request = format!("{head}{body}");
    let answers = exchange(&listener.address, request.repeat(2).as_bytes(), 2);
    assert_eq!([answers[0].status, answers[1].status], [401, 401]);
    let stopped = listener.stop();
    assert!(
        stopped.out().len() < 70 * request.len() * 2,
        "{} bytes",
        stopped.out().len()
    );
}

#[test]
fn listen_takes_50_mib_and_answers_413_to_one_byte_more() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, "--compact --no-store");
    let (start, end) = (r#"{"event":"message.inbound","data":{"raw":""#, r#""}}"#);
    let filling = 50 * 1024 * 1024 - start.len() - end.len();
    let line = format!("send --body large.json --no-store --to {}", listener.url());
    for (more, code, words) in [
        (0, 0, &["200"][..]),
        (1, 1, &["413", "hint: the handler's body limit"]),
    ] {
        let body = format!("{start}{}{end}", "a".repeat(filling + more));
        sandbox.write("large.json", body);
        sandbox.cmd(&line).run().exits(code).prints(words);
    }
}

#[test]
fn listen_max_body_holds_for_chunked_bodies() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::json(&sandbox, "--max-body 10");
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (chunks, status) in [
        ("5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", 200),
        ("5\r\n01234\r\n6\r\n56789a\r\n", 413),
    ] {
        let bytes = format!("{head}{chunks}");
        let answers = exchange(&listener.address, bytes.as_bytes(), 1);
        assert_eq!(answers[0].status, status);
    }
    assert_eq!(listener.delivery()["body"], "0123456789");
    let run = listener.stop();
    run.says(&["with 413", "larger than this listener takes"]);
    let records = sandbox.records().len();
    assert_eq!(records, 1, "what was refused is no delivery");
}

#[test]
fn listen_max_body_answers_whoever_sends_far_too_much() {
    let (_sandbox, listener) = start("--max-body 1000");
    let mut stream = listener.connect();
    let length = 20 << 20;
    let head = format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let piece = vec![b' '; 1 << 20];
    for _ in 0..length / piece.len() {
        stream.write_all(&piece).unwrap();
    }
    assert_eq!(Response::parse(&read_all(stream)).status, 413);
}
