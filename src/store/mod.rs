//! The file of recorded deliveries: one JSON record a line, appended by any number of
//! processes at once.
//!
//! Every append takes the file's lock, so lines never mix. A last line without its newline (a
//! crash, a full disk) is closed by the next append and skipped by readers with a warning;
//! nothing that was written is ever rewritten or lost.

pub mod appender;
pub mod backward;
pub mod committer;
pub mod forward;
pub mod input;
pub mod pruning;
pub mod query;
pub mod selection;
pub mod spill;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::delivery::Record;
use crate::error::{Error, Result};

pub use backward::BackwardReader;
pub use forward::{BrokenLine, Reader};
pub use pruning::{Expiry, Pruning, prune};

/// Where the store is unless `--store` says otherwise, below the working folder.
pub const DEFAULT_PATH: &str = ".lettermint-hook/deliveries.ndjson";

/// A store to append to.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    open: Mutex<OpenFile>,
}

/// The file as it was after the last append by this process.
#[derive(Debug)]
struct OpenFile {
    file: File,
    length: u64,
    line: Vec<u8>,
}

impl Store {
    /// Opens a store, creating file and folder (0600 in 0700) when they are not there.
    ///
    /// # Errors
    /// What the file system says, exit 3.
    pub fn open(path: &Path) -> Result<Self> {
        let opened = create(path).map_err(|error| {
            Error::file("open the store", path, &error)
                .hint("`--store PATH` names another file, `--no-store` writes none")
        })?;
        Ok(Self {
            path: path.to_owned(),
            open: Mutex::new(opened),
        })
    }

    /// The file's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends one record. When it returns, the record survives the end of this process.
    ///
    /// # Errors
    /// What the file system says. The store is then as it was, or ends with a torn line that
    /// the next append closes.
    pub fn append(&self, record: &Record) -> io::Result<()> {
        let mut open = self.lock()?;
        let mut line = std::mem::take(&mut open.line);
        line.clear();
        record.write_line(&mut line);
        let result = open.append(&self.path, &line);
        open.line = line;
        result
    }

    /// Appends whole lines, all of them or none.
    ///
    /// # Errors
    /// See [`Store::append`].
    pub fn append_lines(&self, lines: &[u8]) -> io::Result<()> {
        self.lock()?.append(&self.path, lines)
    }

    /// The same, unless another process has locked the file: then nothing is done, and `None`
    /// says so.
    ///
    /// # Errors
    /// See [`Store::append`].
    pub fn try_append_lines(&self, lines: &[u8]) -> Option<io::Result<()>> {
        let mut open = match self.lock() {
            Ok(open) => open,
            Err(error) => return Some(Err(error)),
        };
        match open.file.try_lock() {
            Ok(()) => Some(open.append_to_locked(&self.path, lines)),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(error)) => Some(Err(error)),
        }
    }

    /// Waits until no other process has locked the file. Meanwhile it can be tried again by
    /// other threads of this one.
    ///
    /// # Errors
    /// What the file system says.
    pub fn wait_until_free(&self) -> io::Result<()> {
        // A lock belongs to an opened file, so this one is opened for itself.
        match File::open(&self.path) {
            // Closing it gives the lock back.
            Ok(file) => file.lock(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Waits until what was appended survives a loss of power.
    ///
    /// # Errors
    /// What the file system says.
    pub fn sync(&self) -> io::Result<()> {
        self.lock()?.file.sync_data()
    }

    fn lock(&self) -> io::Result<std::sync::MutexGuard<'_, OpenFile>> {
        self.open
            .lock()
            .map_err(|_| io::Error::other("an earlier append failed badly"))
    }
}

impl OpenFile {
    fn append(&mut self, path: &Path, lines: &[u8]) -> io::Result<()> {
        self.file.lock()?;
        self.append_to_locked(path, lines)
    }

    /// Appends to the file that is locked, or to the one that has taken its place, and unlocks it.
    fn append_to_locked(&mut self, path: &Path, lines: &[u8]) -> io::Result<()> {
        let result = self
            .lock_current(path)
            .and_then(|length| self.append_locked(length, lines));
        // Also when nothing could be written: others are waiting.
        let unlocked = self.file.unlock();
        result.and(unlocked)
    }

    /// Makes sure that the file which is locked is the one at the path. Returns its length.
    fn lock_current(&mut self, path: &Path) -> io::Result<u64> {
        // Removed or rotated by somebody: go on in a new file. Between opening and locking it
        // may happen again.
        loop {
            let ours = self.file.metadata()?;
            if is_same_file(&ours, path)? {
                return Ok(ours.len());
            }
            self.file.unlock()?;
            let fresh = create(path)?;
            self.file = fresh.file;
            self.length = fresh.length;
            self.file.lock()?;
        }
    }

    fn append_locked(&mut self, length: u64, lines: &[u8]) -> io::Result<()> {
        let mut end = length;
        if length != self.length && ends_torn(&mut self.file, length)? {
            self.file.write_all(b"\n")?;
            end += 1;
        }
        let written = self.file.write_all(lines);
        self.length = match &written {
            Ok(()) => end + lines.len() as u64,
            Err(_) => {
                // Nobody else writes while the lock is held, so what was written of these lines
                // can be taken back. Where it cannot, the next append looks at the end.
                let _ = self.file.set_len(end);
                u64::MAX
            }
        };
        written
    }
}

#[cfg(unix)]
fn is_same_file(ours: &fs::Metadata, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    match fs::metadata(path) {
        Ok(theirs) => Ok(ours.dev() == theirs.dev() && ours.ino() == theirs.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_same_file(_: &fs::Metadata, path: &Path) -> io::Result<bool> {
    // An open file cannot be renamed or removed there.
    Ok(path.exists())
}

fn ends_torn(file: &mut File, length: u64) -> io::Result<bool> {
    if length == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::Start(length - 1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

fn create(path: &Path) -> io::Result<OpenFile> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        && !folder.exists()
    {
        create_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    Ok(OpenFile {
        file,
        // No file is this long, so the first append looks at the end.
        length: u64::MAX,
        line: Vec::new(),
    })
}

/// Makes the folder for captures: for its owner only, and kept out of version control when it
/// is our own kind of folder.
fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)?;
    if folder
        .file_name()
        .is_some_and(|name| name == ".lettermint-hook")
    {
        fs::write(folder.join(".gitignore"), "*\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Direction;
    use crate::lettermint::Headers;

    fn record(id: &str) -> Record {
        Record {
            direction: Direction::Received,
            at: 0,
            event: None,
            id: Some(id.to_owned()),
            attempt: None,
            method: "POST".into(),
            target: "/".into(),
            headers: Headers::new(),
            body: "{}".into(),
            remote: None,
            verdict: None,
            reply: None,
            unknown: serde_json::Map::new(),
        }
    }

    fn read(path: &Path) -> (Vec<String>, Vec<u64>) {
        let mut reader = Reader::open(path).unwrap();
        let (mut ids, mut broken) = (Vec::new(), Vec::new());
        while let Some(next) = reader.next_record().unwrap() {
            match next {
                Ok((_, record)) => ids.push(record.id.unwrap()),
                Err(line) => broken.push(line.line),
            }
        }
        (ids, broken)
    }

    #[test]
    fn a_torn_line_is_closed_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.ndjson");
        Store::open(&path).unwrap().append(&record("a")).unwrap();
        let torn = fs::read(&path).unwrap();
        fs::write(&path, [&torn[..], &torn[..torn.len() / 2]].concat()).unwrap();
        let store = Store::open(&path).unwrap();
        store.append(&record("b")).unwrap();
        store.append(&record("c")).unwrap();
        assert_eq!(
            read(&path),
            (vec!["a".into(), "b".into(), "c".into()], vec![2])
        );
    }

    #[test]
    fn two_writers_and_a_rotation_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/.lettermint-hook/s.ndjson");
        let stores = [Store::open(&path).unwrap(), Store::open(&path).unwrap()];
        std::thread::scope(|scope| {
            for (writer, store) in stores.iter().enumerate() {
                scope.spawn(move || {
                    for i in 0..200 {
                        store.append(&record(&format!("{writer}-{i}"))).unwrap();
                    }
                });
            }
        });
        let (ids, broken) = read(&path);
        assert_eq!((ids.len(), broken.len()), (400, 0));
        let rotated = path.with_extension("old");
        fs::rename(&path, &rotated).unwrap();
        stores[0].append(&record("after")).unwrap();
        assert_eq!(read(&path).0, ["after"]);
        assert_eq!(read(&rotated).0.len(), 400);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".lettermint-hook/deliveries.ndjson");
        Store::open(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        let ignore = path.parent().unwrap().join(".gitignore");
        assert_eq!(fs::read_to_string(ignore).unwrap(), "*\n");
    }
}
