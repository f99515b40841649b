//! A working folder and a home that exist for one test.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::SECRET;
use super::run::Cmd;

/// Where one test's commands run.
#[derive(Debug)]
pub(crate) struct Sandbox {
    root: TempDir,
    environment: Vec<(String, String)>,
}

impl Sandbox {
    /// An empty folder and an environment that holds nothing but `HOME`.
    pub(crate) fn new() -> Self {
        let root = TempDir::with_prefix("lettermint-hook-test-").unwrap();
        fs::create_dir(root.path().join("home")).unwrap();
        fs::create_dir(root.path().join("folder")).unwrap();
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
    pub(crate) fn args<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Cmd {
        let mut cmd = Cmd::new(&self.folder(), &self.root.path().join("home"), args);
        for (name, value) in &self.environment {
            cmd = cmd.env(name, value);
        }
        cmd
    }

    /// The working folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.root.path().join("folder")
    }

    /// A path in the working folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Writes a file in the working folder, making folders as needed.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Reads a file of the working folder.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The records of the default store, in order.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.records_of(".lettermint-hook/deliveries.ndjson")
    }

    /// The records of another store; every line must be JSON and ended.
    pub(crate) fn records_of(&self, name: &str) -> Vec<Value> {
        let bytes = self.read(name);
        assert!(bytes.ends_with(b"\n"), "{name} ends with a torn line");
        bytes
            .strip_suffix(b"\n")
            .unwrap_or_default()
            .split(|byte| *byte == b'\n')
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }

    /// Every file below the sandbox, home included.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        walk(self.root.path(), &mut files);
        files
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}
