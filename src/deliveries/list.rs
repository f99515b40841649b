//! `deliveries list`: the latest attempts.

use std::collections::HashMap;
use std::io;

use clap::Args;

use super::output::list::DeliveryRow;
use super::warn_of_broken_lines;
use crate::app::AppContext;
use crate::args::recorded::{DirectionArgs, SelectionArgs, StoreFileArgs};
use crate::args::values::parse_count;
use crate::context::clock::Clock;
use crate::delivery::{Direction, Record, RecordSummary};
use crate::error::{Error, Result};
use crate::exit::ExitCode;
use crate::sending::output::load::thousands;
use crate::store::BackwardReader;
use crate::store::input::Input;
use crate::store::selection::NearestId;

/// Records that are read at most, from the end: enough to say how many there are, in less time
/// than anybody notices.
const READ: usize = 100_000;

/// List the latest attempts, newest first
///
/// Received and sent deliveries alike. An attempt of which the store has both, as when `listen`
/// and `send` run in the same directory, is one line: what the sender saw, and how the receiver
/// judged it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook deliveries list
  lettermint-hook deliveries list --failed --since 2h
  lettermint-hook deliveries list --event 'message.*_bounced' --direction received --limit 5
  lettermint-hook deliveries list --json | jq -r 'select(.failed) | .id'")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) direction: DirectionArgs,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = parse_count::<u32>(1..), help_heading = "Selection")]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) store: StoreFileArgs,
}

pub(crate) fn run(args: &ListArgs, app: &AppContext) -> Result<ExitCode> {
    let ListArgs {
        selection,
        direction,
        limit,
        store,
    } = args;
    let selection = selection.selection(direction.direction, Clock::System);
    let zone = app.zone(Clock::System);
    let path = store.path(app);
    let file = Input::store(&path, &path.display().to_string()).file()?;
    let failed = |error: io::Error| Error::file("read the store", &path, &error);
    let mut reader = BackwardReader::new(file).map_err(failed)?;
    let mut rows = Rows::default();
    let mut nearest = NearestId::default();
    let (mut read, mut passed, mut broken) = (0, 0, 0);
    while read < READ
        && let Some(line) = reader.next_line().map_err(failed)?
    {
        read += 1;
        let Some(summary) = RecordSummary::parse(line) else {
            broken += 1;
            continue;
        };
        let body = || Record::parse(line).ok().map(|record| record.body);
        if selection.judge(&summary, body).is_ok() {
            rows.add(&summary, line, *limit as usize);
            continue;
        }
        passed += 1;
        for (wanted, id) in selection.ids.iter().zip(summary.id.iter().cycle()) {
            nearest.see(wanted, id);
        }
    }
    let mut is_first = true;
    for Row { line, twin } in &rows.shown {
        if let Some(summary) = RecordSummary::parse(line) {
            app.terminal.emit(&DeliveryRow {
                summary: &summary,
                twin: twin.as_deref().and_then(RecordSummary::parse),
                zone: &zone,
                is_first: std::mem::take(&mut is_first),
            });
        }
    }
    warn_of_broken_lines(broken, app);
    let (shown, total) = (rows.shown.len(), rows.total);
    let more = if read == READ { "more than " } else { "" };
    match (total, passed, selection.ids.first()) {
        (0, 1.., Some(id)) => return Err(nearest.unknown(id)),
        (0, 0, _) => app.terminal.status("nothing is recorded yet"),
        (0, passed, _) => {
            let message = format!("nothing selected, of {more}{passed} records");
            app.terminal.status(&message);
        }
        _ if total > shown || read == READ => app.terminal.status(&format!(
            "{} of {more}{} shown; `--limit N` shows more",
            thousands(shown as u64),
            thousands(total as u64)
        )),
        _ => {}
    }
    Ok(ExitCode::Success)
}

/// The line of an attempt, and that of the other side when the store has both.
struct Row {
    line: Vec<u8>,
    twin: Option<Vec<u8>>,
}

/// What is listed, newest first, and how many there are.
#[derive(Default)]
struct Rows {
    shown: Vec<Row>,
    total: usize,
    /// The rows that want their other side, by id, attempt and the direction they have.
    single: HashMap<(String, Option<u32>, bool), Vec<usize>>,
}

impl Rows {
    fn add(&mut self, summary: &RecordSummary<'_>, line: &[u8], limit: usize) {
        let is_sent = summary.direction == Direction::Sent;
        if let Some(id) = summary.id.as_deref() {
            let other = (id.to_owned(), summary.attempt, !is_sent);
            if let Some(row) = self.single.get_mut(&other).and_then(Vec::pop) {
                if let Some(row) = self.shown.get_mut(row) {
                    let line = line.to_owned();
                    row.twin = Some(match is_sent {
                        true => std::mem::replace(&mut row.line, line),
                        false => line,
                    });
                }
                return;
            }
            let own = (other.0, other.1, is_sent);
            self.single.entry(own).or_default().push(self.total);
        }
        if self.total < limit {
            self.shown.push(Row {
                line: line.to_owned(),
                twin: None,
            });
        }
        self.total += 1;
    }
}
