//! `--header`: added behind Lettermint's headers, or put in their place.

use crate::support::{Receiver, Sandbox, header_lines};

#[test]
fn send_header_is_added_at_the_end_or_replaced_in_place() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let extra = [
        "-H",
        "X-A: 1",
        "-H",
        "X-A: 2 ",
        "-H",
        "user-agent: mine",
        "--header",
        "X-Trace: a:b",
    ];
    let args = [&["message.sent", "--attempt", "4"][..], &extra].concat();
    sandbox.send_args(&receiver.url, &args).exits(0);
    let request = receiver.request();
    let host = format!("Host: 127.0.0.1:{}", receiver.port());
    let signature = request.header("X-Lettermint-Signature");
    let signature = format!("X-Lettermint-Signature: {signature}");
    let length = format!("Content-Length: {}", request.body.len());
    let expected = [
        host.as_str(),
        "Content-Type: application/json",
        "User-Agent: mine",
        &signature,
        "X-Lettermint-Event: message.sent",
        "X-Lettermint-Delivery: 1791101730",
        "X-Lettermint-Attempt: 4",
        "X-A: 1",
        "X-A: 2",
        "X-Trace: a:b",
        &length,
    ];
    assert_eq!(request.lines(), expected);
    request.assert_genuine();
    assert_eq!(header_lines(&sandbox.records()[0]), request.lines());
}

#[test]
fn send_header_content_type_is_replaced() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let value = "application/json; charset=utf-8";
    let header = format!("content-type: {value}");
    let args = ["message.sent", "-H", &header];
    sandbox.send_args(&receiver.url, args).exits(0);
    assert_eq!(receiver.request().header("Content-Type"), value);
}

#[test]
fn send_header_beyond_ascii_arrives_as_its_bytes() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let args = ["message.sent", "-H", "X-Name: Grüße ✓"];
    sandbox.send_args(&receiver.url, args).exits(0);
    assert_eq!(receiver.request().header("X-Name"), "Grüße ✓");
    let stored = sandbox.records()[0]["headers"].to_string();
    assert!(stored.contains(r#"["X-Name","Grüße ✓"]"#), "{stored}");
    let args = ["message.sent", "-H", "X-Grüße: no"];
    let run = sandbox.send_args(&receiver.url, args).exits(2);
    let error = run.json_error()["message"].to_string();
    assert!(error.contains("not a header name"), "{error}");
    assert!(error.contains("X-Grüße"), "{error}");
}

#[test]
fn send_header_of_the_request_itself_is_refused() {
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
        cmd.run().exits(2).says(&["error: --header: "]);
    }
}

#[test]
fn send_header_without_a_value_leaves_it_out() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let args = [
        "message.sent",
        "-H",
        "User-Agent:",
        "-H",
        "X-Lettermint-Event:",
        "-H",
        "X-None:",
    ];
    sandbox.send_args(&receiver.url, args).exits(0);
    let lines = receiver.request().lines().join("\n");
    for name in ["User-Agent", "X-Lettermint-Event", "X-None"] {
        assert!(!lines.contains(name), "{lines}");
    }
    assert!(lines.contains("X-Lettermint-Signature"), "{lines}");
}

#[test]
fn send_header_lines_are_read_from_a_file() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    sandbox.write("headers", "X-A: 1\r\n\nX-B:2\n");
    sandbox
        .send_args(&receiver.url, ["message.sent", "-H", "@headers"])
        .exits(0);
    let request = receiver.request();
    assert_eq!((request.header("X-A"), request.header("X-B")), ("1", "2"));
    sandbox.write("headers", "X-A: 1\nnonsense\n");
    let run = sandbox
        .send_args(&receiver.url, ["message.sent", "-H", "@headers"])
        .exits(2);
    let error = run.json_error()["message"].to_string();
    assert!(
        error.contains("headers:2: expected a header such as `X-Name: value`"),
        "{error}"
    );
    sandbox
        .send_args(&receiver.url, ["message.sent", "-H", "@none"])
        .exits(3);
}

#[test]
fn send_header_with_another_sign_than_a_colon_is_explained() {
    for line in ["X-Tenant=acme", "Authorization secret"] {
        let sandbox = Sandbox::with_secret();
        let cmd = sandbox.args(["send", "message.sent", "--dry-run", "-H", line]);
        let name = line.split(['=', ' ']).next().unwrap();
        cmd.run().exits(2).says(&[
            "error: --header: expected a header such as `X-Name: value`: ",
            &format!("hint: a colon follows the name: `{name}: …`"),
        ]);
    }
}
