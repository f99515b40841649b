//! How a JSON body is written, and which re-encoding turns one body into another.
//!
//! Two bodies are re-encodings of each other when they hold the same values: the same text in
//! every string, the same digits in every number but for a `.0`, the same members but for their
//! order. Whatever then differs in their bytes is encoding, and is named.

use std::cmp::Ordering;

use crate::json::lexer::{Lexer, Token, Unit, Units};
use crate::json::number;
use crate::json::tree::Node;
use crate::json::writer::{LETTERMINT, Order, Style};

/// Finds the re-encoding that turns `left` into `right`: what was done, a clause each, in no order
/// of time. `None` when they are equal, or differ in more than their encoding.
pub(crate) fn reencoding(left: &[u8], right: &[u8]) -> Option<Vec<&'static str>> {
    if left == right {
        return None;
    }
    let (left, right) = (Frame::of(left)?, Frame::of(right)?);
    let mut found = Vec::new();
    found.extend(left.bom(&right));
    let are_line_ends_converted = without_cr(left.inner) == without_cr(right.inner);
    if !are_line_ends_converted {
        let values = Node::parse_strict(left.inner, usize::MAX).ok()?;
        let others = Node::parse_strict(right.inner, usize::MAX).ok()?;
        let of_values = value_changes(&values, &others)?;
        let (spelling, other) = (Spelling::of(left.inner), Spelling::of(right.inner));
        let before = found.len();
        found.extend(spelling.spacing(&other));
        found.extend(spelling.escapes(&other));
        if found.len() == before && of_values.is_empty() {
            // Equal values and white space: only the spelling of escapes is left.
            found.push(ESCAPES_RESPELLED);
        }
        found.extend(of_values);
    }
    found.extend(left.line_end(&right));
    let is_within = are_line_ends_converted && left.inner != right.inner;
    if is_within && found.last() != Some(&LINE_ENDS_CONVERTED) {
        found.push(LINE_ENDS_CONVERTED);
    }
    Some(found)
}

/// The hex digits of `\uXXXX`, or the choice between `\b` and `\u0008`.
const ESCAPES_RESPELLED: &str = "escapes spelled differently";
/// LF against CRLF.
const LINE_ENDS_CONVERTED: &str = "line ends converted";

/// What stands around a document: a byte order mark in front, a line end behind.
struct Frame<'a> {
    has_bom: bool,
    inner: &'a str,
    tail: &'a str,
}

impl<'a> Frame<'a> {
    fn of(body: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let without_bom = text.strip_prefix('\u{feff}');
        let text = without_bom.unwrap_or(text);
        let inner = text.trim_end_matches(['\r', '\n']);
        Some(Self {
            has_bom: without_bom.is_some(),
            inner,
            tail: &text[inner.len()..],
        })
    }

    fn bom(&self, right: &Self) -> Option<&'static str> {
        match (self.has_bom, right.has_bom) {
            (false, true) => Some("byte order mark added"),
            (true, false) => Some("byte order mark removed"),
            _ => None,
        }
    }

    fn line_end(&self, right: &Self) -> Option<&'static str> {
        if self.tail == right.tail {
            None
        } else if right.tail.starts_with(self.tail) {
            Some("line end added")
        } else if self.tail.starts_with(right.tail) {
            Some("line end removed")
        } else {
            Some(LINE_ENDS_CONVERTED)
        }
    }
}

fn without_cr(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Strings written in one way, so that equal values make equal bytes.
const VALUES: &Style = &LETTERMINT;
const PLAIN: &Style = &Style {
    number: number::without_zero_fraction,
    ..LETTERMINT
};
const SORTED: &Style = &Style {
    order: Order::Sorted,
    ..LETTERMINT
};
const PLAIN_SORTED: &Style = &Style {
    order: Order::Sorted,
    ..*PLAIN
};

/// What differs between equal values beyond how strings and white space are written. `None` when
/// the values are not equal.
fn value_changes(left: &Node<'_>, right: &Node<'_>) -> Option<Vec<&'static str>> {
    let equal_in = |style: &'static Style| style.write(left) == style.write(right);
    let mut found = Vec::new();
    if equal_in(VALUES) {
        return Some(found);
    }
    if !equal_in(PLAIN) {
        if !equal_in(PLAIN_SORTED) {
            return None;
        }
        let is_sorted = PLAIN.write(right) == PLAIN_SORTED.write(right);
        found.push(match is_sorted {
            true => "keys sorted",
            false => "keys reordered",
        });
    }
    // Whole numbers lost their `.0`, or gained it.
    if !equal_in(SORTED) {
        found.push("numbers spelled differently");
    }
    Some(found)
}

/// How a JSON text is written, apart from its values.
#[derive(Default)]
struct Spelling {
    /// White space between tokens, and what tells where it stands.
    blanks: Vec<u8>,
    has_blanks: bool,
    slashes: usize,
    unicode: usize,
    html: usize,
    /// Every other escape, sorted, as sorting keys moves them.
    others: Vec<Vec<u8>>,
}

impl Spelling {
    fn of(json: &str) -> Self {
        let mut spelling = Self::default();
        let mut lexer = Lexer::new(json.as_bytes());
        loop {
            let space = lexer.white_space();
            spelling.has_blanks |= !space.is_empty();
            spelling.blanks.extend_from_slice(space);
            match lexer.token() {
                Ok(Some(Token::Mark(mark @ (b',' | b':')))) => spelling.blanks.push(mark),
                Ok(Some(Token::Text(raw))) => {
                    spelling.blanks.push(b'"');
                    spelling.count_escapes(raw);
                }
                Ok(Some(_)) => {}
                // Only valid JSON gets here.
                Ok(None) | Err(_) => break,
            }
        }
        spelling.others.sort_unstable();
        spelling
    }

    fn count_escapes(&mut self, raw: &[u8]) {
        for (unit, written) in Units::of(raw).filter(|(_, written)| written[0] == b'\\') {
            match unit {
                Unit::Char('/') => self.slashes += 1,
                Unit::Char('<' | '>' | '&' | '\'') => self.html += 1,
                Unit::Char('\u{7f}'..) | Unit::LoneSurrogate(_) => self.unicode += 1,
                _ => self.others.push(written.to_vec()),
            }
        }
    }

    fn spacing(&self, right: &Self) -> Option<&'static str> {
        match (self.has_blanks, right.has_blanks) {
            (false, true) => Some("white space added between tokens"),
            (true, false) => Some("white space between tokens removed"),
            (true, true) if self.blanks != right.blanks => {
                Some("white space between tokens replaced")
            }
            _ => None,
        }
    }

    fn escapes(&self, right: &Self) -> Vec<&'static str> {
        let mut found = Vec::new();
        for (ordering, escaped, unescaped) in [
            (
                self.slashes.cmp(&right.slashes),
                "slashes escaped",
                "slashes unescaped",
            ),
            (
                self.unicode.cmp(&right.unicode),
                "unicode escaped",
                "unicode unescaped",
            ),
            (
                self.html.cmp(&right.html),
                "`<`, `>` and `&` escaped",
                "`<`, `>` and `&` unescaped",
            ),
        ] {
            match ordering {
                Ordering::Less => found.push(escaped),
                Ordering::Greater => found.push(unescaped),
                Ordering::Equal => {}
            }
        }
        if self.others != right.others {
            found.push(ESCAPES_RESPELLED);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"b":"a/ü<1>","a":[1,{"d":2,"c":7}]}"#;
    const SORTED_BODY: &str = r#"{"a":[1,{"c":7,"d":2}],"b":"a/ü<1>"}"#;
    const PRETTY: &str = "{\n  \"a\": [1, {\"c\": 7, \"d\": 2}],\n  \"b\": \"a\\/\\u00fc<1>\"}\r\n";

    #[test]
    fn re_encodings_are_named() {
        let line_end = format!("{BODY}\n");
        let bom = format!("\u{feff}{BODY}");
        let replaced = |from, to| BODY.replace(from, to);
        for (other, expected) in [
            (line_end, "line end added"),
            (bom, "byte order mark added"),
            (replaced(",\"", ", \""), "white space added between tokens"),
            (replaced("/", "\\/"), "slashes escaped"),
            (replaced("ü", "\\u00fc"), "unicode escaped"),
            (
                replaced("<1>", "\\u003c1\\u003e"),
                "`<`, `>` and `&` escaped",
            ),
            (SORTED_BODY.to_owned(), "keys sorted"),
            (
                replaced(r#""d":2,"c":7"#, r#""c":7,"d":2"#),
                "keys reordered",
            ),
            (replaced("7", "7.0"), "numbers spelled differently"),
            (
                PRETTY.to_owned(),
                "white space added between tokens, slashes escaped, unicode escaped, keys sorted, \
                 line end added",
            ),
        ] {
            let found = reencoding(BODY.as_bytes(), other.as_bytes()).expect(&other);
            assert_eq!(found.join(", "), expected, "{other}");
            let back = reencoding(other.as_bytes(), BODY.as_bytes()).expect(&other);
            assert_eq!(back.len(), found.len(), "{other}");
        }
        for (left, right, expected) in [
            (BODY, BODY, None),
            (BODY, r#"{"b":1}"#, None),
            (
                r#"{"b":"\u00FC"}"#,
                r#"{"b":"\u00fc"}"#,
                Some(ESCAPES_RESPELLED),
            ),
            ("a\r\nb", "a\nb", Some(LINE_ENDS_CONVERTED)),
            ("a\r\nb\r\n", "a\nb\n", Some(LINE_ENDS_CONVERTED)),
        ] {
            let found = reencoding(left.as_bytes(), right.as_bytes());
            assert_eq!(found, expected.map(|one| vec![one]), "{left}");
        }
        assert_eq!(reencoding(b"\xff", b"\xff\n"), None);
    }
}
