//! `https://`, `--cacert` and `--insecure`: loopback with a certificate that nobody else knows.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use rcgen::{BasicConstraints, CertificateParams, IsCa, date_time_ymd};

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

/// As `openssl req -x509` makes them.
fn marked_as_ca(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

fn expired(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(2020, 2, 3);
}

fn of_the_future(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2999, 1, 1);
    params.not_after = date_time_ymd(3000, 1, 1);
}

/// What is printed of a delivery to it. Nothing in it is for readers of Rust.
fn printed(receiver: &Receiver, code: i32, more: &str) -> String {
    let sandbox = Sandbox::with_secret();
    sandbox.write("own.pem", receiver.certificate());
    let line = format!("send message.sent --no-store --to {} {more}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(code);
    for debug in ["Other(", "Error(", "Context {", "CaUsedAs"] {
        run.lacks(debug);
    }
    run.out()
}

#[test]
fn send_says_what_is_wrong_with_a_certificate() {
    type Change = fn(&mut CertificateParams);
    let unchanged: Change = |_| {};
    for (names, change, trust, words, hint) in [
        (
            &["localhost"][..],
            unchanged,
            "",
            "its certificate is signed by nobody that this machine trusts",
            "hint: for a certificate of your own use `--cacert FILE`",
        ),
        (
            &["localhost"],
            marked_as_ca,
            "",
            "its certificate is that of a CA, as `openssl req -x509` makes them",
            "hint: give this very certificate with `--cacert FILE`",
        ),
        (
            &["localhost"],
            expired,
            "--cacert own.pem",
            "its certificate has expired at 2020-02-03T00:00:00Z",
            "hint: make a new certificate",
        ),
        (
            &["localhost"],
            |params| {
                marked_as_ca(params);
                expired(params);
            },
            "--cacert own.pem",
            "its certificate has expired at 2020-02-03T00:00:00Z",
            "hint: make a new certificate",
        ),
        (
            &["localhost"],
            of_the_future,
            "--cacert own.pem",
            "its certificate is not valid before 2999-01-01T00:00:00Z",
            "hint: compare both clocks",
        ),
        (
            &["one.test", "*.two.test", "127.0.0.1"],
            unchanged,
            "--cacert own.pem",
            "its certificate is for one.test, *.two.test, 127.0.0.1, not for localhost",
            "hint: use a name of the certificate in the URL",
        ),
        (
            &["one.test"],
            marked_as_ca,
            "--cacert own.pem",
            "its certificate is for one.test, not for localhost",
            "hint: use a name of the certificate in the URL",
        ),
    ] {
        let receiver = Receiver::tls_for(names, change);
        let printed = printed(&receiver, 3, trust);
        assert!(
            printed.contains(words) && printed.contains(hint),
            "{printed}"
        );
        assert!(receiver.requests().is_empty());
    }
}

#[test]
fn send_cacert_trusts_the_very_certificate_though_it_is_marked_as_a_ca() {
    let receiver = Receiver::tls_for(&["localhost"], marked_as_ca);
    printed(&receiver, 0, "--cacert own.pem");
    printed(&receiver, 0, "--insecure");
    // Nor does it have to name the host, as one made with `-subj /CN=localhost` alone.
    for change in [marked_as_ca, |_: &mut CertificateParams| {}] {
        let nameless = Receiver::tls_for(&[], change);
        printed(&nameless, 0, "--cacert own.pem");
        let told = printed(&nameless, 3, "");
        let words = ["that of a CA", "signed by nobody"];
        assert!(words.iter().any(|words| told.contains(words)), "{told}");
    }
    // Not any other.
    let other = Receiver::tls_for(&["localhost"], marked_as_ca);
    let sandbox = Sandbox::with_secret();
    sandbox.write("other.pem", other.certificate());
    let args = "message.sent --cacert other.pem";
    sandbox.send(&receiver.url, args).exits(3);
    let args = "message.sent --insecure";
    sandbox.send(&other.url, args).exits(0);
}

#[test]
fn send_tells_plain_http_and_tls_apart() {
    let tls = Receiver::tls();
    let sandbox = Sandbox::with_secret();
    let line = format!(
        "send message.sent --no-store --to {}",
        tls.url.replace("https", "http")
    );
    let run = sandbox.cmd(&line).run().exits(1);
    run.prints(&[
        "not an HTTP answer",
        "a TLS alert",
        "hint: this port speaks TLS: use https://",
    ]);
    let plain = |answer: &'static [u8]| {
        let plain = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = plain.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut stream in plain.incoming().flatten() {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer);
            }
        });
        format!("send message.sent --no-store --to https://127.0.0.1:{port}/")
    };
    let run = sandbox
        .cmd(&plain(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
        .run()
        .exits(3);
    run.prints(&[
        "TLS failed",
        "no TLS on this port",
        "hint: use http:// for this port",
    ]);
    let run = sandbox.cmd(&plain(b"")).run().exits(3);
    run.prints(&[
        "closed during the TLS handshake",
        "hint: does this port speak HTTPS?",
    ]);
}

#[test]
fn send_says_of_an_unknown_name_the_same_on_http_and_https() {
    let sandbox = Sandbox::with_secret();
    let printed = |scheme: &str| {
        let line = format!("send message.sent --no-store --to {scheme}://no.invalid/hook");
        let run = sandbox.cmd(&line).run().exits(3);
        run.prints(&[
            "name not resolved",
            "no.invalid (",
            "hint: check the host name",
        ]);
        run.out().lines().skip(1).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(printed("http"), printed("https"));
}
