//! Requests that were captured along with deliveries: skipped and counted, never judged and no
//! error, for `verify`, `replay` and `deliveries import` alike.

use super::with_records;
use crate::support::{Receiver, Record, Sandbox, sample};

/// One valid delivery in a format.
fn delivery(sandbox: &Sandbox, format: &str) -> String {
    let line = format!("deliveries export c.ndjson --format {format}");
    sandbox.cmd(&line).run().exits(0).out()
}

/// Holds that a document has one valid delivery and so many other requests.
#[track_caller]
fn expect(sandbox: &Sandbox, document: &str, others: u64) {
    sandbox.write("capture", document);
    let run = sandbox.cmd("verify capture --json").run().exits(0);
    assert_eq!(run.summary()["valid"], 1, "{document}");
    assert_eq!(run.summary()["other_requests"], others, "{document}");
    let receiver = Receiver::ok();
    let replay = format!("replay capture --to {}", receiver.url);
    let run = sandbox.cmd(&replay).run().exits(0);
    assert!(run.err().is_empty(), "{}", run.err());
    assert_eq!(receiver.requests().len(), 1, "{document}");
    let line = "deliveries import capture --json --store new.ndjson";
    let run = sandbox.cmd(line).run().exits(0);
    let imported = &run.json_lines()[0];
    let counts = ["imported", "no_deliveries", "unreadable"].map(|name| &imported[name]);
    assert_eq!(counts, [1, others, 0], "{document}");
    std::fs::remove_file(sandbox.path("new.ndjson")).unwrap();
}

#[test]
fn verify_skips_other_requests_of_a_har() {
    let sandbox = with_records(&[Record::signed(sample("message.sent"))]);
    let har = delivery(&sandbox, "har");
    let start = har.find("{\"startedDateTime\"").unwrap();
    // A browser's own requests may have any headers.
    let signed = r#"[{"name":"X-Lettermint-Signature","value":"t=1,v1=0"}]"#;
    for (method, url) in [
        ("GET", "https://localhost/"),
        ("HEAD", "http://localhost/"),
        ("OPTIONS", "http://localhost/hook"),
        ("GET", "ws://localhost/live"),
        ("GET", "wss://localhost/live"),
        ("GET", "data:image/png;base64,AA=="),
        ("GET", "blob:http://localhost/x"),
        ("GET", "chrome-extension://abc/x.js"),
        ("POST", "about:blank"),
        ("GET", "file:///tmp/x"),
    ] {
        let entry =
            format!(r#"{{"request":{{"method":"{method}","url":"{url}","headers":{signed}}}}},"#);
        let document = format!("{}{entry}{}", &har[..start], &har[start..]);
        expect(&sandbox, &document, 1);
    }
    // Entries that tools leave half empty.
    for entry in [
        "null",
        "{}",
        r#"{"request":{"method":"GET"}}"#,
        r#"{"request":{"method":null,"url":"http://h/"}}"#,
        r#"{"request":{"method":"GET","url":"http://h/","headers":null}}"#,
    ] {
        let document = format!("{}{entry},{}", &har[..start], &har[start..]);
        expect(&sandbox, &document, 1);
    }
    // A form and an upload to somewhere else, whose bodies a HAR does not hold.
    for post in [
        r#""postData":{"mimeType":"x","params":[{"name":"a"}]}"#,
        r#""bodySize":99"#,
        r#""postData":{"mimeType":"application/json","text":"{\"a\":1}"}"#,
    ] {
        let entry =
            format!(r#"{{"request":{{"method":"POST","url":"http://h/","headers":[],{post}}}}},"#);
        let document = format!("{}{entry}{}", &har[..start], &har[start..]);
        expect(&sandbox, &document, 1);
    }
}

#[test]
fn verify_skips_other_requests_of_raw_http() {
    let sandbox = with_records(&[Record::signed(sample("message.sent"))]);
    let http = delivery(&sandbox, "http");
    for other in [
        "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n",
        "HEAD / HTTP/1.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
        "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na=b",
        "GET /live HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n",
    ] {
        expect(&sandbox, &format!("{other}{http}"), 1);
        expect(&sandbox, &format!("{http}{other}"), 1);
    }
}

#[test]
fn verify_skips_other_requests_of_a_script_with_curl() {
    let sandbox = with_records(&[Record::signed(sample("message.sent"))]);
    let curl = delivery(&sandbox, "curl");
    for other in [
        "curl -s http://localhost:3000/healthz\n",
        "curl -I localhost:3000\n",
        "curl ftp://localhost/x\n",
        "curl -N ws://localhost:3000/live\n",
        "until curl -fs http://localhost:3000/ready; do sleep 1; done\ncurl -s http://h/ready\n",
        "curl \"$BASE/healthz\"\n",
        "curl -F file=@missing http://h/upload\n",
        "curl -d @missing http://h/login\n",
        "curl -d a=b http://h/login\n",
    ] {
        expect(&sandbox, &format!("{other}{curl}"), 1);
    }
    // What may be a delivery is not skipped.
    for broken in [
        "curl -H \"X-Lettermint-Signature: $SIGNATURE\" -d x http://h/hook\n",
        "curl -H 'X-Lettermint-Event: message.sent' -d @missing http://h/hook\n",
    ] {
        sandbox.write("capture", format!("{broken}{curl}"));
        let run = sandbox.cmd("verify capture").run().exits(1);
        run.prints(&["✗ unreadable  capture:1", "1 of 1 valid, 1 unreadable\n"]);
    }
}

/// A proxy may have dropped or renamed the headers: that is what is looked for.
#[test]
fn verify_judges_what_names_lettermint_or_an_event() {
    let body = String::from_utf8(sample("message.sent").to_vec()).unwrap();
    let sandbox = Sandbox::with_secret();
    for (headers, body) in [
        ("", &body[..]),
        ("X-Lettermint-Attempt: 1\r\n", ""),
        ("HTTP_X_LETTERMINT_SIGNATURE: t=1,v1=0\r\n", "eyJhIjoxfQ=="),
        ("User-Agent: Lettermint/1.0\r\n", "a=b"),
    ] {
        let length = body.len();
        let message =
            format!("POST /hook HTTP/1.1\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
        sandbox.write("capture", message);
        let run = sandbox.cmd("verify capture").run().exits(1);
        run.prints(&["✗ signature_header_missing", "0 of 1 valid, 1 invalid\n"]);
    }
}
