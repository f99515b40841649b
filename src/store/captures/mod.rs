//! The one door to captures: files, folders, patterns and standard input, told apart by what they
//! hold.
//!
//! Formats of one record a line are read line by line in constant memory, so that a reader may
//! look at a line before it decides to decode it; every other format is read whole.

pub mod chunks;
pub mod finding;
pub mod input;
pub mod ordered;
pub mod reading;

pub(crate) use chunks::{Chunk, ChunkReader};
pub use finding::inputs;
pub use input::{Input, Opened};
pub(crate) use ordered::each_chunk;
pub use reading::{Entry, OpenInput};

use crate::capture::Problem;
use crate::terminal::Terminal;

/// How many problems are said one by one.
const SAID: u64 = 20;

/// Says what could not be read: the first of it one by one, the rest as a number.
#[derive(Debug)]
pub struct Troubles<'a> {
    terminal: &'a Terminal,
    count: u64,
}

impl<'a> Troubles<'a> {
    /// Nothing yet.
    #[must_use]
    pub fn new(terminal: &'a Terminal) -> Self {
        Self { terminal, count: 0 }
    }

    /// Says one.
    pub fn add(&mut self, shown: &str, problem: &Problem) {
        self.count += 1;
        if self.count <= SAID {
            let Problem { line, message, .. } = problem;
            self.terminal.warning(&format!("{shown}:{line}: {message}"));
        }
    }

    /// Says how many more there were, and returns how many in all.
    pub fn finish(self) -> u64 {
        if let Some(more) = self.count.checked_sub(SAID).filter(|more| *more > 0) {
            self.terminal
                .warning(&format!("and more that could not be read: {more}"));
        }
        self.count
    }
}
