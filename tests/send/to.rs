//! `--to`: a whole URL, on this machine unless the user says otherwise; for `send`, `send --count`
//! and `replay`.

use std::net::TcpListener;

use crate::support::{Receiver, RefusingPort, Sandbox, stored_delivery};

/// The commands that send, with something to send.
fn sending(sandbox: &Sandbox) -> [&'static str; 3] {
    let stored = stored_delivery("a", "message.sent", 200);
    sandbox.write("store.ndjson", format!("{stored}\n"));
    [
        "send message.sent",
        "send message.sent --count 2",
        "replay store.ndjson",
    ]
}

#[test]
fn send_to_what_is_no_url_is_refused_with_a_hint() {
    let sandbox = Sandbox::with_secret();
    for line in sending(&sandbox) {
        for (to, words) in [
            ("", "not a URL"),
            ("nowhere", "localhost:3000/path"),
            ("localhost:99999", "not a URL"),
            ("http://", "not a URL"),
            ("http://[::1", "not a URL"),
            ("http://localhost:99999/", "not a URL"),
            ("ftp://localhost/", "only http:// and https://"),
            ("file:///etc/passwd", "only http:// and https://"),
            ("http://localhost/#top", "fragment"),
        ] {
            let run = sandbox.cmd(line).arg("--to").arg(to).run().exits(2);
            run.says(&["error: --to: ", words, "hint: "]);
        }
    }
}

#[test]
fn send_to_a_url_with_credentials_does_not_repeat_the_password() {
    let sandbox = Sandbox::with_secret();
    for line in sending(&sandbox) {
        let run = sandbox
            .cmd(line)
            .arg("--to")
            .arg("http://me:hunter2@localhost/")
            .run()
            .exits(2);
        assert!(!run.err().contains("hunter2"), "{}", run.transcript());
        run.says(&["credentials", "hint: "]);
    }
}

#[test]
fn send_to_another_machine_is_refused_without_allow_remote() {
    let sandbox = Sandbox::with_secret();
    for line in sending(&sandbox) {
        for to in [
            "http://10.0.0.1/",
            "https://10.0.0.1/",
            "http://192.0.2.7:3000/hook",
            "http://[2001:db8::1]/",
            "http://[::ffff:10.0.0.1]/",
            // Other spellings of 10.0.0.1 that a resolver understands.
            "http://0x0a000001/",
            "http://167772161/",
            "http://012.1/",
        ] {
            let run = sandbox.cmd(line).arg("--to").arg(to).run().exits(2);
            assert!(run.stdout.is_empty(), "{}", run.transcript());
            run.says(&["not on this machine", "`--allow-remote`"]);
        }
    }
    let store = sandbox.path(".lettermint-hook");
    assert!(
        !store.exists(),
        "an attempt was made, or a store left behind"
    );
}

#[test]
fn send_to_every_spelling_of_this_machine_is_accepted() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let port = receiver.port();
    let hosts = [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "app.localhost",
        "0x7f.1",
        "0x7f000001",
        "127.1",
        "[::ffff:127.0.0.1]",
    ];
    for host in hosts {
        let line = format!("send message.sent --to http://{host}:{port}");
        sandbox.cmd(&line).run().exits(0);
    }
    assert_eq!(receiver.requests().len(), hosts.len());
}

#[test]
fn send_to_localhost_tries_both_families_and_says_so() {
    let nobody = RefusingPort::new();
    let port = nobody.port();
    let sandbox = Sandbox::with_secret();
    let url = format!("http://localhost:{port}/");
    let tried = [format!("127.0.0.1:{port}"), format!("[::1]:{port}")];
    let run = sandbox
        .cmd("send message.sent --to")
        .arg(&url)
        .run()
        .exits(3);
    run.prints(&["connection refused", "hint: is the server running"]);
    run.prints(&tried);
    let run = sandbox.send(&url, "message.sent").exits(3);
    let error = run.attempts()[0]["error"].as_str().unwrap().to_owned();
    assert!(tried.iter().all(|tried| error.contains(tried)), "{error}");
}

#[test]
fn send_to_a_name_that_does_not_resolve_is_exit_3() {
    let sandbox = Sandbox::with_secret();
    // RFC 6761: names below `invalid` never resolve.
    let run = sandbox
        .cmd("send message.sent --to http://nowhere.invalid/")
        .run()
        .exits(3);
    run.prints(&["name not resolved", "nowhere.invalid", "hint: "]);
}

#[test]
fn send_to_an_address_to_listen_on_names_the_one_to_send_to() {
    for (to, instead) in [
        ("http://0.0.0.0:3000/hook", "http://127.0.0.1:3000/hook"),
        (
            "https://[::]:3000/hook?a=0.0.0.0",
            "https://[::1]:3000/hook?a=0.0.0.0",
        ),
    ] {
        for more in ["", "--allow-remote"] {
            let line = format!("send message.sent --to {to} {more}");
            let run = Sandbox::with_secret().cmd(&line).run().exits(2);
            let said = format!(
                "error: an address to listen on, not one to send to: {to}\nhint: on this machine that server is {instead}\n"
            );
            assert_eq!(run.err(), said);
        }
        let line = format!("listen --port 0 --no-store --forward-to {to}");
        Sandbox::with_secret()
            .cmd(&line)
            .run()
            .exits(2)
            .says(&[instead]);
    }
}

#[test]
fn send_says_that_the_other_loopback_address_answers() {
    for (listening, refusing) in [("[::1]", "127.0.0.1"), ("127.0.0.1", "[::1]")] {
        let listener = TcpListener::bind(format!("{listening}:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = format!("send message.sent --no-store --to http://{refusing}:{port}/");
        let run = Sandbox::with_secret().cmd(&line).run().exits(3);
        run.prints(&[
            &format!("tried {refusing}:{port}, and {listening}:{port} answers"),
            "hint: the server listens on the other loopback address only: use that, or localhost",
        ]);
    }
}
