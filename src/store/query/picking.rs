//! Letting the user pick from what was chosen.

use std::collections::{HashSet, VecDeque};

use super::{Chosen, Cursor};
use crate::app::AppContext;
use crate::capture::Capture;
use crate::context::clock::Clock;
use crate::error::{Error, Result};
use crate::terminal::time;

/// How many are offered, the latest ones: a longer list is for `--event` and `--since`.
const OFFERED: usize = 1_000;

/// Narrows a choice down to what the user picks.
///
/// # Errors
/// Nobody can be asked, exit 2; interrupted, or an input cannot be read.
pub(crate) fn pick(app: &AppContext, chosen: &mut Chosen) -> Result<()> {
    if !app.prompt.is_interactive() {
        return Err(Error::usage("--pick needs a terminal to ask on")
            .hint("choose with --id, --event, --since, --until, --last, --failed or --where"));
    }
    let zone = app.zone(Clock::System);
    let mut offered = VecDeque::new();
    let mut cursor = Cursor::default();
    while let Some(found) = cursor.next(chosen, &app.context)? {
        let global = found.global;
        if let Ok(Some(Capture { record, .. })) = found.entry.decode() {
            let row = format!(
                "{}  {}  {}  attempt {}",
                time::date_and_time(record.at, &zone),
                record.event.as_deref().unwrap_or("(no event)"),
                record.id.as_deref().unwrap_or("(no id)"),
                record.attempt.unwrap_or(1),
            );
            offered.push_back((global, row));
        }
        if offered.len() > OFFERED {
            offered.pop_front();
        }
    }
    let (globals, rows): (Vec<_>, Vec<_>) = offered.into_iter().unzip();
    let picked = app.prompt.pick_many(
        "Which deliveries? Type to filter, Enter to choose, `done` to go on",
        &rows,
    )?;
    let picked: HashSet<u64> = picked
        .unwrap_or_default()
        .into_iter()
        .map(|row| globals[row])
        .collect();
    chosen.keep_only(|global| picked.contains(&global));
    Ok(())
}
