//! What is shown, and what never changes with it.

use super::support::*;

#[test]
fn the_view_is_filtered_and_nothing_else() {
    let listener = Listener::start(&[
        "--compact",
        "--events",
        "*.delivered",
        "--where",
        "data.recipient=jane@*",
    ]);
    let other =
        br#"{"id":"d-2","event":"message.delivered","data":{"recipient":"john@example.com"}}"#;
    let opened =
        br#"{"id":"d-3","event":"message.opened","data":{"recipient":"jane@example.com"}}"#;
    for body in [BODY.as_bytes(), other, opened] {
        assert_eq!(
            listener.deliver(body),
            (200, r#"{"received":true}"#.to_owned())
        );
    }
    assert_eq!(listener.records().len(), 3);
    let ended = listener.stop();
    assert_eq!(ended.stdout.lines().count(), 2, "{}", ended.stdout);
    assert!(ended.stdout.contains("message.delivered  jane@example.com"));
    assert!(
        ended
            .stdout
            .ends_with("3 received: 3 verified, 0 rejected, 0 duplicates\n")
    );
}

#[test]
fn duplicates_name_their_first_sighting() {
    let listener = Listener::start(&["--only", "duplicate", "--compact"]);
    listener.deliver(BODY.as_bytes());
    listener.deliver(BODY.as_bytes());
    let ended = listener.stop();
    assert_eq!(ended.stdout.matches("message.delivered").count(), 1);
    assert!(
        ended.stdout.contains("#2\n    duplicate of #1, now\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn narrow_terminals_get_short_lines() {
    let listener = Listener::start_through(&["env", "COLUMNS=60"], &[]);
    let mail = r#"{"id":"d-4","event":"message.inbound","data":{"from":{"email":"jane@example.com","name":"Jane \u001b[2J"},"to":[{"email":"help@example.com"}],"recipient":"help@example.com","subject":"A subject that goes on and on, far beyond what sixty columns hold","body":{"text":"Hello\nthere"},"attachments":[{"filename":"a.pdf","content_type":"application/pdf","size":300,"content":"QUJD0000"}]}}"#
        .replace("QUJD0000", &"QUJD".repeat(100));
    assert_eq!(listener.deliver(mail.as_bytes()).0, 200);
    let ended = listener.stop();
    let shown = format!("{}{}", ended.stderr, ended.stdout);
    for line in shown.lines() {
        assert!(line.chars().count() <= 60, "{line}");
    }
    for part in [
        "from    Jane \\u001b[2J <jane@example.com>",
        "to      help@example.com",
        "text    Hello\n            there",
        "file    a.pdf (application/pdf, 300 B)",
        "…\" (400 B)",
        "--to http://127.0.0.1:",
    ] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn json_lines_and_the_ready_file() {
    let folder = tempfile::tempdir().unwrap();
    let ready = folder.path().join("ready");
    let listener = Listener::start_in(folder, &["--json", "--ready-file", "ready"]);
    while !ready.exists() {
        std::thread::yield_now();
    }
    let url = std::fs::read_to_string(&ready).unwrap();
    assert_eq!(url, format!("http://127.0.0.1:{}\n", listener.port));
    listener.deliver(BODY.as_bytes());
    listener.deliver(BODY.as_bytes());
    // Signed, then encoded again with a space.
    let signed = String::from_utf8(signed(BODY.as_bytes(), "Connection: close\r\n")).unwrap();
    let length = |add: usize| format!("Content-Length: {}\r\n", BODY.len() + add);
    let spaced = signed
        .replace(&length(0), &length(1))
        .replace("\"id\":", "\"id\": ");
    assert_eq!(parse(&listener.exchange(spaced.as_bytes())).0, 401);
    let ended = listener.stop();
    assert!(!ready.exists(), "removed at the end");
    let lines: Vec<serde_json::Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let types: Vec<_> = lines
        .iter()
        .map(|line| line["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        ["ready", "delivery", "delivery", "delivery", "summary"]
    );
    assert_eq!(lines[0]["url"], url.trim_end());
    assert_eq!(lines[1]["seq"], 1);
    assert!(lines[1]["duplicate_of"].is_null());
    assert_eq!(lines[2]["duplicate_of"], 1);
    assert_eq!(lines[1]["body"], BODY);
    assert!(lines[1].get("cause").is_none());
    assert_eq!(lines[3]["cause"]["code"], "body.reformatted");
    assert_eq!(lines[4]["rejected"], 1);
    // What is added to the record is no part of it when the line is read again.
    let line = ended.stdout.lines().nth(3).unwrap().as_bytes();
    let capture = lettermint_hook::capture::parse_line(line, 1)
        .unwrap()
        .unwrap();
    assert!(capture.record.unknown.is_empty());
    assert!(!ended.stdout.contains(SECRET) && !ended.stderr.contains(SECRET));
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    use std::io::{BufRead as _, Write as _};
    let folder = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_lettermint-hook"))
        .args(["listen", "--port", "0", "--json"])
        .current_dir(folder.path())
        .env_clear()
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut first = String::new();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut first).unwrap();
    let port = first.split(',').next().unwrap().rsplit(':').next().unwrap();
    // It may have noticed already, or notices with the first delivery.
    if let Ok(mut stream) = std::net::TcpStream::connect(format!("127.0.0.1:{port}")) {
        let _ = stream.write_all(&signed(BODY.as_bytes(), ""));
    }
    assert_eq!(wait_bounded(&mut child), Some(0));
}

#[test]
#[cfg(unix)]
fn a_terminal_that_stands_still_slows_nobody_down() {
    use std::fs::{File, OpenOptions};
    use std::io::Read as _;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ready = folder.path().join("ready");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_lettermint-hook"))
        .args(["listen", "--port", "0", "--secret", SECRET])
        .args(["--ready-file", "ready", "--color", "never"])
        .current_dir(folder.path())
        .env_clear()
        .stdin(std::process::Stdio::null())
        .stdout(slave)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !ready.exists() {
        std::thread::yield_now();
    }
    let url = std::fs::read_to_string(&ready).unwrap();
    // Nobody reads the terminal; every delivery is answered and recorded all the same.
    let address = url.trim().strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let sent = 3_000;
    let mut answer = [0; 4096];
    for _ in 0..sent {
        std::io::Write::write_all(&mut stream, &signed(BODY.as_bytes(), "")).unwrap();
        let length = stream.read(&mut answer).unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200 OK"));
    }
    let store = folder.path().join(".lettermint-hook/deliveries.ndjson");
    assert_eq!(
        std::fs::read_to_string(store).unwrap().lines().count(),
        sent
    );
    let interrupted = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupted.success());
    // Now the terminal is read; it ends with an error when the listener is gone.
    let mut shown = Vec::new();
    let _ = File::from(master).read_to_end(&mut shown);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let shown = String::from_utf8_lossy(&shown);
    let missed: usize = shown
        .lines()
        .filter_map(|line| {
            line.strip_prefix("… ")?
                .split_once(" more recorded, not shown")
        })
        .map(|(count, _)| count.replace(',', "").parse::<usize>().unwrap())
        .sum();
    let lines = shown.matches("✓ verified").count();
    assert!(missed > 0 && lines > 0);
    assert_eq!(missed + lines, sent, "every delivery is shown or counted");
    let sum = format!("{sent} received: {sent} verified");
    assert!(shown.contains(&sum), "{shown}");
}
