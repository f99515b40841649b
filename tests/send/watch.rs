//! `--watch`: sends again when files change.

use std::fs;

use crate::support::{Receiver, Running, Sandbox};

const BODY: &str = r#"{"id":"a","event":"message.sent","data":{}}"#;

fn start(sandbox: &Sandbox, receiver: &Receiver, options: &str) -> Running {
    let line = format!("send {options} --to {}", receiver.url);
    let mut running = sandbox.cmd(&line).start();
    // From this line on no change is lost.
    let message = running.next_message();
    assert!(
        message.contains("sends again when one changes"),
        "{message}"
    );
    running
}

#[test]
fn send_watch_sends_a_body_again_each_time_it_is_written() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    let path = sandbox.write("body.json", BODY);
    let mut running = start(&sandbox, &receiver, "--body body.json --watch body.json");
    assert_eq!(receiver.request().body, BODY.as_bytes());

    let written = BODY.replace("{}", "{\"n\":1}");
    fs::write(&path, &written).unwrap();
    assert_eq!(receiver.request().body, written.as_bytes());
    assert!(running.next_message().contains("changed: body.json"));

    // As editors do it: another file takes its place, or it is deleted and made again.
    let renamed = BODY.replace("{}", "{\"n\":2}");
    fs::write(sandbox.path("body.json~"), &renamed).unwrap();
    fs::rename(sandbox.path("body.json~"), &path).unwrap();
    assert_eq!(receiver.request().body, renamed.as_bytes());
    assert!(running.next_message().contains("changed: body.json"));
    fs::remove_file(&path).unwrap();
    fs::write(&path, BODY).unwrap();
    assert_eq!(receiver.request().body, BODY.as_bytes());

    running.interrupt();
    running.finish().exits(130);
}

#[test]
fn send_watch_of_a_directory_sends_fresh_deliveries() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::ok());
    // Hidden is what is hidden in a watched directory, not what is watched.
    sandbox.write(".app/routes/hook.js", "1");
    sandbox.write(".env", "A=1");
    let options = "message.sent message.opened --watch .app .env";
    let running = start(&sandbox, &receiver, options);
    for name in [".app/routes/hook.js", ".env"] {
        assert_eq!(receiver.request().event(), "message.sent");
        assert_eq!(receiver.request().event(), "message.opened");
        sandbox.write(name, "2");
    }
    assert_eq!(receiver.request().event(), "message.sent");
    assert_eq!(receiver.request().event(), "message.opened");
    running.interrupt();
    running.finish().exits(130);
}

#[test]
fn send_watch_goes_on_after_a_failure_and_ignores_the_store() {
    let (sandbox, receiver) = (Sandbox::with_secret(), Receiver::statuses([500, 200]));
    sandbox.write("src/hook.js", "1");
    // The store is written into the watched directory with every round.
    let options = "message.sent --watch . --store deliveries.ndjson";
    let mut running = start(&sandbox, &receiver, options);
    let first = receiver.request();
    for name in [
        "server.log",
        ".git/index",
        "node_modules/x/i.js",
        "src/.hook.js.swp",
    ] {
        sandbox.write(name, "x");
    }
    sandbox.write("src/hook.js", "2");
    let second = receiver.request();
    assert_ne!(first.id(), second.id());
    assert!(running.next_message().contains("changed: src"));
    sandbox.write("src/hook.js", "3");
    receiver.request();
    running.interrupt();
    running.finish().exits(130);
    assert_eq!(receiver.requests().len(), 3);
}

#[test]
fn send_watch_refuses_what_it_cannot_watch() {
    let receiver = Receiver::unwanted();
    let sandbox = Sandbox::with_secret();
    sandbox.write("x", BODY);
    for (options, words) in [
        ("--watch x message.sent", "no EVENT"),
        (
            "message.sent --watch y",
            "--watch: no such file or directory: y",
        ),
        (
            "message.sent --watch x --print curl",
            "--watch does not go with --print",
        ),
        ("--body - --watch x", "--watch does not go with --body -"),
        ("message.snet --watch x", "did you mean `message.sent`?"),
        (
            "message.sent --watch x --count 2",
            "bulk sending does not go with --watch",
        ),
    ] {
        let line = format!("send {options} --to {}", receiver.url);
        sandbox.cmd(&line).run().exits(2).says(&[words]);
    }
}
