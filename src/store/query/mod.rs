//! Choosing from captures of any size, in two readings: the first decides which entries are
//! taken and keeps a bit for each, the second hands them on.
//!
//! Only the whole capture tells which attempt of a delivery is its latest, so one reading is not
//! enough, and a million records do not belong into memory.

pub mod first_reading;
pub mod latest;
pub mod marks;
pub mod picking;

use super::input::{Entry, Input, OpenInput, ProblemWarnings};
use super::selection::{Exclusion, Selection};
use crate::app::AppContext;
use crate::capture::Format;
use crate::context::Context;
use crate::error::{Error, Result, describe_io};
use first_reading::FirstReading;
use marks::Marks;

/// Which part of what a selection takes is wanted.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Every attempt; else each delivery once, in its latest.
    pub every_attempt: bool,
    /// Nothing that could not be sent: requests that are no deliveries, and outcomes without a
    /// payload.
    pub sendable: bool,
    /// The last so many.
    pub last: Option<u64>,
    /// What comes after the delivery whose id begins so.
    pub since_id: Option<String>,
    /// What the user picks from a list.
    pub pick: bool,
}

/// Inputs with the entries that were chosen.
#[derive(Debug)]
pub struct Chosen {
    parts: Vec<(Input, Marks)>,
    /// How many.
    pub count: u64,
}

/// Where an entry stands in all inputs: its input's number in the upper bits, its own in the
/// lower ones.
fn global(input: usize, position: u64) -> u64 {
    (input as u64) << 40 | position
}

fn local(global: u64) -> (usize, u64) {
    ((global >> 40) as usize, global & ((1 << 40) - 1))
}

/// Reads everything once and chooses. What cannot be read is said.
///
/// # Errors
/// Nothing is chosen, exit 1; an input cannot be read, exit 3; nobody can pick, exit 2.
pub fn choose(
    app: &AppContext,
    inputs: Vec<Input>,
    selection: &Selection,
    part: &Part,
) -> Result<Chosen> {
    let mut first = FirstReading::new(selection, part);
    let mut troubles = ProblemWarnings::new(&app.terminal);
    let mut parts = Vec::new();
    for (number, mut input) in inputs.into_iter().enumerate() {
        input.pin()?;
        let marks = first.read(app, number, &input, &mut troubles)?;
        parts.push((input, marks));
    }
    let FirstReading {
        attempts,
        mut tally,
        mark,
        ..
    } = first;
    let broken = troubles.finish();
    if !part.every_attempt {
        let mut replaced = 0;
        attempts
            .replaced(|global| {
                let (input, position) = local(global);
                parts[input].1.clear(position);
                replaced += 1;
            })
            .map_err(|error| spilling(&error))?;
        tally.add(Exclusion::LaterAttempt, replaced);
    }
    let mut chosen = Chosen { parts, count: 0 };
    chosen.count_up();
    let selected = chosen.count;
    if let Some(last) = part.last {
        chosen.keep_last(last);
    }
    if let (Some(id), true) = (&part.since_id, selected > 0) {
        chosen.start_after(id, mark)?;
    }
    tally.add(Exclusion::Before, selected - chosen.count);
    if chosen.count == 0 {
        let error = tally.nothing_selected();
        return Err(match broken {
            0 => error,
            _ => error.hint(format!("and what could not be read: {broken}")),
        });
    }
    if part.pick {
        picking::pick(app, &mut chosen)?;
    }
    Ok(chosen)
}

fn spilling(error: &std::io::Error) -> Error {
    Error::cannot_run(format!(
        "cannot use a temporary file ({})",
        describe_io(error)
    ))
}

impl Chosen {
    fn count_up(&mut self) {
        self.count = self.parts.iter().map(|(_, marks)| marks.count()).sum();
    }

    fn keep_last(&mut self, last: u64) {
        let mut left = last;
        for (_, marks) in self.parts.iter_mut().rev() {
            marks.keep_last(left);
            left -= marks.count();
        }
        self.count_up();
    }

    fn start_after(&mut self, id: &str, mark: Option<u64>) -> Result<()> {
        let Some((input, position)) = mark.map(local) else {
            return Err(
                Error::negative(format!("no selected delivery has the id: {id}"))
                    .hint("give the other options as in the run that is to be continued"),
            );
        };
        for (_, marks) in &mut self.parts[..input] {
            *marks = Marks::default();
        }
        self.parts[input].1.clear_before(position + 1);
        self.count_up();
        Ok(())
    }

    /// How many of an input were chosen.
    pub(crate) fn count_in(&self, input: usize) -> u64 {
        self.parts.get(input).map_or(0, |(_, marks)| marks.count())
    }

    /// A handle on an input's file.
    ///
    /// # Errors
    /// It cannot be opened, exit 3.
    pub(crate) fn file(&self, input: usize) -> Result<std::fs::File> {
        self.parts[input].0.file()
    }

    fn keep_only(&mut self, mut wanted: impl FnMut(u64) -> bool) {
        for (input, (_, marks)) in self.parts.iter_mut().enumerate() {
            let unwanted: Vec<u64> = marks
                .positions()
                .filter(|position| !wanted(global(input, *position)))
                .collect();
            unwanted
                .into_iter()
                .for_each(|position| marks.clear(position));
        }
        self.count_up();
    }
}

/// How far a second reading is.
#[derive(Default)]
pub struct Cursor {
    input: usize,
    /// The input that is being read, with the position of its next entry.
    open: Option<(OpenInput, u64)>,
    given: u64,
}

/// An entry that was chosen.
pub struct Found<'a> {
    /// The input's name.
    pub shown: &'a str,
    /// The input's format.
    pub format: Option<Format>,
    /// What it is.
    pub entry: Entry<'a>,
    /// The number of its input.
    pub input: usize,
    /// Its own number among those that were chosen, counted from 1.
    pub number: u64,
    global: u64,
}

impl Cursor {
    /// How many were given so far.
    #[must_use]
    pub fn given(&self) -> u64 {
        self.given
    }

    /// The next entry that was chosen, `None` after the last.
    ///
    /// # Errors
    /// An input cannot be read, exit 3.
    pub fn next<'a>(
        &'a mut self,
        chosen: &'a Chosen,
        context: &Context,
    ) -> Result<Option<Found<'a>>> {
        while self.given < chosen.count
            && let Some((input, marks)) = chosen.parts.get(self.input)
        {
            let (open, next) = match &mut self.open {
                Some(open) => open,
                none => none.insert((input.open(context)?, 0)),
            };
            if !open.has_entry()? {
                self.open = None;
                self.input += 1;
                continue;
            }
            *next += 1;
            if marks.contains(*next - 1) {
                break;
            }
            open.entry();
        }
        let (Some((input, _)), Some((open, next))) = (chosen.parts.get(self.input), &mut self.open)
        else {
            return Ok(None);
        };
        if self.given == chosen.count {
            return Ok(None);
        }
        self.given += 1;
        let (number, given) = (self.input, self.given);
        let global = global(number, *next - 1);
        let format = open.format;
        Ok(open.entry().map(|entry| Found {
            shown: &input.shown,
            format,
            entry,
            input: number,
            number: given,
            global,
        }))
    }
}
