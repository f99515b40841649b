//! What `send` puts on the wire, to the byte.

use crate::support::{BODY, NOW, Receiver, SECRET, Sandbox, signature};

#[test]
fn a_request_is_lettermints_to_the_byte() {
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
fn the_same_time_and_seed_make_the_same_bytes_and_another_seed_others() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let mut sent = Vec::new();
    for seed in [1, 1, 2] {
        let line = format!("send --all --now {NOW} --seed {seed} --to {}", receiver.url);
        sandbox.cmd(&line).run().exits(0);
        let bodies: Vec<_> = receiver
            .requests()
            .into_iter()
            .map(|request| (request.head, request.body))
            .collect();
        assert_eq!(bodies.len(), 21);
        sent.push(bodies);
    }
    assert_eq!(sent[0], sent[1]);
    for (one, other) in sent[0].iter().zip(&sent[2]) {
        assert_ne!(one.1, other.1, "another seed draws other ids");
    }
}

#[test]
fn without_a_seed_every_delivery_has_an_id_of_its_own() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let line = format!("send message.sent message.sent --to {}", receiver.url);
    let run = sandbox.cmd(&line).arg("--json").run().exits(0);
    let lines = run.json_lines();
    assert_ne!(lines[0]["id"], lines[1]["id"]);
}

#[test]
fn the_host_header_names_the_port_only_when_it_is_not_the_schemes_own() {
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
fn path_and_query_are_sent_as_they_were_given() {
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
fn headers_are_replaced_in_their_place_or_added_at_the_end() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    sandbox
        .args(["send", "message.sent", "--to", &receiver.url])
        .args(&["-H", "content-type: application/json; charset=utf-8"])
        .args(&["-H", "X-Trace: a:b "])
        .args(&["--header", "X-Grüße: no"])
        .run()
        .exits(2)
        .says(&["not a header name", "X-Grüße"]);
    sandbox
        .args(["send", "message.sent", "--to", &receiver.url])
        .args(&["-H", "content-type: application/json; charset=utf-8"])
        .args(&["-H", "X-Trace: a:b "])
        .run()
        .exits(0);
    let request = receiver.request();
    let names: Vec<_> = request
        .lines()
        .iter()
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "Host",
            "Content-Type",
            "User-Agent",
            "X-Lettermint-Signature",
            "X-Lettermint-Event",
            "X-Lettermint-Delivery",
            "X-Lettermint-Attempt",
            "X-Trace",
            "Content-Length"
        ]
    );
    assert_eq!(
        request.header("Content-Type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(request.header("X-Trace"), "a:b");
}

#[test]
fn header_values_beyond_ascii_arrive_as_their_bytes() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    sandbox
        .args(["send", "message.sent", "--to", &receiver.url])
        .args(&["-H", "X-Name: Grüße ✓"])
        .run()
        .exits(0);
    assert_eq!(receiver.request().header("X-Name"), "Grüße ✓");
    let stored = sandbox.records()[0]["headers"].to_string();
    assert!(stored.contains(r#"["X-Name","Grüße ✓"]"#), "{stored}");
}

#[test]
fn headers_that_the_request_sets_itself_cannot_be_given() {
    let sandbox = Sandbox::with_secret();
    for line in [
        "Host: elsewhere",
        "content-length: 1",
        "Transfer-Encoding: chunked",
        "X-A: b\u{7}",
        "X-A: b\r\nX-B: c",
        ": b",
        "X A: b",
        "nonsense",
    ] {
        let cmd = sandbox.args(["send", "message.sent", "--dry-run", "-H", line]);
        cmd.run().exits(2).says(&["--header <HEADER>"]);
    }
}

#[test]
fn an_event_name_cannot_smuggle_header_lines() {
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

#[test]
fn deliveries_of_a_bulk_run_share_a_connection() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::replying([
        crate::support::Reply::Bytes(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".to_vec(),
        ),
        crate::support::Reply::Status(202),
    ]);
    sandbox
        .cmd(&format!("send --all --count 21 --to {}", receiver.url))
        .run()
        .exits(0)
        .prints(&["21 of 21 delivered"]);
    assert_eq!(receiver.requests().len(), 21);
    assert_eq!(receiver.connections(), 1);
}
