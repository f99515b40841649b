//! Reading an input entry by entry.

use std::io;
use std::ops::Range;
use std::path::Path;

use super::chunks::{Chunk, ChunkReader};
use super::input::Input;
use crate::capture::{Capture, Format, Problem, parse_line};
use crate::context::Context;
use crate::error::{Error, Result};

/// Something that an input holds.
#[derive(Debug)]
pub enum Entry<'a> {
    /// A line of a format of one record a line, not yet decoded. Never blank.
    Line {
        /// Its number, counted from 1.
        number: usize,
        /// Where it starts, in bytes from the start of the input.
        offset: u64,
        /// Without its newline.
        bytes: &'a [u8],
    },
    /// A request of another format.
    Capture(Box<Capture>),
    /// What could not be read.
    Problem(Problem),
}

impl Entry<'_> {
    /// The request in it; `None` when it is a line that holds none.
    ///
    /// # Errors
    /// What could not be read.
    pub fn decode(self) -> Result<Option<Capture>, Problem> {
        match self {
            Self::Line { number, bytes, .. } => parse_line(bytes, number),
            Self::Capture(capture) => Ok(Some(*capture)),
            Self::Problem(problem) => Err(problem),
        }
    }
}

impl Input {
    /// Opens it to read it entry by entry.
    ///
    /// # Errors
    /// It cannot be read, exit 3. What is none of the formats is an entry, not an error.
    pub fn open(&self, context: &Context) -> Result<OpenInput> {
        let opened = self.look()?;
        let format = opened.format;
        let content = match format {
            Some(format) if format.is_by_line() => {
                let reader = ChunkReader::of(opened);
                Content::Lines(Lines {
                    base: reader.start(),
                    reader,
                    chunk: Chunk::default(),
                    line: 0..0,
                    number: 0,
                })
            }
            _ => Content::Whole {
                entries: self.read_whole(opened, context)?.into_iter(),
                current: None,
            },
        };
        Ok(OpenInput {
            shown: self.shown.clone(),
            format,
            content,
        })
    }
}

/// An input that is being read.
pub struct OpenInput {
    shown: String,
    /// What it holds; `None` when it is none of ours or empty.
    pub format: Option<Format>,
    content: Content,
}

enum Content {
    Lines(Lines),
    Whole {
        entries: std::vec::IntoIter<Result<Capture, Problem>>,
        current: Option<Result<Box<Capture>, Problem>>,
    },
}

/// Lines, one after the other.
struct Lines {
    reader: ChunkReader,
    chunk: Chunk,
    /// Where the chunk starts in the input.
    base: u64,
    /// Where the current line stands in the chunk, its newline included.
    line: Range<usize>,
    /// The current line's number.
    number: usize,
}

impl Lines {
    /// Moves on to the next line that is not blank. `false` at the end.
    fn advance(&mut self) -> io::Result<bool> {
        loop {
            let length = self.chunk.bytes().len();
            if self.line.end == length {
                self.base += length as u64;
                self.line = 0..0;
                let done = std::mem::take(&mut self.chunk);
                self.reader.recycle(done.into_buffer());
                match self.reader.next_chunk()? {
                    Some(chunk) => self.chunk = chunk,
                    None => return Ok(false),
                }
                // The last chunk may hold nothing.
                continue;
            }
            let start = self.line.end;
            let newline = memchr::memchr(b'\n', &self.chunk.bytes()[start..]);
            self.line = start..newline.map_or(length, |newline| start + newline + 1);
            self.number += 1;
            if !self.bytes().is_empty() {
                return Ok(true);
            }
        }
    }

    fn bytes(&self) -> &[u8] {
        self.chunk.bytes()[self.line.clone()].trim_ascii()
    }
}

impl OpenInput {
    /// Moves on to the next entry. `false` at the end.
    ///
    /// # Errors
    /// The input cannot be read any further, exit 3.
    pub fn advance(&mut self) -> Result<bool> {
        match &mut self.content {
            Content::Whole { entries, current } => {
                *current = entries.next().map(|entry| entry.map(Box::new));
                Ok(current.is_some())
            }
            Content::Lines(lines) => lines
                .advance()
                .map_err(|error| Error::file("read", Path::new(&self.shown), &error)),
        }
    }

    /// The entry that [`OpenInput::advance`] came to. One that is no line is given once.
    pub fn entry(&mut self) -> Option<Entry<'_>> {
        match &mut self.content {
            Content::Whole { current, .. } => current.take().map(|entry| match entry {
                Ok(capture) => Entry::Capture(capture),
                Err(problem) => Entry::Problem(problem),
            }),
            Content::Lines(lines) => Some(Entry::Line {
                number: lines.number,
                offset: lines.base + lines.line.start as u64,
                bytes: lines.bytes(),
            }),
        }
    }

    /// The next entry, `None` at the end.
    ///
    /// # Errors
    /// As of [`OpenInput::advance`].
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_>>> {
        match self.advance()? {
            true => Ok(self.entry()),
            false => Ok(None),
        }
    }
}
