//! Reading a store from its start.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use crate::delivery::Record;
use crate::delivery::record::RecordError;
use crate::error::{Error, Result};

/// A line of a store that is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenLine {
    /// Counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub error: RecordError,
}

/// Reads a store record by record, in constant memory.
pub struct Reader<R> {
    input: R,
    line: u64,
    buffer: Vec<u8>,
}

impl Reader<BufReader<File>> {
    /// Opens a store to read.
    ///
    /// # Errors
    /// What the file system says, exit 3.
    pub fn open(path: &Path) -> Result<Self> {
        let file = open(path)?;
        Ok(Self::new(BufReader::with_capacity(1 << 16, file)))
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads from any buffered input.
    pub fn new(input: R) -> Self {
        Self {
            input,
            line: 0,
            buffer: Vec::new(),
        }
    }

    /// The next record with its line number, a broken line, or `None` at the end. Blank lines
    /// are passed over.
    ///
    /// # Errors
    /// What the file system says.
    pub fn next_record(&mut self) -> io::Result<Option<Result<(u64, Record), BrokenLine>>> {
        let Some((number, line)) = self.next_line()? else {
            return Ok(None);
        };
        Ok(Some(match Record::parse(line) {
            Ok(record) => Ok((number, record)),
            Err(error) => Err(BrokenLine {
                line: number,
                error,
            }),
        }))
    }

    /// The next line that is not blank, with its number, before anybody has parsed it.
    ///
    /// # Errors
    /// What the file system says.
    pub fn next_line(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        loop {
            self.buffer.clear();
            if self.input.read_until(b'\n', &mut self.buffer)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            if !self.buffer.trim_ascii().is_empty() {
                return Ok(Some((self.line, self.buffer.trim_ascii())));
            }
        }
    }
}

/// Opens a store's file to read.
pub(crate) fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| {
        let failed = Error::file("read the store", path, &error);
        match error.kind() {
            io::ErrorKind::NotFound => {
                failed.hint("`lettermint-hook listen` records what it receives there; `--store PATH` names another file")
            }
            _ => failed,
        }
    })
}
