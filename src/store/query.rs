//! Choosing from captures of any size: one pass decides what is taken and keeps where it is, which
//! is 16 bytes for each entry; after that they can be read in any order.

use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, BufRead as _, BufReader};
use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::input::{Block, Entry, Input, ProblemWarnings, each_block};
use super::place::{Place, Taken, keep_latest};
use super::selection::{Exclusion, Exclusions, NearestId, Selection};
use crate::app::AppContext;
use crate::capture::{Capture, Fidelity, Format, Problem, parse_line};
use crate::context::clock::Clock;
use crate::delivery::{Record, RecordSummary};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::Random;
use crate::terminal::time;

/// Bytes of a file that are read at once: some lines when they are read in order, and not much
/// more than one when they are not.
const BUFFER: usize = 16 * 1024;

/// Deliveries that are offered to pick from, the latest ones: a longer list is for `--event` and
/// `--since`.
const OFFERED: usize = 1_000;

/// Which part of what a selection takes is wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// Every attempt; else each delivery once, in its latest.
    pub(crate) every_attempt: bool,
    /// Nothing that could not be sent: requests that are no deliveries, and outcomes without a
    /// payload.
    pub(crate) sendable: bool,
    /// The last so many.
    pub(crate) last: Option<u64>,
    /// What comes after the delivery whose id begins so.
    pub(crate) since_id: Option<String>,
    pub(crate) pick: bool,
}

/// Reads everything once and chooses. What cannot be read is a warning; nothing chosen is an error.
pub(crate) fn choose(
    app: &AppContext,
    inputs: Vec<Input>,
    selection: &Selection,
    part: &Part,
) -> Result<Chosen> {
    let hasher = RandomState::new();
    let mut found = Found::default();
    let mut warnings = ProblemWarnings::new(&app.terminal);
    let mut sources = Vec::new();
    let mut is_complete = true;
    for (number, mut input) in inputs.into_iter().enumerate() {
        input.pin()?;
        let open = input.open(&app.context)?;
        if let Some(problem) = open.nothing.problem(false) {
            warnings.add(&input.shown, &problem);
            is_complete = false;
        }
        let judge = Judge {
            selection,
            part,
            hasher: &hasher,
            input: number,
            is_of_records: open.format == Some(Format::Store),
            has_other_requests: open.format.is_some_and(Format::has_other_requests),
        };
        let is_recognized = open.format.is_some();
        let mut captures = Vec::new();
        let add = |_: &Block, block: Found| {
            for problem in &block.problems {
                warnings.add(&input.shown, problem);
                is_complete &= is_recognized;
            }
            captures.extend(found.add(block, part));
            Ok(ControlFlow::Continue(()))
        };
        let _ = each_block(open, |block| judge.block(block), add)?;
        sources.push(Source { input, captures });
    }
    let broken = warnings.finish();
    let nearest = std::mem::take(&mut found.nearest);
    let (places, exclusions) = found.finish(part)?;
    if places.is_empty() {
        let error = exclusions.nothing_selected(selection, &nearest);
        return Err(match broken {
            0 => error,
            _ => error.hint(format!("and what could not be read: {broken}")),
        });
    }
    let mut chosen = Chosen {
        sources,
        places,
        next: 0,
        open: None,
        is_complete,
    };
    if part.pick {
        chosen.pick(app)?;
        if chosen.places.is_empty() {
            return Err(Error::negative("nothing was marked").hint("Space marks a delivery"));
        }
    }
    Ok(chosen)
}

/// Decides on the entries of one input.
struct Judge<'a> {
    selection: &'a Selection,
    part: &'a Part,
    hasher: &'a RandomState,
    /// Its number.
    input: usize,
    is_of_records: bool,
    has_other_requests: bool,
}

/// What was decided on some entries that follow each other.
#[derive(Default)]
struct Found {
    taken: Vec<Taken>,
    /// Those that were taken of a document.
    captures: Vec<Capture>,
    exclusions: Exclusions,
    nearest: NearestId,
    problems: Vec<Problem>,
    /// Where the delivery of `since_id` is.
    since: Option<Place>,
}

impl Judge<'_> {
    fn block(&self, block: &Block) -> Found {
        let mut found = Found::default();
        for entry in block.entries() {
            let read = match entry {
                Entry::Line { bytes, offset, .. } => {
                    let place = Place::new(self.input, offset);
                    match self.is_of_records && self.record(bytes, place, &mut found) {
                        true => Ok(()),
                        false => self.line(entry, place, &mut found),
                    }
                }
                Entry::Decoded(Ok(capture)) => {
                    let place = Place::new(self.input, found.captures.len() as u64);
                    if self.capture(capture, place, &mut found) {
                        found.captures.push(capture.clone());
                    }
                    Ok(())
                }
                Entry::Decoded(Err(problem)) if self.part.sendable && problem.is_other_request => {
                    found.exclusions.add(Exclusion::NoDelivery, 1);
                    Ok(())
                }
                Entry::Decoded(Err(problem)) => Err(problem.clone()),
            };
            found.problems.extend(read.err());
        }
        found
    }

    /// Judges a line of the store without decoding all of it. `false` leaves it to the whole
    /// reader, which knows what is wrong with it.
    fn record(&self, line: &[u8], place: Place, found: &mut Found) -> bool {
        let Some(summary) = RecordSummary::parse(line) else {
            return false;
        };
        let body = || Record::parse(line).ok().map(|record| record.body);
        match self.selection.judge(&summary, body) {
            Ok(()) => self.take(summary.id.as_deref(), place, found),
            Err(why) => self.exclude(why, summary.id.as_deref(), found),
        }
        true
    }

    fn line(&self, entry: Entry<'_>, place: Place, found: &mut Found) -> Result<(), Problem> {
        if let Some(capture) = entry.decode()? {
            self.capture(&capture, place, found);
        }
        Ok(())
    }

    /// Whether a capture is taken. Browsers and proxies record whatever passes into their
    /// documents; a record is a delivery, even one that makes no sense.
    fn capture(&self, capture: &Capture, place: Place, found: &mut Found) -> bool {
        let is_left_out = self.part.sendable && self.has_other_requests;
        let excluded = if is_left_out && !capture.is_delivery() {
            Err(Exclusion::NoDelivery)
        } else if self.part.sendable && capture.fidelity == Fidelity::Absent {
            Err(Exclusion::NoPayload)
        } else {
            let body = || Some(capture.record.body.clone());
            self.selection.judge(&capture.record.summary(), body)
        };
        match excluded {
            Ok(()) => self.take(capture.record.id.as_deref(), place, found),
            Err(why) => self.exclude(why, capture.record.id.as_deref(), found),
        }
        excluded.is_ok()
    }

    fn exclude(&self, why: Exclusion, id: Option<&str>, found: &mut Found) {
        found.exclusions.add(why, 1);
        if let (Exclusion::OtherId, Some(id)) = (why, id) {
            for wanted in &self.selection.ids {
                found.nearest.see(wanted, id);
            }
        }
    }

    fn take(&self, id: Option<&str>, place: Place, found: &mut Found) {
        if let (Some(id), Some(since)) = (id, &self.part.since_id)
            && id.starts_with(since.as_str())
        {
            found.since = self.part.since(found.since, Some(place));
        }
        found.taken.push(Taken {
            id: match id {
                Some(id) => self.hasher.hash_one(id),
                // Nothing tells whose attempt it is, so it is a delivery of its own.
                None => self.hasher.hash_one(place.0),
            },
            place,
        });
    }
}

impl Part {
    /// Where the delivery of `since_id` is. Of several attempts the first one, so that nothing is
    /// left out; without them all, the latest is the one that counts.
    fn since(&self, earlier: Option<Place>, later: Option<Place>) -> Option<Place> {
        match self.every_attempt {
            true => earlier.or(later),
            false => later.or(earlier),
        }
    }
}

impl Found {
    /// Adds what comes after it, and returns the captures in that.
    fn add(&mut self, later: Self, part: &Part) -> Vec<Capture> {
        self.taken.extend(later.taken);
        self.exclusions.add_all(&later.exclusions);
        self.nearest.add(later.nearest);
        self.since = part.since(self.since, later.since);
        later.captures
    }

    /// The places of what is wanted, in the order of the inputs, and why the rest is not.
    fn finish(self, part: &Part) -> Result<(Vec<Place>, Exclusions)> {
        let Self {
            mut taken,
            mut exclusions,
            since,
            ..
        } = self;
        let attempts = taken.len();
        if !part.every_attempt {
            keep_latest(&mut taken);
        }
        exclusions.add(Exclusion::LaterAttempt, attempts - taken.len());
        let mut places: Vec<Place> = taken.into_iter().map(|taken| taken.place).collect();
        let selected = places.len();
        if let Some(last) = part.last {
            let last = usize::try_from(last).unwrap_or(usize::MAX);
            places.drain(..selected.saturating_sub(last));
        }
        if let (Some(id), true) = (&part.since_id, selected > 0) {
            let since = since.ok_or_else(|| {
                Error::negative(format!("no selected delivery has the id: {id}"))
                    .hint("give the other options as in the run that is to be continued")
            })?;
            places.retain(|place| *place > since);
        }
        exclusions.add(Exclusion::Before, selected - places.len());
        places.shrink_to_fit();
        Ok((places, exclusions))
    }
}

/// Inputs with the entries that were chosen, to be read one after another.
#[derive(Debug)]
pub(crate) struct Chosen {
    sources: Vec<Source>,
    places: Vec<Place>,
    /// The number of the entry that is read next.
    next: usize,
    /// The file of lines that was read last.
    open: Option<OpenFile>,
    /// Whether every file could be read, broken entries aside.
    is_complete: bool,
}

#[derive(Debug)]
struct Source {
    input: Input,
    captures: Vec<Capture>,
}

#[derive(Debug)]
struct OpenFile {
    input: usize,
    file: BufReader<File>,
    offset: u64,
}

/// An entry that was chosen and not yet decoded.
#[derive(Debug)]
pub(crate) enum ChosenEntry {
    Line(Vec<u8>),
    Capture(Box<Capture>),
}

impl ChosenEntry {
    /// The request in it; `None` when the file was changed since it was chosen.
    pub(crate) fn decode(self) -> Option<Capture> {
        match self {
            Self::Line(line) => parse_line(&line, 1).ok().flatten(),
            Self::Capture(capture) => Some(*capture),
        }
    }
}

impl Chosen {
    pub(crate) fn count(&self) -> usize {
        self.places.len()
    }

    /// The exit code of work on all of them that went well: what could not be read is missing.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.is_complete {
            true => ExitCode::Success,
            false => ExitCode::Negative,
        }
    }

    /// Puts them into a random order.
    pub(crate) fn shuffle(&mut self, random: &mut Random) {
        for last in (1..self.places.len()).rev() {
            let other = random.below(last as u64 + 1) as usize;
            self.places.swap(last, other);
        }
    }

    /// The next request, `None` at the end.
    pub(crate) fn next_capture(&mut self) -> Result<Option<Capture>> {
        while self.next < self.places.len() {
            self.next += 1;
            if let Some(capture) = self.entry(self.next - 1)?.decode() {
                return Ok(Some(capture));
            }
        }
        Ok(None)
    }

    /// The entry at a position below the count.
    pub(crate) fn entry(&mut self, position: usize) -> Result<ChosenEntry> {
        let place = self.places[position];
        let Source { input, captures } = &self.sources[place.input()];
        if !captures.is_empty() {
            let capture = captures[place.at() as usize].clone();
            return Ok(ChosenEntry::Capture(Box::new(capture)));
        }
        let open = match &mut self.open {
            Some(open) if open.input == place.input() => open,
            open => open.insert(OpenFile {
                input: place.input(),
                file: BufReader::with_capacity(BUFFER, input.file()?),
                offset: 0,
            }),
        };
        let line = open.read_line(place.at());
        line.map(ChosenEntry::Line)
            .map_err(|error| input.failed(&error))
    }

    fn pick(&mut self, app: &AppContext) -> Result<()> {
        if !app.prompt.is_interactive() {
            return Err(Error::usage("--pick needs a terminal to ask on")
                .hint("choose with --id, --event, --since, --until, --last, --failed or --where"));
        }
        let zone = app.zone(Clock::System);
        let mut rows = Vec::new();
        let mut places = Vec::new();
        // The newest stands first.
        for number in (0..self.count()).rev().take(OFFERED) {
            let Some(Capture { record, .. }) = self.entry(number)?.decode() else {
                continue;
            };
            places.push(self.places[number]);
            rows.push(offered(&record, &zone));
        }
        // Short enough for 40 columns: pages are counted in lines, and a folded one is two.
        let picked = app.prompt.pick_many("Space marks, Enter ends", &rows)?;
        let picked = picked.unwrap_or_default().into_iter();
        self.places = picked.map(|row| places[row]).collect();
        self.places.sort_unstable();
        Ok(())
    }
}

/// A delivery in the list to pick from: what tells it from others first, as the end may be cut.
fn offered(record: &Record, zone: &TimeZone) -> String {
    let verdict = record.verdict.as_ref().map(|verdict| match verdict.valid {
        true => "✓",
        false => "✗",
    });
    let status = record.reply.as_ref().map(|reply| match reply.status {
        Some(status) if reply.error.is_none() => status.to_string(),
        _ => "failed".to_owned(),
    });
    let recipient = serde_json::from_slice::<Value>(&record.body).ok();
    let recipient = recipient.and_then(|payload| {
        let of = |pointer| payload.pointer(pointer)?.as_str().map(str::to_owned);
        of("/data/recipient").or_else(|| of("/data/to/0"))
    });
    let attempt = record.attempt.map(|attempt| format!("attempt {attempt}"));
    let parts = [
        verdict.map(str::to_owned),
        status,
        Some(
            record
                .event
                .clone()
                .unwrap_or_else(|| "(no event)".to_owned()),
        ),
        recipient,
        Some(time::date_and_time(record.at, zone)),
        attempt,
        Some(record.id.clone().unwrap_or_else(|| "(no id)".to_owned())),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

impl OpenFile {
    fn read_line(&mut self, offset: u64) -> io::Result<Vec<u8>> {
        // Files have at most `Place::BITS` bits of bytes.
        self.file
            .seek_relative(offset as i64 - self.offset as i64)?;
        let mut line = Vec::new();
        self.offset = offset + self.file.read_until(b'\n', &mut line)? as u64;
        line.truncate(line.trim_ascii_end().len());
        Ok(line)
    }
}
