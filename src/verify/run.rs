//! One run of `verify`: what is judged, printed and counted.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::diagnosing::{Budget, NEIGHBOURS, Neighbour};
use super::inputs::{Content, open};
use super::judge::Judge;
use super::printer::{Form, Printer};
use crate::app::AppContext;
use crate::app::StoreChoice;
use crate::capture::{Capture, Problem, parse_line};
use crate::delivery::scan::Scratch;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::store::captures::{Chunk, Input, each_chunk, inputs};
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
    for input in &inputs {
        let flow = match open(input, app)? {
            Content::Whole(entries) => run.whole(&input.shown, entries)?,
            Content::Lines(reader) => {
                let shows = (run.printer.shows_valid(), run.printer.shows_notes());
                let work = |chunk: &Chunk| judge_chunk(plan, &input.shown, chunk, shows);
                let mut take = |chunk: Chunk, batch: Batch| {
                    progress.advance(chunk.bytes().len());
                    run.batch(&input.shown, chunk, batch)
                };
                each_chunk(reader, &|error| input.failed(error), &work, &mut take)?
            }
        };
        if flow.is_break() {
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
    capture: &Capture,
) -> Result<ExitCode> {
    let mut run = Run::new(plan, app);
    let mut found = plan.judge.judge(source, capture);
    plan.judge.annotate(&mut found, capture);
    run.delivery(found, capture, Vec::new).map(drop)?;
    run.finish()
}

/// What the lines of a chunk are.
#[derive(Debug, Default)]
struct Batch {
    /// Valid ones that nobody wants to see.
    valid: u64,
    /// Positions of required events among those.
    seen: Vec<usize>,
    /// The others, each with the number of those before it.
    rest: Vec<(u64, Line)>,
}

/// A line that is shown.
#[derive(Debug)]
enum Line {
    Delivery(Box<(Verification, Capture)>),
    Problem(Problem),
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Judges lines. This is what all cores do.
fn judge_chunk(plan: &Plan, shown: &str, chunk: &Chunk, shows: (bool, bool)) -> Batch {
    let (shows_valid, shows_notes) = shows;
    let mut batch = Batch::default();
    for (number, line) in chunk.lines() {
        if !shows_valid {
            let is_valid = SCRATCH.with_borrow_mut(|scratch| {
                let event = plan.judge.quickly(line, scratch);
                if let Some(Some(event)) = event {
                    batch.see(plan, event);
                }
                event.is_some()
            });
            if is_valid {
                batch.valid += 1;
                continue;
            }
        }
        match parse_line(line, number) {
            Ok(None) => {}
            Err(problem) => batch.show(Line::Problem(problem)),
            Ok(Some(capture)) => {
                let source = Source::line(shown, number);
                let mut found = plan.judge.judge(source, &capture);
                if found.standing == Standing::Valid && !shows_valid {
                    batch.valid += 1;
                    if let Some(event) = &found.event {
                        batch.see(plan, event.as_bytes());
                    }
                    continue;
                }
                if shows_notes || found.standing != Standing::Valid {
                    plan.judge.annotate(&mut found, &capture);
                }
                batch.show(Line::Delivery(Box::new((found, capture))));
            }
        }
    }
    batch
}

impl Batch {
    fn show(&mut self, line: Line) {
        self.rest.push((self.valid, line));
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

    /// Takes a chunk's lines; gives its memory back.
    fn batch(
        &mut self,
        shown: &str,
        chunk: Chunk,
        batch: Batch,
    ) -> Result<ControlFlow<(), Vec<u8>>> {
        for position in batch.seen {
            self.seen[position] = true;
        }
        let mut counted = 0;
        for (before, line) in batch.rest {
            self.summary.valid += before - counted;
            counted = before;
            let flow = match line {
                Line::Problem(problem) => self.problem(shown, problem)?,
                Line::Delivery(delivery) => {
                    let (found, capture) = *delivery;
                    let line = capture.line;
                    self.delivery(found, &capture, || lines_near(shown, &chunk, line))?
                }
            };
            if flow.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.summary.valid += batch.valid - counted;
        Ok(ControlFlow::Continue(chunk.into_buffer()))
    }

    fn whole(
        &mut self,
        shown: &str,
        entries: Vec<Result<Capture, Problem>>,
    ) -> Result<ControlFlow<()>> {
        for (position, entry) in entries.iter().enumerate() {
            let flow = match entry {
                Err(problem) => self.problem(shown, problem.clone())?,
                Ok(capture) => {
                    let source = Source::line(shown, capture.line);
                    let mut found = self.plan.judge.judge(source, capture);
                    self.plan.judge.annotate(&mut found, capture);
                    self.delivery(found, capture, || entries_near(shown, &entries, position))?
                }
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn delivery(
        &mut self,
        mut found: Verification,
        capture: &Capture,
        neighbours: impl FnOnce() -> Vec<Neighbour>,
    ) -> Result<ControlFlow<()>> {
        let count = match found.standing {
            Standing::Valid => &mut self.summary.valid,
            Standing::Invalid => &mut self.summary.invalid,
            Standing::Expired => &mut self.summary.expired,
            Standing::Unverifiable => &mut self.summary.unverifiable,
        };
        *count += 1;
        let is_valid = found.standing == Standing::Valid;
        if is_valid {
            let required = self.plan.required.iter().zip(&mut self.seen);
            for (_, seen) in required.filter(|(event, _)| Some(*event) == found.event.as_ref()) {
                *seen = true;
            }
            if !self.printer.shows_valid() {
                return Ok(ControlFlow::Continue(()));
            }
        }
        self.budget
            .explain(&self.plan.judge, &mut found, capture, neighbours);
        self.printer.verification(&mut found)?;
        Ok(self.after(is_valid))
    }

    fn problem(&mut self, shown: &str, problem: Problem) -> Result<ControlFlow<()>> {
        self.summary.unreadable += 1;
        self.printer.unreadable(&Unreadable {
            source: Source::line(shown, problem.line),
            message: problem.message,
        })?;
        Ok(self.after(false))
    }

    fn after(&mut self, is_good: bool) -> ControlFlow<()> {
        if is_good || !self.plan.fail_fast {
            return ControlFlow::Continue(());
        }
        self.summary.stopped = true;
        ControlFlow::Break(())
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

/// The deliveries of a chunk around a line.
fn lines_near(shown: &str, chunk: &Chunk, line: usize) -> Vec<Neighbour> {
    chunk
        .lines()
        .filter(|(number, _)| *number != line && number.abs_diff(line) <= NEIGHBOURS)
        .filter_map(|(number, bytes)| {
            let capture = parse_line(bytes, number).ok()??;
            Some(Neighbour {
                name: format!("{shown}:{number}"),
                body: capture.record.body,
            })
        })
        .collect()
}

/// The deliveries of a document around an entry.
fn entries_near(
    shown: &str,
    entries: &[Result<Capture, Problem>],
    position: usize,
) -> Vec<Neighbour> {
    let near = position.saturating_sub(NEIGHBOURS)..(position + NEIGHBOURS + 1).min(entries.len());
    near.filter(|other| *other != position)
        .filter_map(|other| entries[other].as_ref().ok())
        .map(|capture| Neighbour {
            name: format!("{shown}:{}", capture.line),
            body: capture.record.body.clone(),
        })
        .collect()
}
