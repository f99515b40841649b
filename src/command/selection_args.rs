//! Choosing among captured deliveries.

use clap::Args;

use crate::adapter::clock::{Clock, TimeArg};
use crate::command::options::DirectionChoice;
use crate::event::Condition;
use crate::workbench::choosing::Part;
use crate::workbench::selection::Selection;

/// Which captured deliveries.
#[derive(Debug, Args)]
#[command(next_help_heading = "Selection")]
pub struct SelectionArgs {
    /// Deliveries with this id, or its beginning
    #[arg(long, value_name = "ID")]
    pub id: Vec<String>,
    /// Deliveries of this event; * stands for anything
    #[arg(long, value_name = "GLOB")]
    pub event: Vec<String>,
    /// Deliveries whose payload has this value; * stands for anything
    ///
    /// Paths are those of --set: data.recipient=*@example.com, data.tags[0].name=x.
    #[arg(long = "where", value_name = "PATH=GLOB")]
    pub conditions: Vec<Condition>,
    /// Deliveries recorded at this time or later
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, allow_hyphen_values = true)]
    pub since: Option<TimeArg>,
    /// Deliveries recorded before this time
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse, allow_hyphen_values = true)]
    pub until: Option<TimeArg>,
    /// Deliveries that were refused or not answered 2xx
    #[arg(long)]
    pub failed: bool,
    /// The last so many of those selected otherwise
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub last: Option<u64>,
    /// What comes after this delivery: goes on with a run that was interrupted
    #[arg(long, value_name = "ID")]
    pub since_id: Option<String>,
    /// Pick from a list, by typing parts of a line
    #[arg(long)]
    pub pick: bool,
}

impl SelectionArgs {
    /// What deliveries must be, going one way.
    #[must_use]
    pub fn selection(&self, direction: DirectionChoice, clock: Clock) -> Selection {
        let resolve = |time: TimeArg| time.resolve(clock);
        Selection {
            ids: self.id.clone(),
            events: self.event.clone(),
            since: self.since.map(resolve),
            until: self.until.map(resolve),
            failed: self.failed,
            direction: direction.direction(),
            conditions: self.conditions.clone(),
        }
    }

    /// Which part of them is wanted, every attempt included.
    #[must_use]
    pub fn part(&self) -> Part {
        Part {
            every_attempt: true,
            sendable: false,
            last: self.last,
            since_id: self.since_id.clone(),
            pick: self.pick,
        }
    }
}
