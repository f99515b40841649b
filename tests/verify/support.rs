//! A folder of its own for each test, and deliveries made for it.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use lettermint_hook::delivery::{Direction, Record};
use lettermint_hook::lettermint::catalogue::EVENTS;
use lettermint_hook::lettermint::{Headers, SigningKey, headers};
use serde_json::Value;

pub(crate) const SECRET: &str = "whsec_example_0123456789abcdef";
pub(crate) const T: i64 = 1_791_101_730;

/// The sample of an event, as Lettermint would send it.
pub(crate) fn body(event: &str) -> Vec<u8> {
    let event = EVENTS.iter().find(|known| known.name == event).unwrap();
    event.sample_json().unwrap().as_bytes().to_vec()
}

/// A genuine delivery that arrived in the second in which it was signed.
pub(crate) fn delivery(body: &[u8]) -> Record {
    signed_with(SECRET, body)
}

pub(crate) fn signed_with(secret: &str, body: &[u8]) -> Record {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let event = json["event"].as_str().unwrap_or("message.sent");
    let mut lines = Headers::new();
    lines.push("Content-Type", "application/json");
    let key = SigningKey::from_bytes(secret.as_bytes());
    lines.push(headers::SIGNATURE, key.sign(T, body));
    lines.push(headers::EVENT, event);
    lines.push(headers::DELIVERY, T.to_string());
    lines.push(headers::ATTEMPT, "1");
    Record {
        direction: Direction::Received,
        at: T * 1_000_000,
        event: Some(event.to_owned()),
        id: json["id"].as_str().map(str::to_owned),
        attempt: Some(1),
        method: "POST".into(),
        target: "/webhooks/lettermint".into(),
        headers: lines,
        body: body.to_vec().into(),
        remote: None,
        verdict: None,
        reply: None,
        unknown: serde_json::Map::new(),
    }
}

pub(crate) fn lines(records: &[Record]) -> Vec<u8> {
    let mut out = Vec::new();
    for record in records {
        record.write_line(&mut out);
    }
    out
}

pub(crate) struct Sandbox(tempfile::TempDir);

pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With one file of records.
    pub(crate) fn with(records: &[Record]) -> Self {
        let sandbox = Self::new();
        sandbox.write("c.ndjson", &lines(records));
        sandbox
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Runs `verify` with the secret.
    pub(crate) fn verify(&self, args: &[&str]) -> Run {
        self.run(args, SECRET, b"")
    }

    pub(crate) fn run(&self, args: &[&str], secret: &str, stdin: &[u8]) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lettermint-hook"))
            .arg("verify")
            .args(args)
            .current_dir(self.0.path())
            .env_clear()
            .env("HOME", self.0.path())
            .env("LETTERMINT_WEBHOOK_SECRET", secret)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A run that ends before it has read everything is no concern of the test's.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        let run = Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for stream in [&run.stdout, &run.stderr] {
            assert!(
                secret.is_empty() || !stream.contains(secret),
                "the secret is out: {stream}"
            );
        }
        run
    }
}

impl Run {
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        self
    }

    /// The JSON lines but for the summary.
    pub(crate) fn verdicts(&self) -> Vec<Value> {
        let values = self
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        values
            .filter(|value: &Value| value.get("summary").is_none())
            .collect()
    }

    pub(crate) fn summary(&self) -> Value {
        let last = self.stdout.lines().last().unwrap();
        serde_json::from_str::<Value>(last).unwrap()["summary"].clone()
    }
}
