//! Text in the columns of a terminal: lines that are too long go on at a word.

use unicode_width::UnicodeWidthStr as _;

/// Columns before what goes on, unless the line stands further in.
const INDENT: usize = 4;

/// Narrower than this, no line is worth folding.
const NARROWEST: usize = 20;

/// Appends text, its lines folded to so many columns. Words stay whole, so that an id or a URL
/// that is copied is what it was; JSON and command lines are left to the terminal for that reason.
pub(crate) fn fold(text: &str, width: usize, out: &mut String) {
    let mut continues = false;
    for line in text.split_inclusive('\n') {
        let code = continues || is_code(line);
        continues = line.trim_end().ends_with('\\');
        if code || width < NARROWEST || columns(line.trim_end()) <= width {
            out.push_str(line);
        } else {
            let line = line.trim_end();
            let indent = line.len() - line.trim_start_matches(' ').len();
            fold_at(line, width, indent.max(INDENT), out);
            out.push('\n');
        }
    }
}

fn is_code(line: &str) -> bool {
    let text = plain(line.trim());
    text.starts_with(['"', '{', '[', ']', '}']) || text.starts_with("$ ") || text.ends_with('\\')
}

/// Appends one line, what does not fit on it below, so many columns in. What stands behind two
/// spaces belongs together, such as a number and its unit, and is parted only where it must be.
pub(super) fn fold_at(line: &str, width: usize, indent: usize, out: &mut String) {
    let mut column = 0;
    let mut rest = line;
    while !rest.is_empty() {
        let text = rest.trim_start_matches(' ');
        let mut spaces = rest.len() - text.len();
        let (word, after) = text.split_at(text.find(' ').unwrap_or(text.len()));
        let length = columns(word);
        let together = match text.find("  ").filter(|_| spaces > 1) {
            Some(end) => columns(&text[..end]),
            None if spaces > 1 => columns(text),
            None => length,
        };
        let fits = |length| column + spaces + length <= width;
        if column > 0 && (!fits(length) || (!fits(together) && indent + together <= width)) {
            out.push('\n');
            column = 0;
            // A word that fills the line has one of its own.
            spaces = if indent + length > width { 0 } else { indent };
        }
        if !word.is_empty() {
            out.extend(std::iter::repeat_n(' ', spaces));
            out.push_str(word);
            column += spaces + length;
        }
        rest = after;
    }
}

/// How many columns a text takes, colors aside.
pub(crate) fn columns(text: &str) -> usize {
    // Nearly all text is ASCII without colors.
    match text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        true => text.len(),
        false => plain(text).width(),
    }
}

/// The text without the colors that this program gives it.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

/// As much of a text as fits into so many columns, with `…` where it is cut.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let fits = |end: &usize| columns(&text[..*end]) < width;
    let ends = text.char_indices().map(|(start, _)| start);
    let end = ends.take_while(fits).last().unwrap_or(0);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str, width: usize) -> String {
        let mut out = String::new();
        fold(text, width, &mut out);
        out
    }

    #[test]
    fn lines_go_on_at_words_and_words_stay_whole() {
        let text = "error: the file has no deliveries in it\n    hint: name another\n";
        assert_eq!(
            folded(text, 20),
            "error: the file has\n    no deliveries in\n    it\n    hint: name\n    another\n"
        );
        assert_eq!(folded(text, 80), text);
        assert_eq!(
            folded("latency  p50 7.0 ms  p90 17.4 ms  p99 5 s\n", 28),
            "latency  p50 7.0 ms\n    p90 17.4 ms  p99 5 s\n"
        );
        let id = "id  9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d01\n";
        assert_eq!(folded(id, 36), "id\n9d3f6a1e-7b2c-4f1a-9c3e-2b1a0f9e8d01\n");
    }

    #[test]
    fn colors_take_no_columns_and_wide_characters_two() {
        let text = "\u{1b}[31mab cd\u{1b}[0m ef gh ij kl mn op\n";
        assert_eq!(folded(text, 23), text);
        assert_eq!(
            folded("寿司 寿司 寿司 寿司 寿司\n", 20),
            "寿司 寿司 寿司 寿司\n    寿司\n"
        );
        assert_eq!(cut("寿司寿司", 5), "寿司…");
        assert_eq!(cut("👍👍👍", 6), "👍👍👍");
        assert_eq!(cut("abcdef", 4), "abc…");
    }

    #[test]
    fn what_is_copied_is_left_to_the_terminal() {
        let command =
            "  $ lettermint-hook send message.sent --to \\\n    http://127.0.0.1:3000/ more\n";
        assert_eq!(folded(command, 24), command);
        let json = "    \"subject\": \"Your order was shipped\"\n";
        assert_eq!(folded(json, 24), json);
    }
}
