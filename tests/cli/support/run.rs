//! Running the binary and looking at how it ended.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::PATIENCE;

/// A command line that has not been run yet.
#[derive(Debug)]
pub(crate) struct Cmd {
    command: Command,
    line: String,
    stdin: Vec<u8>,
}

impl Cmd {
    pub(super) fn new<S: AsRef<OsStr>>(
        folder: &Path,
        home: &Path,
        args: impl IntoIterator<Item = S>,
    ) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lettermint-hook"));
        command.args(args).current_dir(folder);
        command.env_clear().env("HOME", home);
        let words = command.get_args().map(OsStr::to_string_lossy);
        let line = words.collect::<Vec<_>>().join(" ");
        Self {
            command,
            line,
            stdin: Vec::new(),
        }
    }

    /// Adds an argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.line.push(' ');
        self.line.push_str(&arg.as_ref().to_string_lossy());
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    pub(crate) fn args(self, args: &[&str]) -> Self {
        args.iter().fold(self, Self::arg)
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What the program can read from its standard input; nothing by default.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Run {
        self.start().finish()
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Running {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let bytes = self.stdin;
        // A program that does not read its input must not block the test.
        thread::spawn(move || {
            let _ = input.write_all(&bytes);
        });
        let stdout = lines_of(child.stdout.take().unwrap());
        let stderr = lines_of(child.stderr.take().unwrap());
        Running {
            child,
            line: self.line,
            stdout,
            stderr,
            seen: Vec::new(),
        }
    }

    /// The bare command, for tests that connect its streams themselves.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }
}

/// Hands out a stream line by line; the channel closes with the stream.
fn lines_of(stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        loop {
            let mut line = Vec::new();
            match reader.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => break,
                Ok(_) => {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            }
        }
    });
    receiver
}

/// A program that is running; killed when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    line: String,
    stdout: Receiver<Vec<u8>>,
    stderr: Receiver<Vec<u8>>,
    seen: Vec<u8>,
}

impl Running {
    /// The next line of stdout.
    pub(crate) fn next_line(&mut self) -> String {
        match self.stdout.recv_timeout(PATIENCE) {
            Ok(line) => {
                self.seen.extend_from_slice(&line);
                String::from_utf8(line).unwrap().trim_end().to_owned()
            }
            Err(_) => {
                let talk: Vec<u8> = self.stderr.try_iter().flatten().collect();
                panic!(
                    "`{}` printed no further line\nstdout: {}\nstderr: {}",
                    self.line,
                    String::from_utf8_lossy(&self.seen),
                    String::from_utf8_lossy(&talk)
                )
            }
        }
    }

    /// The next line of stderr.
    pub(crate) fn next_talk(&mut self) -> String {
        let line = self.stderr.recv_timeout(PATIENCE);
        let line = line.unwrap_or_else(|_| panic!("`{}` said nothing further", self.line));
        String::from_utf8(line).unwrap().trim_end().to_owned()
    }

    /// Sends a signal to this very process.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the end and returns everything that was printed.
    pub(crate) fn finish(mut self) -> Run {
        let mut stdout = std::mem::take(&mut self.seen);
        stdout.extend(self.drain(&self.stdout));
        let stderr = self.drain(&self.stderr);
        // Both streams have ended, so the process has or is about to.
        let status = self.child.wait().unwrap();
        Run {
            line: self.line.clone(),
            status,
            stdout,
            stderr,
        }
    }

    fn drain(&self, stream: &Receiver<Vec<u8>>) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            match stream.recv_timeout(PATIENCE) {
                Ok(line) => bytes.extend(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => return bytes,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!(
                    "`{}` does not end; so far:\n{}",
                    self.line,
                    String::from_utf8_lossy(&bytes)
                ),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    line: String,
    status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Run {
    /// The exit code; `None` when a signal ended it.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert!(
            self.code() == Some(code),
            "expected exit {code}\n{}",
            self.transcript()
        );
        self
    }

    /// Asserts that stderr holds every one of these.
    #[track_caller]
    pub(crate) fn says(self, needles: &[&str]) -> Self {
        for needle in needles {
            assert!(
                self.err().contains(needle),
                "stderr should say `{needle}`\n{}",
                self.transcript()
            );
        }
        self
    }

    /// Asserts that stdout holds every one of these.
    #[track_caller]
    pub(crate) fn prints(self, needles: &[&str]) -> Self {
        for needle in needles {
            assert!(
                self.out().contains(needle),
                "stdout should have `{needle}`\n{}",
                self.transcript()
            );
        }
        self
    }

    /// stdout as text.
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// stderr as text.
    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// stdout as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is no JSON ({error})\n{}", self.transcript()))
    }

    /// stdout as JSON lines.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.out()
            .lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| {
                    panic!("not a JSON line ({error}): {line}\n{}", self.transcript())
                })
            })
            .collect()
    }

    /// The error object that `--json` puts on stderr.
    #[track_caller]
    pub(crate) fn json_error(&self) -> Value {
        let last = self.err();
        let last = last.lines().last().unwrap_or_default();
        let value: Value = serde_json::from_str(last)
            .unwrap_or_else(|error| panic!("no JSON error ({error})\n{}", self.transcript()));
        value["error"].clone()
    }

    /// Command line, status and both streams, for failed assertions.
    pub(crate) fn transcript(&self) -> String {
        format!(
            "$ lettermint-hook {}\n{}\nstdout:\n{}\nstderr:\n{}",
            self.line,
            self.status,
            self.out(),
            self.err()
        )
    }
}
