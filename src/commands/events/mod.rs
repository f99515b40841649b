//! `events`: the catalogue.

pub mod output;

use clap::Args;

use crate::app::AppContext;
use crate::args::EventName;
use crate::commands::events::output::{EventFields, EventList, EventSample};
use crate::error::Result;
use crate::exit::ExitCode;
use crate::lettermint::catalogue;
use crate::sending::payloads::unknown_event;

/// List the events, show a sample payload or its fields
///
/// The sample is printed in Lettermint's field order. With --json it is the compact JSON that
/// `send` starts from, byte for byte.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook events
  lettermint-hook events message.clicked
  lettermint-hook events message.inbound --fields
  lettermint-hook events message.sent --json | jq .data")]
pub struct EventsArgs {
    /// An event's name
    #[arg(value_name = "NAME", value_parser = EventName, hide_possible_values = true)]
    pub name: Option<String>,
    /// Show the fields with types, nullability and notes
    #[arg(long, requires = "name")]
    pub fields: bool,
}

/// Runs the command.
///
/// # Errors
/// An unknown name, stdout gone.
pub fn run(args: &EventsArgs, app: &AppContext) -> Result<ExitCode> {
    let EventsArgs { name, fields } = args;
    match name {
        None => app.terminal.emit(&EventList)?,
        Some(name) => {
            let event = catalogue::find(name).ok_or_else(|| unknown_event(name))?;
            if *fields {
                app.terminal.emit(&EventFields(event))?;
            } else {
                app.terminal.emit(&EventSample(event))?;
            }
        }
    }
    Ok(ExitCode::Success)
}
