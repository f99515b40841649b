//! Where the chosen lines stand, so that they can be read in any order: some four and a half
//! bytes for each.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};

use super::bulk::Raw;
use crate::app::AppContext;
use crate::capture::Capture;
use crate::error::{Error, Result, describe_io};
use crate::store::input::Entry;
use crate::store::query::{Chosen, Cursor};

/// Lines between two whole offsets.
const STRIDE: usize = 16;
/// A buffer that holds most lines.
const LINE: usize = 8 * 1024;

/// The chosen entries by number.
#[derive(Debug, Default)]
pub(crate) struct Index {
    inputs: Vec<Lines>,
    /// Those of formats that are read whole.
    captures: Vec<Capture>,
}

/// The lines of one input.
#[derive(Debug)]
struct Lines {
    number: usize,
    file: BufReader<File>,
    /// The offset of every sixteenth line.
    anchors: Vec<u64>,
    /// How far each line is from its anchor.
    distances: Vec<u32>,
}

impl Index {
    /// Reads the inputs and takes down where everything is.
    ///
    /// # Errors
    /// An input cannot be read, or has lines of several hundred megabytes.
    pub(crate) fn build(app: &AppContext, chosen: &Chosen) -> Result<Self> {
        let mut index = Self::default();
        let mut cursor = Cursor::default();
        while let Some(found) = cursor.next(chosen, &app.context)? {
            let number = found.input;
            match found.entry {
                Entry::Line { offset, .. } => {
                    if index
                        .inputs
                        .last()
                        .is_none_or(|lines| lines.number != number)
                    {
                        index.inputs.push(Lines::new(number, chosen)?);
                    }
                    if let Some(lines) = index.inputs.last_mut() {
                        lines.add(offset).map_err(|()| {
                            Error::cannot_run(format!(
                                "cannot shuffle lines so long: {}",
                                found.shown
                            ))
                        })?;
                    }
                }
                Entry::Decoded(Ok(capture)) => index.captures.push(capture.clone()),
                Entry::Decoded(Err(_)) => {}
            }
        }
        Ok(index)
    }

    /// The entry of a number below [`Index::len`], a line in `room`.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn read(&mut self, number: u64, mut room: Vec<u8>) -> Result<Raw> {
        let mut number = usize::try_from(number).unwrap_or(usize::MAX);
        for lines in &mut self.inputs {
            if number < lines.distances.len() {
                lines.read(number, &mut room).map_err(|error| {
                    Error::cannot_run(format!("cannot read on ({})", describe_io(&error)))
                })?;
                return Ok(Raw::Line(room));
            }
            number -= lines.distances.len();
        }
        Ok(Raw::Capture(Box::new(self.captures[number].clone())))
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> u64 {
        let lines: usize = self.inputs.iter().map(|lines| lines.distances.len()).sum();
        (lines + self.captures.len()) as u64
    }
}

impl Lines {
    fn new(number: usize, chosen: &Chosen) -> Result<Self> {
        let count = usize::try_from(chosen.count_in(number)).unwrap_or(0);
        Ok(Self {
            number,
            file: BufReader::with_capacity(LINE, chosen.file(number)?),
            anchors: Vec::with_capacity(count.div_ceil(STRIDE)),
            distances: Vec::with_capacity(count),
        })
    }

    fn add(&mut self, offset: u64) -> Result<(), ()> {
        if self.distances.len().is_multiple_of(STRIDE) {
            self.anchors.push(offset);
        }
        let anchor = self.anchors.last().copied().unwrap_or_default();
        self.distances
            .push(u32::try_from(offset - anchor).map_err(drop)?);
        Ok(())
    }

    fn read(&mut self, number: usize, line: &mut Vec<u8>) -> io::Result<()> {
        let offset = self.anchors[number / STRIDE] + u64::from(self.distances[number]);
        self.file.seek(SeekFrom::Start(offset))?;
        line.clear();
        self.file.read_until(b'\n', line)?;
        Ok(())
    }
}
