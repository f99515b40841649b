//! The first reading: which entries are taken, and what tells which attempt is the latest.
//!
//! Lines are judged on all cores, a chunk at a time; what a chunk came to is put together in the
//! order of the file.

use std::hash::{BuildHasher as _, RandomState};
use std::ops::ControlFlow;

use super::latest::Attempts;
use super::marks::Marks;
use super::{Part, global, spilling};
use crate::app::AppContext;
use crate::capture::{Capture, Fidelity, Format, Problem};
use crate::delivery::scan::Scratch;
use crate::delivery::{Brief, Record, RecordSummary};
use crate::error::Result;
use crate::store::input::{Block, Entry, Input, ProblemWarnings, each_block};
use crate::store::selection::{Exclusion, Selection, Tally};

/// By what an entry is judged.
struct Judge<'a> {
    selection: &'a Selection,
    part: &'a Part,
    hasher: RandomState,
}

/// What the reading has found so far.
pub(crate) struct FirstReading<'a> {
    judge: Judge<'a>,
    /// Every attempt that was taken.
    pub(crate) attempts: Attempts,
    /// What was not, and why.
    pub(crate) tally: Tally,
    /// Where the delivery of `since_id` stands.
    pub(crate) mark: Option<u64>,
}

/// What some entries came to that follow each other.
#[derive(Default)]
struct Judged {
    /// How many they are.
    entries: u64,
    taken: Vec<Taken>,
    tally: Tally,
    problems: Vec<Problem>,
}

/// An entry that is taken.
struct Taken {
    /// Its place among its neighbours.
    position: u64,
    /// Its id's hash.
    id: Option<u64>,
    /// Whether its id is the one of `since_id`.
    is_since: bool,
}

impl<'a> FirstReading<'a> {
    pub(crate) fn new(selection: &'a Selection, part: &'a Part) -> Self {
        let attempts = Attempts::new();
        Self {
            judge: Judge {
                selection,
                part,
                hasher: attempts.hasher(),
            },
            attempts,
            tally: Tally::default(),
            mark: None,
        }
    }

    /// Reads the input of a number.
    pub(crate) fn read(
        &mut self,
        app: &AppContext,
        number: usize,
        input: &Input,
        troubles: &mut ProblemWarnings<'_>,
    ) -> Result<Marks> {
        let opened = input.open(&app.context)?;
        let format = opened.format;
        let mut marks = Marks::default();
        let hasher = self.judge.hasher.clone();
        let judge = Judge {
            hasher,
            ..self.judge
        };
        let work = |block: &Block| judge.block(format, block);
        let mut before = 0;
        let take = |_: &Block, judged: Judged| {
            let entries = judged.entries;
            self.take(number, before, judged, &input.shown, &mut marks, troubles)?;
            before += entries;
            Ok(ControlFlow::Continue(()))
        };
        // It is never stopped early.
        let _ = each_block(opened, work, take)?;
        Ok(marks)
    }

    /// Takes in what entries came to that follow `before` others of their input.
    fn take(
        &mut self,
        input: usize,
        before: u64,
        judged: Judged,
        shown: &str,
        marks: &mut Marks,
        troubles: &mut ProblemWarnings<'_>,
    ) -> Result<()> {
        let every_attempt = self.judge.part.every_attempt;
        for taken in judged.taken {
            let position = before + taken.position;
            marks.set(position);
            let place = global(input, position);
            // Of several attempts the first one, so that nothing is left out; without them all,
            // the latest is the one that counts.
            if taken.is_since && (self.mark.is_none() || !every_attempt) {
                self.mark = Some(place);
            }
            if let Some(id) = taken.id.filter(|_| !every_attempt) {
                self.attempts
                    .add(id, place)
                    .map_err(|error| spilling(&error))?;
            }
        }
        self.tally.add_all(&judged.tally);
        for problem in &judged.problems {
            troubles.add(shown, problem);
        }
        Ok(())
    }
}

impl Judge<'_> {
    fn block(&self, format: Option<Format>, block: &Block) -> Judged {
        let mut judged = Judged::default();
        let mut scratch = Scratch::default();
        for entry in block.entries() {
            // A record in brief is read faster; what cannot be read so is left to the whole
            // reader, which knows what is wrong with it.
            let (Entry::Line { bytes: line, .. }, Some(Format::Store)) = (entry, format) else {
                self.entry(format, entry.decode(), &mut judged);
                continue;
            };
            if let Some(brief) = Brief::scan(line, &mut scratch) {
                self.brief(brief, line, &mut judged);
            } else if let Ok(summary) = RecordSummary::parse(line) {
                self.brief(summary.brief(), line, &mut judged);
            } else {
                self.entry(format, entry.decode(), &mut judged);
            }
        }
        judged
    }

    fn brief(&self, brief: Brief<'_>, line: &[u8], judged: &mut Judged) {
        let body = || Record::parse(line).ok().map(|record| record.body);
        match self.selection.judge(brief, body) {
            Ok(()) => self.take(brief.id, judged),
            Err(why) => judged.tally.add(why, 1),
        }
        judged.entries += 1;
    }

    /// An entry that was decoded; none when it is a line that says nothing of any delivery.
    fn entry(
        &self,
        format: Option<Format>,
        entry: Result<Option<Capture>, Problem>,
        judged: &mut Judged,
    ) {
        match entry.map(|capture| capture.map(|capture| self.capture(format, capture))) {
            Ok(None) => {}
            Ok(Some(Ok(id))) => self.take(id.as_deref(), judged),
            Ok(Some(Err(why))) => judged.tally.add(why, 1),
            Err(problem) => judged.problems.push(problem),
        }
        judged.entries += 1;
    }

    fn capture(
        &self,
        format: Option<Format>,
        capture: Capture,
    ) -> Result<Option<String>, Exclusion> {
        if self.part.sendable {
            // Browsers and proxies record whatever passes; a store's record is a delivery, even
            // one that makes no sense.
            let is_foreign = format.is_some_and(|format| !format.is_by_line());
            if is_foreign && !capture.is_delivery() {
                return Err(Exclusion::NoDelivery);
            }
            if capture.fidelity == Fidelity::Absent {
                return Err(Exclusion::NoPayload);
            }
        }
        let summary = RecordSummary::of(&capture.record);
        self.selection
            .judge(summary.brief(), || Some(capture.record.body))?;
        Ok(summary.id)
    }

    fn take(&self, id: Option<&str>, judged: &mut Judged) {
        let since = self.part.since_id.as_deref();
        judged.taken.push(Taken {
            position: judged.entries,
            id: id.map(|id| self.hasher.hash_one(id)),
            is_since: id
                .zip(since)
                .is_some_and(|(id, since)| id.starts_with(since)),
        });
    }
}
