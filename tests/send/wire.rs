//! What `send` puts on the wire, to the byte.

use crate::support::{BODY, NOW, Receiver, SECRET, Sandbox, signature};

#[test]
fn send_request_is_lettermints_to_the_byte() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    sandbox.write("body.json", BODY);
    sandbox
        .cmd(&format!(
            "send --body body.json --now {NOW} --to {}",
            receiver.url
        ))
        .run()
        .exits(0);
    let request = receiver.request();
    let expected = format!(
        "POST /hook HTTP/1.1\r\n\
         Host: 127.0.0.1:{}\r\n\
         Content-Type: application/json\r\n\
         User-Agent: Lettermint/1.0\r\n\
         X-Lettermint-Signature: {}\r\n\
         X-Lettermint-Event: message.sent\r\n\
         X-Lettermint-Delivery: {NOW}\r\n\
         X-Lettermint-Attempt: 1\r\n\
         Content-Length: {}",
        receiver.port(),
        signature(SECRET, &NOW.to_string(), BODY),
        BODY.len()
    );
    assert_eq!(request.head, expected);
    assert_eq!(request.body, BODY);
}

#[test]
fn send_host_names_the_port_only_when_it_is_not_the_default() {
    let sandbox = Sandbox::with_secret();
    for (to, host) in [
        ("http://localhost:3000/", "localhost:3000"),
        ("http://localhost/", "localhost"),
        ("http://localhost:80/", "localhost"),
        ("https://localhost:443/", "localhost"),
        ("http://[::1]:8000/", "[::1]:8000"),
        ("http://127.1:8000/", "127.0.0.1:8000"),
    ] {
        let line = format!("send message.sent --dry-run --to {to}");
        let run = sandbox.cmd(&line).run().exits(0);
        run.prints(&[&format!("\r\nHost: {host}\r\n")]);
    }
}

#[test]
fn send_path_and_query_are_sent_as_given() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let to = format!("http://127.0.0.1:{}/a%2Fb/ü?x=1&y=%20z", receiver.port());
    sandbox.cmd("send message.sent --to").arg(to).run().exits(0);
    let head = receiver.request().head;
    assert!(
        head.starts_with("POST /a%2Fb/%C3%BC?x=1&y=%20z HTTP/1.1\r\n"),
        "{head}"
    );
}

#[test]
fn send_event_name_cannot_smuggle_header_lines() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    sandbox.write("body.json", br#"{"event":"a\r\nX-Evil: 1","id":"b"}"#);
    sandbox
        .cmd(&format!("send --body body.json --to {}", receiver.url))
        .run()
        .exits(0);
    let head = receiver.request().head;
    assert!(!head.contains("X-Evil"), "{head}");
    assert!(!head.contains("X-Lettermint-Event"), "{head}");
    let run = sandbox
        .cmd("sign --headers --body body.json")
        .run()
        .exits(0);
    assert!(!run.out().contains("X-Evil"), "{}", run.transcript());
}
