//! Where deliveries may go: a whole URL, on this machine unless the user says otherwise.

use crate::support::{Receiver, RefusingPort, Sandbox};

/// Both commands that send, with something to send.
fn sending(sandbox: &Sandbox) -> [&'static str; 2] {
    let stored = crate::support::stored_delivery("a", "message.sent", 200);
    sandbox.write("store.ndjson", stored.to_string() + "\n");
    ["send message.sent", "replay store.ndjson"]
}

#[test]
fn what_is_no_url_to_deliver_to_is_refused_with_a_hint() {
    let sandbox = Sandbox::with_secret();
    for line in sending(&sandbox) {
        for (to, words) in [
            ("", "not a URL"),
            ("localhost:3000", "http://"),
            ("/webhooks", "not a URL"),
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
fn credentials_in_the_url_are_refused_and_the_password_is_not_repeated() {
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
fn anything_that_is_not_this_machine_is_refused_before_a_connection() {
    let sandbox = Sandbox::with_secret();
    for line in sending(&sandbox) {
        for to in [
            "http://10.0.0.1/",
            "https://10.0.0.1/",
            "http://192.0.2.7:3000/hook",
            "http://0.0.0.0:3000/",
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
fn every_spelling_of_this_machine_is_accepted() {
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let port = receiver.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "app.localhost",
        "0x7f000001",
        "127.1",
        "[::ffff:127.0.0.1]",
    ] {
        sandbox
            .cmd(&format!("send message.sent --to http://{host}:{port}/"))
            .run()
            .exits(0);
    }
}

#[test]
fn localhost_is_tried_on_both_families_and_the_answer_says_so() {
    let nobody = RefusingPort::new();
    let port = nobody.port();
    let run = Sandbox::with_secret()
        .cmd(&format!("send message.sent --to http://localhost:{port}/"))
        .run()
        .exits(3);
    run.prints(&[
        "connection refused",
        &format!("127.0.0.1:{port}"),
        &format!("[::1]:{port}"),
        "hint: is the server running",
    ]);
}

#[test]
fn a_name_that_does_not_resolve_is_said() {
    let sandbox = Sandbox::with_secret();
    // RFC 6761: names below `invalid` never resolve.
    let run = sandbox
        .cmd("send message.sent --to http://nowhere.invalid/")
        .run()
        .exits(3);
    run.prints(&["name not resolved", "nowhere.invalid", "hint: "]);
}
