//! The binary, with nothing around it that a test did not put there.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use lettermint_hook::delivery::Record;
use serde_json::Value;
use tempfile::TempDir;

/// The secret of every test.
pub(crate) const SECRET: &str = "whsec_of_the_send_tests";

/// A fixed time for `--now`: 2026-10-04T08:15:30Z.
pub(crate) const NOW: i64 = 1_791_101_730;

/// No test waits longer for the binary.
const LIMIT: Duration = Duration::from_secs(120);

/// A working folder in which the binary runs with an environment that holds only the secret.
pub(crate) struct Hook {
    folder: TempDir,
    variables: Vec<(&'static str, &'static str)>,
}

impl Hook {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: vec![("LETTERMINT_WEBHOOK_SECRET", SECRET)],
        }
    }

    /// Takes the secret out of the environment, where it would come before a config file's.
    pub(crate) fn without_secret(self) -> Self {
        Self {
            variables: Vec::new(),
            ..self
        }
    }

    /// Puts a variable into the environment.
    pub(crate) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into the working folder.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs a command to its end.
    pub(crate) fn run<A: AsRef<str>>(&self, args: &[A]) -> Outcome {
        self.start(args).finish()
    }

    /// Runs `send --json --to URL` with a fixed clock and seed.
    pub(crate) fn send(&self, url: &str, args: &[&str]) -> Outcome {
        let mut all = vec!["--json", "send", "--to", url];
        let now = NOW.to_string();
        all.extend(["--now", &now, "--seed", "7"]);
        all.extend(args);
        self.run(&all)
    }

    /// Starts a command.
    pub(crate) fn start<A: AsRef<str>>(&self, args: &[A]) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lettermint-hook"))
            .args(args.iter().map(AsRef::as_ref))
            .env_clear()
            .envs(self.variables.iter().copied())
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (line_out, lines) = mpsc::channel();
        let stdout = thread::spawn(move || {
            let mut all = Vec::new();
            loop {
                let start = all.len();
                if stdout.read_until(b'\n', &mut all).unwrap() == 0 {
                    return all;
                }
                // A test that wants only the end does not listen.
                let _ = line_out.send(String::from_utf8_lossy(&all[start..]).into_owned());
            }
        });
        let stderr = thread::spawn(move || {
            let mut all = Vec::new();
            stderr.read_to_end(&mut all).unwrap();
            all
        });
        Running {
            child,
            lines,
            stdout,
            stderr,
        }
    }

    /// Every record of the default store, in order.
    pub(crate) fn records(&self) -> Vec<Record> {
        let path = self.folder().join(".lettermint-hook/deliveries.ndjson");
        let store = std::fs::read(path).unwrap_or_default();
        store
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| Record::parse(line).unwrap())
            .collect()
    }
}

/// A command under way.
pub(crate) struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
    stdout: JoinHandle<Vec<u8>>,
    stderr: JoinHandle<Vec<u8>>,
}

impl Running {
    /// The next line on stdout.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(LIMIT).unwrap()
    }

    /// The next line on stdout, as JSON.
    pub(crate) fn json_line(&self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// Ctrl+C, for this process and no other.
    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(status.unwrap().success());
    }

    /// Waits for the end.
    pub(crate) fn finish(self) -> Outcome {
        let Self {
            mut child,
            lines,
            stdout,
            stderr,
        } = self;
        // stdout ends with the process; a process that does not end is ended.
        loop {
            match lines.recv_timeout(LIMIT) {
                Ok(_) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    child.kill().unwrap();
                    panic!("the command did not end within {LIMIT:?}");
                }
            }
        }
        let code = child.wait().unwrap().code();
        Outcome {
            code,
            stdout: stdout.join().unwrap(),
            stderr: String::from_utf8(stderr.join().unwrap()).unwrap(),
        }
    }
}

/// How a command ended and what it said.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Checks the exit code; shows everything when it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        let Self {
            code: got,
            stdout,
            stderr,
        } = &self;
        let stdout = String::from_utf8_lossy(stdout);
        assert_eq!(*got, Some(code), "stdout:\n{stdout}\nstderr:\n{stderr}");
        self
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// The JSON lines of a type on stdout.
    pub(crate) fn json(&self, kind: &str) -> Vec<Value> {
        let lines = self.text().lines();
        let values = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
        values.filter(|value| value["type"] == kind).collect()
    }

    pub(crate) fn attempts(&self) -> Vec<Value> {
        self.json("attempt")
    }

    /// The one summary.
    pub(crate) fn summary(&self) -> Value {
        let mut all = self.json("summary");
        assert_eq!(all.len(), 1);
        all.remove(0)
    }
}
