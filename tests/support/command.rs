//! Running the binary and looking at how it ended.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{PATIENCE, SECRET, contains};

/// A command line that has not been run yet.
#[derive(Debug)]
pub(crate) struct Cmd {
    command: Command,
    line: String,
    stdin: Vec<u8>,
}

impl Cmd {
    /// The binary, or a program that runs the rest of its command line, with an environment that
    /// holds a home and a time zone.
    pub(super) fn new(program: &[&str], directory: &Path, home: &Path) -> Self {
        let words = program.iter().copied();
        let mut words = words.chain([env!("CARGO_BIN_EXE_lettermint-hook")]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).current_dir(directory).env_clear();
        command.env("HOME", home).env("TZ", "UTC");
        Self {
            command,
            line: "lettermint-hook".to_owned(),
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
    pub(crate) fn args<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Self {
        args.into_iter().fold(self, Self::arg)
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
        let stdout = Lines::of(child.stdout.take().unwrap());
        let stderr = Lines::of(child.stderr.take().unwrap());
        Running {
            child,
            line: self.line,
            stdout,
            stderr,
        }
    }

    /// The bare command, for tests that connect its streams themselves.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }
}

/// A stream line by line, and all of it that was read.
#[derive(Debug)]
struct Lines {
    lines: mpsc::Receiver<Vec<u8>>,
    seen: Vec<u8>,
}

impl Lines {
    /// The channel closes with the stream.
    fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(stream);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).unwrap_or(0) > 0 {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    break;
                }
            }
        });
        Self {
            lines,
            seen: Vec::new(),
        }
    }

    fn next(&mut self) -> Result<String, RecvTimeoutError> {
        let line = self.lines.recv_timeout(PATIENCE)?;
        self.seen.extend_from_slice(&line);
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// Everything to the end; false when that does not come.
    fn drain(&mut self) -> bool {
        loop {
            match self.next() {
                Ok(_) => {}
                Err(error) => return error == RecvTimeoutError::Disconnected,
            }
        }
    }
}

/// A program that is running; killed when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    line: String,
    stdout: Lines,
    stderr: Lines,
}

impl Running {
    /// The next line of stdout.
    #[track_caller]
    pub(crate) fn next_line(&mut self) -> String {
        match self.stdout.next() {
            Ok(line) => line,
            Err(_) => self.fail("printed no further line"),
        }
    }

    /// The next line of stdout, as JSON.
    #[track_caller]
    pub(crate) fn next_json(&mut self) -> Value {
        let line = self.next_line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// The next line of stderr.
    #[track_caller]
    pub(crate) fn next_message(&mut self) -> String {
        match self.stderr.next() {
            Ok(line) => line,
            Err(_) => self.fail("said nothing further"),
        }
    }

    #[track_caller]
    fn fail(&mut self, what: &str) -> ! {
        for stream in [&mut self.stdout, &mut self.stderr] {
            stream.seen.extend(stream.lines.try_iter().flatten());
        }
        panic!(
            "`{}` {what}\nstdout: {}\nstderr: {}",
            self.line,
            String::from_utf8_lossy(&self.stdout.seen),
            String::from_utf8_lossy(&self.stderr.seen)
        )
    }

    /// Sends a signal to this very process.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Presses Ctrl+C.
    pub(crate) fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// Waits for the end and returns everything that was printed, which must not be [`SECRET`].
    #[track_caller]
    pub(crate) fn finish(mut self) -> Run {
        if !self.stdout.drain() || !self.stderr.drain() {
            self.fail("does not end");
        }
        // Both streams have ended, so the process has or is about to.
        let status = self.child.wait().unwrap();
        let run = Run {
            line: self.line.clone(),
            status,
            stdout: std::mem::take(&mut self.stdout.seen),
            stderr: std::mem::take(&mut self.stderr.seen),
        };
        for stream in [&run.stdout, &run.stderr] {
            super::schema::check_lines(stream);
        }
        let shown = [&run.stdout, &run.stderr].map(|stream| contains(stream, SECRET.as_bytes()));
        assert_eq!(
            shown,
            [false; 2],
            "the secret is shown\n{}",
            run.transcript()
        );
        run
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
        let ended = self.code() == Some(code);
        assert!(ended, "expected exit {code}\n{}", self.transcript());
        self
    }

    /// Asserts that stderr holds every one of these.
    #[track_caller]
    pub(crate) fn says<S: AsRef<str>>(&self, needles: &[S]) -> &Self {
        for needle in needles.iter().map(AsRef::as_ref) {
            let found = self.err().contains(needle);
            assert!(found, "no `{needle}` on stderr\n{}", self.transcript());
        }
        self
    }

    /// Asserts that stdout holds every one of these.
    #[track_caller]
    pub(crate) fn prints<S: AsRef<str>>(&self, needles: &[S]) -> &Self {
        for needle in needles.iter().map(AsRef::as_ref) {
            let found = self.out().contains(needle);
            assert!(found, "no `{needle}` on stdout\n{}", self.transcript());
        }
        self
    }

    /// Asserts that neither stream holds this.
    #[track_caller]
    pub(crate) fn lacks(&self, needle: &str) -> &Self {
        let found = [&self.stdout, &self.stderr].map(|stream| contains(stream, needle.as_bytes()));
        assert_eq!(found, [false; 2], "`{needle}` in\n{}", self.transcript());
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
        let text = self.out();
        let parse = |line| {
            serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("no JSON ({error}): {line}\n{}", self.transcript()))
        };
        text.lines().map(parse).collect()
    }

    /// The JSON lines of a type.
    #[track_caller]
    pub(crate) fn json_of(&self, kind: &str) -> Vec<Value> {
        let mut lines = self.json_lines();
        lines.retain(|line| line["type"] == kind);
        lines
    }

    /// The attempts of `send --json` and `replay --json`.
    #[track_caller]
    pub(crate) fn attempts(&self) -> Vec<Value> {
        self.json_of("attempt")
    }

    /// The last JSON line, which must be the summary.
    #[track_caller]
    pub(crate) fn summary(&self) -> Value {
        let last = self.json_lines().pop().unwrap();
        match last.get("summary") {
            Some(summary) => summary.clone(),
            None => {
                assert_eq!(last["type"], "summary", "{}", self.transcript());
                last
            }
        }
    }

    /// The verdicts of `verify --json`: its lines but for the summary.
    #[track_caller]
    pub(crate) fn verdicts(&self) -> Vec<Value> {
        let mut lines = self.json_lines();
        lines.retain(|line| line.get("summary").is_none());
        lines
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
        let (out, err) = (self.out(), self.err());
        format!(
            "$ {}\n{}\nstdout:\n{out}\nstderr:\n{err}",
            self.line, self.status
        )
    }
}
