//! The record of a delivery is what went on the wire: every name, value, repeat and place, over
//! http as over https.

use crate::support::{Answer, Hook, NOW, Receiver, Request, TlsReceiver};

/// Runs a command against a receiver of either kind, and returns the requests that came to it.
fn sent(hook: &Hook, is_tls: bool, args: &[&str]) -> Vec<Request> {
    let now = NOW.to_string();
    let with_url = |url: &str| {
        let fixed = ["--now", &now, "--to", url, "--cacert", "own.pem"];
        hook.run(&[args, &fixed].concat()).exits(0);
    };
    if is_tls {
        let receiver = TlsReceiver::new();
        hook.file("own.pem", receiver.certificate());
        with_url(&receiver.url("localhost"));
        receiver.requests()
    } else {
        let receiver = Receiver::ok();
        with_url(receiver.url());
        receiver.requests()
    }
}

/// Holds every request that came against its record, byte for byte.
#[track_caller]
fn assert_recorded(hook: &Hook, requests: &[Request]) {
    let records = hook.records();
    assert_eq!(requests.len(), records.len());
    for (request, record) in requests.iter().zip(records) {
        let mut expected = b"POST /hook HTTP/1.1\r\n".to_vec();
        for line in &record.headers {
            expected.extend([line.name.as_bytes(), b": ", line.value, b"\r\n"].concat());
        }
        expected.extend([b"\r\n", &record.body[..]].concat());
        assert_eq!(
            String::from_utf8_lossy(&request.bytes),
            String::from_utf8_lossy(&expected)
        );
    }
}

#[track_caller]
fn names(request: &Request) -> Vec<&str> {
    request.headers.iter().map(|line| line.name).collect()
}

#[test]
fn recorded_is_what_send_sends() {
    for is_tls in [false, true] {
        let hook = Hook::new();
        let requests = sent(&hook, is_tls, &["send", "message.sent", "message.opened"]);
        assert_recorded(&hook, &requests);
        assert_eq!(
            names(&requests[0]),
            [
                "Host",
                "Content-Type",
                "User-Agent",
                "X-Lettermint-Signature",
                "X-Lettermint-Event",
                "X-Lettermint-Delivery",
                "X-Lettermint-Attempt",
                "Content-Length"
            ]
        );
        requests.iter().for_each(Request::assert_genuine);
    }
}

#[test]
fn recorded_headers_of_ones_own_are_spelled_and_placed_as_typed() {
    for bulk in [&[][..], &["--count", "3", "-c", "1"]] {
        for is_tls in [false, true] {
            let hook = Hook::new();
            let typed = [
                "x-ODD_name: 1",
                "b: 2",
                "X-odd_Name: 3",
                "B:",
                "user-AGENT: x",
            ];
            let headers = typed.iter().flat_map(|line| ["-H", line]);
            let args: Vec<_> = ["send", "message.sent"]
                .into_iter()
                .chain(headers)
                .collect();
            let requests = sent(&hook, is_tls, &[&args, bulk].concat());
            assert_recorded(&hook, &requests);
            let own = names(&requests[0])[7..].to_vec();
            assert_eq!(
                own,
                ["x-ODD_name", "b", "X-odd_Name", "B", "Content-Length"]
            );
        }
    }
}

#[test]
fn recorded_headers_of_a_capture_are_sent_verbatim() {
    let captured = r#"{"v":1,"direction":"received","at":"2026-10-04T08:15:30.000000Z","method":"POST","target":"/x","headers":[["hOST","elsewhere"],["x-LETTERMINT-signature","t=1,v1=0"],["aCCEPT","*/*"],["x-a","1"],["X-B","2"],["X-a","3"],["X-A","  4 \u00e9"],["x_odd!","5"],["content-length","9"],["CONTENT-type","text/x"]],"body":"{\"id\": 1}"}"#;
    for is_tls in [false, true] {
        let hook = Hook::new();
        hook.file("captured.ndjson", format!("{captured}\n"));
        let requests = sent(&hook, is_tls, &["replay", "captured.ndjson", "--verbatim"]);
        assert_recorded(&hook, &requests);
        assert_eq!(
            names(&requests[0]),
            [
                "Host",
                "x-LETTERMINT-signature",
                "aCCEPT",
                "x-a",
                "X-B",
                "X-a",
                "X-A",
                "x_odd!",
                "CONTENT-type",
                "Content-Length"
            ]
        );
        assert_eq!(requests[0].body, br#"{"id": 1}"#);
    }
}

#[test]
fn recorded_is_what_replay_signs_anew() {
    for is_tls in [false, true] {
        let hook = Hook::new();
        let elsewhere = Receiver::ok();
        let args = ["message.sent", "--store", "captured.ndjson"];
        hook.send(elsewhere.url(), &args).exits(0);
        let args = ["replay", "captured.ndjson", "--direction", "sent"];
        let requests = sent(&hook, is_tls, &args);
        assert_recorded(&hook, &requests);
        requests.iter().for_each(Request::assert_genuine);
    }
}

#[test]
fn answers_are_recorded_as_they_were_spelled() {
    let receiver = Receiver::scripted(|_, _| {
        Answer::raw("HTTP/1.1 200 OK\r\nx-ODD: 1\r\nB: 2\r\nX-odd: 3\r\ncontent-LENGTH: 0\r\n\r\n")
    });
    let hook = Hook::new();
    hook.send(receiver.url(), &["message.sent"]).exits(0);
    let reply = hook.records().remove(0).reply.unwrap();
    let names: Vec<_> = reply.headers.iter().map(|line| line.name).collect();
    assert_eq!(names, ["x-ODD", "B", "X-odd", "content-LENGTH"]);
}
