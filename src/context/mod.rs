//! What is outside the process, captured once: environment, directory, terminals, entropy.

pub(crate) mod clock;
pub(crate) mod process_limits;
pub(crate) mod signals;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use crate::context::clock::Clock;

/// The environment as the program finds it at its start.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    environment: BTreeMap<OsString, OsString>,
    pub(crate) directory: PathBuf,
    /// Whether stdin is a terminal, so that somebody could answer.
    pub(crate) stdin_is_terminal: bool,
    pub(crate) stdout_is_terminal: bool,
    pub(crate) stderr_is_terminal: bool,
}

impl Context {
    /// Captures the process's own.
    #[expect(clippy::disallowed_methods, reason = "this is where it is captured")]
    pub(crate) fn capture() -> Self {
        Self {
            environment: std::env::vars_os().collect(),
            directory: std::env::current_dir().unwrap_or_default(),
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
        }
    }

    /// A variable that is set and not empty, as bytes of the system's own encoding.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variable_or_empty(name)
            .filter(|value| !value.is_empty())
    }

    /// A variable that is set, to nothing perhaps.
    pub(crate) fn variable_or_empty(&self, name: &str) -> Option<&OsStr> {
        let value = self.environment.get(OsStr::new(name));
        value.map(OsString::as_os_str)
    }

    /// Reads a file that the user named, or stdin for `-`. What has no end is an error at 1 GiB.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match path == Path::new("-") {
            true => read_at_most(io::stdin(), 1 << 30),
            false => read_at_most(fs::File::open(self.directory.join(path))?, 1 << 30),
        }
    }

    /// Reads a file that holds a secret or settings, or stdin for `-`: whole, and only where that
    /// ends by itself. A pipe that nobody writes to, a device or a gigabyte is an error.
    pub(crate) fn read_settings(&self, path: &Path) -> io::Result<Vec<u8>> {
        // What a shell or a service manager hands over is open already: `<(…)`, `/dev/stdin`.
        let is_open = ["/dev/fd", "/dev/stdin", "/proc/self/fd", "-"];
        if path == Path::new("-") {
            return read_at_most(io::stdin(), 1 << 20);
        }
        let there = self.directory.join(path);
        let metadata = fs::metadata(&there)?;
        if metadata.is_dir() {
            return Err(io::Error::other("it is a directory"));
        }
        if !metadata.is_file() && !is_open.iter().any(|open| path.starts_with(open)) {
            return Err(io::Error::other("not a regular file"));
        }
        read_at_most(fs::File::open(there)?, 1 << 20)
    }

    /// 64 bits from the operating system, to seed what `--seed` does not.
    pub(crate) fn entropy(&self) -> u64 {
        // Without a source of entropy the time still differs from run to run.
        getrandom::u64().unwrap_or_else(|_| Clock::System.micros().unsigned_abs())
    }
}

/// Reads to the end; more than `most` bytes are an error.
pub(crate) fn read_at_most(source: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(io::Error::other(format!("larger than {} MiB", most >> 20))),
        false => Ok(bytes),
    }
}
