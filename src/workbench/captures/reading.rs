//! Reading an input entry by entry.

use std::io::{BufRead as _, BufReader, Cursor, Read};
use std::path::Path;

use super::input::{Input, LOOKED_AT};
use crate::adapter::context::Context;
use crate::delivery::formats::{Capture, Format, Problem, parse_line};
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
                let all = Cursor::new(opened.start).chain(opened.rest);
                Content::Lines {
                    input: BufReader::with_capacity(LOOKED_AT, Box::new(all)),
                    number: 0,
                    offset: 0,
                    end: 0,
                    buffer: Vec::new(),
                }
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

#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
enum Content {
    Lines {
        input: BufReader<Box<dyn Read + Send>>,
        number: usize,
        /// Where the line in the buffer starts, and where it ends.
        offset: u64,
        end: u64,
        buffer: Vec<u8>,
    },
    Whole {
        entries: std::vec::IntoIter<Result<Capture, Problem>>,
        current: Option<Result<Capture, Problem>>,
    },
}

impl OpenInput {
    /// Moves on to the next entry. `false` at the end.
    ///
    /// # Errors
    /// The input cannot be read any further, exit 3.
    pub fn advance(&mut self) -> Result<bool> {
        match &mut self.content {
            Content::Whole { entries, current } => {
                *current = entries.next();
                Ok(current.is_some())
            }
            Content::Lines {
                input,
                number,
                offset,
                end,
                buffer,
            } => loop {
                buffer.clear();
                let read = input
                    .read_until(b'\n', buffer)
                    .map_err(|error| Error::file("read", Path::new(&self.shown), &error))?;
                if read == 0 {
                    return Ok(false);
                }
                *number += 1;
                *offset = *end;
                *end += read as u64;
                // A store that a Windows editor saved begins with a byte order mark.
                if *number == 1 && buffer.starts_with(b"\xef\xbb\xbf") {
                    buffer.drain(..3);
                    *offset += 3;
                }
                if !buffer.trim_ascii().is_empty() {
                    return Ok(true);
                }
            },
        }
    }

    /// The entry that [`OpenInput::advance`] came to. One that is no line is given once.
    pub fn entry(&mut self) -> Option<Entry<'_>> {
        match &mut self.content {
            Content::Whole { current, .. } => current.take().map(|entry| match entry {
                Ok(capture) => Entry::Capture(Box::new(capture)),
                Err(problem) => Entry::Problem(problem),
            }),
            Content::Lines {
                number,
                offset,
                buffer,
                ..
            } => Some(Entry::Line {
                number: *number,
                offset: *offset,
                bytes: buffer.trim_ascii(),
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
