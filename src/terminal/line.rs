//! One line made of pieces, continued on the next where the terminal ends.

use std::fmt::{self, Write as _};

use super::fold::columns;
use super::paint::{Paint, Role};

/// Columns before a continued line.
const INDENT: usize = 4;

/// Writes pieces two spaces apart; a piece that does not fit begins a new line.
pub(crate) struct Line<'a> {
    out: &'a mut String,
    paint: &'a dyn Paint,
    width: Option<usize>,
    column: usize,
    words: String,
}

impl<'a> Line<'a> {
    /// An empty line on a terminal `width` columns wide, or without an end.
    pub(crate) fn new(paint: &'a dyn Paint, width: Option<usize>, out: &'a mut String) -> Self {
        Self {
            out,
            paint,
            width,
            column: 0,
            words: String::new(),
        }
    }

    pub(crate) fn words(&mut self, role: Option<Role>, words: fmt::Arguments<'_>) {
        let mut made = std::mem::take(&mut self.words);
        made.clear();
        // Writing to a string cannot fail.
        let _ = made.write_fmt(words);
        self.piece(&[(role, &made)]);
        self.words = made;
    }

    /// Adds words that stay together, one space apart.
    pub(crate) fn piece(&mut self, words: &[(Option<Role>, &str)]) {
        let length: usize = words.iter().map(|(_, word)| columns(word) + 1).sum();
        let length = length.saturating_sub(1);
        if self.column > 0 {
            let fits = self
                .width
                .is_none_or(|width| self.column + 2 + length <= width);
            let space = if fits { 2 } else { INDENT };
            if !fits {
                self.out.push('\n');
                self.column = 0;
            }
            self.out.extend(std::iter::repeat_n(' ', space));
            self.column += space;
        }
        for (position, (role, word)) in words.iter().enumerate() {
            if position > 0 {
                self.out.push(' ');
            }
            match role {
                Some(role) => self.paint.paint(*role, word, self.out),
                None => self.out.push_str(word),
            }
        }
        self.column += length;
    }

    pub(crate) fn end(self) {
        self.out.push('\n');
    }
}

/// Appends a line below the first of an outcome: `    label: text`.
pub(crate) fn labeled(label: &str, role: Role, text: &str, paint: &dyn Paint, out: &mut String) {
    out.push_str("    ");
    paint.paint(role, &format!("{label}: "), out);
    out.push_str(text);
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::paint::Plain;

    #[test]
    fn breaks_between_pieces_only() {
        let lay = |width| {
            let mut out = String::new();
            let mut line = Line::new(&Plain, width, &mut out);
            line.piece(&[(None, "12:00"), (Some(Role::Good), "ok")]);
            line.piece(&[(None, "message.sent")]);
            line.piece(&[(None, "#1")]);
            line.end();
            out
        };
        assert_eq!(lay(None), "12:00 ok  message.sent  #1\n");
        assert_eq!(lay(Some(22)), "12:00 ok  message.sent\n    #1\n");
        assert_eq!(lay(Some(10)), "12:00 ok\n    message.sent\n    #1\n");
    }
}
