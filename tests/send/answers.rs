//! What handlers answer, well and badly, and that no answer is taken for another's.

use std::io::Write as _;
use std::net::TcpListener;
use std::thread;

use crate::support::{Answer, Receiver, Sandbox};

/// Sends three events one after the other and returns the statuses, 0 for none.
fn statuses(receiver: &Receiver) -> Vec<u64> {
    let sandbox = Sandbox::with_secret();
    let run = sandbox.send(
        &receiver.url,
        "message.created message.sent message.delivered --timeout 20s",
    );
    let attempts = run.attempts();
    let status = |attempt: &serde_json::Value| match attempt["success"].as_bool() {
        Some(true) => attempt["status"].as_u64().unwrap(),
        _ => 0,
    };
    attempts.iter().map(status).collect()
}

#[test]
fn send_reads_an_answer_of_every_framing_to_its_end() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\nTrailer: x\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n",
    ] {
        let receiver = Receiver::answering([Answer::bytes(answer)]);
        let got = statuses(&receiver);
        assert!(got.iter().all(|status| *status >= 200), "{got:?} {answer}");
        assert_eq!(receiver.requests().len(), 3);
    }
    for answer in [
        "HTTP/1.1 200 OK\r\n\r\nuntil the end",
        "HTTP/1.0 200 OK\r\n\r\nall of it",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
    ] {
        let receiver = Receiver::answering([Answer::bytes(answer).closing()]);
        assert_eq!(statuses(&receiver), [200, 200, 200], "{answer}");
        assert_eq!(receiver.connections(), 3);
    }
}

#[test]
fn send_does_not_take_bytes_behind_an_answer_for_the_next() {
    // Two answers to one request: whose is the second?
    let receiver = Receiver::scripted(|number, _| match number {
        0 => Answer::bytes(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        ),
        _ => Answer::status(500),
    });
    assert_eq!(statuses(&receiver), [200, 0, 0]);
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
fn send_connects_again_after_a_silent_close() {
    let receiver = Receiver::answering([Answer::status(200).closing()]);
    assert_eq!(statuses(&receiver), [200, 200, 200]);
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
fn send_makes_one_request_when_a_kept_connection_breaks() {
    let receiver = Receiver::scripted(|number, _| match number {
        1 => Answer::close(),
        _ => Answer::status(200),
    });
    assert_eq!(statuses(&receiver), [200, 0, 200]);
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
#[rustfmt::skip]
fn send_fails_on_answers_that_two_clients_could_read_in_two_ways() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let length = |lines: &str| format!("HTTP/1.1 200 OK\r\n{lines}\r\n\r\nok");
    let chunks = |body: &str| format!("{chunked}{body}");
    for answer in [
        length("Content-Length: many"),
        length("Content-Length: +2"),
        length("Content-Length: -2"),
        length("Content-Length: 0x2"),
        length("Content-Length:"),
        length("Content-Length: 99999999999999999999"),
        length("Content-Length: 2\r\nContent-Length: 3"),
        length("Content-Length: 2, 3"),
        length("Content-Length : 2"),
        length("Content-Length: 2\r\n folded"),
        chunks("zz\r\n"),
        chunks("+2\r\nok\r\n0\r\n\r\n"),
        chunks("0x2\r\nok\r\n0\r\n\r\n"),
        chunks("\r\nok\r\n0\r\n\r\n"),
        chunks("2\r\nokgarbage\r\n0\r\n\r\n"),
        chunks("2\r\nok0\r\n\r\n"),
        chunks("2\nok\n0\n\n"),
        chunks("2;a\0\r\nok\r\n0\r\n\r\n"),
        chunks("2;a\rb\r\nok\r\n0\r\n\r\n"),
        chunks("10000000000000002\r\nok\r\n0\r\n\r\n"),
        chunks("ffffffffffffffff\r\nok\r\n0\r\n\r\n"),
        chunks("2\r\nok\r\n0\r\nno colon\r\n\r\n"),
        chunks("2\r\nok\r\n0\r\nA: \0\r\n\r\n"),
        chunks("2\r\nok\r\n"),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 +200 OK\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
    ] {
        let receiver = Receiver::answering([Answer::bytes(answer.as_bytes()).closing()]);
        let sandbox = Sandbox::with_secret();
        let run = sandbox.send(&receiver.url, "message.sent --no-store");
        assert_eq!(run.attempts()[0]["success"], false, "{answer:?}\n{}", run.transcript());
        run.exits(1);
    }
}

#[test]
fn send_keeps_64_kib_of_a_huge_answer() {
    let sandbox = Sandbox::with_secret();
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 40000000\r\n\r\n".to_vec();
    answer.resize(answer.len() + 40_000_000, b'x');
    let receiver = Receiver::answering([Answer::bytes(answer)]);
    sandbox.send(&receiver.url, "message.sent").exits(0);
    let reply = sandbox.records()[0]["reply"].clone();
    assert_eq!(reply["body"].as_str().unwrap().len(), 64 * 1024);
    assert_eq!(reply["truncated"], true);
}

#[test]
fn send_shows_a_long_answer_short() {
    let answer = "HTTP/1.1 500 X\r\nContent-Length: 102400\r\n\r\n".to_owned();
    let answer = answer + &"x".repeat(102_400);
    let receiver = Receiver::answering([Answer::bytes(answer)]);
    let sandbox = Sandbox::with_secret();
    let line = format!("send message.sent --to {}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(1);
    assert!(run.stdout.len() < 1_000, "{}", run.transcript());
    let reply = sandbox.records()[0]["reply"].clone();
    assert_eq!(reply["body"].as_str().unwrap().len(), 64 * 1024);
    assert_eq!(reply["truncated"], true);
}

#[test]
fn send_takes_an_answer_before_the_body_is_read() {
    let sandbox = Sandbox::with_secret();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    // Refuses at once and reads nothing, as a server with a body limit does. The stream comes
    // back, so that it stays open until the sender is done.
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let answer = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer).unwrap();
        stream
    });
    sandbox.write("large", vec![b'x'; 32 << 20]);
    let run = sandbox.send(&url, "--body large --no-store").exits(1);
    assert_eq!(run.attempts()[0]["status"], 413);
    drop(server.join().unwrap());
}

#[test]
fn send_escapes_control_characters_of_an_answer() {
    let body = "\u{1b}[2J\u{7}oops\u{1b}]0;owned\u{7}\u{202e}";
    for (reason, shown) in [
        (
            "X",
            [
                "\\u001b[2J\\u0007oops",
                "hint: the handler failed: see its log",
            ],
        ),
        ("\u{1b}[31m", ["\\u001b[31m", "hint: something else"]),
    ] {
        let length = body.len();
        let answer = format!("HTTP/1.1 500 {reason}\r\nContent-Length: {length}\r\n\r\n{body}");
        let receiver = Receiver::answering([Answer::bytes(answer).closing()]);
        let line = format!("send message.sent --to {}", receiver.url);
        let run = Sandbox::with_secret().cmd(&line).run().exits(1);
        let text = run.out() + &run.err();
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
        run.prints(&shown);
    }
}

#[test]
fn send_takes_an_answer_that_comes_byte_by_byte() {
    let slow = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n0\r\nT: 1\r\n\r\n";
    let receiver = Receiver::answering([Answer::bytes(slow).by_byte()]);
    assert_eq!(statuses(&receiver), [201; 3]);
}
