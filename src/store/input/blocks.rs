//! Blocks of entries: whole lines that were read at once, or all of a document.

use std::io::{self, Read};

use crate::capture::{Capture, Problem, parse_line};

/// Bytes read at once. A block is what a worker takes; the memory of a run is some ten of them.
const BLOCK: usize = 128 << 10;

/// Something that an input holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Entry<'a> {
    /// A line of a format of one record a line, not yet decoded. Never blank.
    Line {
        /// Counted from 1.
        number: usize,
        /// Where it starts, in bytes from the start of the input.
        offset: u64,
        /// Without white space around it.
        bytes: &'a [u8],
    },
    /// A request of a document, or what could not be read there.
    Decoded(&'a Result<Capture, Problem>),
}

impl Entry<'_> {
    /// The request in it; `None` when it is a line that holds none.
    pub(crate) fn decode(self) -> Result<Option<Capture>, Problem> {
        match self {
            Self::Line { number, bytes, .. } => parse_line(bytes, number),
            Self::Decoded(entry) => entry.clone().map(Some),
        }
    }
}

/// Entries that follow each other.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// The lines, and after them what was read too far.
    buffer: Vec<u8>,
    /// How many bytes the lines are.
    length: usize,
    /// The number of the first line, counted from 1.
    first_line: usize,
    /// Where the first line starts in the input.
    offset: u64,
    document: Vec<Result<Capture, Problem>>,
    is_last: bool,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Position {
    at: usize,
    /// Line ends among them.
    newlines: usize,
    entries: usize,
}

impl Block {
    pub(super) fn document(document: Vec<Result<Capture, Problem>>) -> Self {
        Self {
            document,
            is_last: true,
            ..Self::default()
        }
    }

    pub(super) fn is_last(&self) -> bool {
        self.is_last
    }

    /// How many bytes of lines it is.
    pub(crate) fn size(&self) -> usize {
        self.length
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut position = Position::default();
        std::iter::from_fn(move || self.entry(&mut position))
    }

    pub(super) fn has_entry(&self, position: &mut Position) -> bool {
        while let Some(byte) = self.buffer[position.at..self.length].first()
            && byte.is_ascii_whitespace()
        {
            position.at += 1;
            position.newlines += usize::from(*byte == b'\n');
        }
        position.at < self.length || position.entries < self.document.len()
    }

    pub(super) fn entry(&self, position: &mut Position) -> Option<Entry<'_>> {
        if !self.has_entry(position) {
            return None;
        }
        let rest = &self.buffer[position.at..self.length];
        if rest.is_empty() {
            position.entries += 1;
            return self.document.get(position.entries - 1).map(Entry::Decoded);
        }
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        let entry = Entry::Line {
            number: self.first_line + position.newlines,
            offset: self.offset + position.at as u64,
            bytes: line.trim_ascii_end(),
        };
        // The line's end is passed over on the way to the next one.
        position.at += line.len();
        Some(entry)
    }
}

/// Cuts an input of lines into blocks.
pub(super) struct LineBlocks {
    input: Box<dyn Read + Send>,
    /// What was read after the end of the last line.
    carry: Vec<u8>,
    /// Where that starts in the input.
    offset: u64,
    next_line: usize,
    ended: bool,
    /// Buffers to use again.
    spare: Vec<Vec<u8>>,
}

impl LineBlocks {
    /// Reads `start`, then `input`. A file that a Windows editor saved begins with a byte order
    /// mark.
    pub(super) fn new(mut start: Vec<u8>, input: Box<dyn Read + Send>) -> Self {
        let mark = match start.starts_with(b"\xef\xbb\xbf") {
            true => 3,
            false => 0,
        };
        start.drain(..mark);
        Self {
            input,
            carry: start,
            offset: mark as u64,
            next_line: 1,
            ended: false,
            spare: Vec::new(),
        }
    }

    /// The next block, `None` at the end. A line longer than a block makes its block longer.
    pub(super) fn next_block(&mut self) -> io::Result<Option<Block>> {
        if self.ended {
            return Ok(None);
        }
        // A buffer stays as long as it was, so that nothing is cleared to be read over.
        let mut buffer = self.spare.pop().unwrap_or_default();
        let mut filled = self.carry.len();
        let mut wanted = filled + BLOCK;
        let length = loop {
            if buffer.len() < wanted {
                buffer.resize(wanted, 0);
            }
            buffer[..self.carry.len()].copy_from_slice(&self.carry);
            filled += fill(&mut *self.input, &mut buffer[filled..wanted])?;
            if filled < wanted {
                self.ended = true;
                break filled;
            }
            if let Some(newline) = memchr::memrchr(b'\n', &buffer[..filled]) {
                break newline + 1;
            }
            wanted *= 2;
        };
        self.carry.clear();
        self.carry.extend_from_slice(&buffer[length..filled]);
        let block = Block {
            first_line: self.next_line,
            offset: self.offset,
            is_last: self.ended,
            buffer,
            length,
            document: Vec::new(),
        };
        self.offset += length as u64;
        self.next_line += memchr::memchr_iter(b'\n', &block.buffer[..length]).count();
        Ok(Some(block))
    }

    /// Takes back a block's memory.
    pub(super) fn recycle(&mut self, block: Block) {
        let mut buffer = block.buffer;
        // One line of 50 MiB is no reason to keep as much.
        buffer.truncate(4 * BLOCK);
        buffer.shrink_to(4 * BLOCK);
        self.spare.push(buffer);
    }
}

/// Reads until the buffer is full or the input has ended. Returns how much was read.
fn fill(input: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(start: &[u8], rest: &[u8]) -> Vec<(usize, u64, Vec<u8>)> {
        let rest = Box::new(io::Cursor::new(rest.to_vec()));
        let mut reader = LineBlocks::new(start.to_vec(), rest);
        let mut found = Vec::new();
        while let Some(block) = reader.next_block().unwrap() {
            for entry in block.entries() {
                let Entry::Line {
                    number,
                    offset,
                    bytes,
                } = entry
                else {
                    panic!("{entry:?}")
                };
                found.push((number, offset, bytes.to_vec()));
            }
            reader.recycle(block);
        }
        found
    }

    #[test]
    fn lines_are_whole_and_numbered_wherever_a_block_ends() {
        assert_eq!(lines(b"", b""), []);
        assert_eq!(
            lines(b"\xef\xbb\xbfa \r\n\n", b" b\nc"),
            [
                (1, 3, b"a".to_vec()),
                (3, 9, b"b".to_vec()),
                (4, 11, b"c".to_vec())
            ]
        );
        for length in [1, 7, 1_000, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let line = vec![b'x'; length];
            let text: Vec<u8> = (0..5).flat_map(|_| [&line[..], b"\n"].concat()).collect();
            for cut in [0, 1, length, length + 1] {
                let found = lines(&text[..cut], &text[cut..]);
                assert_eq!(found.len(), 5, "{length}");
                assert!(found.iter().all(|(.., found)| *found == line), "{length}");
                assert_eq!(found[4].0, 5);
                assert_eq!(found[4].1, 4 * (length as u64 + 1));
            }
        }
    }
}
