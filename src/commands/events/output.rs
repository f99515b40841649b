//! The catalogue for people and programs.

use serde_json::{Value, json};

use crate::lettermint::catalogue::{EVENTS, Event};
use crate::terminal::Outcome;
use crate::terminal::json_text;
use crate::terminal::json_text::Length;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::table;
use crate::terminal::table::{Align, cell};

/// All events, a line each.
#[derive(Debug, Clone, Copy)]
pub struct EventList;

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
        table::write(
            &[("EVENT", Align::Left), ("HAPPENS WHEN", Align::Left)],
            &rows,
            paint,
            out,
        );
    }

    fn json(&self) -> Option<Value> {
        let describe = |event: &Event| {
            json!({
                "name": event.name,
                "description": event.description,
                "source": event.source,
                "note": event.note,
                "has_sample": event.sample_json().is_some(),
            })
        };
        Some(EVENTS.iter().map(describe).collect())
    }
}

/// One event's sample payload.
#[derive(Debug, Clone, Copy)]
pub struct EventSample(pub &'static Event);

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
        Some(self.0.sample().unwrap_or_default())
    }
}

/// One event's fields.
#[derive(Debug, Clone, Copy)]
pub struct EventFields(pub &'static Event);

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
            let columns = [
                ("FIELD", Align::Left),
                ("TYPE", Align::Left),
                ("NULL", Align::Left),
                ("NOTE", Align::Left),
            ];
            table::write(&columns, &rows, paint, out);
        }
    }

    fn json(&self) -> Option<Value> {
        let fields: Vec<_> = self
            .0
            .fields()
            .map(|field| {
                json!({
                    "path": field.path,
                    "type": field.kind,
                    "nullable": field.nullable,
                    "note": field.note,
                })
            })
            .collect();
        Some(json!({
            "name": self.0.name,
            "description": self.0.description,
            "source": self.0.source,
            "note": self.0.note,
            "fields": fields,
        }))
    }
}
