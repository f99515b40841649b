//! Writing a file whole or not at all.
//!
//! Until a file is complete it has no name where the system can do that (`O_TMPFILE` of Linux), so
//! that nothing of it is left behind however the program ends. Elsewhere it has a name of ours
//! and is locked; one that nobody has locked is of a program that was killed, and is removed by
//! the next that writes into the directory.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

/// What the names of unfinished files begin with.
const PREFIX: &str = ".lettermint-hook-";

/// Symbolic links that are followed to a file that is to be written.
const LINKS: usize = 40;

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner only: it holds captures or a secret.
    Owner,
    /// Whom the process's umask allows.
    Usual,
}

/// A file that takes its place when it is complete; until then what was there stays. What is no
/// file, such as a pipe, is written as it is.
#[derive(Debug)]
pub(crate) struct NewFile {
    writer: BufWriter<File>,
    place: Place,
    /// Where it is to stand, no symbolic link.
    path: PathBuf,
}

/// Where it is until then.
#[derive(Debug)]
enum Place {
    Nameless,
    Named(TempPath),
    Special,
}

impl NewFile {
    /// Begins a file that is to stand at `path`, or where that links to, for its owner only.
    pub(crate) fn next_to(path: &Path) -> io::Result<Self> {
        Self::begin(path, Readers::Owner)
    }

    pub(crate) fn begin(path: &Path, readers: Readers) -> io::Result<Self> {
        let path = resolved(path);
        let directory = directory_of(&path);
        let (file, place) = if path.exists() && !path.is_file() {
            (File::create(&path)?, Place::Special)
        } else {
            remove_stale(directory);
            match nameless(directory, readers) {
                Some(file) => (file, Place::Nameless),
                None => {
                    let (file, name) = named(directory, readers)?.into_parts();
                    (file, Place::Named(name))
                }
            }
        };
        Ok(Self {
            writer: BufWriter::with_capacity(1 << 16, file),
            place,
            path,
        })
    }

    /// Makes sure that what was written so far survives a power loss.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.writer.get_ref().sync_data()
    }

    pub(crate) fn put_in_place(mut self) -> io::Result<File> {
        if !matches!(self.place, Place::Special) {
            self.sync()?;
        }
        let file = self
            .writer
            .into_inner()
            .map_err(|error| error.into_error())?;
        let name = match self.place {
            Place::Named(name) => name,
            Place::Nameless => with_name(&file, directory_of(&self.path))?,
            Place::Special => return Ok(file),
        };
        name.persist(&self.path).map_err(|error| error.error)?;
        Ok(file)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The path without a symbolic link at its end, also when what that names is not there yet. A loop
/// is left as it is, for the system to refuse.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = fs::read_link(&path) else {
            break;
        };
        path = directory_of(&path).join(target);
    }
    path
}

fn directory_of(path: &Path) -> &Path {
    path.parent()
        .filter(|directory| !directory.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn named(directory: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    if readers == Readers::Usual {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = readers;
    loop {
        let file = builder.tempfile_in(directory)?;
        // Somebody who takes it for stale before it is locked removes it; then it takes another.
        if file.as_file().try_lock().is_ok() && file.path().exists() {
            return Ok(file);
        }
    }
}

/// Removes what killed programs have left in a directory. What cannot be removed is somebody
/// else's.
fn remove_stale(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let is_ours = entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(PREFIX.as_bytes());
        if is_ours
            && entry.file_type().is_ok_and(|kind| kind.is_file())
            && let Ok(file) = File::options().write(true).open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(target_os = "linux")]
fn nameless(directory: &Path, readers: Readers) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::Usual => 0o666,
    };
    // Not every file system can, and not everywhere can the file get its name.
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = open(directory, flags, Mode::from_raw_mode(mode)).ok()?;
    Path::new("/proc/self/fd").exists().then(|| file.into())
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path, _: Readers) -> Option<File> {
    None
}

/// Gives a nameless file a name of ours, from which it can be moved over another file.
#[cfg(target_os = "linux")]
fn with_name(file: &File, directory: &Path) -> io::Result<TempPath> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd as _;
    file.lock()?;
    let own = format!("/proc/self/fd/{}", file.as_raw_fd());
    let linked = tempfile::Builder::new()
        .prefix(PREFIX)
        .make_in(directory, |path| {
            linkat(CWD, &own, CWD, path, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
        })?;
    Ok(linked.into_temp_path())
}

#[cfg(not(target_os = "linux"))]
fn with_name(_: &File, _: &Path) -> io::Result<TempPath> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_with_and_without_a_name_before() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        for round in ["one", "two"] {
            let mut file = NewFile::next_to(&path).unwrap();
            file.write_all(round.as_bytes()).unwrap();
            file.put_in_place().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), round);
        }
        let name = named(directory.path(), Readers::Owner).unwrap();
        let (file, name) = name.into_parts();
        let mut file = NewFile {
            writer: BufWriter::new(file),
            place: Place::Named(name),
            path: path.clone(),
        };
        file.write_all(b"three").unwrap();
        drop(NewFile::next_to(&path).unwrap());
        assert_eq!(names(directory.path()).len(), 2, "one in use is not stale");
        file.put_in_place().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(names(directory.path()), ["a"]);
    }

    #[test]
    fn stale_files_go_and_links_stay() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::write(path(".lettermint-hook-a1b2c3"), "left behind").unwrap();
        fs::create_dir(path(".lettermint-hook-directory")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("real", path("link")).unwrap();
        let mut file = NewFile::next_to(&path("link")).unwrap();
        file.write_all(b"new").unwrap();
        drop(file.put_in_place().unwrap());
        #[cfg(unix)]
        {
            assert!(path("link").is_symlink());
            assert_eq!(fs::read_to_string(path("real")).unwrap(), "new");
            let expected = [".lettermint-hook-directory", "link", "real"];
            assert_eq!(names(directory.path()), expected);
        }
    }
}
