//! Reading lines in big blocks, each cut at a line's end.

use std::io::{self, Read};

use super::Opened;

/// Bytes read at once. A block is what a worker takes; the memory of a run is some ten of them.
const BLOCK: usize = 128 << 10;

/// Whole lines.
#[derive(Debug)]
pub(in crate::workbench) struct Chunk {
    /// Counted from 0.
    pub(in crate::workbench) sequence: u64,
    /// The number of its first line in the file, counted from 1.
    pub(in crate::workbench) first_line: usize,
    /// The lines, with their newlines.
    pub(in crate::workbench) bytes: Vec<u8>,
    /// Whether the file ends with it.
    pub(in crate::workbench) is_last: bool,
}

impl Chunk {
    /// Its lines with their numbers, blank ones left out.
    pub(in crate::workbench) fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let mut rest = &self.bytes[..];
        let mut number = self.first_line;
        std::iter::from_fn(move || {
            while !rest.is_empty() {
                let end = memchr::memchr(b'\n', rest);
                let line = &rest[..end.unwrap_or(rest.len())];
                rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
                number += 1;
                if !line.trim_ascii().is_empty() {
                    return Some((number - 1, line.trim_ascii()));
                }
            }
            None
        })
    }
}

/// Cuts an input into chunks.
pub(in crate::workbench) struct ChunkReader {
    input: Box<dyn Read + Send>,
    /// Where the first line starts in the input.
    start: u64,
    /// What was read behind the last line's end.
    carry: Vec<u8>,
    sequence: u64,
    next_line: usize,
    ended: bool,
    /// Buffers to use again.
    spare: Vec<Vec<u8>>,
}

impl ChunkReader {
    /// Reads an input of one record a line. A store that a Windows editor saved begins with a
    /// byte order mark.
    #[must_use]
    pub(in crate::workbench) fn of(opened: Opened) -> Self {
        let Opened {
            mut start, rest, ..
        } = opened;
        let mark = match start.starts_with(b"\xef\xbb\xbf") {
            true => 3,
            false => 0,
        };
        start.drain(..mark);
        Self {
            start: mark as u64,
            ..Self::new(start, rest)
        }
    }

    /// Where the first line starts, in bytes from the start of the input.
    pub(in crate::workbench) fn start(&self) -> u64 {
        self.start
    }

    /// Reads `start`, then `input`.
    #[must_use]
    pub(in crate::workbench) fn new(start: Vec<u8>, input: Box<dyn Read + Send>) -> Self {
        Self {
            input,
            start: 0,
            carry: start,
            sequence: 0,
            next_line: 1,
            ended: false,
            spare: Vec::new(),
        }
    }

    /// The next chunk, `None` at the end. A line longer than a block makes its chunk longer.
    ///
    /// # Errors
    /// What the input says.
    pub(in crate::workbench) fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        if self.ended {
            return Ok(None);
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.append(&mut self.carry);
        loop {
            let wanted = BLOCK.max(bytes.len());
            bytes.reserve_exact(wanted);
            let read = self
                .input
                .by_ref()
                .take(wanted as u64)
                .read_to_end(&mut bytes)?;
            if read < wanted {
                self.ended = true;
                break;
            }
            if let Some(newline) = memchr::memrchr(b'\n', &bytes) {
                self.carry.extend_from_slice(&bytes[newline + 1..]);
                bytes.truncate(newline + 1);
                break;
            }
        }
        let chunk = Chunk {
            sequence: self.sequence,
            first_line: self.next_line,
            is_last: self.ended,
            bytes,
        };
        self.sequence += 1;
        self.next_line += memchr::memchr_iter(b'\n', &chunk.bytes).count();
        Ok(Some(chunk))
    }

    /// Takes a chunk's memory back.
    pub(in crate::workbench) fn recycle(&mut self, mut bytes: Vec<u8>) {
        bytes.clear();
        // One line of 50 MiB is no reason to keep as much.
        bytes.shrink_to(4 * BLOCK);
        self.spare.push(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(start: &[u8], rest: &[u8]) -> Vec<(usize, Vec<u8>)> {
        let rest = Box::new(io::Cursor::new(rest.to_vec()));
        let mut reader = ChunkReader::new(start.to_vec(), rest);
        let mut found = Vec::new();
        while let Some(chunk) = reader.next_chunk().unwrap() {
            found.extend(chunk.lines().map(|(number, line)| (number, line.to_vec())));
            reader.recycle(chunk.bytes);
        }
        found
    }

    #[test]
    fn lines_are_whole_and_numbered_wherever_a_block_ends() {
        assert_eq!(lines(b"", b""), []);
        assert_eq!(
            lines(b"a\r\n\n", b" b\nc"),
            [(1, b"a".to_vec()), (3, b"b".to_vec()), (4, b"c".to_vec())]
        );
        for length in [1, 7, 1_000, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let line = vec![b'x'; length];
            let text: Vec<u8> = (0..5).flat_map(|_| [&line[..], b"\n"].concat()).collect();
            for cut in [0, 1, length, length + 1] {
                let found = lines(&text[..cut], &text[cut..]);
                assert_eq!(found.len(), 5, "{length}");
                assert!(found.iter().all(|(_, found)| *found == line), "{length}");
                assert_eq!(found[4].0, 5);
            }
        }
    }
}
