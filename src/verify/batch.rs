//! What the entries of a block come to. This is what all cores do.

use bytes::Bytes;

use super::explain::NEIGHBORS;
use super::judge::Settings;
use super::output::{Source, Status, Verification, VerificationSummary};
use super::sides::Side;
use crate::capture::{Capture, Format, Problem};
use crate::delivery::record::SignedLineReader;
use crate::lettermint::verification::SignatureVerdict;
use crate::store::input::{Block, Entry};

/// An input's name and format.
#[derive(Debug, Clone, Copy)]
pub(super) struct InputInfo<'a> {
    pub(super) shown: &'a str,
    pub(super) format: Option<Format>,
}

impl InputInfo<'_> {
    fn has_other_requests(self) -> bool {
        self.format.is_some_and(Format::has_other_requests)
    }
}

#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) summary: VerificationSummary,
    /// Positions of the required events that were seen.
    pub(super) seen: Vec<usize>,
    pub(super) printed: Vec<Printed>,
    /// The sides of the valid deliveries that are only counted.
    pub(super) unprinted: Vec<Side>,
}

#[derive(Debug)]
pub(super) enum Printed {
    /// With its place among the deliveries of the block.
    Delivery(Box<(usize, Verification, Capture)>),
    Problem(Problem),
}

impl Batch {
    pub(super) fn of_block(settings: &Settings, input: InputInfo<'_>, block: &Block) -> Self {
        let mut batch = Self::default();
        let mut reader = SignedLineReader::default();
        if input.has_other_requests() {
            batch.summary.other_requests = other_requests(block);
        }
        for (place, entry) in deliveries(input, block).enumerate() {
            if let (false, Entry::Line { bytes, .. }) = (settings.shows_valid, entry)
                && let Some((event, side)) = settings.quick_event(bytes, &mut reader)
            {
                batch.unprinted.push(side);
                batch.summary.valid += 1;
                batch.see(settings, event);
                continue;
            }
            match entry.decode() {
                Ok(None) => {}
                Ok(Some(capture)) => {
                    let source = Source::line(input.shown, capture.line);
                    batch.judge(settings, source, place, capture);
                }
                Err(problem) => batch.add_unreadable(settings, problem),
            }
            if batch.summary.stopped {
                break;
            }
        }
        batch
    }

    /// What cannot be read, alone.
    pub(super) fn unreadable(settings: &Settings, problem: Problem) -> Self {
        let mut batch = Self::default();
        batch.add_unreadable(settings, problem);
        batch
    }

    fn add_unreadable(&mut self, settings: &Settings, problem: Problem) {
        self.summary.unreadable += 1;
        self.summary.stopped = settings.fail_fast;
        self.printed.push(Printed::Problem(problem));
    }

    pub(super) fn judge(
        &mut self,
        settings: &Settings,
        source: Source,
        place: usize,
        mut capture: Capture,
    ) {
        let mut found = settings.judge(source, &capture);
        // Our own cut is doubted before anybody is blamed.
        for framing in std::mem::take(&mut capture.framings) {
            if found.verdict.signature == SignatureVerdict::Ok {
                break;
            }
            let mut other = capture.clone();
            other.reframe(framing);
            let read = settings.judge(found.source.clone(), &other);
            if read.verdict.signature == SignatureVerdict::Ok {
                (found, capture) = (read, other);
                break;
            }
        }
        let is_valid = found.status == Status::Valid;
        self.summary.add(found.status);
        match is_valid {
            true => self.see(settings, found.event.as_deref()),
            false => self.summary.stopped = settings.fail_fast,
        }
        if is_valid && !settings.shows_valid {
            self.unprinted.push(Side::of_record(&capture.record));
            return;
        }
        if !is_valid || settings.shows_notes {
            settings.annotate(&mut found, &capture);
        }
        let delivery = Box::new((place, found, capture));
        self.printed.push(Printed::Delivery(delivery));
    }

    /// Notes which of the required events a valid delivery is of.
    fn see(&mut self, settings: &Settings, event: Option<&str>) {
        for (position, required) in settings.required.iter().enumerate() {
            if event.is_some_and(|event| required.matches(event)) && !self.seen.contains(&position)
            {
                self.seen.push(position);
            }
        }
    }
}

/// The entries of a block that may be deliveries: a browser's HAR holds all of its traffic.
fn deliveries<'a>(input: InputInfo<'_>, block: &'a Block) -> impl Iterator<Item = Entry<'a>> {
    let all = !input.has_other_requests();
    block
        .entries()
        .filter(move |entry| all || !is_other_request(entry))
}

fn other_requests(block: &Block) -> u64 {
    block.entries().filter(is_other_request).count() as u64
}

fn is_other_request(entry: &Entry<'_>) -> bool {
    match entry {
        Entry::Decoded(Ok(capture)) => !capture.is_delivery(),
        Entry::Decoded(Err(problem)) => problem.is_other_request,
        Entry::Line { .. } => false,
    }
}

/// The bodies of a block around a place, each with where it was read.
pub(super) fn neighbors(input: InputInfo<'_>, block: &Block, place: usize) -> Vec<(String, Bytes)> {
    deliveries(input, block)
        .enumerate()
        .filter(|(other, _)| *other != place && other.abs_diff(place) <= NEIGHBORS)
        .filter_map(|(_, entry)| {
            let capture = entry.decode().ok()??;
            let name = format!("{}:{}", input.shown, capture.line);
            Some((name, capture.record.body))
        })
        .collect()
}
