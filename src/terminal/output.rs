//! Writing a file that holds captures: whole or not at all, and for its owner only.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// A file that takes its place when it is complete; until then what was there stays.
#[derive(Debug)]
pub(crate) struct NewFile {
    writer: BufWriter<NamedTempFile>,
}

impl NewFile {
    /// Begins a file that is to stand at `path`, in the same directory, so that it can be put in
    /// place at once. Its mode is 0600.
    pub(crate) fn next_to(path: &Path) -> io::Result<Self> {
        let directory = path
            .parent()
            .filter(|directory| !directory.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(".lettermint-hook-")
            .tempfile_in(directory)?;
        Ok(Self {
            writer: BufWriter::with_capacity(1 << 16, file),
        })
    }

    /// Makes sure that what was written so far survives a power loss.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.writer.get_ref().as_file().sync_data()
    }

    pub(crate) fn put_in_place(mut self, path: &Path) -> io::Result<File> {
        self.sync()?;
        let file = self
            .writer
            .into_inner()
            .map_err(|error| error.into_error())?;
        file.persist(path).map_err(|error| error.error)
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
