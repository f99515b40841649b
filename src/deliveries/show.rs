//! `deliveries show`: one delivery with all its attempts.

use std::path::Path;

use clap::Args;
use memchr::memmem;

use super::output::show::DeliveryHistory;
use super::warn_of_broken_lines;
use crate::app::AppContext;
use crate::args::recorded::StoreFileArgs;
use crate::context::clock::Clock;
use crate::delivery::{Record, RecordSummary};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::lettermint::timestamp::Style;
use crate::store::input::{Entry, Input};

/// How many deliveries are named when an id is the beginning of several.
const CANDIDATES: usize = 10;

/// Show one delivery: all its attempts, its headers and its payload
///
/// The headers and the payload are those of the latest attempt. Long texts are shown whole, and
/// control characters made visible.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries show 9d3f6a1e
  lettermint-hook deliveries show 9d3f6a1e --json | jq '.records[-1].reply'

Exits 1 when there is no such delivery, 2 when the beginning of the id is that of several.")]
pub(crate) struct ShowArgs {
    /// The delivery's id, or enough of its beginning
    #[arg(value_name = "ID", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) store: StoreFileArgs,
}

pub(crate) fn run(args: &ShowArgs, app: &AppContext) -> Result<ExitCode> {
    let ShowArgs { id, store } = args;
    let History { records, broken } = history(app, &store.path(app), id)?;
    warn_of_broken_lines(broken, app);
    app.terminal.emit(&DeliveryHistory {
        id: records
            .first()
            .and_then(|record| record.id.clone())
            .unwrap_or_default(),
        records,
        zone: app.zone(Clock::System),
    })?;
    Ok(ExitCode::Success)
}

/// What the store has of one delivery.
pub(super) struct History {
    /// Oldest first.
    pub(super) records: Vec<Record>,
    /// Lines that are no records.
    broken: u64,
}

/// All records of the delivery with this id, or whose id alone begins so.
pub(super) fn history(app: &AppContext, path: &Path, wanted: &str) -> Result<History> {
    let input = Input::store(path, &path.display().to_string());
    let mut open = input.open(&app.context)?;
    let finder = memmem::Finder::new(wanted);
    let mut broken = 0;
    let mut candidates = Candidates::default();
    while let Some(entry) = open.next_entry()? {
        let Entry::Line { bytes: line, .. } = entry else {
            continue;
        };
        // Ids are written as they are, so most lines need not be parsed to be passed over.
        if finder.find(line).is_none() {
            continue;
        }
        let Some(summary) = RecordSummary::parse(line) else {
            broken += 1;
            continue;
        };
        if let Some(id) = summary.id.as_deref().filter(|id| id.starts_with(wanted))
            && let Some(kept) = candidates.kept(id, wanted, &summary)
        {
            match Record::parse(line) {
                Ok(record) => kept.push(record),
                Err(_) => broken += 1,
            }
        }
    }
    let records = candidates.decide(wanted)?;
    Ok(History { records, broken })
}

/// What was found of the ids that begin as wanted. Records are kept of two deliveries at most:
/// the one whose whole id is wanted, and the first other.
#[derive(Debug, Default)]
struct Candidates {
    exact: Vec<Record>,
    first: Vec<Record>,
    /// The ids that begin so, the first one's included, each with its event and time.
    known: Vec<(String, String)>,
    more: bool,
}

impl Candidates {
    /// Where the record of an id is kept, if it is.
    fn kept(
        &mut self,
        id: &str,
        wanted: &str,
        summary: &RecordSummary<'_>,
    ) -> Option<&mut Vec<Record>> {
        if id == wanted {
            return Some(&mut self.exact);
        }
        match self.known.iter().position(|(known, _)| known == id) {
            Some(0) => return Some(&mut self.first),
            Some(_) => return None,
            None if self.known.len() == CANDIDATES => {
                self.more = true;
                return None;
            }
            None => {}
        }
        let event = summary.event.as_deref().unwrap_or("(no event)");
        let facts = format!("{event}  {}", Style::MicrosZulu.format(summary.at));
        self.known.push((id.to_owned(), facts));
        (self.known.len() == 1).then_some(&mut self.first)
    }

    fn decide(self, wanted: &str) -> Result<Vec<Record>> {
        if !self.exact.is_empty() {
            return Ok(self.exact);
        }
        match self.known.len() {
            0 => Err(
                Error::negative(format!("no recorded delivery has the id: {wanted}"))
                    .hint("`lettermint-hook deliveries list` shows the latest"),
            ),
            1 => Ok(self.first),
            _ => {
                let several = format!("the ids of several deliveries begin with: {wanted}");
                let error = self
                    .known
                    .iter()
                    .fold(Error::usage(several), |error, (id, facts)| {
                        error.hint(format!("{id}  {facts}"))
                    });
                Err(match self.more {
                    true => error.hint("and more; type a longer part of the id"),
                    false => error,
                })
            }
        }
    }
}
