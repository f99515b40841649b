//! `--forward-to` that leads back to the listener.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Barrier;

use super::BODY;
use crate::support::{Answer, Listener, Receiver, Response, Sandbox, read_all, signed_request};

/// A port that is free now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn listen_forward_to_itself_is_refused_at_the_start() {
    let port = free_port();
    for (host, to, named) in [
        ("127.0.0.1", "http://127.0.0.1", ""),
        ("127.0.0.1", "http://localhost", ", which is 127.0.0.1:PORT"),
        (
            "127.0.0.1",
            "http://a.localhost",
            ", which is 127.0.0.1:PORT",
        ),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]", ""),
        ("127.0.0.1", "http://2130706433", ""),
        ("::1", "http://localhost", ", which is [::1]:PORT"),
        ("::1", "http://[::1]", ""),
        ("0.0.0.0", "http://127.0.0.1", ""),
        ("0.0.0.0", "http://127.1.2.3", ""),
        ("::", "http://[::1]", ""),
    ] {
        let line =
            format!("listen --no-store --host {host} --port {port} --forward-to {to}:{port}/hook");
        let run = Sandbox::with_secret().cmd(&line).run().exits(2);
        let named = named.replace("PORT", &port.to_string());
        run.says(&[
            "error: --forward-to is this listener itself, ",
            "hint: give the handler's own URL",
        ]);
        assert!(
            run.err().lines().next().unwrap().ends_with(&named),
            "{}",
            run.transcript()
        );
    }
    // The same port of another address is somebody else.
    let handler = Receiver::on(TcpListener::bind("127.0.0.2:0").unwrap(), |_, _| {
        Answer::status(200)
    });
    let sandbox = Sandbox::with_secret();
    let cmd = sandbox.cmd(&format!(
        "listen --no-store --port {} --forward-to http://127.0.0.2:{0}/",
        handler.port()
    ));
    let listener = Listener::of(cmd);
    assert_eq!(listener.deliver(BODY).status, 200);
}

/// Two listeners, each forwarding to the other.
fn circle(sandbox: &Sandbox, more: &str) -> (Listener, Listener) {
    let port = free_port();
    let first = Listener::start(
        sandbox,
        &format!("--no-store --compact {more} --forward-to http://127.0.0.1:{port}/"),
    );
    let line = format!(
        "listen --no-store --compact {more} --port {port} --forward-to {}",
        first.url()
    );
    let second = Listener::of(sandbox.cmd(&line));
    (first, second)
}

#[test]
fn listen_forward_to_each_other_ends_after_a_few_deliveries() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("key", crate::support::SECRET);
    for more in ["", "--forward-signed-with file:key"] {
        let (first, second) = circle(&sandbox, more);
        for id in ["a", "b"] {
            let line = format!(
                "send message.sent --no-store --id {id} --to {}",
                first.url()
            );
            let run = sandbox.cmd(&line).run().exits(1);
            run.prints(&[
                "✗ 508",
                "loop detected",
                "hint: the delivery went round in a circle",
            ]);
        }
        let (first, second) = (first.stop(), second.stop());
        let (out, err) = (first.out(), first.err());
        assert!(out.contains("6 received"), "{}", first.transcript());
        assert!(
            out.contains("handler: loop detected"),
            "{}",
            first.transcript()
        );
        assert_eq!(
            err.matches("loop detected").count(),
            1,
            "{}",
            first.transcript()
        );
        second.prints(&["4 received"]);
    }
}

#[test]
fn listen_forward_to_changes_no_headers_of_repeats_that_come_one_after_another() {
    let handler = Receiver::ok();
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, &format!("--forward-to {}", handler.url));
    let request = signed_request(
        "/",
        "Via: 1.1 theirs\r\nConnection: close\r\n",
        BODY.as_bytes(),
    );
    for _ in 0..3 {
        listener.exchange(&request);
        assert_eq!(handler.request().header("Via"), "1.1 theirs");
    }
}

#[test]
fn listen_forward_to_hands_on_repeats_that_come_at_once() {
    let together = Barrier::new(8);
    let handler = Receiver::scripted(move |_, _| {
        together.wait();
        Answer::status(200)
    });
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, &format!("--forward-to {}", handler.url));
    let request = signed_request("/", "Connection: close\r\n", BODY.as_bytes());
    let mut streams: Vec<_> = (0..8).map(|_| listener.connect()).collect();
    for stream in &mut streams {
        stream.write_all(&request).unwrap();
    }
    for stream in streams {
        assert_eq!(Response::parse(&read_all(stream)).status, 200);
    }
}
