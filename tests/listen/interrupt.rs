//! Ctrl+C and requests to terminate.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::{Value, json};

use super::{BODY, signed, start, status};
use crate::support::{
    Listener, Response, Sandbox, check_lines, connect, post, read_all, wait_until,
};

#[test]
fn listen_interrupted_prints_the_summary_and_exits_130() {
    let sandbox = Sandbox::with_secret();
    let listener = Listener::json(&sandbox, "");
    listener.deliver(BODY);
    post(&listener.address, &[], BODY.as_bytes());
    post(&listener.address, &[], b"{}");
    let counted = json!({
        "v": 1, "type": "summary", "received": 3, "accepted": 1, "verified": 1, "rejected": 2, "unverified": 0,
        "duplicates": 1, "unrecorded": 0, "forwarded": 0, "handler_failed": 0,
        "handler_accepted_invalid": 0, "on_purpose": 0,
        "refused": 0, "not_shown": 0
    });
    assert_eq!(listener.stop().summary(), counted);
}

#[test]
fn listen_can_be_interrupted_right_after_ready() {
    for _ in 0..20 {
        Listener::json(&Sandbox::new(), "").stop();
    }
}

#[test]
fn listen_terminated_or_hung_up_ends_like_interrupted() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let sandbox = Sandbox::new();
        let listener = Listener::json(&sandbox, "--ready-file ready");
        wait_until("the ready file", || sandbox.path("ready").exists());
        listener.running.signal(signal);
        listener.finish().exits(code).summary();
        assert!(!sandbox.path("ready").exists());
    }
}

#[test]
fn listen_outlives_its_terminal_when_it_is_told_to() {
    let sandbox = Sandbox::new();
    let nohup = sandbox.through(&["sh", "-c", "trap '' HUP; exec \"$0\" \"$@\""]);
    let listener = Listener::of(nohup.args(["listen", "--port", "0", "--no-store"]));
    listener.running.signal(Signal::HUP);
    assert_eq!(post(&listener.address, &[], b"{}").status, 200);
    listener.stop();
}

/// A request whose head was read and whose two bytes of body are being waited for: the listener
/// has said `100 Continue`.
fn in_flight(listener: &Listener) -> TcpStream {
    let mut stream = listener.connect();
    let head =
        b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    stream.write_all(head).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn listen_interrupted_lets_a_request_in_flight_finish() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::json(&sandbox, "");
    let mut stream = in_flight(&listener);
    listener.interrupt();
    stream.write_all(b"{}").unwrap();
    assert_eq!(Response::parse(&read_all(stream)).status, 200);
    assert_eq!(listener.delivery()["body"], "{}");
    let run = listener.finish().exits(130);
    assert_eq!(run.summary()["received"], 1);
}

#[test]
fn listen_interrupted_does_not_wait_for_a_client_that_never_finishes() {
    let sandbox = Sandbox::new();
    let listener = Listener::json(&sandbox, "");
    let _stuck = in_flight(&listener);
    assert_eq!(listener.stop().summary()["received"], 0);
}

/// Interrupts for the first time, until nobody can connect any more.
fn interrupt_once(listener: &Listener) {
    listener.interrupt();
    wait_until("no more connections", || {
        TcpStream::connect(&listener.address).is_err()
    });
}

#[test]
fn listen_interrupted_twice_quits_at_once() {
    // A client that never finishes is otherwise given two seconds. One of three in less is
    // proof, however busy the machine is.
    let quick = (0..3).any(|_| {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, "");
        let _stuck = in_flight(&listener);
        interrupt_once(&listener);
        let start = Instant::now();
        listener.stop();
        start.elapsed() < Duration::from_millis(1_500)
    });
    assert!(quick);
}

/// A delivery that the listener has begun to answer: it has taken note of a later request.
fn begun(listener: &Listener) -> TcpStream {
    let mut stream = listener.connect();
    stream.write_all(&signed(BODY, "")).unwrap();
    let health = listener.exchange("GET /healthz HTTP/1.0\r\n\r\n");
    assert_eq!(Response::parse(&health).status, 200);
    stream
}

#[test]
fn listen_interrupted_answers_what_is_in_flight_and_closes_what_is_idle() {
    let (_sandbox, listener) = start("--delay 500ms --compact");
    let mut stream = begun(&listener);
    let idle = listener.connect();
    listener.running.signal(Signal::TERM);
    assert_eq!(status(&mut stream), Some(200));
    assert_eq!(read_all(idle), "");
    let run = listener.finish().exits(143);
    let end = "1 received: 1 verified, 0 rejected, 0 duplicates\n";
    assert!(run.out().ends_with(end), "{}", run.transcript());
}

#[test]
fn listen_interrupted_twice_does_not_wait_for_a_delay() {
    let (_sandbox, listener) = start("--delay 60s");
    let _stream = begun(&listener);
    interrupt_once(&listener);
    let start = Instant::now();
    listener.stop();
    let took = start.elapsed();
    assert!(took < Duration::from_millis(1_500), "{took:?}");
}

#[test]
fn listen_interrupted_says_what_it_waits_for() {
    let (_sandbox, mut listener) = start("--delay 60s");
    let _stream = begun(&listener);
    listener.interrupt();
    let said = "stopping; waiting for what is in flight; Ctrl+C again quits";
    while listener.running.next_message() != said {}
    // A command is waited for, and does not outlive the second.
    let sandbox = Sandbox::new();
    let script = "trap '' INT; echo $$; while :; do sleep 0.05; done";
    let cmd = sandbox
        .cmd("listen --port 0 --no-store -- sh -c")
        .arg(script);
    let mut running = cmd.start();
    let command: i32 = running.next_line().parse().unwrap();
    running.interrupt();
    let said = "stopping; waiting for the command, 10 s at most; Ctrl+C again quits";
    while running.next_message() != said {}
    running.interrupt();
    running.finish().exits(130);
    let command = Pid::from_raw(command).unwrap();
    wait_until("the command's end", || test_kill_process(command).is_err());
}

/// A listener whose output nobody reads, and its address.
fn unread(sandbox: &Sandbox, options: &str) -> (Child, String) {
    let line = format!("listen --port 0 --ready-file ready {options}");
    let mut command = sandbox.cmd(&line).into_command();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.stdin(Stdio::null()).spawn().unwrap();
    wait_until("the ready file", || sandbox.path("ready").exists());
    let url = String::from_utf8(sandbox.read("ready")).unwrap();
    let address = url.trim().strip_prefix("http://").unwrap().to_owned();
    (child, address)
}

/// Delivers bodies of so many bytes and more, each with an id of its own, and sees that each is
/// answered.
fn deliver(address: &str, count: usize, size: usize) {
    let mut stream = connect(address);
    for id in 0..count {
        let filling = "x".repeat(size);
        let body = format!(r#"{{"id":"{id}","event":"message.sent","data":{{"a":"{filling}"}}}}"#);
        stream.write_all(&signed(body, "")).unwrap();
        assert_eq!(status(&mut stream), Some(200));
    }
}

#[test]
fn listen_answers_and_ends_though_nobody_reads_what_it_shows() {
    for (options, count, size) in [
        ("--compact", 3_000, 1),
        ("--full", 300, 2_000),
        ("--json", 300, 2_000),
        ("-- sleep 1000", 300, 2_000),
    ] {
        let sandbox = Sandbox::with_secret();
        let (mut child, address) = unread(&sandbox, options);
        deliver(&address, count, size);
        assert_eq!(sandbox.records().len(), count, "{options}");
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(143), "{options}");
    }
    // The exit code is the verdict's.
    for (options, code) in [
        ("--json --expect message.sent:300", 0),
        ("--full --expect message.opened --timeout 10s", 1),
        ("--full --forbid message.opened --timeout 10s", 0),
    ] {
        let sandbox = Sandbox::with_secret();
        let (mut child, address) = unread(&sandbox, options);
        deliver(&address, 300, 2_000);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{options}");
    }
}

#[test]
fn listen_json_counts_what_it_had_to_leave_out() {
    const SENT: usize = 1_500;
    let sandbox = Sandbox::with_secret();
    let (mut child, address) = unread(&sandbox, "--json --no-store");
    deliver(&address, SENT, 16 * 1024);
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let mut shown = String::new();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_to_string(&mut shown).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(143));
    check_lines(shown.as_bytes());
    let lines = shown
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    let of = |kind| lines.iter().filter(move |line| line["type"] == kind);
    let dropped: u64 = of("dropped")
        .map(|line| line["count"].as_u64().unwrap())
        .sum();
    assert!(dropped > 0);
    // A reader that pauses misses nothing of some 16 MiB.
    let delivered = of("delivery").count();
    assert!(delivered > 800, "{delivered}");
    assert_eq!(delivered as u64 + dropped, SENT as u64);
    assert_eq!(lines.last().unwrap()["not_shown"], dropped);
}
