//! An exported curl command, really run by bash, sends the recorded request to the byte.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use lettermint_hook::capture::export::export;
use lettermint_hook::capture::{ExportFormat, write_request};
use lettermint_hook::delivery::{Direction, Record};
use lettermint_hook::lettermint::Headers;
use lettermint_hook::lettermint::Random;

/// The first request that arrives, byte for byte.
fn receive_one(listener: &TcpListener) -> Vec<u8> {
    let (mut stream, _) = listener.accept().expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a timeout");
    let mut seen = Vec::new();
    let mut buffer = [0; 64 * 1024];
    while !is_whole(&seen) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return seen,
            Ok(length) => seen.extend_from_slice(&buffer[..length]),
        }
    }
    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    seen
}

fn is_whole(message: &[u8]) -> bool {
    let Some(end) = message.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&message[..end]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |length| {
            length.trim().parse::<usize>().expect("a length")
        });
    message.len() >= end + 4 + length
}

/// What arrives when bash runs the exported command, and what should.
fn sent_and_expected(record: &mut Record) -> (Vec<u8>, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let mut headers = Headers::new();
    headers.push("Host", address.to_string());
    for header in &record.headers {
        headers.push(header.name, header.value);
    }
    record.headers = headers;
    let mut expected = Vec::new();
    let Record {
        method,
        target,
        headers,
        body,
        ..
    } = &*record;
    write_request(method, target, None, headers, body, &mut expected);

    let script = export(ExportFormat::Curl, [&*record]);
    let receiver = std::thread::spawn(move || receive_one(&listener));
    let home = tempfile::tempdir().expect("a folder");
    let mut bash = Command::new("bash")
        .arg("--norc")
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", home.path())
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash");
    let mut stdin = bash.stdin.take().expect("a pipe");
    stdin.write_all(&script).expect("bash reads its script");
    drop(stdin);
    bash.wait().expect("bash ends");
    // If curl never came, this does, and the receiver ends with nothing.
    drop(TcpStream::connect(address));
    (receiver.join().expect("a receiver"), expected)
}

fn record(method: &str, target: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Record {
    let mut lines = Headers::new();
    for (name, value) in headers {
        lines.push(*name, *value);
    }
    let json = br#"{"v":1,"direction":"received","at":"2026-10-04T08:15:30Z","body":""}"#;
    Record {
        direction: Direction::Received,
        method: method.to_owned(),
        target: target.to_owned(),
        headers: lines,
        body: body.to_vec().into(),
        ..Record::parse(json).expect("a record")
    }
}

fn tools_are_there() -> bool {
    ["bash", "curl", "base64"].iter().all(|tool| {
        let version = Command::new(tool)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        version.is_ok_and(|status| status.success())
    })
}

#[test]
fn a_run_command_sends_the_recorded_bytes() {
    if !tools_are_there() {
        return;
    }
    let every_byte: Vec<u8> = (0..=255).collect();
    let mut random = Random::seeded(5);
    let large: Vec<u8> = (0..300_000).map(|_| random.next_u64() as u8).collect();
    let long_text = "it's 100% \\ \"fine\"! ✓ $HOME `id`\n".repeat(800);
    let json: &[(&str, &[u8])] = &[
        ("Content-Type", b"application/json"),
        ("User-Agent", b"Lettermint/1.0"),
    ];
    let mut cases = vec![
        record("POST", "/hook?a=1&b=[2]{3,4}", json, b"{\"a\":\"b\"}"),
        record("POST", "/", &[], b""),
        record("POST", "/a/../b/./c", &[], b"@/etc/hostname"),
        record("PUT", "/nul", json, &every_byte),
        record("POST", "/no-nul", json, &every_byte[1..]),
        record("POST", "/large", json, &large),
        record("POST", "/long", json, long_text.as_bytes()),
        record("POST", "/longer", json, long_text.repeat(3).as_bytes()),
        record("GET", "/get", &[("Accept", b"*/*")], b""),
        record("HEAD", "/head", &[("X-Empty", b"")], b""),
        record("DELETE", "/delete", &[], b""),
        record(
            "PATCH",
            "/x",
            &[
                ("Content-Length", b"2"),
                ("X-A", "it's é!".as_bytes()),
                ("x-a", b"\xff;"),
            ],
            b"ab",
        ),
        record(
            "POST",
            "/chunked",
            &[("Transfer-Encoding", b"chunked"), ("X-B", b"1")],
            b"ab\n",
        ),
    ];
    for _ in 0..20 {
        let length = random.below(600) as usize;
        let ascii = random.below(2) == 0;
        let body: Vec<u8> = (0..length)
            .map(|_| random.next_u64() as u8 & if ascii { 0x7f } else { 0xff })
            .collect();
        cases.push(record("POST", "/random", json, &body));
    }
    for mut case in cases {
        let (sent, expected) = sent_and_expected(&mut case);
        assert!(
            sent == expected,
            "{} {}\nsent:     {:?}\nexpected: {:?}",
            case.method,
            case.target,
            String::from_utf8_lossy(&sent[..sent.len().min(900)]),
            String::from_utf8_lossy(&expected[..expected.len().min(900)])
        );
    }
}
