//! `--ready-file`: says where the listener is while it runs.

use std::io::Write as _;
use std::path::Path;

use tempfile::TempPath;

use crate::error::{Error, Result};

/// Removes the file of an earlier run that was killed, so that nobody takes it for this one's.
pub(super) fn remove_stale(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("remove the stale --ready-file", path, &error))
        }
        _ => Ok(()),
    }
}

/// The file that says where the listener is, for scripts that wait for it. It appears whole or not
/// at all, and is removed when the value is dropped.
pub(super) fn write(path: &Path, url: &str) -> Result<TempPath> {
    let write = || {
        let directory = path.parent().unwrap_or(path);
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        writeln!(file, "{url}")?;
        file.persist(path)?;
        TempPath::try_from_path(path)
    };
    write().map_err(|error| Error::file("write --ready-file", path, &error))
}
