//! How two captured requests differ.

use serde_json::{Value, json};

use crate::difference::Difference;
use crate::difference::{BodyDifference, HeaderChange, JsonChange, Window};
use crate::sending::output::load::thousands;
use crate::terminal::paint::{Paint, Role};
use crate::terminal::{Outcome, visible};

const SHOWN: usize = 200;

#[derive(Debug, Clone)]
pub(crate) struct Comparison {
    pub(crate) left: String,
    pub(crate) right: String,
    pub(crate) difference: Difference,
}

impl Outcome for Comparison {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let Self {
            left,
            right,
            difference,
        } = self;
        side(Role::Bad, '-', left, paint, out);
        side(Role::Good, '+', right, paint, out);
        if difference.is_empty() {
            paint.paint(Role::Good, "the same to the byte", out);
            out.push('\n');
            return;
        }
        for (name, pair) in [("method", &difference.method), ("path", &difference.path)] {
            if let Some((left, right)) = pair {
                section(name, paint, out);
                change(Some(left), Some(right), paint, out);
            }
        }
        if !difference.headers.is_empty() {
            section("headers", paint, out);
            cases(&difference.headers, paint, out);
            for line in &difference.headers {
                header(line, paint, out);
            }
        }
        match &difference.body {
            None => {
                section("body", paint, out);
                out.push_str("  the same to the byte\n");
            }
            Some(different) => body(different, paint, out),
        }
    }

    fn json(&self) -> Option<Value> {
        let Difference {
            method,
            path,
            headers,
            body,
        } = &self.difference;
        let pair = |pair: &Option<(String, String)>| {
            pair.as_ref()
                .map(|(left, right)| json!({"left": left, "right": right}))
        };
        Some(json!({
            "left": self.left,
            "right": self.right,
            "same": self.difference.is_empty(),
            "method": pair(method),
            "path": pair(path),
            "headers": headers.iter().map(header_json).collect::<Vec<_>>(),
            "body": body.as_ref().map(body_json),
        }))
    }
}

fn section(name: &str, paint: &dyn Paint, out: &mut String) {
    paint.paint(Role::Strong, name, out);
    out.push('\n');
}

fn side(role: Role, mark: char, text: &str, paint: &dyn Paint, out: &mut String) {
    out.push_str("  ");
    paint.paint(
        role,
        &format!("{mark} {}", visible::shorten(text, SHOWN)),
        out,
    );
    out.push('\n');
}

fn change(left: Option<&str>, right: Option<&str>, paint: &dyn Paint, out: &mut String) {
    for (role, mark, text) in [(Role::Bad, '-', left), (Role::Good, '+', right)] {
        if let Some(text) = text {
            side(role, mark, text, paint, out);
        }
    }
}

/// Names in another case: a server that changes one mostly changes all.
fn cases(lines: &[HeaderChange], paint: &dyn Paint, out: &mut String) {
    let (left, right): (Vec<&str>, Vec<&str>) = lines
        .iter()
        .filter_map(|line| match line {
            HeaderChange::Case { left, right } => Some((left.as_str(), right.as_str())),
            _ => None,
        })
        .unzip();
    if !left.is_empty() {
        let named = |names: &[&str]| format!("in this case: {}", names.join(", "));
        change(Some(&named(&left)), Some(&named(&right)), paint, out);
    }
}

fn header(line: &HeaderChange, paint: &dyn Paint, out: &mut String) {
    let whole = |name: &str, value: &[u8]| format!("{name}: {}", String::from_utf8_lossy(value));
    match line {
        HeaderChange::Added(added) => {
            change(None, Some(&whole(&added.name, &added.value)), paint, out);
        }
        HeaderChange::Removed(removed) => {
            let removed = whole(&removed.name, &removed.value);
            change(Some(&removed), None, paint, out);
        }
        HeaderChange::Changed { name, left, right } => {
            let (left, right) = (whole(name, left), whole(name, right));
            change(Some(&left), Some(&right), paint, out);
        }
        // Said by `cases`, all of them together.
        HeaderChange::Case { .. } => {}
        HeaderChange::Order { left, right } => {
            let named = |names: &[String]| format!("in order: {}", names.join(", "));
            change(Some(&named(left)), Some(&named(right)), paint, out);
        }
    }
}

fn body(different: &BodyDifference, paint: &dyn Paint, out: &mut String) {
    let BodyDifference {
        lengths: (left, right),
        first,
        json,
        reencoding,
    } = different;
    section("body", paint, out);
    out.push_str(&format!(
        "  {} against {} bytes, equal up to byte {} (line {})\n",
        thousands(*left as u64),
        thousands(*right as u64),
        first.offset,
        first.line
    ));
    window(Role::Bad, '-', &first.left, paint, out);
    window(Role::Good, '+', &first.right, paint, out);
    if let Some(found) = reencoding {
        let names: Vec<_> = found.aspects.iter().map(|aspect| aspect.name()).collect();
        out.push_str("  the same values, encoded anew: ");
        paint.paint(Role::Warning, &names.join(", "), out);
        out.push('\n');
    }
    match json.as_deref() {
        None => out.push_str("  not both are JSON\n"),
        Some([]) => {}
        Some(changes) => {
            section("json", paint, out);
            for JsonChange { path, left, right } in changes {
                let path = if path.is_empty() { "(all of it)" } else { path };
                out.push_str("  ");
                paint.paint(Role::Key, &visible::escape(path), out);
                out.push('\n');
                let text = |value: &Option<Value>| value.as_ref().map(Value::to_string);
                change(text(left).as_deref(), text(right).as_deref(), paint, out);
            }
        }
    }
}

/// Hex and text around the difference, both sides starting at the same offset.
fn window(role: Role, mark: char, window: &Window, paint: &dyn Paint, out: &mut String) {
    const ROW: usize = 16;
    if window.bytes.is_empty() {
        side(
            role,
            mark,
            &format!("{:08x}  (ends here)", window.start),
            paint,
            out,
        );
    }
    for (row, bytes) in window.bytes.chunks(ROW).enumerate() {
        let part = Window {
            start: window.start + row * ROW,
            bytes: bytes.to_vec(),
        };
        let hex = part.hex();
        let width = ROW * 3 - 1;
        let line = format!("{:08x}  {hex:width$}  {}", part.start, part.text());
        side(role, mark, &line, paint, out);
    }
}

fn header_json(line: &HeaderChange) -> Value {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    match line {
        HeaderChange::Added(added) => {
            json!({"change": "added", "name": added.name, "right": text(&added.value)})
        }
        HeaderChange::Removed(removed) => {
            json!({"change": "removed", "name": removed.name, "left": text(&removed.value)})
        }
        HeaderChange::Changed { name, left, right } => {
            json!({"change": "changed", "name": name, "left": text(left), "right": text(right)})
        }
        HeaderChange::Case { left, right } => {
            json!({"change": "case", "left": left, "right": right})
        }
        HeaderChange::Order { left, right } => {
            json!({"change": "order", "left": left, "right": right})
        }
    }
}

fn body_json(different: &BodyDifference) -> Value {
    let window = |window: &Window| json!({"hex": window.hex(), "text": window.text()});
    let first = &different.first;
    let changes = different.json.as_ref().map(|changes| {
        changes
            .iter()
            .map(|JsonChange { path, left, right }| {
                json!({"path": path, "left": left, "right": right})
            })
            .collect::<Vec<_>>()
    });
    let aspects = different.reencoding.as_ref().map(|found| {
        let names = found.aspects.iter().map(|aspect| aspect.name());
        names.collect::<Vec<_>>()
    });
    json!({
        "lengths": [different.lengths.0, different.lengths.1],
        "offset": first.offset,
        "line": first.line,
        "start": first.left.start,
        "left": window(&first.left),
        "right": window(&first.right),
        "json": changes,
        "reencoding": aspects,
    })
}
