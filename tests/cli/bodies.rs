//! Bodies are bytes: empty, binary, huge or hostile ones too.

use crate::support::{Listener, NOW, Receiver, SECRET, Sandbox, post, signature, signed_request};

/// Nothing of this survives a parser that decodes and encodes again.
const BINARY: &[u8] = b"\x00\xff\xfe{\"event\": \"x\"}\r\n\r\n\x80POST / HTTP/1.1\r\n\x1b[2J";

#[test]
fn send_leaves_every_byte_as_it_is() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    for body in [
        BINARY,
        b"",
        b"\xef\xbb\xbf{}",
        b"{ \"event\" : \"message.sent\" }\n",
        "{\"event\":\"message.sent\",\"x\":1.50,\"x\":\"\u{2028}\\/\"}".as_bytes(),
    ] {
        sandbox.write("body.bin", body);
        let to = &receiver.url;
        let line = format!("send --body body.bin --now {NOW} --to {to}");
        sandbox.cmd(&line).run().exits(0);
        let line = format!("send --body - --now {NOW} --to {to}");
        sandbox.cmd(&line).stdin(body).run().exits(0);
        for request in [receiver.request(), receiver.request()] {
            assert_eq!(request.body, body);
            assert_eq!(request.header("Content-Length"), body.len().to_string());
            let signed = signature(SECRET, &NOW.to_string(), body);
            assert_eq!(request.header("X-Lettermint-Signature"), signed);
        }
    }
}

#[test]
fn a_binary_body_goes_through_wire_store_and_replay_unchanged() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::start(&sandbox, "");
    sandbox.write("body.bin", BINARY);
    // Signed well, but no JSON: the SDKs refuse it, and its bytes are kept all the same.
    let line = format!("send --body body.bin --no-store --to {}", listener.url);
    sandbox.cmd(&line).run().exits(1);
    let delivery = listener.delivery();
    assert_eq!(delivery["verdict"]["reason"], "payload_invalid");
    assert!(delivery.get("body").is_none());
    assert!(delivery["body_base64"].is_string());
    listener.stop();
    let receiver = Receiver::ok();
    sandbox
        .cmd(&format!("replay --to {}", receiver.url))
        .run()
        .exits(0);
    assert_eq!(receiver.request().body, BINARY);
}

#[test]
fn an_empty_body_is_refused_where_it_makes_no_sense_and_judged_where_it_arrives() {
    let sandbox = Sandbox::with_secret();
    let run = sandbox.cmd("sign").run().exits(2);
    run.says(&["the body is empty", "--body FILE"]);
    let mut listener = Listener::start(&sandbox, "");
    let request = signed_request("/", SECRET, crate::support::clock(), b"");
    let answers = crate::support::exchange(listener.address(), &request, 1);
    assert_eq!(answers[0].status, 401);
    assert!(answers[0].body.contains("body_invalid"));
    assert_eq!(listener.delivery()["verdict"]["reason"], "body_invalid");
}

#[test]
fn fifty_mebibytes_are_taken_and_one_byte_more_is_answered_413() {
    const LIMIT: usize = 50 * 1024 * 1024;
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, "--no-store");
    let start = br#"{"event":"message.inbound","data":{"raw":""#;
    let end = br#""}}"#;
    let mut body = start.to_vec();
    body.resize(LIMIT - end.len(), b'a');
    body.extend_from_slice(end);
    sandbox.write("large.json", &body);
    let line = format!("send --body large.json --no-store --to {}", listener.url);
    sandbox.cmd(&line).run().exits(0).prints(&["200"]);
    body.insert(1, b' ');
    sandbox.write("large.json", &body);
    let run = sandbox.cmd(&line).run().exits(1);
    run.prints(&["413", "hint: the handler's body limit"]);
}

#[test]
fn a_chunked_body_over_the_limit_is_answered_413_too() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, "--max-body 10");
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (chunks, status) in [
        ("5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", 200),
        ("5\r\n01234\r\n6\r\n56789a\r\n", 413),
    ] {
        let bytes = format!("{head}{chunks}");
        let answers = crate::support::exchange(listener.address(), bytes.as_bytes(), 1);
        assert_eq!(answers[0].status, status);
    }
    assert_eq!(listener.delivery()["body"], "0123456789");
    let run = listener.stop();
    run.says(&["with 413", "larger than this listener takes"]);
    assert_eq!(
        sandbox.records().len(),
        1,
        "what was refused is no delivery"
    );
}

#[test]
fn header_values_that_are_no_text_are_recorded_as_base64() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, "");
    let headers: [(&str, &[u8]); 2] = [("X-Latin", b"Gr\xfc\xdfe"), ("X-Utf8", "Grüße".as_bytes())];
    assert_eq!(post(listener.address(), &headers, b"{}").status, 200);
    let headers = listener.delivery()["headers"].to_string();
    assert!(
        headers.contains(r#"["X-Latin",{"base64":"R3L832U="}]"#),
        "{headers}"
    );
    assert!(headers.contains(r#"["X-Utf8","Grüße"]"#), "{headers}");
}

#[test]
fn terminal_escapes_of_a_payload_are_shown_and_not_run() {
    let sandbox = Sandbox::new();
    let mut listener = sandbox.cmd("listen --port 0").start();
    let ready = listener.next_talk();
    let start = ready.find("127.0.0.1").unwrap();
    let address = ready[start..].split(',').next().unwrap();
    let hostile = "{\"id\":\"\u{202e}id\",\"event\":\"\u{9b}31m\",\"data\":{\"subject\":\"\u{1b}]0;owned\u{7}\",\"\u{1b}[2J\":\"\\u001b[1m\"}}";
    let event: (&str, &[u8]) = ("X-Lettermint-Event", "a\u{9b}31mb".as_bytes());
    assert_eq!(post(address, &[event], hostile.as_bytes()).status, 200);
    assert_eq!(post(address, &[], b"\x1b[2J\nno JSON").status, 200);
    listener.signal(rustix::process::Signal::INT);
    let run = listener.finish().exits(130);
    let text = run.out() + &run.err();
    let control = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!text.contains(control), "{text:?}");
    run.prints(&[
        "\\u001b]0;owned\\u0007",
        "\\u001b[2J",
        "\\u009b31m",
        "\\u202e",
    ]);
}

#[test]
fn terminal_escapes_of_a_reply_are_shown_and_not_run() {
    let body = "\u{1b}[31mno\u{1b}]0;owned\u{7}\u{202e}";
    let answer = format!(
        "HTTP/1.1 500 \u{1b}[31m\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let receiver = Receiver::replying([crate::support::Reply::Bytes(answer.into_bytes())]);
    let run = Sandbox::with_secret()
        .cmd(&format!("send message.sent --to {}", receiver.url))
        .run()
        .exits(1);
    let text = run.out() + &run.err();
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
}
