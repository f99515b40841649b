//! `events`: the catalogue.

use clap::Args;

use crate::command::options::EventName;
use crate::error::Result;
use crate::event::catalogue;
use crate::exit::ExitCode;
use crate::report::events::{EventFields, EventList, EventSample};
use crate::workbench::Session;
use crate::workbench::payloads::unknown_event;

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
pub fn run(args: &EventsArgs, session: &Session) -> Result<ExitCode> {
    let EventsArgs { name, fields } = args;
    match name {
        None => session.terminal.emit(&EventList)?,
        Some(name) => {
            let event = catalogue::find(name).ok_or_else(|| unknown_event(name))?;
            if *fields {
                session.terminal.emit(&EventFields(event))?;
            } else {
                session.terminal.emit(&EventSample(event))?;
            }
        }
    }
    Ok(ExitCode::Success)
}
