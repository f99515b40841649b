//! `deliveries import`: captures of other tools into the store.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::output::Imported;
use crate::app::AppContext;
use crate::args::recorded::StoreFileArgs;
use crate::capture::captured::ORIGIN;
use crate::capture::{Capture, Fidelity, Format, Problem};
use crate::delivery::{Direction, Record, RecordSummary};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::store::input::{Entry, Input, Nothing, ProblemWarnings, inputs};
use crate::store::{self, Store};

/// Bytes of records that are written at once.
const BATCH: usize = 64 * 1024;

/// Take captures of other tools into the store
///
/// HAR of browsers and proxies, raw HTTP requests, `.http` files, curl commands, requests as JSON,
/// records, lines of `listen --json`, exports of the Team API, told apart by what they hold. A delivery that the store has
/// already (same direction, id, attempt and time) is not taken again. Everything that is not
/// taken is counted, and what cannot be read is named.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries import capture.har
  lettermint-hook deliveries import captures/ --store production.ndjson

Exits 0 when everything could be read, 1 when something could not or there was nothing to take.")]
pub(crate) struct ImportArgs {
    /// Captures: files, directories, `-` for stdin
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Exit 0 also when there was nothing to take
    #[arg(long)]
    pub(crate) allow_empty: bool,
    #[command(flatten)]
    pub(crate) store: StoreFileArgs,
}

pub(crate) fn run(args: &ImportArgs, app: &AppContext) -> Result<ExitCode> {
    let ImportArgs {
        files,
        allow_empty,
        store,
    } = args;
    let inputs = inputs(app, files, None)?;
    let path = store.path(app);
    let mut known = Known::of_store(app, &path)?;
    let store = store::open(app, &path)?;
    let mut warnings = ProblemWarnings::new(&app.terminal);
    let mut imported = Imported::default();
    let mut lines = Vec::new();
    for input in inputs {
        let mut open = input.open(&app.context)?;
        let format = open.format;
        if let Some(problem) = open.nothing.problem(*allow_empty) {
            warnings.add(&input.shown, &problem);
        }
        imported.other_files += u64::from(open.nothing == Nothing::OtherFile);
        while let Some(entry) = open.next_entry()? {
            let capture = match entry.decode() {
                Ok(Some(capture)) => capture,
                Ok(None) => continue,
                Err(problem) if problem.is_other_request => {
                    imported.no_deliveries += 1;
                    continue;
                }
                Err(problem) => {
                    warnings.add(&input.shown, &problem);
                    continue;
                }
            };
            let is_mixed = format.is_some_and(Format::has_other_requests);
            if is_mixed && !capture.is_delivery() {
                imported.no_deliveries += 1;
            } else if capture.fidelity == Fidelity::Absent {
                imported.without_payload += 1;
            } else if let Some(why) = &capture.unframed {
                warnings.add(&input.shown, &Problem::new(capture.line, why));
            } else if known.adds(&capture) {
                for note in capture.framing_notes() {
                    warnings.note(&input.shown, capture.line, note);
                }
                imported.imported += 1;
                with_origin(capture, format).record.write_line(&mut lines);
            } else {
                imported.known += 1;
            }
            if lines.len() > BATCH {
                append(&store, &mut lines)?;
            }
        }
    }
    append(&store, &mut lines)?;
    imported.unreadable = warnings.finish();
    app.terminal.emit(&imported);
    let is_empty = imported.imported + imported.known == 0;
    if is_empty && !allow_empty {
        app.terminal
            .warning("nothing was imported: no delivery was found");
        app.terminal
            .hint("`--allow-empty` takes that for a success");
    }
    Ok(ExitCode::of(
        imported.unreadable == 0 && (*allow_empty || !is_empty),
    ))
}

fn append(store: &Store, lines: &mut Vec<u8>) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let written = store.append_blocking(std::mem::take(lines));
    written.map_err(|error| Error::file("write to the store", store.path(), &error))
}

/// A capture whose body is not what was on the wire says so for ever.
fn with_origin(mut capture: Capture, format: Option<Format>) -> Capture {
    if let (Fidelity::Reencoded, Some(format)) = (capture.fidelity, format) {
        capture.record.unknown.insert(
            ORIGIN.to_owned(),
            json!({"format": format.name(), "reencoded": true}),
        );
    }
    capture
}

/// The attempts that the store has, each as a 64-bit hash: some 18 MiB for a million.
#[derive(Default)]
struct Known {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl Known {
    fn of_store(app: &AppContext, path: &Path) -> Result<Self> {
        let mut known = Self::default();
        if !path.exists() {
            return Ok(known);
        }
        let input = Input::store(path, &path.display().to_string());
        let mut open = input.open(&app.context)?;
        while let Some(entry) = open.next_entry()? {
            let Entry::Line { bytes: line, .. } = entry else {
                continue;
            };
            let Some(summary) = RecordSummary::parse(line) else {
                continue;
            };
            // Without an id only the body tells attempts apart.
            let body = match summary.id {
                Some(_) => None,
                None => Record::parse(line).ok().map(|record| record.body),
            };
            known.hashes.insert(known.hash(&summary, body.as_deref()));
        }
        Ok(known)
    }

    fn adds(&mut self, capture: &Capture) -> bool {
        let summary = capture.record.summary();
        let body = match summary.id {
            Some(_) => None,
            None => Some(&capture.record.body[..]),
        };
        let hash = self.hash(&summary, body);
        self.hashes.insert(hash)
    }

    fn hash(&self, summary: &RecordSummary<'_>, body: Option<&[u8]>) -> u64 {
        let is_sent = summary.direction == Direction::Sent;
        let id = summary.id.as_deref();
        self.hasher
            .hash_one((is_sent, id, summary.attempt, summary.at, body))
    }
}
