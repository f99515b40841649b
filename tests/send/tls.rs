//! `https://` to loopback, with a certificate that nobody else knows.

use crate::support::{Hook, TlsReceiver};

#[test]
fn an_unknown_certificate_fails_with_a_hint() {
    let (hook, receiver) = (Hook::new(), TlsReceiver::new());
    let outcome = hook
        .send(&receiver.url("localhost"), &["message.sent"])
        .exits(3);
    let attempt = &outcome.attempts()[0];
    let error = attempt["error"].as_str().unwrap();
    assert!(error.starts_with("TLS failed: "), "{error}");
    assert!(
        attempt["hint"]
            .as_str()
            .unwrap()
            .contains("`--cacert FILE`")
    );
    assert!(receiver.requests().is_empty());
    assert_eq!(hook.records().len(), 1);
}

#[test]
fn it_is_trusted_by_file_or_on_demand() {
    let receiver = TlsReceiver::new();
    for host in ["localhost", "127.0.0.1"] {
        for trust in [&["--cacert", "own.pem"][..], &["--insecure"]] {
            let hook = Hook::new();
            hook.file("own.pem", receiver.certificate());
            let args = [&["message.sent", "--attempt", "2"], trust].concat();
            hook.send(&receiver.url(host), &args).exits(0);
        }
    }
    let requests = receiver.requests();
    assert_eq!(requests.len(), 4);
    for request in &requests {
        request.assert_genuine();
        assert_eq!(request.header("content-type"), "application/json");
        assert_eq!(request.header("user-agent"), "Lettermint/1.0");
        assert_eq!(request.header("x-lettermint-attempt"), "2");
        let text = String::from_utf8_lossy(&request.bytes);
        assert!(text.contains("\r\nX-Lettermint-Signature: t="), "{text}");
    }
}

#[test]
fn bulk_speaks_tls_too() {
    let (hook, receiver) = (Hook::new(), TlsReceiver::new());
    hook.file("own.pem", receiver.certificate());
    let args = [
        "message.sent",
        "--count",
        "20",
        "-c",
        "2",
        "--cacert",
        "own.pem",
    ];
    let outcome = hook.send(&receiver.url("localhost"), &args).exits(0);
    assert_eq!(outcome.summary()["delivered"], 20);
    assert_eq!(receiver.requests().len(), 20);
}

#[test]
fn a_certificate_file_that_cannot_be_used_is_exit_3() {
    let (hook, receiver) = (Hook::new(), TlsReceiver::new());
    hook.file("no.pem", "no certificate");
    for bulk in [&[][..], &["--count", "2"]] {
        for file in ["missing.pem", "no.pem"] {
            let args = [&["message.sent", "--cacert", file], bulk].concat();
            let outcome = hook.send(&receiver.url("localhost"), &args).exits(3);
            assert!(outcome.stderr.contains(file), "{}", outcome.stderr);
        }
    }
    assert!(receiver.requests().is_empty());
}

#[test]
fn plain_http_at_a_tls_port_and_tls_at_a_plain_one_are_told_apart() {
    let (hook, tls) = (Hook::new(), TlsReceiver::new());
    let url = tls.url("127.0.0.1").replace("https:", "http:");
    hook.send(&url, &["message.sent"]).exits(1);
    let plain = crate::support::Receiver::ok();
    let url = plain.url().replace("http:", "https:");
    let outcome = hook.send(&url, &["message.sent", "--timeout", "5s"]);
    assert_ne!(outcome.code, Some(0));
}
