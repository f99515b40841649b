//! The store's file while it is appended to: locked, healed, and replaced when somebody has moved
//! it away.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// No file is this long, so the next append looks at the end.
const UNKNOWN: u64 = u64::MAX;

#[derive(Debug)]
pub(crate) struct StoreFile {
    path: PathBuf,
    file: File,
    /// The file's length after the last append by this process.
    length: u64,
}

impl StoreFile {
    /// Opens the file. It and its directory are created (0600 in 0700) when they are not there.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            file: create(path)?,
            length: UNKNOWN,
        })
    }

    /// Appends lines. `None` when another process has locked the file and that may not be waited
    /// for.
    pub(crate) fn append(&mut self, lines: &[u8], may_wait: bool) -> Option<io::Result<()>> {
        let locked = match may_wait {
            true => self.file.lock(),
            false => match self.file.try_lock() {
                Err(TryLockError::WouldBlock) => return None,
                Err(TryLockError::Error(error)) => Err(error),
                Ok(()) => Ok(()),
            },
        };
        if locked.is_err() {
            return Some(locked);
        }
        let result = self
            .lock_current()
            .and_then(|length| self.append_locked(length, lines));
        // Also when nothing could be written: others are waiting.
        let unlocked = self.file.unlock();
        Some(result.and(unlocked))
    }

    /// Waits until what was appended survives a loss of power.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Makes sure that the file which is locked is the one at the path. Returns its length.
    fn lock_current(&mut self) -> io::Result<u64> {
        // Removed or rotated by somebody: go on in a new file. Between opening and locking it
        // may happen again.
        loop {
            let ours = self.file.metadata()?;
            if is_same_file(&ours, &self.path)? {
                return Ok(ours.len());
            }
            self.file.unlock()?;
            self.file = create(&self.path)?;
            self.length = UNKNOWN;
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
                UNKNOWN
            }
        };
        written
    }
}

#[cfg(unix)]
pub(crate) fn is_same_file(ours: &fs::Metadata, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    match fs::metadata(path) {
        Ok(theirs) => Ok(ours.dev() == theirs.dev() && ours.ino() == theirs.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
pub(crate) fn is_same_file(_: &fs::Metadata, path: &Path) -> io::Result<bool> {
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

/// Refuses what is there and is no regular file: a pipe would take some records and then hang, and
/// a device has no end. Of a directory the system says it.
pub(super) fn regular(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if !there.is_file() && !there.is_dir() => {
            Err(io::Error::other("it is no regular file"))
        }
        _ => Ok(()),
    }
}

/// What is wrong with who may read the store, or has made it.
#[cfg(unix)]
pub(super) fn exposure(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let there = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    if there.uid() != rustix::process::geteuid().as_raw() {
        return Some(format!(
            "the store belongs to another user ({})",
            there.uid()
        ));
    }
    let directory = fs::metadata(path.parent()?).ok()?;
    // A directory that nobody else may enter guards what is in it.
    let is_open = there.mode() & 0o077 != 0 && directory.mode() & 0o011 != 0;
    is_open.then(|| {
        let mode = there.mode() & 0o777;
        format!("other users can open the store (mode {mode:04o})")
    })
}

#[cfg(not(unix))]
pub(super) fn exposure(_: &Path) -> Option<String> {
    None
}

/// Whether a record that is written to it is gone at once, as in `/dev/null`; nothing hangs there.
#[cfg(unix)]
fn is_character_device(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    fs::metadata(path).is_ok_and(|there| there.file_type().is_char_device())
}

#[cfg(not(unix))]
fn is_character_device(_: &Path) -> bool {
    false
}

fn create(path: &Path) -> io::Result<File> {
    if !is_character_device(path) {
        regular(path)?;
    }
    if let Some(directory) = path
        .parent()
        .filter(|directory| !directory.as_os_str().is_empty())
        && !directory.exists()
    {
        create_directory(directory)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes the directory for captures: for its owner only, and kept out of version control when it
/// is our own kind of directory.
fn create_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(directory)?;
    if directory
        .file_name()
        .is_some_and(|name| name == ".lettermint-hook")
    {
        fs::write(directory.join(".gitignore"), "*\n")?;
    }
    Ok(())
}
