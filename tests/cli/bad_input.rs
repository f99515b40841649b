//! Bad input has a clear answer: what is wrong, where, and what to type instead.

use std::os::unix::ffi::OsStrExt as _;

use crate::support::Sandbox;

#[test]
fn event_unknown_suggests_the_nearest_one() {
    let sandbox = Sandbox::with_secret();
    for (line, nearest) in [
        ("send mesage.delivered", "did you mean `message.delivered`?"),
        ("send message.bounced", "did you mean `message."),
        ("send delivered", "did you mean `message.delivered`?"),
        (
            "events message.hardbounced",
            "did you mean `message.hard_bounced`?",
        ),
        ("events zzzzzzzzzzz", "`lettermint-hook events` lists them"),
    ] {
        sandbox
            .cmd(line)
            .run()
            .exits(2)
            .says(&["unknown event", nearest]);
    }
}

#[test]
fn file_missing_or_unreadable_is_named() {
    let sandbox = Sandbox::with_secret();
    std::fs::create_dir(sandbox.path("directory")).unwrap();
    for (line, words) in [
        ("send --body missing.json", ["missing.json", "no such file"]),
        ("send --body directory", ["directory", "is a directory"]),
        ("sign --body missing.json", ["missing.json", "no such file"]),
        ("verify missing.ndjson", ["missing.ndjson", "no such file"]),
        ("replay missing.ndjson", ["missing.ndjson", "no such file"]),
        (
            "verify --secret-file missing.txt",
            ["missing.txt", "no such file"],
        ),
        (
            "send message.sent --to https://127.0.0.1:1/ --cacert missing.pem",
            ["missing.pem", "no such file"],
        ),
    ] {
        let run = sandbox.cmd(line).run().exits(3);
        assert!(!run.err().contains("os error"), "{}", run.transcript());
        run.says(&words);
    }
}

#[test]
fn store_missing_is_explained() {
    let sandbox = Sandbox::with_secret();
    for line in ["verify", "replay"] {
        let run = sandbox.cmd(line).run().exits(3);
        run.says(&["deliveries.ndjson", "hint: `lettermint-hook listen`"]);
    }
}

#[test]
fn argument_not_utf8_is_refused() {
    let sandbox = Sandbox::with_secret();
    let strange = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    for line in ["send", "events", "send message.sent --to", "replay --id"] {
        let run = sandbox.cmd(line).arg(strange).run().exits(2);
        assert!(!run.err().contains("panicked"), "{}", run.transcript());
    }
    // A path may be any bytes.
    sandbox.cmd("verify").arg(strange).run().exits(3);
}
