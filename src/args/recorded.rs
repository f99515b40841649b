//! Options of the commands that work on recorded deliveries.

use std::path::PathBuf;

use clap::Args;

use crate::app::AppContext;
use crate::args::store_path;
use crate::args::time::TimeArg;
use crate::args::values::{parse_count, parse_event};
use crate::context::clock::Clock;
use crate::delivery::Direction;
use crate::lettermint::{Condition, EventPattern};
use crate::store::query::Part;
use crate::store::selection::Selection;

#[derive(Debug, Args)]
#[command(next_help_heading = "Store")]
pub(crate) struct StoreFileArgs {
    /// The file of recorded deliveries [default: .lettermint-hook/deliveries.ndjson]
    #[arg(long, value_name = "PATH")]
    pub(crate) store: Option<PathBuf>,
}

impl StoreFileArgs {
    pub(crate) fn path(&self, app: &AppContext) -> PathBuf {
        store_path(app, self.store.as_deref())
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct SelectionArgs {
    /// Deliveries with this id, or its beginning
    #[arg(long, value_name = "ID")]
    pub(crate) id: Vec<String>,
    /// Deliveries of this event; * stands for anything
    ///
    /// An event that `lettermint-hook events` does not list is selected with --where event=NAME.
    #[arg(long, value_name = "GLOB", value_parser = parse_event)]
    pub(crate) event: Vec<EventPattern>,
    /// Deliveries whose payload has this value; * stands for anything
    ///
    /// Paths are those of `send --set`: `data.recipient=*@example.com`, `data.tags[0].name=x`.
    #[arg(long = "where", value_name = "PATH=GLOB")]
    pub(crate) conditions: Vec<Condition>,
    /// Deliveries recorded at this time or later
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse_recorded, allow_hyphen_values = true)]
    pub(crate) since: Option<TimeArg>,
    /// Deliveries recorded before this time
    #[arg(long, value_name = "TIME", value_parser = TimeArg::parse_recorded, allow_hyphen_values = true)]
    pub(crate) until: Option<TimeArg>,
    /// Deliveries that were refused or not answered 2xx
    #[arg(long)]
    pub(crate) failed: bool,
}

impl SelectionArgs {
    /// The selection of deliveries that went one way, with spans back from now resolved.
    pub(crate) fn selection(&self, direction: DirectionChoice, clock: Clock) -> Selection {
        Selection {
            ids: self.id.clone(),
            events: self.event.clone(),
            since: self.since.map(|time| time.resolve(clock)),
            until: self.until.map(|time| time.resolve(clock)),
            failed: self.failed,
            direction: direction.direction(),
            conditions: self.conditions.clone(),
        }
    }
}

/// Which way, for a command that looks at both unless told otherwise.
#[derive(Debug, Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct DirectionArgs {
    /// Deliveries that went this way
    #[arg(long, value_name = "WAY", default_value = "any")]
    pub(crate) direction: DirectionChoice,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct PartArgs {
    /// The last N of the selected deliveries
    #[arg(long, value_name = "N", value_parser = parse_count::<u64>(0..))]
    pub(crate) last: Option<u64>,
    /// Deliveries after this one, to continue an interrupted run
    #[arg(long, value_name = "ID")]
    pub(crate) since_id: Option<String>,
    /// Pick from a list, newest first: Space marks, Enter goes on
    #[arg(long)]
    pub(crate) pick: bool,
}

impl PartArgs {
    /// The part, every attempt included.
    pub(crate) fn part(&self) -> Part {
        Part {
            every_attempt: true,
            sendable: false,
            last: self.last,
            since_id: self.since_id.clone(),
            pick: self.pick,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DirectionChoice {
    /// Received by `listen`
    Received,
    /// Sent by `send` or `replay`
    Sent,
    /// Both
    Any,
}

impl DirectionChoice {
    /// The only direction that is wanted, if it is one.
    pub(crate) fn direction(self) -> Option<Direction> {
        match self {
            Self::Received => Some(Direction::Received),
            Self::Sent => Some(Direction::Sent),
            Self::Any => None,
        }
    }
}
