//! `deliveries show`: one delivery with all its attempts.

use std::ops::ControlFlow;
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
use crate::store::selection::NearestId;

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
    let (records, broken) = history(app, &store.path(app), id)?;
    warn_of_broken_lines(broken, app);
    app.terminal.emit(&DeliveryHistory {
        records,
        is_whole: app.terminal.is_verbose(),
        zone: app.zone(Clock::System),
    });
    Ok(ExitCode::Success)
}

/// All records of the delivery with this id, or whose id alone begins so, oldest first, and
/// how many lines with it could not be read.
pub(super) fn history(app: &AppContext, path: &Path, wanted: &str) -> Result<(Vec<Record>, u64)> {
    let id = whole_id(app, path, wanted)?;
    let mut records = Vec::new();
    let mut broken = 0;
    each_line_with(app, path, wanted, |line| {
        match RecordSummary::parse(line) {
            None => broken += 1,
            Some(summary) if summary.id.as_deref() == Some(&id) => match Record::parse(line) {
                Ok(record) => records.push(record),
                Err(_) => broken += 1,
            },
            Some(_) => {}
        }
        ControlFlow::Continue(())
    })?;
    Ok((records, broken))
}

fn whole_id(app: &AppContext, path: &Path, wanted: &str) -> Result<String> {
    let mut is_whole = false;
    // The ids that begin so, each with its event and time.
    let mut candidates: Vec<(String, String)> = Vec::new();
    each_line_with(app, path, wanted, |line| {
        let summary = RecordSummary::parse(line);
        let Some((summary, id)) = summary.as_ref().and_then(|summary| {
            let id = summary.id.as_deref()?;
            id.starts_with(wanted).then_some((summary, id))
        }) else {
            return ControlFlow::Continue(());
        };
        is_whole |= id == wanted;
        if candidates.len() <= CANDIDATES && !candidates.iter().any(|(known, _)| known == id) {
            let event = summary.event.as_deref().unwrap_or("(no event)");
            let facts = format!("{event}  {}", Style::MicrosZulu.format(summary.at));
            candidates.push((id.to_owned(), facts));
        }
        match is_whole {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })?;
    if is_whole {
        return Ok(wanted.to_owned());
    }
    match candidates.as_slice() {
        [] => Err(unknown(app, path, wanted)?),
        [(id, _)] => Ok(id.clone()),
        several => {
            let error = Error::usage(format!(
                "the ids of several deliveries begin with: {wanted}"
            ));
            let named = several.iter().take(CANDIDATES);
            let error = named.fold(error, |error, (id, facts)| {
                error.hint(format!("{id}  {facts}"))
            });
            Err(match several.len() > CANDIDATES {
                true => error.hint("and more; type a longer part of the id"),
                false => error,
            })
        }
    }
}

/// That no delivery has an id, with the one that is meant perhaps.
fn unknown(app: &AppContext, path: &Path, wanted: &str) -> Result<Error> {
    let mut nearest = NearestId::default();
    each_line_with(app, path, "", |line| {
        if let Some(RecordSummary { id: Some(id), .. }) = RecordSummary::parse(line) {
            nearest.see(wanted, &id);
        }
        ControlFlow::Continue(())
    })?;
    Ok(nearest.unknown(wanted))
}

/// Reads the lines of the store in which a text occurs. Ids are written as they are, so most lines
/// need not be parsed to be passed over.
fn each_line_with(
    app: &AppContext,
    path: &Path,
    text: &str,
    mut read: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<()> {
    let finder = memmem::Finder::new(text);
    let mut open = Input::store(path, &path.display().to_string()).open(&app.context)?;
    while let Some(entry) = open.next_entry()? {
        if let Entry::Line { bytes, .. } = entry
            && finder.find(bytes).is_some()
            && read(bytes).is_break()
        {
            break;
        }
    }
    Ok(())
}
