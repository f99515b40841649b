//! Reading lines in big blocks, each cut at a line's end.

use std::io::{self, Read};

use super::Opened;

/// Bytes read at once. A block is what a worker takes; the memory of a run is some ten of them.
const BLOCK: usize = 128 << 10;

/// Whole lines.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// Counted from 0.
    pub(crate) sequence: u64,
    /// The number of its first line in the file, counted from 1.
    pub(crate) first_line: usize,
    /// The lines, and behind them what was read too much.
    buffer: Vec<u8>,
    /// How many bytes the lines are.
    length: usize,
    /// Whether the file ends with it.
    pub(crate) is_last: bool,
}

impl Chunk {
    /// The lines, with their newlines.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// Its memory, to be used again.
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// Its lines with their numbers, blank ones left out.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let mut rest = self.bytes();
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
pub(crate) struct ChunkReader {
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
    pub(crate) fn of(opened: Opened) -> Self {
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
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Reads `start`, then `input`.
    #[must_use]
    pub(crate) fn new(start: Vec<u8>, input: Box<dyn Read + Send>) -> Self {
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
    pub(crate) fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        if self.ended {
            return Ok(None);
        }
        // A buffer stays as long as it was, so that nothing is cleared to be read over.
        let mut buffer = self.spare.pop().unwrap_or_default();
        let mut filled = self.carry.len();
        let mut room = filled + BLOCK;
        let length = loop {
            if buffer.len() < room {
                buffer.resize(room, 0);
            }
            buffer[..self.carry.len()].copy_from_slice(&self.carry);
            filled += fill(&mut *self.input, &mut buffer[filled..room])?;
            if filled < room {
                self.ended = true;
                break filled;
            }
            if let Some(newline) = memchr::memrchr(b'\n', &buffer[..filled]) {
                break newline + 1;
            }
            room *= 2;
        };
        self.carry.clear();
        self.carry.extend_from_slice(&buffer[length..filled]);
        let chunk = Chunk {
            sequence: self.sequence,
            first_line: self.next_line,
            is_last: self.ended,
            buffer,
            length,
        };
        self.sequence += 1;
        self.next_line += memchr::memchr_iter(b'\n', chunk.bytes()).count();
        Ok(Some(chunk))
    }

    /// Takes a chunk's memory back.
    pub(crate) fn recycle(&mut self, mut buffer: Vec<u8>) {
        // One line of 50 MiB is no reason to keep as much.
        buffer.truncate(4 * BLOCK);
        buffer.shrink_to(4 * BLOCK);
        self.spare.push(buffer);
    }
}

/// Reads until the room is full or the input has ended. Returns how much was read.
fn fill(input: &mut dyn Read, room: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < room.len() {
        match input.read(&mut room[filled..]) {
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

    fn lines(start: &[u8], rest: &[u8]) -> Vec<(usize, Vec<u8>)> {
        let rest = Box::new(io::Cursor::new(rest.to_vec()));
        let mut reader = ChunkReader::new(start.to_vec(), rest);
        let mut found = Vec::new();
        while let Some(chunk) = reader.next_chunk().unwrap() {
            found.extend(chunk.lines().map(|(number, line)| (number, line.to_vec())));
            reader.recycle(chunk.into_buffer());
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
