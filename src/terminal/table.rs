//! Tables of text: columns padded to their widest cell, or what fits on a narrow terminal.

use unicode_width::UnicodeWidthStr as _;

use super::fold;
use super::line::Line;
use super::paint::{Paint, Role};

/// How a column is padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// To the left; the last column is not padded.
    Left,
    Right,
}

pub(crate) type Cell = (Role, String);

pub(crate) fn cell(text: impl Into<String>) -> Cell {
    (Role::Text, text.into())
}

/// Columns below which the last one is not folded: the rows stand as pieces instead.
const LEAST: usize = 24;

/// A row on a terminal that is too narrow for the table: its cells one after another.
fn pieces(row: &[Cell], width: usize, paint: &dyn Paint, out: &mut String) {
    let mut line = Line::new(paint, Some(width), out);
    for (role, text) in row.iter().filter(|(_, text)| !text.is_empty()) {
        line.piece(&[(Some(*role).filter(|role| *role != Role::Text), text)]);
    }
    line.end();
}

fn painted(role: Role, text: &str, paint: &dyn Paint, out: &mut String) {
    match role {
        // Ordinary text carries no color.
        Role::Text => out.push_str(text),
        _ => paint.paint(role, text, out),
    }
}

/// Appends a table with a faint heading. Cells must already be safe to show.
pub(crate) fn write(
    columns: &[(&str, Align)],
    rows: &[Vec<Cell>],
    paint: &dyn Paint,
    out: &mut String,
) {
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(column, (title, _))| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|(_, text)| text.width())
                .chain([title.width()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let heading: Vec<Cell> = columns
        .iter()
        .map(|(title, _)| (Role::Faint, (*title).to_owned()))
        .collect();
    let before: usize = widths.iter().rev().skip(1).map(|width| width + 2).sum();
    let last = widths.last().copied().unwrap_or(0);
    // What the last column has to be folded to.
    let mut folded = None;
    if let Some(width) = paint.width().filter(|width| before + last > *width) {
        if before + LEAST > width {
            return std::iter::once(&heading)
                .chain(rows)
                .for_each(|row| pieces(row, width, paint, out));
        }
        folded = Some(width - before);
    }
    for row in std::iter::once(&heading).chain(rows) {
        for (column, (role, text)) in row.iter().enumerate() {
            let padding = widths[column].saturating_sub(text.width());
            let last = column + 1 == row.len();
            if columns[column].1 == Align::Right {
                out.extend(std::iter::repeat_n(' ', padding));
            }
            if let Some(width) = folded.filter(|_| last) {
                let mut lines = String::new();
                fold::fold_at(text, width, 0, &mut lines);
                for (number, line) in lines.lines().enumerate() {
                    if number > 0 {
                        out.push('\n');
                        out.extend(std::iter::repeat_n(' ', before));
                    }
                    painted(*role, line, paint, out);
                }
                continue;
            }
            painted(*role, text, paint, out);
            if !last {
                if columns[column].1 == Align::Left {
                    out.extend(std::iter::repeat_n(' ', padding));
                }
                out.push_str("  ");
            }
        }
        // An empty last cell leaves the padding of the one before.
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}
