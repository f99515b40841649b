//! What handlers answer, well and badly, and that no answer is taken for another's.

use crate::support::{Answer, Hook, Receiver};

/// Sends three events one after the other and returns the statuses, 0 for none.
fn statuses(receiver: &Receiver) -> Vec<u64> {
    let hook = Hook::new();
    let args = [
        "message.created",
        "message.sent",
        "message.delivered",
        "--timeout",
        "20s",
    ];
    let outcome = hook.send(receiver.url(), &args);
    let attempts = outcome.attempts();
    let status = |attempt: &serde_json::Value| match attempt["success"].as_bool() {
        Some(true) => attempt["status"].as_u64().unwrap(),
        _ => 0,
    };
    attempts.iter().map(status).collect()
}

/// A script of one raw answer for all requests.
fn always(bytes: &'static str) -> Receiver {
    Receiver::scripted(move |_, _| Answer::raw(bytes))
}

#[test]
fn every_framing_is_read_to_its_end() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\nTrailer: x\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n",
    ] {
        let receiver = always(answer);
        let got = statuses(&receiver);
        assert!(got.iter().all(|status| *status >= 200), "{got:?} {answer}");
        assert_eq!(receiver.requests().len(), 3);
    }
    for answer in [
        "HTTP/1.1 200 OK\r\n\r\nuntil the end",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
    ] {
        let receiver = Receiver::scripted(move |_, _| Answer::raw(answer).closing());
        assert_eq!(statuses(&receiver), [200, 200, 200], "{answer}");
        assert_eq!(receiver.connections(), 3);
    }
}

#[test]
fn bytes_behind_an_answer_are_not_the_next_answer() {
    // Two answers to one request: whose is the second?
    let receiver = Receiver::scripted(|number, _| match number {
        0 => Answer::raw(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        ),
        _ => Answer::status(500),
    });
    assert_eq!(statuses(&receiver), [200, 0, 0]);
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
fn a_handler_that_closes_without_saying_so_loses_nothing() {
    let receiver = Receiver::scripted(|_, _| Answer::status(200).closing());
    assert_eq!(statuses(&receiver), [200, 200, 200]);
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
fn a_handler_that_crashes_on_a_kept_connection_is_not_asked_twice() {
    let receiver = Receiver::scripted(|number, _| match number {
        1 => Answer::hang_up(),
        _ => Answer::status(200),
    });
    assert_eq!(statuses(&receiver), [200, 0, 200]);
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
fn answers_that_make_no_sense_are_failures() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\nffffffffffffffff\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
    ] {
        let receiver = Receiver::scripted(move |_, _| Answer::raw(answer).closing());
        let hook = Hook::new();
        let outcome = hook.send(receiver.url(), &["message.sent"]);
        let attempts = outcome.attempts();
        // A chunk too long to be read is cut off; what came was a 200.
        let cut_off = answer.contains("ffff");
        assert_eq!(
            attempts[0]["success"], cut_off,
            "{answer}: {}",
            outcome.stderr
        );
    }
}

#[test]
fn a_huge_answer_is_kept_in_part_and_ends() {
    let hook = Hook::new();
    let receiver = Receiver::scripted(|_, _| {
        let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 40000000\r\n\r\n".to_vec();
        answer.resize(answer.len() + 40_000_000, b'x');
        Answer::raw(answer)
    });
    hook.send(receiver.url(), &["message.sent"]).exits(0);
    let reply = hook.records().remove(0).reply.unwrap();
    assert_eq!(reply.body.len(), 64 * 1024);
    assert!(reply.truncated);
}

#[test]
fn an_answer_may_come_before_the_body_is_taken() {
    let hook = Hook::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    // Refuses at once and reads nothing, as a server with a body limit does. The stream comes
    // back, so that it stays open until the sender is done.
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let answer = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n";
        std::io::Write::write_all(&mut stream, answer).unwrap();
        stream
    });
    hook.file("large", vec![b'x'; 32 << 20]);
    let outcome = hook.send(&url, &["--body", "large", "--no-store"]).exits(1);
    assert_eq!(outcome.attempts()[0]["status"], 413);
    drop(server.join().unwrap());
}

#[test]
fn hostile_answers_are_shown_and_not_obeyed() {
    let receiver = always("HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\n\x1b[2J\x07oops");
    let hook = Hook::new();
    let outcome = hook
        .run(&["send", "--to", receiver.url(), "message.sent"])
        .exits(1);
    assert!(
        outcome.text().contains("\\u001b[2J\\u0007oops"),
        "{}",
        outcome.text()
    );
    assert!(
        outcome
            .text()
            .contains("hint: the handler failed: see its log")
    );
}
