//! Tables of text: columns padded to their widest cell.

use unicode_width::UnicodeWidthStr as _;

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
    for row in std::iter::once(&heading).chain(rows) {
        for (column, (role, text)) in row.iter().enumerate() {
            let padding = widths[column].saturating_sub(text.width());
            let last = column + 1 == row.len();
            if columns[column].1 == Align::Right {
                out.extend(std::iter::repeat_n(' ', padding));
            }
            match role {
                // Ordinary text carries no color.
                Role::Text => out.push_str(text),
                _ => paint.paint(*role, text, out),
            }
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
