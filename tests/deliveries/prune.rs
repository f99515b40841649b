//! `deliveries prune`, alone and against somebody who appends.

use serde_json::Value;

use crate::support::{Receiver, STORE, Sandbox, stored_delivery, wait_until};

/// Deliveries of ten days, one a day, with a torn line after the fifth.
fn store(sandbox: &Sandbox) {
    let mut lines = String::new();
    for day in 1..=10 {
        let record = stored_delivery(&format!("day-{day}"), "message.sent", 200);
        let record = record.with("at", format!("2026-10-{day:02}T12:00:00Z"));
        lines += &format!("{record}\n");
        if day == 5 {
            lines += "{\"v\":1,\"torn\n";
        }
    }
    sandbox.write(STORE, lines);
}

fn left(sandbox: &Sandbox) -> Vec<String> {
    let text = String::from_utf8(sandbox.read(STORE)).unwrap();
    text.lines()
        .map(|line| match serde_json::from_str::<Value>(line) {
            Ok(record) => record["id"].as_str().unwrap().to_owned(),
            Err(_) => "torn".to_owned(),
        })
        .collect()
}

#[test]
fn deliveries_prune_by_age_and_number() {
    let days = |days: &[u8]| -> Vec<String> {
        let name = |day: &u8| match day {
            0 => "torn".to_owned(),
            day => format!("day-{day}"),
        };
        days.iter().map(name).collect()
    };
    for (options, expected) in [
        ("--older-than 2026-10-09T00:00:00Z", &[0, 9, 10][..]),
        ("--keep-last 3", &[0, 8, 9, 10]),
        ("--keep-last 0", &[0]),
        (
            "--older-than 2026-10-09T00:00:00Z --keep-last 4",
            &[0, 7, 8, 9, 10],
        ),
        (
            "--older-than 2026-10-03T00:00:00Z --keep-last 1",
            &[3, 4, 5, 0, 6, 7, 8, 9, 10],
        ),
        ("--keep-last 99", &[1, 2, 3, 4, 5, 0, 6, 7, 8, 9, 10]),
    ] {
        let sandbox = Sandbox::new();
        store(&sandbox);
        let before = sandbox.read(STORE);
        let dry = format!("deliveries prune {options} --dry-run --json");
        let counted = sandbox.cmd(&dry).run().exits(0).json();
        assert_eq!(sandbox.read(STORE), before, "{options}");
        let line = format!("deliveries prune {options} --json");
        let done = sandbox.cmd(&line).run().exits(0).json();
        assert_eq!(done["removed"], counted["removed"], "{options}");
        assert_eq!(done["unreadable"], 1, "{options}");
        assert_eq!(left(&sandbox), days(expected), "{options}");
    }
    Sandbox::new().cmd("deliveries prune").run().exits(2);
}

#[test]
fn deliveries_prune_loses_nothing_while_others_append() {
    let sandbox = Sandbox::with_secret();
    store(&sandbox);
    let receiver = Receiver::ok();
    let senders = [1, 2].map(|_| {
        // Their records are of the future, so only the old ones go.
        let line = format!(
            "send message.sent --json --now 2099-01-01T00:00:00Z --duration 1h --to {}",
            receiver.url
        );
        sandbox.cmd(&line).start()
    });
    receiver.wait_for(100);
    for day in 1..=10 {
        // Old ones go, one after another, while new ones come.
        let line = format!("deliveries prune --older-than 2026-10-{day:02}T13:00:00Z");
        sandbox.cmd(&line).run().exits(0);
        receiver.wait_for(receiver.requests().len() + 20);
    }
    let sent: u64 = senders
        .into_iter()
        .map(|sender| {
            sender.interrupt();
            let run = sender.finish().exits(130);
            run.summary()["attempts"].as_u64().unwrap()
        })
        .sum();
    let left = left(&sandbox);
    assert!(!left.iter().any(|id| id.starts_with("day-")), "{left:?}");
    assert_eq!(left.len() as u64, sent + 1, "and the line that was torn");
}

#[cfg(unix)]
#[test]
fn deliveries_prune_through_a_link_leaves_the_link() {
    let sandbox = Sandbox::new();
    store(&sandbox);
    std::os::unix::fs::symlink(sandbox.path(STORE), sandbox.path("link")).unwrap();
    let run = sandbox
        .cmd("deliveries prune --keep-last 3 --store link")
        .run();
    run.exits(0).prints(&["removed 7"]);
    assert!(sandbox.path("link").is_symlink());
    assert_eq!(left(&sandbox), ["torn", "day-8", "day-9", "day-10"]);
}

#[test]
fn deliveries_prune_at_the_same_time_never_fails() {
    let sandbox = Sandbox::new();
    let line = |n: usize| stored_delivery(&n.to_string(), "message.sent", 200).to_string() + "\n";
    sandbox.write(STORE, (0..3_000).map(line).collect::<String>());
    let running: Vec<_> = (1..=8)
        .map(|number| {
            let line = format!("deliveries prune --keep-last {}", 3_000 - 300 * number);
            sandbox.cmd(&line).start()
        })
        .collect();
    for run in running {
        run.finish().exits(0);
    }
    assert_eq!(sandbox.records().len(), 600);
}

#[test]
fn deliveries_commands_that_are_killed_leave_nothing_behind() {
    use rustix::process::Signal;
    let sandbox = Sandbox::with_secret();
    let line = stored_delivery("a", "message.sent", 200).to_string() + "\n";
    sandbox.write(STORE, line.repeat(20_000));
    let whole = sandbox.read(STORE).len();
    for (signal, code) in [
        (Signal::KILL, None),
        (Signal::TERM, Some(143)),
        (Signal::HUP, Some(129)),
        (Signal::INT, Some(130)),
    ] {
        for line in [
            "export --format ndjson --output out",
            "redact --output out",
            "prune --keep-last 19999",
        ] {
            let running = sandbox.cmd(&format!("deliveries {line}")).start();
            // It is in the middle of it, or has not begun, or is done.
            running.signal(signal);
            let run = running.finish();
            let ended = [code, Some(0), None];
            assert!(
                ended.contains(&run.code()),
                "{line} {signal:?}\n{}",
                run.transcript()
            );
            let mut names: Vec<_> = std::fs::read_dir(sandbox.directory())
                .unwrap()
                .map(|entry| entry.unwrap().file_name())
                .collect();
            names.retain(|name| name != ".lettermint-hook" && name != "out");
            assert!(names.is_empty(), "{names:?}");
            let store = sandbox.read(STORE).len();
            assert!(store == whole || store == whole - whole / 20_000);
        }
    }
}

#[test]
fn deliveries_import_that_waits_for_its_input_ends_with_the_signal() {
    use rustix::process::Signal;
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let sandbox = Sandbox::new();
        let (reader, writer) = std::io::pipe().unwrap();
        let cmd = sandbox.cmd("deliveries import - --store s.ndjson");
        let mut command = cmd.into_command();
        let mut child = command.stdin(reader).spawn().unwrap();
        drop(command);
        // The store is made once the signals are watched.
        wait_until("it has begun", || sandbox.path("s.ndjson").exists());
        rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
        drop(writer);
    }
}
