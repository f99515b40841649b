//! What a listener lives through, and what it never loses.

use std::collections::HashSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::support::*;

fn body(id: &str) -> Vec<u8> {
    format!(r#"{{"id":"{id}","event":"message.sent"}}"#).into_bytes()
}

fn ids(path: &std::path::Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    // A torn last line is allowed after a kill; nothing else is.
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

/// One answer of a kept connection.
fn answer(stream: &mut std::net::TcpStream) -> Option<u16> {
    let mut bytes = Vec::new();
    let mut one = [0];
    loop {
        match stream.read(&mut one) {
            Ok(1) => bytes.push(one[0]),
            _ => return None,
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length: usize = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            let mut body = vec![0; length];
            stream.read_exact(&mut body).ok()?;
            return head.split(' ').nth(1)?.parse().ok();
        }
    }
}

#[test]
fn killed_at_any_moment_nothing_answered_is_lost() {
    for (round, extra) in [&["--compact"][..], &["--fsync"]].into_iter().enumerate() {
        let mut listener = Listener::start(extra);
        let going = Arc::new(AtomicBool::new(true));
        let (first, enough) = std::sync::mpsc::channel();
        let clients: Vec<_> = (0..4)
            .map(|client| {
                let (going, first) = (Arc::clone(&going), first.clone());
                let mut stream = listener.connect();
                std::thread::spawn(move || {
                    let mut answered = Vec::new();
                    for number in 0.. {
                        let id = format!("{round}-{client}-{number}");
                        if !going.load(Ordering::Relaxed)
                            || stream.write_all(&signed(&body(&id), "")).is_err()
                            || answer(&mut stream) != Some(200)
                        {
                            break;
                        }
                        answered.push(id);
                        if number == 100 {
                            let _ = first.send(());
                        }
                    }
                    answered
                })
            })
            .collect();
        enough.recv_timeout(PATIENCE).unwrap();
        listener.child.kill().unwrap();
        going.store(false, Ordering::Relaxed);
        let answered: Vec<String> = clients
            .into_iter()
            .flat_map(|client| client.join().unwrap())
            .collect();
        let recorded: HashSet<String> = ids(&listener.store()).into_iter().collect();
        assert!(answered.len() > 100);
        let lost: Vec<_> = answered
            .iter()
            .filter(|id| !recorded.contains(*id))
            .collect();
        assert!(lost.is_empty(), "{} of {} lost", lost.len(), answered.len());
    }
}

#[test]
fn two_listeners_share_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.ndjson");
    let arg = path.to_str().unwrap();
    let listeners = [
        Listener::start(&["--store", arg]),
        Listener::start(&["--store", arg, "--fsync"]),
    ];
    std::thread::scope(|scope| {
        for (which, listener) in listeners.iter().enumerate() {
            let mut stream = listener.connect();
            scope.spawn(move || {
                for number in 0..100 {
                    stream
                        .write_all(&signed(&body(&format!("{which}-{number}")), ""))
                        .unwrap();
                    assert_eq!(answer(&mut stream), Some(200));
                }
            });
        }
    });
    assert_eq!(ids(&path).into_iter().collect::<HashSet<_>>().len(), 200);
}

#[test]
fn a_store_that_fails_answers_503_and_recovers_by_itself() {
    for extra in [&[][..], &["--fsync"]] {
        let listener = Listener::start(extra);
        assert_eq!(listener.deliver(&body("1")).0, 200);
        // Rotated: it goes on in a new file.
        fs::rename(listener.store(), listener.folder.path().join("old")).unwrap();
        assert_eq!(listener.deliver(&body("2")).0, 200);
        assert_eq!(ids(&listener.store()), ["2"]);
        // Vanished, folder and all.
        fs::remove_dir_all(listener.store().parent().unwrap()).unwrap();
        assert_eq!(listener.deliver(&body("3")).0, 200);
        // Unwritable: there is a folder in its place.
        fs::remove_file(listener.store()).unwrap();
        fs::create_dir(listener.store()).unwrap();
        for _ in 0..2 {
            assert_eq!(
                listener.deliver(&body("4")),
                (
                    503,
                    r#"{"error":"the delivery could not be recorded"}"#.to_owned()
                )
            );
        }
        fs::remove_dir(listener.store()).unwrap();
        assert_eq!(listener.deliver(&body("4")).0, 200);
        assert_eq!(ids(&listener.store()), ["4"]);
        let ended = listener.stop();
        let warnings: Vec<&str> = ended
            .stderr
            .lines()
            .filter(|line| line.starts_with("warning: "))
            .collect();
        assert_eq!(warnings.len(), 2, "said when it changes: {warnings:?}");
        assert!(
            warnings[0].starts_with(
                "warning: deliveries are not recorded and answered 503 (is a directory): "
            ),
            "{warnings:?}"
        );
        assert!(warnings[1].starts_with("warning: recording works again: "));
        assert!(ended.stdout.contains("2 not recorded and answered 503"));
    }
}

#[test]
fn a_full_disk_answers_503_and_leaves_no_torn_line() {
    // A limit on file sizes fails like a full disk: in the middle of a write.
    let limited = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let listener = Listener::start_through(&["sh", "-c", limited], &["--compact"]);
    let mut recorded = 0;
    while listener.deliver(&body("filling")).0 == 200 {
        recorded += 1;
        assert!(recorded < 1000);
    }
    assert_eq!(listener.deliver(&body("full")).0, 503);
    let text = fs::read_to_string(listener.store()).unwrap();
    assert!(text.ends_with('\n'));
    assert_eq!(ids(&listener.store()).len(), recorded);
    fs::remove_file(listener.store()).unwrap();
    assert_eq!(listener.deliver(&body("again")).0, 200);
    let ended = listener.stop();
    assert!(
        ended.stderr.contains("answered 503 (file too large): "),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("recording works again: "));
}

#[test]
fn a_store_that_somebody_else_has_locked_holds_up_nothing_else() {
    let listener = Listener::start(&["--compact"]);
    assert_eq!(listener.deliver(&body("1")).0, 200);
    let store = fs::File::open(listener.store()).unwrap();
    store.lock().unwrap();
    let mut waiting: Vec<_> = (0..40)
        .map(|number| {
            let mut stream = listener.connect();
            let request = signed(&body(&format!("waits-{number}")), "Connection: close\r\n");
            stream.write_all(&request).unwrap();
            stream
        })
        .collect();
    // All of them are at the store, and the listener still listens.
    std::thread::sleep(std::time::Duration::from_millis(100));
    let health = listener.exchange(b"GET /healthz HTTP/1.0\r\n\r\n");
    assert_eq!(parse(&health).0, 200);
    assert_eq!(ids(&listener.store()), ["1"]);
    store.unlock().unwrap();
    for stream in waiting.drain(..) {
        assert_eq!(parse(&read_all(stream)).0, 200);
    }
    assert_eq!(ids(&listener.store()).len(), 41);
    // And it ends when it is told to.
    store.lock().unwrap();
    let mut stream = listener.connect();
    stream.write_all(&signed(&body("lost"), "")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    listener.signal("-INT");
    assert_eq!(listener.wait().code, Some(130));
}

#[test]
fn requests_split_at_every_byte() {
    let listener = Listener::start(&["--compact"]);
    let request = signed(BODY.as_bytes(), "X-Case: Kept\r\nConnection: close\r\n");
    for at in 1..request.len() {
        let mut stream = listener.connect();
        stream.write_all(&request[..at]).unwrap();
        stream.flush().unwrap();
        stream.write_all(&request[at..]).unwrap();
        assert_eq!(parse(&read_all(stream)).0, 200, "split at {at}");
    }
    let mut stream = listener.connect();
    for byte in &request {
        stream.write_all(&[*byte]).unwrap();
    }
    assert_eq!(parse(&read_all(stream)).0, 200);
    let records = listener.records();
    assert_eq!(records.len(), request.len());
    assert!(
        records
            .iter()
            .all(|record| record["body"] == BODY && record["headers"] == records[0]["headers"])
    );
    assert!(
        records[0]["headers"]
            .to_string()
            .contains(r#"["X-Case","Kept"]"#)
    );
}

#[test]
fn every_way_to_send_a_body() {
    let listener = Listener::start(&["--compact"]);
    let plain = String::from_utf8(signed(BODY.as_bytes(), "")).unwrap();
    // HTTP/1.0 closes by itself.
    let answer_10 = listener.exchange(plain.replace("HTTP/1.1", "HTTP/1.0").as_bytes());
    assert!(answer_10.starts_with("HTTP/1.0 200 OK"), "{answer_10}");
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
    assert_eq!(parse(&listener.exchange(chunked.as_bytes())).0, 200);
    // Pipelined.
    let mut stream = listener.connect();
    stream
        .write_all(format!("{plain}{plain}{plain}").as_bytes())
        .unwrap();
    for _ in 0..3 {
        assert_eq!(answer(&mut stream), Some(200));
    }
    // Asking first.
    let mut stream = listener.connect();
    let asking = signed(
        BODY.as_bytes(),
        "Expect: 100-continue\r\nConnection: close\r\n",
    );
    let (head, body) = asking.split_at(asking.len() - BODY.len());
    stream.write_all(head).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body).unwrap();
    assert_eq!(parse(&read_all(stream)).0, 200);
    // Encoded: the bytes on the wire are the bytes that are signed.
    let gzip = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    let (status, why) = parse(&listener.exchange(&signed(
        &gzip,
        "Content-Encoding: gzip\r\nConnection: close\r\n",
    )));
    assert_eq!(
        (status, why.contains("payload_invalid")),
        (401, true),
        "{why}"
    );
    let records = listener.records();
    assert_eq!(records.len(), 7);
    assert!(records[..6].iter().all(|record| record["body"] == BODY));
    assert!(
        listener
            .stop()
            .stdout
            .contains("note: verified and recorded as received, still encoded: gzip")
    );
}

#[test]
fn requests_sent_at_once_keep_their_spelling() {
    let listener = Listener::start(&["--compact"]);
    // A body that looks like requests, chunks and ends of bodies itself.
    let chunked = |number: usize| {
        format!(
            "POST /{number} HTTP/1.1\r\nhOST: localhost\r\nTransfer-Encoding: chunked\r\nX-Number: {number}\r\nx-NUMBER: again\r\n\r\n\
             8\r\n\r\n\r\n\r\n\r\n\r\n{:x}\r\n{FAKE}\r\n0\r\nTrailer: {number}\r\n\r\n",
            FAKE.len()
        )
    };
    const FAKE: &str =
        "0\r\n\r\npost /fake HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n";
    let sized = |number: usize| {
        format!(
            "POST /{number} HTTP/1.1\r\nhOST: localhost\r\nCONTENT-length: {}\r\nX-Number: {number}\r\nx-NUMBER: again\r\n\r\n{FAKE}",
            FAKE.len()
        )
    };
    let mut bytes = String::new();
    for number in 0..40 {
        bytes.push_str(&if number % 3 == 0 {
            sized(number)
        } else {
            chunked(number)
        });
        // Empty lines before a request are passed over.
        bytes.push_str(["", "\r\n", "\r\n\r\n"][number % 3]);
    }
    for pieces in [bytes.len(), 1000, 7] {
        let mut stream = listener.connect();
        for piece in bytes.as_bytes().chunks(pieces) {
            stream.write_all(piece).unwrap();
        }
        for _ in 0..40 {
            assert_eq!(answer(&mut stream), Some(401));
        }
    }
    let records = listener.records();
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
fn a_client_that_closes_its_side_is_answered() {
    let listener = Listener::start(&["--delay", "100ms", "--compact"]);
    let mut stream = listener.connect();
    stream.write_all(&signed(BODY.as_bytes(), "")).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(parse(&read_all(stream)).0, 200);
}

#[test]
fn many_connections_and_a_limit() {
    let listener = Listener::start(&["--max-connections", "50", "--compact"]);
    let mut open: Vec<_> = (0..50).map(|_| listener.connect()).collect();
    for stream in &mut open {
        stream.write_all(&signed(BODY.as_bytes(), "")).unwrap();
        assert_eq!(answer(stream), Some(200));
    }
    let mut waiting = listener.connect();
    waiting.write_all(&signed(BODY.as_bytes(), "")).unwrap();
    drop(open.pop());
    assert_eq!(answer(&mut waiting), Some(200));
    let ended = listener.stop();
    assert!(
        ended
            .stderr
            .contains("warning: new connections have to wait: 50 connections are open"),
        "{}",
        ended.stderr
    );
}

#[test]
fn without_file_descriptors_it_waits_and_recovers() {
    let limited = "ulimit -n 40; exec \"$0\" \"$@\"";
    let listener = Listener::start_through(&["sh", "-c", limited], &["--compact"]);
    let open: Vec<_> = (0..60).map(|_| listener.connect()).collect();
    drop(open);
    assert_eq!(listener.deliver(BODY.as_bytes()).0, 200);
}

#[test]
fn the_first_interrupt_drains_and_the_second_quits() {
    let listener = Listener::start(&["--delay", "500ms", "--compact"]);
    let mut stream = listener.connect();
    stream.write_all(&signed(BODY.as_bytes(), "")).unwrap();
    let idle = listener.connect();
    // The request is being worked on once the listener has taken note of another one.
    assert_eq!(
        parse(&listener.exchange(b"GET /healthz HTTP/1.0\r\n\r\n")).0,
        200
    );
    listener.signal("-TERM");
    assert_eq!(
        answer(&mut stream),
        Some(200),
        "what is in flight is answered"
    );
    assert_eq!(read_all(idle), "");
    let ended = listener.wait();
    assert_eq!(ended.code, Some(130));
    assert!(
        ended
            .stdout
            .ends_with("1 received: 1 verified, 0 rejected, 0 duplicates\n"),
        "{}",
        ended.stdout
    );

    let listener = Listener::start(&["--delay", "60s"]);
    let mut stream = listener.connect();
    stream.write_all(&signed(BODY.as_bytes(), "")).unwrap();
    assert_eq!(
        parse(&listener.exchange(b"GET /healthz HTTP/1.0\r\n\r\n")).0,
        200
    );
    listener.signal("-INT");
    // It has heard the first when it no longer accepts.
    while std::net::TcpStream::connect(("127.0.0.1", listener.port)).is_ok() {
        std::thread::yield_now();
    }
    let start = std::time::Instant::now();
    listener.signal("-INT");
    assert_eq!(listener.wait().code, Some(130));
    assert!(
        start.elapsed() < std::time::Duration::from_millis(1500),
        "not after the drain"
    );
}
