//! A temporary file for what does not belong into memory, gone with the process.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

/// Blocks of one size on disk. The file is made with the first block.
#[derive(Debug, Default)]
pub struct Spill {
    file: Option<File>,
    blocks: u64,
}

impl Spill {
    /// Appends a block, and returns its number.
    ///
    /// # Errors
    /// What the file system says.
    pub fn append(&mut self, block: &[u8]) -> io::Result<u64> {
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile()?);
        }
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::End(0))?;
            file.write_all(block)?;
        }
        self.blocks += 1;
        Ok(self.blocks - 1)
    }

    /// Reads a block back into a buffer of its size.
    ///
    /// # Errors
    /// What the file system says.
    pub fn read(&mut self, number: u64, block: &mut [u8]) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Err(io::ErrorKind::NotFound.into());
        };
        file.seek(SeekFrom::Start(number * block.len() as u64))?;
        file.read_exact(block)
    }
}
