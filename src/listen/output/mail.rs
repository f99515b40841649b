//! An inbound mail as a person reads it: from, to, subject, the start of its text.

use serde_json::Value;

use crate::terminal::paint::{Paint, Role};
use crate::terminal::{duration, visible};

const LINES_SHOWN: usize = 6;

/// Appends the mail inside a `message.inbound` payload, or nothing when there is none.
pub(crate) fn write(body: &[u8], width: Option<usize>, paint: &dyn Paint, out: &mut String) {
    let Ok(payload) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let Some(data) = payload.get("data") else {
        return;
    };
    let columns = width.map_or(100, |width| width.saturating_sub(14).max(20));
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str("    ");
            paint.paint(Role::Faint, &format!("{name:<8}"), out);
            out.push_str(&visible::shorten(value, columns));
            out.push('\n');
        }
    };
    field("from", &data.get("from").map(person).unwrap_or_default());
    field("to", &people(data, "to"));
    field("cc", &people(data, "cc"));
    field("subject", text(data, "subject"));
    let words = data
        .get("body")
        .map(|body| text(body, "text"))
        .unwrap_or_default();
    let lines: Vec<&str> = words
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    for (position, line) in lines.iter().take(LINES_SHOWN).enumerate() {
        field(if position == 0 { "text" } else { "" }, line);
    }
    if lines.len() > LINES_SHOWN {
        field("", &format!("… {} more lines", lines.len() - LINES_SHOWN));
    }
    for attachment in data
        .get("attachments")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let size = attachment
            .get("size")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        let size = duration::bytes(usize::try_from(size).unwrap_or(usize::MAX));
        let (name, kind) = (
            text(attachment, "filename"),
            text(attachment, "content_type"),
        );
        field("file", &format!("{name} ({kind}, {size})"));
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn people(data: &Value, name: &str) -> String {
    let all = data
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    all.map(person).collect::<Vec<_>>().join(", ")
}

fn person(value: &Value) -> String {
    match (text(value, "name"), text(value, "email")) {
        ("", email) => email.to_owned(),
        (name, email) => format!("{name} <{email}>"),
    }
}
