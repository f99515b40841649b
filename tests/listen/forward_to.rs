//! `--forward-to`: what the handler gets, and what the sender gets back.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};

use socket2::{Domain, Socket, Type};

use super::{BODY, forged, signed, start};
use crate::support::{Answer, Listener, PATIENCE, Receiver, Response, Sandbox, read_all};

const ANSWER: &[u8] = b"HTTP/1.1 422 Unprocessable Entity\r\nX-Reply: yes\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\nContent-Length: 5\r\n\r\n\xffno\r\n";

/// A handler that answers [`ANSWER`].
fn handler() -> Receiver {
    Receiver::answering([Answer::bytes(ANSWER).closing()])
}

#[test]
fn listen_forward_to_hands_on_bytes_and_headers_unchanged() {
    let handler = Receiver::ok();
    let (_sandbox, listener) = start(&format!("--forward-to {}", handler.url));
    let binary: Vec<u8> = (0..=255).collect();
    for body in [
        // Each of these a parser and its writer would change.
        &b"{ \"id\" : \"d\", \"event\":\"a\", \"n\":1.50, \"big\":12345678901234567890, \"e\":1e-7 }\r\n"[..],
        b"{\"event\":\"a\",\"event\":\"b\",\"u\":\"\\u00e9\\/\xc3\xa9\",\"k\":{}}",
        b"\xef\xbb\xbf{\"event\":\"bom\"}",
        &binary,
        b"\r\n\r\n",
    ] {
        let more = "X-Custom: One\r\nx-custom: two\r\nConnection: close, X-Hop\r\nX-Hop: gone\r\nKeep-Alive: 5\r\n";
        let request = signed(body, more);
        let answer = listener.exchange(&request);
        assert_eq!(Response::parse(&answer).status, 200, "{answer}");
        let got = handler.request();
        assert_eq!(got.body, body);
        let head = got.head.clone() + "\r\n";
        assert!(head.starts_with("POST /hook HTTP/1.1\r\n"), "{head}");
        let sent = String::from_utf8_lossy(&request).into_owned();
        let sent = sent.lines().filter(|line| {
            line.starts_with("X-Lettermint") || line.starts_with("Content-Type")
        });
        for line in sent {
            assert!(got.lines().contains(&line), "{line} in {head}");
        }
        assert!(head.contains("X-Custom: One\r\nx-custom: two\r\n"), "{head}");
        for gone in ["X-Hop", "Keep-Alive", "Host: localhost"] {
            assert!(!head.contains(gone), "{gone}: {head}");
        }
    }
}

#[test]
fn listen_forward_to_answers_what_the_handler_answers() {
    let handler = handler();
    let (sandbox, listener) = start(&format!("--compact --forward-to {}", handler.url));
    let mut stream = listener.connect();
    stream
        .write_all(&signed(BODY, "Connection: close\r\n"))
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 422 "));
    assert!(answer.ends_with(b"\r\n\r\n\xffno\r\n"));
    let text = String::from_utf8_lossy(&answer).to_lowercase();
    assert!(text.contains("x-reply: yes"), "{text}");
    assert!(!text.contains("access-control"), "{text}");
    let record = &sandbox.records()[0];
    assert_eq!(record["reply"]["status"], 422);
    assert_eq!(record["forward"]["status"], 422);
    assert_eq!(record["reply"]["body_base64"], "/25vDQo=");
    listener.stop().prints(&[
        "→ 422",
        "  handler ",
        "1 forwarded, 1 not accepted by the handler",
    ]);
}

#[test]
fn listen_forward_to_brings_a_large_answer_back_whole() {
    const SIZE: usize = 3_000_000;
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\n\r\n");
    let answer = answer + &"x".repeat(SIZE);
    let handler = Receiver::answering([Answer::bytes(answer).closing()]);
    let (sandbox, listener) = start(&format!("--forward-to {}", handler.url));
    assert_eq!(listener.deliver(BODY).body.len(), SIZE);
    let record = &sandbox.records()[0];
    assert_eq!(record["reply"]["body"].as_str().unwrap().len(), 64 * 1024);
    assert_eq!(record["reply"]["truncated"], true);
    // Closing with bytes unread must not cut the answer that is on its way: two bytes come once
    // the request has been read to its end, and the answer waits in the listener's socket for a
    // client that takes little at a time.
    handler.request();
    let mut stream = connect_with_little_room(&listener);
    stream
        .write_all(&signed(BODY, "Connection: close\r\n"))
        .unwrap();
    handler.request();
    stream.write_all(b"\r\n").unwrap();
    let answer = Response::parse(&read_all(stream));
    assert_eq!(answer.body.len(), SIZE);
}

fn connect_with_little_room(listener: &Listener) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let address: SocketAddr = listener.address.parse().unwrap();
    socket.connect(&address.into()).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.into()
}

#[test]
fn listen_reject_invalid_hands_on_only_what_verifies() {
    let handler = handler();
    let forged = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nX-Lettermint-Signature: t=1,v1={}\r\nX-Lettermint-Delivery: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}",
        "0".repeat(64)
    );
    let to_handler = format!("--forward-to {}", handler.url);
    let (_sandbox, listener) = start(&to_handler);
    assert_eq!(Response::parse(&listener.exchange(&forged)).status, 422);
    assert!(handler.request().head.contains("t=1,v1=0000"));
    let (_sandbox, strict) = start(&format!("{to_handler} --reject-invalid"));
    assert_eq!(Response::parse(&strict.exchange(&forged)).status, 401);
    assert!(handler.take().is_empty());
}

#[test]
fn listen_forward_signed_with_signs_only_what_is_genuine() {
    let handler = handler();
    let sandbox = Sandbox::with_secret();
    sandbox.write("other", "whsec_other\n");
    let options = format!(
        "--forward-signed-with file:other --forward-to {}",
        handler.url
    );
    let listener = Listener::start(&sandbox, &options);
    listener.deliver(BODY);
    assert!(handler.request().is_signed_with("whsec_other"));
    let forged = forged();
    listener.exchange(&forged);
    let request = handler.request();
    let untouched = request.header("X-Lettermint-Signature");
    assert!(forged.contains(untouched), "a forgery is not made genuine");
}

#[test]
fn listen_forward_to_says_once_that_the_handler_is_away() {
    // A port that nobody listens on yet.
    let away = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = away.local_addr().unwrap().port();
    drop(away);
    let url = format!("http://127.0.0.1:{port}/hook");
    let (_sandbox, listener) = start(&format!("--forward-to {url}"));
    let body = format!(
        r#"{{"error":"the handler could not be reached","detail":"connection refused: tried 127.0.0.1:{port}"}}"#
    );
    for _ in 0..3 {
        let answer = listener.deliver(BODY);
        assert_eq!((answer.status, &answer.body), (502, &body));
    }
    let back = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let back = Receiver::on(back, |_, _| Answer::bytes(ANSWER).closing());
    assert_eq!(listener.deliver(BODY).status, 422);
    assert_eq!(back.requests().len(), 1);
    let run = listener.stop();
    for once in [
        "the handler is away",
        &format!("the handler is back: {url}"),
    ] {
        assert_eq!(run.err().matches(once).count(), 1, "{}", run.transcript());
    }
}

#[test]
fn listen_forward_to_says_whose_fault_a_refusal_is() {
    let refusing = |answer: &str| {
        let answer = format!(
            "HTTP/1.1 401 X\r\nContent-Length: {}\r\n\r\n{answer}",
            answer.len()
        );
        Receiver::answering([Answer::bytes(answer).closing()])
    };
    for (answer, hint) in [
        (
            "no",
            "hint: genuine (verified here), so the handler's secret or raw body is at fault",
        ),
        (
            r#"{"reason":"signature_mismatch"}"#,
            "hint: genuine (verified here), so the handler is at fault: the handler computed another signature",
        ),
        (
            "The raw request body is required.",
            "hint: genuine (verified here), so the handler is at fault: the check was given a parsed",
        ),
    ] {
        let handler = refusing(answer);
        let (_sandbox, listener) = start(&format!("--compact --forward-to {}", handler.url));
        listener.deliver(BODY);
        listener.exchange(forged());
        let run = listener.stop();
        // What refuses a parsed body refuses everything.
        let refused_rightly = !answer.contains("raw request body");
        let as_it_should = "hint: the handler refused it, as it should";
        assert_eq!(
            run.out().contains(as_it_should),
            refused_rightly,
            "{}",
            run.transcript()
        );
        run.prints(&[hint]);
        assert_eq!(
            run.out().matches("genuine (verified").count(),
            1,
            "{}",
            run.transcript()
        );
        run.lacks("ACCEPTED");
    }
    // By failing is no way to refuse.
    let handler = Receiver::answering([Answer::bytes(
        "HTTP/1.1 500 X\r\nContent-Length: 24\r\n\r\nError: Invalid signature",
    )]);
    let (_sandbox, listener) = start(&format!("--compact --forward-to {}", handler.url));
    listener.exchange(forged());
    let run = listener.stop();
    run.prints(&["hint: the handler refused it, but by failing"]);
    run.lacks("neither made nor checked");
    // Without a secret nobody knows.
    let handler = refusing("no");
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &format!("--forward-to {}", handler.url));
    listener.deliver(BODY);
    let run = listener.stop();
    run.prints(&["hint: its signature was neither made nor checked here"]);
    run.lacks("verified here");
}

#[test]
fn listen_forward_to_tells_of_a_handler_that_accepts_a_forgery() {
    let handler = Receiver::ok();
    let (_sandbox, listener) = start(&format!("--compact --forward-to {}", handler.url));
    listener.deliver(BODY);
    listener.exchange(forged());
    listener.stop().prints(&[
        "    handler ACCEPTED a delivery that does not verify (signature_mismatch)\n",
        "2 forwarded, 1 accepted by the handler and do not verify",
    ]);
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::json(&sandbox, &format!("--forward-to {}", handler.url));
    listener.deliver(BODY);
    assert_eq!(listener.delivery()["handler_accepted_invalid"], false);
    listener.exchange(forged());
    assert_eq!(listener.delivery()["handler_accepted_invalid"], true);
    assert_eq!(listener.stop().summary()["handler_accepted_invalid"], 1);
}

#[test]
fn listen_expect_fails_when_the_handler_accepts_a_forgery() {
    let handler = Receiver::ok();
    let options = format!("--expect message.delivered:9 --forward-to {}", handler.url);
    let (_sandbox, listener) = start(&options);
    listener.exchange(forged());
    listener.finish().exits(1).prints(&[
        "the handler accepted what does not verify (signature_mismatch): message.delivered",
    ]);
}

#[test]
fn listen_forward_timeout_answers_504() {
    let silent = Receiver::answering([Answer::silence()]);
    let options = format!("--forward-timeout 200ms --forward-to {}", silent.url);
    let (_sandbox, listener) = start(&options);
    assert_eq!(listener.deliver(BODY).status, 504);
    listener
        .stop()
        .prints(&["hint: Lettermint waits 30 seconds"]);
}

#[test]
fn listen_forward_to_https_takes_cacert_and_insecure() {
    let handler = Receiver::tls();
    let sandbox = Sandbox::with_secret();
    sandbox.write("own.pem", handler.certificate());
    for trust in ["--cacert own.pem", "--insecure"] {
        let listener = Listener::start(&sandbox, &format!("{trust} --forward-to {}", handler.url));
        assert_eq!(listener.deliver(BODY).status, 200);
        handler.request();
    }
    let listener = Listener::start(&sandbox, &format!("--forward-to {}", handler.url));
    assert_eq!(listener.deliver(BODY).status, 502);
    listener.stop().prints(&[
        "handler: TLS failed: its certificate is signed by nobody that this machine trusts",
        "hint: for a certificate of your own use `--cacert FILE`",
    ]);
    sandbox
        .cmd("listen --insecure")
        .run()
        .exits(2)
        .says(&["--forward-to"]);
}

#[test]
fn listen_forward_to_another_machine_is_refused_without_allow_remote() {
    let refused = |options: &str| {
        let line = format!("listen --port 0 --no-store {options}");
        Sandbox::new().cmd(&line).run().exits(2).err()
    };
    assert_eq!(
        refused("--forward-to http://192.0.2.1/"),
        "error: the endpoint is not on this machine: http://192.0.2.1/\nhint: `--allow-remote` permits it\n"
    );
    let said = refused("--forward-to http://localhost/ --forward-signed-with whsec_x");
    let expected = "error: --forward-signed-with takes env:NAME or file:PATH\n";
    assert!(said.starts_with(expected), "{said}");
}
