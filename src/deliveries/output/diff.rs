//! How two captured requests differ.

use serde_json::{Value, json};

use crate::difference::{BodyDifference, Difference, HeaderChange, JsonChange, Pair, Window};
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
            if let Some(Pair { left, right }) = pair {
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
        let mut json = json!({
            "type": "comparison",
            "left": self.left,
            "right": self.right,
            "same": self.difference.is_empty(),
        });
        if let (Some(json), Ok(Value::Object(difference))) =
            (json.as_object_mut(), serde_json::to_value(&self.difference))
        {
            json.extend(difference);
        }
        Some(json)
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
    let (left, right) = match line {
        HeaderChange::Added { name, right } => (None, Some(format!("{name}: {right}"))),
        HeaderChange::Removed { name, left } => (Some(format!("{name}: {left}")), None),
        HeaderChange::Changed { name, left, right } => (
            Some(format!("{name}: {left}")),
            Some(format!("{name}: {right}")),
        ),
        // Said by `cases`, all of them together.
        HeaderChange::Case { .. } => (None, None),
        HeaderChange::Order { left, right } => {
            let named = |names: &[String]| Some(format!("in order: {}", names.join(", ")));
            (named(left), named(right))
        }
    };
    change(left.as_deref(), right.as_deref(), paint, out);
}

fn body(different: &BodyDifference, paint: &dyn Paint, out: &mut String) {
    let (left, right) = different.lengths;
    section("body", paint, out);
    out.push_str(&format!(
        "  {} against {} bytes, equal up to byte {} (line {})\n",
        thousands(left as u64),
        thousands(right as u64),
        different.offset,
        different.line
    ));
    for (role, mark, window) in [
        (Role::Bad, '-', &different.left),
        (Role::Good, '+', &different.right),
    ] {
        for line in hex_dump(different.start, &window.0) {
            side(role, mark, &line, paint, out);
        }
    }
    if let Some(found) = &different.reencoding {
        out.push_str("  the same values, encoded anew: ");
        paint.paint(Role::Warning, &found.join(", "), out);
        out.push('\n');
    }
    match different.json.as_deref() {
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

/// Hex and text of bytes that start at an offset, a line for each row.
fn hex_dump(start: usize, bytes: &[u8]) -> Vec<String> {
    const ROW: usize = 16;
    if bytes.is_empty() {
        return vec![format!("{start:08x}  (ends here)")];
    }
    let row = |(row, bytes): (usize, &[u8])| {
        let (hex, text) = (Window::hex(bytes), Window::text(bytes));
        let width = ROW * 3 - 1;
        format!("{:08x}  {hex:width$}  {text}", start + row * ROW)
    };
    bytes.chunks(ROW).enumerate().map(row).collect()
}
