//! The record of a delivery is what went on the wire: every name, value, repeat and place, over
//! http as over https; for `send`, `send --count` and `replay`.

use crate::support::{Answer, NOW, Receiver, Request, Sandbox, header_lines};

/// Runs a command against a receiver of either kind, and returns the requests that came to it,
/// each of which is compared with its record, byte for byte.
#[track_caller]
fn sent(sandbox: &Sandbox, is_tls: bool, command: &[&str]) -> Vec<Request> {
    let receiver = match is_tls {
        true => Receiver::tls(),
        false => Receiver::ok(),
    };
    sandbox.write("own.pem", receiver.certificate());
    let line = format!("--now {NOW} --cacert own.pem --to {}", receiver.url);
    let cmd = sandbox.args(command).args(line.split(' '));
    cmd.run().exits(0);
    let (requests, records) = (receiver.take(), sandbox.records());
    assert_eq!(requests.len(), records.len());
    for (request, record) in requests.iter().zip(&records) {
        let lines = header_lines(record).join("\r\n");
        let body = record["body"].as_str().unwrap();
        let expected = format!("POST /hook HTTP/1.1\r\n{lines}\r\n\r\n{body}");
        assert_eq!(String::from_utf8_lossy(&request.bytes), expected);
    }
    requests
}

fn names(request: &Request) -> Vec<&str> {
    let lines = request.lines().into_iter();
    lines.map(|line| line.split(':').next().unwrap()).collect()
}

#[test]
fn send_records_what_it_sends() {
    for is_tls in [false, true] {
        let sandbox = Sandbox::with_secret();
        let command = ["send", "message.sent", "message.opened"];
        let requests = sent(&sandbox, is_tls, &command);
        let expected = [
            "Host",
            "Content-Type",
            "User-Agent",
            "X-Lettermint-Signature",
            "X-Lettermint-Event",
            "X-Lettermint-Delivery",
            "X-Lettermint-Attempt",
            "Content-Length",
        ];
        assert_eq!(names(&requests[0]), expected);
        requests.iter().for_each(Request::assert_genuine);
    }
}

#[test]
fn send_header_is_spelled_and_placed_as_typed() {
    let typed = [
        "x-ODD_name: 1",
        "b: 2",
        "X-odd_Name: 3",
        "B: 4",
        "user-AGENT: x",
    ];
    let headers = typed.iter().flat_map(|line| ["-H", line]);
    let command: Vec<_> = ["send", "message.sent"]
        .into_iter()
        .chain(headers)
        .collect();
    for bulk in [&[][..], &["--count", "3", "-c", "1"]] {
        for is_tls in [false, true] {
            let sandbox = Sandbox::with_secret();
            let requests = sent(&sandbox, is_tls, &[&command, bulk].concat());
            let own = ["x-ODD_name", "b", "X-odd_Name", "B", "Content-Length"];
            assert_eq!(names(&requests[0])[7..], own);
        }
    }
}

#[test]
fn send_records_the_spelling_of_an_answer() {
    let answer = "HTTP/1.1 200 OK\r\nx-ODD: 1\r\nB: 2\r\nX-odd: 3\r\ncontent-LENGTH: 0\r\n\r\n";
    let receiver = Receiver::answering([Answer::bytes(answer)]);
    let sandbox = Sandbox::with_secret();
    sandbox.send(&receiver.url, "message.sent").exits(0);
    let reply = sandbox.records()[0]["reply"].clone();
    let expected = ["x-ODD: 1", "B: 2", "X-odd: 3", "content-LENGTH: 0"];
    assert_eq!(header_lines(&reply), expected);
}

#[test]
fn replay_verbatim_records_what_it_sends() {
    let captured = r#"{"v":1,"direction":"received","at":"2026-10-04T08:15:30.000000Z","method":"POST","target":"/x","headers":[["hOST","elsewhere"],["x-LETTERMINT-signature","t=1,v1=0"],["aCCEPT","*/*"],["x-a","1"],["X-B","2"],["X-a","3"],["X-A","  4 \u00e9"],["x_odd!","5"],["content-length","9"],["CONTENT-type","text/x"]],"body":"{\"id\": 1}"}"#;
    for is_tls in [false, true] {
        let sandbox = Sandbox::with_secret();
        sandbox.write("captured.ndjson", format!("{captured}\n"));
        let command = ["replay", "captured.ndjson", "--verbatim"];
        let requests = sent(&sandbox, is_tls, &command);
        let expected = [
            "Host",
            "x-LETTERMINT-signature",
            "aCCEPT",
            "x-a",
            "X-B",
            "X-a",
            "X-A",
            "x_odd!",
            "CONTENT-type",
            "Content-Length",
        ];
        assert_eq!(names(&requests[0]), expected);
        assert_eq!(requests[0].body, br#"{"id": 1}"#);
    }
}

#[test]
fn replay_records_what_it_signs_anew() {
    for is_tls in [false, true] {
        let sandbox = Sandbox::with_secret();
        let elsewhere = Receiver::ok();
        let line = "message.sent --store captured.ndjson";
        sandbox.send(&elsewhere.url, line).exits(0);
        let command = ["replay", "captured.ndjson", "--direction", "sent"];
        let requests = sent(&sandbox, is_tls, &command);
        requests.iter().for_each(Request::assert_genuine);
    }
}
