//! One run of `verify`: what is judged, printed and counted.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::diagnosing::{Budget, NEIGHBOURS, Neighbour};
use super::judge::Judge;
use super::printer::{Form, Printer};
use crate::app::AppContext;
use crate::app::StoreChoice;
use crate::capture::{Capture, Format, Problem};
use crate::delivery::scan::Scratch;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::store::input::{Block, Entry, Input, each_block, inputs};
use crate::terminal::progress::ByteProgress;
use crate::verify::output::{Source, Standing, Unreadable, Verification, VerificationSummary};

/// What to do with what is judged.
#[derive(Debug)]
pub struct Plan {
    /// By what.
    pub judge: Judge,
    /// How to print it.
    pub form: Form,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// Events of which a valid delivery must be seen.
    pub required: Vec<String>,
    /// Whether to show how far it is, on a terminal.
    pub progress: bool,
}

/// Verifies the captures that were named, or the store.
///
/// # Errors
/// An input that cannot be read, stdout gone.
pub fn verify_captures(plan: &Plan, app: &AppContext, named: &[PathBuf]) -> Result<ExitCode> {
    let store = app.store_path(&StoreChoice::Default);
    let inputs = inputs(app, named, store.as_deref())?;
    let total = inputs.iter().map(Input::size).sum::<Option<u64>>();
    // Lines of a report on the same terminal would tear it apart.
    let is_wanted = plan.progress && (app.terminal.is_quiet() || !app.context.stdout_is_terminal);
    let progress = ByteProgress::new(&app.context, is_wanted, total);
    let mut run = Run::new(plan, app);
    let shows = run.shows();
    for input in &inputs {
        let open = input.open(&app.context)?;
        let format = open.format;
        let work = |block: &Block| judge_block(plan, &input.shown, format, block, shows);
        let take = |block: &Block, batch: Batch| {
            progress.advance(block.size());
            run.batch(&input.shown, format, block, batch)
        };
        if each_block(open, work, take)?.is_break() {
            break;
        }
    }
    progress.finish();
    run.finish()
}

/// Verifies one capture that is at hand.
///
/// # Errors
/// Stdout gone.
pub fn verify_one(
    plan: &Plan,
    app: &AppContext,
    source: Source,
    capture: Capture,
) -> Result<ExitCode> {
    let mut run = Run::new(plan, app);
    let mut batch = Batch::default();
    batch.judge(plan, source, 0, capture, run.shows());
    let _ = run.batch("", None, &Block::default(), batch)?;
    run.finish()
}

/// What the entries of a block came to.
#[derive(Debug, Default)]
struct Batch {
    summary: VerificationSummary,
    /// Positions of the required events that were seen.
    seen: Vec<usize>,
    /// What is printed.
    printed: Vec<Printed>,
}

/// An entry that is printed.
#[derive(Debug)]
enum Printed {
    /// With its place among the deliveries of the block.
    Delivery(Box<(usize, Verification, Capture)>),
    Problem(Problem),
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Judges the entries of a block. This is what all cores do.
fn judge_block(
    plan: &Plan,
    shown: &str,
    format: Option<Format>,
    block: &Block,
    shows: (bool, bool),
) -> Batch {
    let mut batch = Batch::default();
    for (place, entry) in deliveries(format, block).enumerate() {
        if let (false, Entry::Line { bytes, .. }) = (shows.0, entry) {
            let is_valid = SCRATCH.with_borrow_mut(|scratch| {
                let event = plan.judge.quickly(bytes, scratch);
                if let Some(Some(event)) = event {
                    batch.see(plan, event);
                }
                event.is_some()
            });
            if is_valid {
                batch.summary.valid += 1;
                continue;
            }
        }
        match entry.decode() {
            Ok(None) => {}
            Err(problem) => {
                batch.summary.unreadable += 1;
                batch.summary.stopped = plan.fail_fast;
                batch.printed.push(Printed::Problem(problem));
            }
            Ok(Some(capture)) => {
                let source = Source::line(shown, capture.line);
                batch.judge(plan, source, place, capture, shows);
            }
        }
        if batch.summary.stopped {
            break;
        }
    }
    batch
}

/// The entries of a block that may be deliveries: a browser's HAR holds all of its traffic.
fn deliveries(format: Option<Format>, block: &Block) -> impl Iterator<Item = Entry<'_>> {
    block.entries().filter(move |entry| match entry {
        Entry::Decoded(Ok(capture)) => format != Some(Format::Har) || capture.is_delivery(),
        _ => true,
    })
}

impl Batch {
    fn judge(
        &mut self,
        plan: &Plan,
        source: Source,
        place: usize,
        capture: Capture,
        (shows_valid, shows_notes): (bool, bool),
    ) {
        let mut found = plan.judge.judge(source, &capture);
        self.summary.add(found.standing);
        let is_valid = found.standing == Standing::Valid;
        if is_valid && let Some(event) = &found.event {
            self.see(plan, event.as_bytes());
        }
        self.summary.stopped = plan.fail_fast && !is_valid;
        if !is_valid || shows_notes {
            plan.judge.annotate(&mut found, &capture);
        }
        if !is_valid || shows_valid {
            let delivery = Box::new((place, found, capture));
            self.printed.push(Printed::Delivery(delivery));
        }
    }

    fn see(&mut self, plan: &Plan, event: &[u8]) {
        let is_it = |required: &String| required.as_bytes() == event;
        if let Some(position) = plan.required.iter().position(is_it)
            && !self.seen.contains(&position)
        {
            self.seen.push(position);
        }
    }
}

/// The run so far.
struct Run<'a> {
    plan: &'a Plan,
    printer: Printer<'a>,
    summary: VerificationSummary,
    /// For each required event whether it was seen.
    seen: Vec<bool>,
    budget: Budget,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, app: &'a AppContext) -> Self {
        Self {
            plan,
            printer: Printer::new(&app.terminal, plan.form),
            summary: VerificationSummary::default(),
            seen: vec![false; plan.required.len()],
            budget: Budget::default(),
        }
    }

    /// Whether valid deliveries are shown, and notes on them.
    fn shows(&self) -> (bool, bool) {
        (self.printer.shows_valid(), self.printer.shows_notes())
    }

    fn batch(
        &mut self,
        shown: &str,
        format: Option<Format>,
        block: &Block,
        batch: Batch,
    ) -> Result<ControlFlow<()>> {
        for position in batch.seen {
            self.seen[position] = true;
        }
        self.summary += batch.summary;
        for printed in batch.printed {
            match printed {
                Printed::Problem(problem) => self.printer.unreadable(&Unreadable {
                    source: Source::line(shown, problem.line),
                    message: problem.message,
                })?,
                Printed::Delivery(delivery) => {
                    let (place, mut found, capture) = *delivery;
                    let neighbors = || neighbors(shown, format, block, place);
                    self.budget
                        .explain(&self.plan.judge, &mut found, &capture, neighbors);
                    self.printer.verification(&mut found)?;
                }
            }
        }
        Ok(match self.summary.stopped {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
    }

    fn finish(self) -> Result<ExitCode> {
        let Self {
            plan,
            printer,
            mut summary,
            seen,
            ..
        } = self;
        // What was not looked at cannot be missing.
        if !summary.stopped {
            let unseen = plan.required.iter().zip(seen).filter(|(_, seen)| !seen);
            summary.missing = unseen.map(|(event, _)| event.clone()).collect();
        }
        printer.finish(&summary)?;
        Ok(match summary.is_good() {
            true => ExitCode::Success,
            false => ExitCode::Negative,
        })
    }
}

/// The deliveries of a block around a place.
fn neighbors(shown: &str, format: Option<Format>, block: &Block, place: usize) -> Vec<Neighbour> {
    deliveries(format, block)
        .enumerate()
        .filter(|(other, _)| *other != place && other.abs_diff(place) <= NEIGHBOURS)
        .filter_map(|(_, entry)| {
            let capture = entry.decode().ok()??;
            Some(Neighbour {
                name: format!("{shown}:{}", capture.line),
                body: capture.record.body,
            })
        })
        .collect()
}
