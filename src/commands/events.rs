//! `events`: the catalogue.

use clap::Args;
use serde_json::{Value, json};

use crate::app::AppContext;
use crate::args::EventName;
use crate::error::Result;
use crate::exit::ExitCode;
use crate::lettermint::catalogue::{self, EVENTS, Event, Field};
use crate::sending::job::unknown_event;
use crate::terminal::json_text::{self, Length};
use crate::terminal::table::{self, Align, cell};
use crate::terminal::{Outcome, Paint, Role};

/// List the events, show a sample payload or its fields
///
/// The sample is printed in Lettermint's field order. With --json, `sample` is the compact JSON that
/// `send` starts from, byte for byte.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lettermint-hook events
  lettermint-hook events message.clicked
  lettermint-hook events message.inbound --fields
  lettermint-hook events message.sent --json | jq .sample.data")]
pub(crate) struct EventsArgs {
    /// An event's name
    #[arg(value_name = "NAME", value_parser = EventName, hide_possible_values = true)]
    name: Option<String>,
    /// Show the fields with types, nullability and notes
    #[arg(long, requires = "name")]
    fields: bool,
}

pub(crate) fn run(args: &EventsArgs, app: &AppContext) -> Result<ExitCode> {
    let EventsArgs { name, fields } = args;
    match name {
        None => app.terminal.emit(&EventList),
        Some(name) => {
            let event = catalogue::find(name).ok_or_else(|| unknown_event(name))?;
            if *fields {
                app.terminal.emit(&EventFields(event));
            } else {
                app.terminal.emit(&EventSample(event));
            }
        }
    }
    Ok(ExitCode::Success)
}

struct EventList;

impl Outcome for EventList {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let rows: Vec<_> = EVENTS
            .iter()
            .map(|event| {
                vec![
                    (Role::Strong, event.name.to_owned()),
                    cell(event.description),
                ]
            })
            .collect();
        let columns = ["EVENT", "HAPPENS WHEN"].map(|title| (title, Align::Left));
        table::write(&columns, &rows, paint, out);
    }

    fn json(&self) -> Option<Value> {
        let describe = |event: &Event| {
            let mut described = describe(event);
            described["has_sample"] = event.sample_json().is_some().into();
            described
        };
        let events: Value = EVENTS.iter().map(describe).collect();
        Some(json!({"type": "events", "events": events}))
    }
}

fn describe(event: &Event) -> Value {
    json!({
        "type": "event",
        "name": event.name,
        "description": event.description,
        "source": event.source,
        "note": event.note,
    })
}

struct EventSample(&'static Event);

impl Outcome for EventSample {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        match self.0.sample_json() {
            Some(json) => json_text::write(json.as_bytes(), 0, Length::Full, paint, out),
            None => {
                out.push_str(self.0.description);
                out.push('\n');
            }
        }
    }

    fn json(&self) -> Option<Value> {
        let mut described = describe(self.0);
        described["sample"] = self.0.sample().unwrap_or_default();
        Some(described)
    }
}

struct EventFields(&'static Event);

impl Outcome for EventFields {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let Event {
            name,
            description,
            source,
            note,
            ..
        } = self.0;
        paint.paint(Role::Strong, name, out);
        out.push_str(&format!(": {description}\n"));
        if let Some(note) = note {
            out.push_str(&format!("{note}\n"));
        }
        paint.paint(Role::Faint, &format!("Known from: {source}\n"), out);
        let rows: Vec<_> = self
            .0
            .fields()
            .map(|field| {
                let null = if field.nullable { "yes" } else { "" };
                vec![
                    (Role::Key, field.path.to_owned()),
                    cell(field.kind),
                    cell(null),
                    cell(field.note),
                ]
            })
            .collect();
        if !rows.is_empty() {
            out.push('\n');
            let columns = ["FIELD", "TYPE", "NULL", "NOTE"].map(|title| (title, Align::Left));
            table::write(&columns, &rows, paint, out);
        }
    }

    fn json(&self) -> Option<Value> {
        let field = |field: &Field| {
            json!({
                "path": field.path,
                "type": field.kind,
                "nullable": field.nullable,
                "note": field.note,
            })
        };
        let mut described = describe(self.0);
        described["fields"] = self.0.fields().map(field).collect();
        Some(described)
    }
}
