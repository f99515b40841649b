//! A reader that has seen enough (`| head -1`) ends a command quietly, with 0.

use std::io::{BufRead as _, BufReader, Read as _, Write as _, pipe};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::support::{
    BODY, PATIENCE, Receiver, Sandbox, post, request, signed_request, stored_delivery,
};

/// Runs with a stdout that nobody reads; returns the exit code and stderr.
fn with_closed_stdout(mut command: Command) -> (Option<i32>, String) {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let output = command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), errors)
}

/// A child whose output the test reads itself.
fn spawn(command: Command) -> Child {
    let mut command = command;
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// The exit code and everything on stderr.
fn ended(mut child: Child) -> (Option<i32>, String) {
    let mut errors = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut errors).unwrap();
    (child.wait().unwrap().code(), errors)
}

#[test]
fn closed_stdout_ends_every_command_quietly() {
    let sandbox = Sandbox::with_secret();
    sandbox.write("body.json", BODY);
    sandbox.write(
        "store.ndjson",
        stored_delivery("a", "message.sent", 200).to_string() + "\n",
    );
    let receiver = Receiver::ok();
    let to = &receiver.url;
    for line in [
        "--help",
        "--version",
        "send --help",
        "events",
        "events message.sent",
        "events --json",
        "retries",
        "sign --body body.json",
        "secret new",
        "secret check",
        "completions zsh",
        "man",
        "verify store.ndjson",
        "verify store.ndjson --json",
        "send message.sent --dry-run",
        &format!("send message.sent --to {to}"),
        &format!("replay store.ndjson --to {to}"),
        "demo",
    ] {
        let (code, errors) = with_closed_stdout(sandbox.cmd(line).into_command());
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn full_stdout_is_an_error() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Sandbox::new()
        .cmd("events")
        .into_command()
        .stdin(Stdio::null())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        errors,
        "error: cannot write to stdout (no space left on device)\n"
    );
}

#[test]
fn closed_stdout_ends_verify_in_the_middle_of_a_store() {
    let sandbox = Sandbox::with_secret();
    // Far more output than a pipe holds, so that the program is still writing.
    let line = stored_delivery("a", "message.sent", 200).to_string() + "\n";
    sandbox.write("big.ndjson", line.repeat(4_000));
    for format in ["", "--json"] {
        let cmd = sandbox.cmd(&format!("verify big.ndjson {format}"));
        let mut child = spawn(cmd.into_command());
        let mut first = String::new();
        let mut stdout = BufReader::with_capacity(16, child.stdout.take().unwrap());
        stdout.read_line(&mut first).unwrap();
        drop(stdout);
        assert_eq!(ended(child), (Some(0), String::new()));
        assert!(first.contains("valid"), "{first}");
    }
}

#[test]
fn closed_stdout_ends_listen_with_the_next_delivery_which_is_answered() {
    let sandbox = Sandbox::with_secret();
    let cmd = sandbox.cmd("listen --port 0 --json --quiet");
    let mut child = spawn(cmd.into_command());
    let mut ready = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut ready).unwrap();
    drop(stdout);
    let ready: serde_json::Value = serde_json::from_str(&ready).unwrap();
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://");
    // Recorded and answered all the same.
    assert_eq!(post(address, &[], BODY).status, 401);
    // Another test that starts a process at this very moment may hold a copy of the pipe for an
    // instant, so it may take more than one delivery.
    for _ in 0..1_000 {
        let Ok(mut stream) = TcpStream::connect(address) else {
            break;
        };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = stream.write_all(&request("/", &[("Connection", b"close")], BODY));
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert_eq!(ended(child), (Some(0), String::new()));
    assert!(!sandbox.records().is_empty());
}

#[test]
fn closed_stdout_ends_listen_before_its_first_line() {
    let sandbox = Sandbox::with_secret();
    let mut child = spawn(sandbox.cmd("listen --port 0 --json").into_command());
    drop(child.stdout.take());
    let mut first = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut first).unwrap();
    let port = first.split(',').next().unwrap().rsplit(':').next().unwrap();
    // It may have noticed already, or notices with the first delivery.
    if let Ok(mut stream) = TcpStream::connect(format!("127.0.0.1:{port}")) {
        let _ = stream.write_all(&signed_request("/", "", BODY));
    }
    stderr.read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
