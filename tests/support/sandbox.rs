//! A working directory and a home that exist for one test.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::command::{Cmd, Run};
use super::{NOW, SECRET, STORE};

/// Where one test's commands run.
#[derive(Debug)]
pub(crate) struct Sandbox {
    root: TempDir,
    environment: Vec<(String, String)>,
}

impl Sandbox {
    /// An empty directory and an environment without a secret.
    pub(crate) fn new() -> Self {
        let root = TempDir::with_prefix("lettermint-hook-test-").unwrap();
        for name in ["home", "directory"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        Self {
            root,
            environment: Vec::new(),
        }
    }

    /// The same, with [`SECRET`] where Lettermint's SDKs look for it.
    pub(crate) fn with_secret() -> Self {
        Self::new().env("LETTERMINT_WEBHOOK_SECRET", SECRET)
    }

    /// Sets a variable for every command.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A command line, split at spaces.
    pub(crate) fn cmd(&self, line: &str) -> Cmd {
        self.args(line.split_whitespace())
    }

    /// A command line whose arguments hold spaces, or nothing.
    pub(crate) fn args<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Cmd {
        self.through(&[]).args(args)
    }

    /// The binary without arguments, started by another program.
    pub(crate) fn through(&self, program: &[&str]) -> Cmd {
        let home = self.root.path().join("home");
        let cmd = Cmd::new(program, &self.directory(), &home);
        let variables = self.environment.iter();
        variables.fold(cmd, |cmd, (name, value)| cmd.env(name, value))
    }

    /// Runs `send --json --to URL` with a fixed time and seed, and a line split at spaces.
    #[track_caller]
    pub(crate) fn send(&self, url: &str, line: &str) -> Run {
        self.send_args(url, line.split_whitespace())
    }

    /// The same with arguments that hold spaces, or nothing.
    #[track_caller]
    pub(crate) fn send_args<S: AsRef<OsStr>>(
        &self,
        url: &str,
        args: impl IntoIterator<Item = S>,
    ) -> Run {
        let line = format!("send --json --now {NOW} --seed 7 --to {url}");
        self.cmd(&line).args(args).run()
    }

    /// The working directory.
    pub(crate) fn directory(&self) -> PathBuf {
        self.root.path().join("directory")
    }

    /// A path in the working directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory().join(name)
    }

    /// Writes a file in the working directory, making directories as needed.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Reads a file of the working directory.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The records of the default store, in order.
    #[track_caller]
    pub(crate) fn records(&self) -> Vec<Value> {
        self.records_of(STORE)
    }

    /// The records of another store; every line must be JSON and ended.
    #[track_caller]
    pub(crate) fn records_of(&self, name: &str) -> Vec<Value> {
        let bytes = self.read(name);
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        let parse = |line: &[u8]| {
            assert!(line.ends_with(b"\n"), "{name} ends with a torn line");
            serde_json::from_slice(line).unwrap()
        };
        lines.map(parse).collect()
    }

    /// Every file below the sandbox, home included.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        walk(self.root.path(), &mut files);
        files
    }
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}
