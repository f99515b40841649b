//! What a listener lives through, and what it never loses.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use rustix::process::Signal;
use serde_json::Value;

use super::{body, signed, start, status};
use crate::support::{Listener, PATIENCE, STORE, Sandbox, post};

/// The ids of the records of a store.
fn ids(sandbox: &Sandbox, store: &str) -> Vec<String> {
    let records = sandbox.records_of(store).into_iter();
    let id = |record: Value| record["id"].as_str().unwrap().to_owned();
    records.map(id).collect()
}

#[test]
fn listen_killed_has_recorded_what_it_answered_200() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::start(&sandbox, "");
    let line = format!("send --all --json --no-store --to {}", listener.url());
    let sent = sandbox.cmd(&line).run().exits(0).attempts();
    listener.kill();
    // Every event, and one that no re-encoder reproduces.
    assert_eq!(sent.len(), 22);
    let sent: Vec<_> = sent
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids(&sandbox, STORE), sent);
}

#[test]
fn listen_killed_at_any_moment_loses_nothing_that_was_answered() {
    for options in ["--compact", "--fsync"] {
        let (sandbox, listener) = start(options);
        let going = AtomicBool::new(true);
        let (first, enough) = mpsc::channel();
        let answered: Vec<String> = thread::scope(|scope| {
            let clients = [0, 1, 2, 3].map(|client| {
                let (going, first) = (&going, first.clone());
                let mut stream = listener.connect();
                scope.spawn(move || {
                    let mut answered = Vec::new();
                    while going.load(Ordering::Relaxed) {
                        let id = format!("{client}-{}", answered.len());
                        if stream.write_all(&signed(body(&id), "")).is_err()
                            || status(&mut stream) != Some(200)
                        {
                            break;
                        }
                        answered.push(id);
                        if answered.len() > 100 {
                            let _ = first.send(());
                        }
                    }
                    answered
                })
            });
            enough.recv_timeout(PATIENCE).unwrap();
            listener.running.signal(Signal::KILL);
            going.store(false, Ordering::Relaxed);
            let answered = clients.into_iter().map(|client| client.join().unwrap());
            answered.flatten().collect()
        });
        // A torn last line is allowed after a kill; nothing else is.
        let content = sandbox.read(STORE);
        let whole = content.iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        sandbox.write("whole.ndjson", &content[..whole]);
        let recorded: HashSet<_> = ids(&sandbox, "whole.ndjson").into_iter().collect();
        assert!(answered.len() > 100);
        let lost = answered.iter().filter(|id| !recorded.contains(*id)).count();
        assert_eq!(lost, 0, "of {}", answered.len());
    }
}

#[test]
fn listen_shares_a_store_with_another_listener() {
    let sandbox = Sandbox::with_secret();
    let listeners = ["", "--fsync"].map(|option| {
        let options = format!("--store shared.ndjson {option}");
        Listener::start(&sandbox, &options)
    });
    thread::scope(|scope| {
        for (which, listener) in listeners.iter().enumerate() {
            let mut stream = listener.connect();
            scope.spawn(move || {
                for number in 0..100 {
                    let body = body(&format!("{which}-{number}"));
                    stream.write_all(&signed(body, "")).unwrap();
                    assert_eq!(status(&mut stream), Some(200));
                }
            });
        }
    });
    let ids = ids(&sandbox, "shared.ndjson");
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 200);
}

#[test]
fn listen_store_that_cannot_be_written_is_answered_503() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::json(&sandbox, "--store directory/store.ndjson");
    let store = sandbox.path("directory/store.ndjson");
    assert_eq!(post(&listener.address, &[], b"1").status, 200);
    listener.delivery();
    // A directory where the file was: nobody can write there, root neither.
    fs::remove_file(&store).unwrap();
    fs::create_dir(&store).unwrap();
    assert_eq!(post(&listener.address, &[], b"2").status, 503);
    assert_eq!(listener.delivery()["reply"]["status"], 503);
    fs::remove_dir(&store).unwrap();
    assert_eq!(post(&listener.address, &[], b"3").status, 200);
    let run = listener.stop();
    run.says(&["not recorded and answered 503", "recording works again"]);
    assert_eq!(sandbox.records_of("directory/store.ndjson")[0]["body"], "3");
}

#[test]
fn listen_store_that_fails_is_answered_503_until_it_works_again() {
    for options in ["", "--fsync"] {
        let (sandbox, listener) = start(options);
        let store = sandbox.path(STORE);
        let deliver = |id: &str| listener.deliver(body(id)).status;
        assert_eq!(deliver("1"), 200);
        // Rotated: it goes on in a new file.
        fs::rename(&store, sandbox.path("old")).unwrap();
        assert_eq!(deliver("2"), 200);
        assert_eq!(ids(&sandbox, STORE), ["2"]);
        // Vanished, directory and all.
        fs::remove_dir_all(store.parent().unwrap()).unwrap();
        assert_eq!(deliver("3"), 200);
        // Unwritable: there is a directory in its place.
        fs::remove_file(&store).unwrap();
        fs::create_dir(&store).unwrap();
        for _ in 0..2 {
            let answer = listener.deliver(body("4"));
            let expected = r#"{"error":"the delivery could not be recorded"}"#;
            assert_eq!((answer.status, answer.body.as_str()), (503, expected));
        }
        fs::remove_dir(&store).unwrap();
        assert_eq!(deliver("4"), 200);
        assert_eq!(ids(&sandbox, STORE), ["4"]);
        let run = listener.stop();
        run.prints(&["2 not recorded and answered 503"]);
        let said = run.err();
        let warnings = said
            .lines()
            .filter_map(|line| line.strip_prefix("warning: "));
        let warnings: Vec<_> = warnings.collect();
        assert_eq!(warnings.len(), 2, "said when it changes: {warnings:?}");
        let failed = "deliveries are not recorded and answered 503 (is a directory): ";
        assert!(warnings[0].starts_with(failed), "{warnings:?}");
        let works = "recording works again: ";
        assert!(warnings[1].starts_with(works), "{warnings:?}");
    }
}

#[test]
fn listen_store_on_a_full_disk_leaves_no_torn_line() {
    let sandbox = Sandbox::with_secret();
    // A limit on file sizes fails like a full disk: in the middle of a write.
    let limited = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let limited = sandbox.through(&["sh", "-c", limited]);
    let listener = Listener::of(limited.args(["listen", "--port", "0", "--compact"]));
    let mut recorded = 0;
    while listener.deliver(body("filling")).status == 200 {
        recorded += 1;
        assert!(recorded < 1000);
    }
    assert_eq!(listener.deliver(body("full")).status, 503);
    assert_eq!(ids(&sandbox, STORE).len(), recorded);
    fs::remove_file(sandbox.path(STORE)).unwrap();
    assert_eq!(listener.deliver(body("again")).status, 200);
    listener
        .stop()
        .says(&["answered 503 (file too large): ", "recording works again: "]);
}

#[cfg(target_os = "linux")]
#[test]
fn listen_store_locked_by_another_holds_up_nothing_else() {
    use std::os::unix::fs::MetadataExt as _;

    use crate::support::{Response, read_all, wait_until};

    let (sandbox, listener) = start("--compact");
    assert_eq!(listener.deliver(body("1")).status, 200);
    let store = fs::File::open(sandbox.path(STORE)).unwrap();
    let waiting = format!(":{} ", store.metadata().unwrap().ino());
    let wait_for_the_listener = || {
        wait_until("the listener waits for the lock", || {
            let locks = fs::read_to_string("/proc/locks").unwrap();
            locks
                .lines()
                .any(|line| line.contains("->") && line.contains(&waiting))
        });
    };
    store.lock().unwrap();
    let deliveries: Vec<_> = (0..40)
        .map(|number| {
            let mut stream = listener.connect();
            let body = body(&format!("waits-{number}"));
            let request = signed(body, "Connection: close\r\n");
            stream.write_all(&request).unwrap();
            stream
        })
        .collect();
    wait_for_the_listener();
    let health = || listener.exchange("GET /healthz HTTP/1.0\r\n\r\n");
    for _ in 0..10 {
        assert_eq!(Response::parse(&health()).status, 200);
    }
    assert_eq!(ids(&sandbox, STORE), ["1"]);
    store.unlock().unwrap();
    for stream in deliveries {
        assert_eq!(Response::parse(&read_all(stream)).status, 200);
    }
    assert_eq!(ids(&sandbox, STORE).len(), 41);
    // And it ends when it is told to.
    store.lock().unwrap();
    let mut stream = listener.connect();
    stream.write_all(&signed(body("lost"), "")).unwrap();
    wait_for_the_listener();
    listener.stop();
}
