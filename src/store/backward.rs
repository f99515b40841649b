//! Reading a store from its end, so that the latest records cost only the tail of the file.

use std::io::{self, Read, Seek, SeekFrom};

use memchr::memrchr;

/// Bytes that are read at once. A longer line doubles it until the line fits.
const BLOCK: usize = 64 * 1024;

/// Gives the lines of a file as it is now, last one first, in memory for one block and one line.
#[derive(Debug)]
pub(crate) struct BackwardReader<F> {
    file: F,
    /// Where in the file the buffer begins.
    start: u64,
    buffer: Vec<u8>,
    /// How much of the buffer was not given yet.
    rest: usize,
    block: usize,
}

impl<F: Read + Seek> BackwardReader<F> {
    pub(crate) fn new(file: F) -> io::Result<Self> {
        Self::with_block(file, BLOCK)
    }

    fn with_block(mut file: F, block: usize) -> io::Result<Self> {
        let start = file.seek(SeekFrom::End(0))?;
        Ok(Self {
            file,
            start,
            buffer: Vec::new(),
            rest: 0,
            block,
        })
    }

    /// The line before the one given last, without white space around it, or `None` at the start
    /// of the file. Blank lines are passed over.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        while let Some(start) = self.line_start()? {
            let line = start..self.rest;
            // The newline before it ends the line that comes next.
            self.rest = start.saturating_sub(1);
            if !self.buffer[line.clone()].trim_ascii().is_empty() {
                return Ok(Some(self.buffer[line].trim_ascii()));
            }
        }
        Ok(None)
    }

    /// Where in the buffer the last line of the rest begins, after reading as far back as it
    /// goes; `None` when nothing is left.
    fn line_start(&mut self) -> io::Result<Option<usize>> {
        let mut unsearched = self.rest;
        loop {
            if let Some(newline) = memrchr(b'\n', &self.buffer[..unsearched]) {
                return Ok(Some(newline + 1));
            }
            if self.start == 0 {
                return Ok((self.rest > 0).then_some(0));
            }
            unsearched = self.read_block()?;
        }
    }

    /// Puts the block before the buffer in front of it and gives its length.
    fn read_block(&mut self) -> io::Result<usize> {
        // At least as much as is there already, so that a long line is moved only a few times.
        let wanted = self.block.max(self.rest) as u64;
        let length = wanted.min(self.start);
        self.start -= length;
        let length = usize::try_from(length).map_err(io::Error::other)?;
        self.buffer.resize(self.rest.max(1) + length, 0);
        self.buffer.copy_within(..self.rest, length);
        self.file.seek(SeekFrom::Start(self.start))?;
        self.file.read_exact(&mut self.buffer[..length])?;
        self.rest += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn backwards(text: &[u8], block: usize) -> Vec<Vec<u8>> {
        let mut reader = BackwardReader::with_block(Cursor::new(text), block).unwrap();
        let mut lines = Vec::new();
        while let Some(line) = reader.next_line().unwrap() {
            lines.push(line.to_vec());
        }
        lines
    }

    #[test]
    fn blank_lines_and_a_torn_one() {
        assert_eq!(backwards(b"", 4), Vec::<Vec<u8>>::new());
        assert_eq!(backwards(b"\n\n", 4), Vec::<Vec<u8>>::new());
        assert_eq!(backwards(b"a\n\nb\r\ntorn", 4), [&b"torn"[..], b"b", b"a"]);
    }

    proptest! {
        #[test]
        fn any_text_reads_backwards_as_forwards(
            lines in proptest::collection::vec("[a-c]{0,40}", 0..12),
            block in 1_usize..50,
            ended in any::<bool>(),
        ) {
            let mut text = lines.join("\n");
            if ended {
                text.push('\n');
            }
            let forwards: Vec<_> = text.lines().rev().filter(|line| !line.is_empty()).map(|line| line.as_bytes().to_vec()).collect();
            prop_assert_eq!(backwards(text.as_bytes(), block), forwards);
        }
    }
}
