//! What every test stands on: a sandbox to run the binary in, a receiver for what it sends, a
//! listener to send to, and raw HTTP for both.
//!
//! What a test waits for is always an event (a line, an exit, a request) with a limit, never a
//! span of time.

mod command;
mod http;
mod json_corpus;
mod junit;
mod listener;
mod receiver;
mod record;
mod sandbox;
mod schema;
mod terminal;
mod tool;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};

pub(crate) use command::{Cmd, Run, Running};
pub(crate) use http::{
    Response, answer, answers, connect, exchange, post, read_all, request, signed_request,
};
pub(crate) use json_corpus::json_corpus;
pub(crate) use junit::{junit_cases, without_times};
pub(crate) use listener::Listener;
pub(crate) use receiver::{Answer, Receiver, RefusingPort, Request};
pub(crate) use record::{
    Record, header_lines, lines, record_line, signed_headers, stored_delivery,
};
pub(crate) use sandbox::Sandbox;
pub(crate) use schema::{check_lines, line_name, schema_lines, store_line_errors};
pub(crate) use terminal::Terminal;
pub(crate) use tool::{javascript, php, python, run_by_bash, run_tool};

// The library's tables that the program is compared with.
pub(crate) use lettermint_hook::delivery::tampering::{Expected, TABLE as TAMPERING};
pub(crate) use lettermint_hook::lettermint::Random;
pub(crate) use lettermint_hook::lettermint::catalogue::EVENTS;
pub(crate) use lettermint_hook::lettermint::scenario::SCENARIOS;
pub(crate) use lettermint_hook::lettermint::verification::SignedHeaders;
pub(crate) use lettermint_hook::lettermint::{
    Headers, Reason, Secret, SignatureHeader, Tolerance, Verifier, headers as header_names,
};

/// How long anything may take before a test gives up. Generous: machines that build and test at
/// the same time are slow, and a test that passes never waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The secret that tests sign with unless they are about secrets; that of the captures in
/// `tests/fixtures` too. [`Running::finish`] fails when a command prints it.
pub(crate) const SECRET: &str = "whsec_example_0123456789abcdef";

/// The time that tests fix with `--now`: 2026-10-04T08:15:30Z.
pub(crate) const NOW: i64 = 1_791_101_730;

/// A body that a handler could have got from Lettermint.
pub(crate) const BODY: &[u8] =
    br#"{"id":"0199b1c2-0000-7000-8000-000000000001","event":"message.sent","data":{}}"#;

/// The default store.
pub(crate) const STORE: &str = ".lettermint-hook/deliveries.ndjson";

/// The value of `X-Lettermint-Signature`, computed here and not by the program: the lowercase
/// hex of HMAC-SHA256 over `t`, a dot and the body, keyed with the whole secret.
pub(crate) fn signature(secret: &str, t: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    for part in [t.as_bytes(), b".", body] {
        mac.update(part);
    }
    let mac = mac.finalize().into_bytes();
    let digits: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={t},v1={digits}")
}

/// Whether `bytes` contain `needle`.
pub(crate) fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(bytes, needle).is_some()
}

/// The sample payload of an event.
pub(crate) fn sample(event: &str) -> &'static [u8] {
    let event = EVENTS.iter().find(|known| known.name == event).unwrap();
    event.sample_json().unwrap().as_bytes()
}

/// The sample payloads of all events that have one.
pub(crate) fn samples() -> Vec<&'static [u8]> {
    let samples = EVENTS.iter().filter_map(|event| event.sample_json());
    samples.map(str::as_bytes).collect()
}

/// A path in the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The captures of other tools in `tests/fixtures`.
pub(crate) fn captures() -> PathBuf {
    repository("tests/fixtures/captures")
}

/// Microseconds since 1970 of a time in RFC 3339.
pub(crate) fn micros(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().unwrap().as_microsecond()
}

/// The system's time in unix seconds, to sign what a listener judges by its own clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the listener under test judges age by the machine's clock"
)]
pub(crate) fn clock() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// Asserts that a directory of the repository holds these files and no others, or writes them
/// when `LETTERMINT_HOOK_REWRITE=1` asks for it.
#[expect(
    clippy::disallowed_methods,
    reason = "a switch of the tests, not of the program"
)]
pub(crate) fn check_committed(directory: &str, files: BTreeMap<String, Vec<u8>>) {
    let path = repository(directory);
    if std::env::var_os("LETTERMINT_HOOK_REWRITE").is_some_and(|value| value == "1") {
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        for (name, content) in &files {
            fs::write(path.join(name), content).unwrap();
        }
    }
    let entries = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap());
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    };
    let found: BTreeMap<_, _> = entries.map(read).collect();
    let names = found.keys().chain(files.keys()).collect::<BTreeSet<_>>();
    let stale: Vec<_> = names
        .into_iter()
        .filter(|name| found.get(*name) != files.get(*name))
        .collect();
    assert!(
        stale.is_empty(),
        "{directory} is not up to date: {stale:?}\n\
         `LETTERMINT_HOOK_REWRITE=1 cargo test` writes it anew"
    );
}

/// Waits for something that tells nobody when it happens, such as the exit of a process or a
/// file that another process removes.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut happened: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !happened() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}
