//! `https://`, `--cacert` and `--insecure`: loopback with a certificate that nobody else knows.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::support::{NOW, Receiver, Sandbox};

#[test]
fn send_to_https_with_an_unknown_certificate_fails_with_a_hint() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::tls());
    let run = sandbox.send(&receiver.url, "message.sent").exits(3);
    let attempt = &run.attempts()[0];
    let error = attempt["error"].as_str().unwrap();
    assert!(error.starts_with("TLS failed: "), "{error}");
    let hint = attempt["hint"].as_str().unwrap();
    assert!(hint.contains("`--cacert FILE`"), "{hint}");
    let line = format!("send message.sent --no-store --to {}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(3);
    run.prints(&["TLS failed", "hint: ", "`--cacert FILE`"]);
    assert!(receiver.requests().is_empty());
    assert_eq!(sandbox.records().len(), 1);
}

#[test]
fn send_cacert_or_insecure_accepts_the_certificate() {
    let receiver = Receiver::tls();
    for host in ["localhost", "127.0.0.1"] {
        for trust in ["--cacert own.pem", "--insecure"] {
            let sandbox = Sandbox::with_secret();
            sandbox.write("own.pem", receiver.certificate());
            let url = receiver.url.replace("localhost", host);
            let args = format!("message.sent --attempt 2 {trust}");
            sandbox.send(&url, &args).exits(0);
            let request = receiver.request();
            request.assert_genuine();
            assert_eq!(request.signed_at(), NOW);
            assert!(
                request.head.starts_with("POST /hook HTTP/1.1\r\n"),
                "{}",
                request.head
            );
            for (name, value) in [
                ("Content-Type", "application/json"),
                ("User-Agent", "Lettermint/1.0"),
                ("X-Lettermint-Attempt", "2"),
            ] {
                assert_eq!(request.header(name), value);
            }
        }
    }
    assert_eq!(receiver.requests().len(), 4);
}

#[test]
fn send_cacert_goes_with_count() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::tls());
    sandbox.write("own.pem", receiver.certificate());
    let args = "message.sent --count 20 -c 2 --cacert own.pem";
    let run = sandbox.send(&receiver.url, args).exits(0);
    assert_eq!(run.summary()["delivered"], 20);
    assert_eq!(receiver.requests().len(), 20);
}

#[test]
fn send_cacert_that_cannot_be_used_is_exit_3() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("no.pem", "no certificate");
    for count in ["", "--count 2"] {
        for (file, words) in [
            ("missing.pem", "no such file"),
            ("no.pem", "--cacert holds no PEM certificate: no.pem"),
        ] {
            let line = format!("send message.sent {count} --to https://127.0.0.1:1/");
            let run = sandbox.cmd(&line).args(["--cacert", file]).run().exits(3);
            run.says(&[file, words]);
        }
    }
}

#[test]
fn send_tells_plain_http_and_tls_apart() {
    let (sandbox, tls) = (Sandbox::with_secret(), Receiver::tls());
    let url = tls.url.replace("https://localhost", "http://127.0.0.1");
    sandbox.send(&url, "message.sent").exits(1);
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = plain.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in plain.incoming().flatten() {
            let _ = stream.read(&mut [0; 16]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let line = format!("send message.sent --to https://127.0.0.1:{port}/");
    sandbox.cmd(&line).run().exits(3).prints(&["TLS failed"]);
}
