//! The store: several writers at once, torn and broken lines, nothing ever rewritten.

use std::io::Write as _;

use crate::support::{
    BODY, Listener, Receiver, Running, STORE, Sandbox, post, run_tool, stored_delivery,
};

/// A good record, then every kind of line that is none, then another good one.
fn broken_store() -> String {
    let good = |id| stored_delivery(id, "message.sent", 200).to_string();
    let mut newer = stored_delivery("newer", "message.sent", 200);
    newer["v"] = 2.into();
    [
        good("first"),
        "not JSON at all".to_owned(),
        "{\"v\":1}".to_owned(),
        newer.to_string(),
        "[]".to_owned(),
        "\u{1b}[2J".to_owned(),
        String::new(),
        good("last"),
        "{\"v\":1,\"direction\":\"received\",\"torn".to_owned(),
    ]
    .join("\n")
}

#[test]
fn store_broken_lines_are_skipped_counted_and_left_alone() {
    let sandbox = Sandbox::with_secret();
    let content = broken_store();
    sandbox.write("broken.ndjson", &content);
    let run = sandbox.cmd("verify broken.ndjson").run().exits(1);
    assert!(!run.err().contains('\u{1b}'), "{}", run.transcript());
    run.prints(&[
        "2 of 2 valid, 6 unreadable",
        "✗ unreadable  broken.ndjson:2",
        "broken.ndjson:3",
        "broken.ndjson:4  format version 2 is newer",
        "broken.ndjson:5",
        "broken.ndjson:6",
        "broken.ndjson:9",
    ]);
    assert!(
        !run.out().contains("broken.ndjson:7"),
        "{}",
        run.transcript()
    );
    let receiver = Receiver::ok();
    let line = format!("replay broken.ndjson --to {}", receiver.url);
    let run = sandbox.cmd(&line).run().exits(0);
    run.says(&["warning: broken.ndjson:2", "warning: broken.ndjson:9"]);
    assert_eq!(run.err().matches("warning: broken.ndjson:").count(), 6);
    assert_eq!(receiver.take().len(), 2);
    assert_eq!(sandbox.read("broken.ndjson"), content.as_bytes());
}

#[test]
fn store_bytes_not_utf8_break_one_line_only() {
    let sandbox = Sandbox::with_secret();
    let mut content = b"\xff\xfe\n".to_vec();
    content.extend(
        stored_delivery("a", "message.sent", 200)
            .to_string()
            .into_bytes(),
    );
    sandbox.write("s.ndjson", &content);
    let run = sandbox.cmd("verify s.ndjson").run().exits(1);
    run.prints(&["1 of 1 valid, 1 unreadable"]);
}

#[test]
fn store_torn_last_line_is_closed_by_the_next_append() {
    let sandbox = Sandbox::with_secret();
    let torn = broken_store();
    sandbox.write("s.ndjson", &torn);
    let receiver = Receiver::ok();
    let line = format!("send message.sent --store s.ndjson --to {}", receiver.url);
    sandbox.cmd(&line).run().exits(0);
    let content = sandbox.read("s.ndjson");
    let appended = content.strip_prefix(torn.as_bytes()).unwrap();
    let appended = appended.strip_prefix(b"\n").unwrap();
    let record: serde_json::Value = serde_json::from_slice(appended).unwrap();
    assert_eq!(record["direction"], "sent");
    assert!(appended.ends_with(b"\n"));
}

#[test]
fn store_line_torn_while_a_listener_runs_is_closed() {
    let sandbox = Sandbox::new();
    let listener = Listener::json(&sandbox, "");
    post(&listener.address, &[], BODY);
    let path = sandbox.path(STORE);
    let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(b"{\"torn").unwrap();
    post(&listener.address, &[], BODY);
    listener.stop();
    let content = sandbox.read(STORE);
    let lines: Vec<_> = content.split(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), 4, "three lines and the end of the last");
    assert_eq!(lines[1], b"{\"torn");
    assert!(serde_json::from_slice::<serde_json::Value>(lines[2]).is_ok());
}

#[test]
fn store_takes_appends_of_several_processes_at_once() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "--store shared.ndjson");
    let line = format!("send --all --store shared.ndjson --to {}", listener.url());
    let senders: Vec<Running> = (0..4).map(|_| sandbox.cmd(&line).start()).collect();
    for sender in senders {
        sender.finish().exits(0);
    }
    let run = listener.stop();
    let summary = run.summary();
    assert_eq!(summary["received"], 88);
    assert_eq!(summary["verified"], 88);
    let records = sandbox.records_of("shared.ndjson");
    let count = |direction| {
        let of = records
            .iter()
            .filter(|record| record["direction"] == direction);
        let mut ids: Vec<_> = of.map(|record| record["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(count("received").len(), 88);
    assert_eq!(count("received"), count("sent"));
    sandbox
        .cmd("verify shared.ndjson --quiet")
        .run()
        .exits(0)
        .prints(&["88 of 88 valid; 88 sent and received, counted once"]);
}

#[test]
fn store_that_was_moved_away_is_begun_anew() {
    let sandbox = Sandbox::new();
    let listener = Listener::json(&sandbox, "--store s.ndjson");
    post(&listener.address, &[], b"1");
    std::fs::rename(sandbox.path("s.ndjson"), sandbox.path("old.ndjson")).unwrap();
    post(&listener.address, &[], b"2");
    listener.stop();
    assert_eq!(sandbox.records_of("old.ndjson")[0]["body"], "1");
    assert_eq!(sandbox.records_of("s.ndjson")[0]["body"], "2");
}

#[cfg(target_os = "linux")]
#[test]
fn store_on_a_full_disk_is_said_and_answered_503() {
    let sandbox = Sandbox::with_secret();
    let mut listener = Listener::json(&sandbox, "--store /dev/full");
    let line = format!(
        "send message.sent --store /dev/full --to {}",
        listener.url()
    );
    let run = sandbox.cmd(&line).run().exits(1);
    assert_eq!(listener.delivery()["reply"]["status"], 503);
    run.prints(&["✗ 503"])
        .says(&["warning: the attempt is not recorded (no space left on device)"]);
    let run = listener.stop();
    run.says(&["not recorded and answered 503 (no space left on device)"]);
}

#[test]
fn store_that_cannot_be_opened_names_the_options_that_help() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("file", "");
    run_tool("mkfifo", &[sandbox.path("pipe").to_str().unwrap()], b"");
    for line in [
        "listen --port 0 --store file/store.ndjson",
        "send message.sent --store file/store.ndjson --to http://localhost:1/",
        "listen --port 0 --store .",
        "listen --port 0 --store pipe",
        "send message.sent --store pipe --to http://localhost:1/",
        "deliveries import file --allow-empty --store pipe",
    ] {
        let run = sandbox.cmd(line).run().exits(3);
        match line.contains("import") {
            // It reads first what it has already.
            true => run.says(&["cannot read the store (it is no regular file)"]),
            false => run.says(&["cannot open the store", "`--store PATH`", "`--no-store`"]),
        };
    }
    for line in [
        "list",
        "show a",
        "prune --keep-last 1",
        "export --format har",
    ] {
        for store in ["pipe", "/dev/zero", "."] {
            let line = format!("deliveries {line} --store {store}");
            let run = sandbox.cmd(&line).run().exits(3);
            run.says(&["cannot ", " the store (i"]);
        }
    }
}

#[cfg(unix)]
#[test]
fn store_that_others_can_open_is_said() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::with_secret();
    let receiver = Receiver::ok();
    let send = |store: &str| {
        let line = format!("send message.sent --store {store} --to {}", receiver.url);
        sandbox.cmd(&line).run().exits(0)
    };
    set_permissions(sandbox.directory(), Permissions::from_mode(0o755)).unwrap();
    send("s.ndjson").lacks("other users");
    set_permissions(sandbox.path("s.ndjson"), Permissions::from_mode(0o666)).unwrap();
    send("s.ndjson").says(&[
        "other users can open the store (mode 0666)",
        "hint: `chmod 600",
    ]);
    set_permissions(sandbox.directory(), Permissions::from_mode(0o700)).unwrap();
    send("s.ndjson").lacks("other users");
}

#[cfg(target_os = "linux")]
#[test]
fn store_that_may_not_grow_is_answered_503_and_prune_says_what_helps() {
    let sandbox = Sandbox::with_secret();
    let line = stored_delivery("a", "message.sent", 200).to_string() + "\n";
    sandbox.write("s.ndjson", line.repeat(16 * 1024 / line.len()));
    let limited = |line: &str| {
        let shell = ["sh", "-c", "ulimit -f 8; exec \"$0\" \"$@\""];
        sandbox.through(&shell).args(line.split_whitespace())
    };
    let listener = Listener::of(limited("listen --port 0 --store s.ndjson"));
    assert_eq!(listener.deliver(BODY).status, 503);
    listener
        .stop()
        .says(&["not recorded and answered 503 (file too large)"]);
    let run = limited("deliveries prune --keep-last 20 --store s.ndjson").run();
    run.exits(3).says(&[
        "cannot prune the store (file too large)",
        "hint: what stays is copied",
    ]);
    limited("deliveries prune --keep-last 2 --store s.ndjson")
        .run()
        .exits(0);
    assert_eq!(sandbox.records_of("s.ndjson").len(), 2);
}
