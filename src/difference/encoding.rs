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

macro_rules! aspects {
    ($($(#[$doc:meta])* $aspect:ident = $name:literal,)*) => {
        /// One way in which the right body is written differently from the left one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Aspect {
            $($(#[$doc])* $aspect,)*
        }

        impl Aspect {
            /// What was done to the left body, as a clause.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$aspect => $name,)*
                }
            }
        }
    };
}

aspects! {
    BomAdded = "byte order mark added",
    BomRemoved = "byte order mark removed",
    /// Pretty-printed, or blanks after `,` and `:`.
    Spaced = "white space added between tokens",
    Compacted = "white space between tokens removed",
    Respaced = "white space between tokens replaced",
    /// `/` became `\/`, as PHP writes it without `JSON_UNESCAPED_SLASHES`.
    SlashesEscaped = "slashes escaped",
    SlashesUnescaped = "slashes unescaped",
    UnicodeEscaped = "unicode escaped",
    UnicodeUnescaped = "unicode unescaped",
    HtmlEscaped = "`<`, `>` and `&` escaped",
    HtmlUnescaped = "`<`, `>` and `&` unescaped",
    /// The hex digits of `\uXXXX`, or the choice between `\b` and `\u0008`.
    EscapesRespelled = "escapes spelled differently",
    KeysSorted = "keys sorted",
    /// Neither side's order being by name.
    KeysReordered = "keys reordered",
    /// Whole numbers lost their `.0`, or gained it.
    NumbersRespelled = "numbers spelled differently",
    LineEndAdded = "line end added",
    LineEndRemoved = "line end removed",
    /// LF against CRLF.
    LineEndsConverted = "line ends converted",
}

/// The re-encoding between two bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reencoding {
    /// What was done, in no order of time. Never empty.
    pub aspects: Vec<Aspect>,
}

/// Finds the re-encoding that turns `left` into `right`. `None` when they are equal, or differ
/// in more than their encoding.
pub fn reencoding(left: &[u8], right: &[u8]) -> Option<Reencoding> {
    if left == right {
        return None;
    }
    let (left, right) = (Frame::of(left)?, Frame::of(right)?);
    let mut aspects = left.aspects(&right);
    if left.inner == right.inner {
        return Some(Reencoding { aspects }).filter(|found| !found.aspects.is_empty());
    }
    if without_cr(left.inner) == without_cr(right.inner) {
        aspects.push(Aspect::LineEndsConverted);
        return Some(Reencoding { aspects });
    }
    let values = Node::parse_strict(left.inner, usize::MAX).ok()?;
    let others = Node::parse_strict(right.inner, usize::MAX).ok()?;
    aspects.extend(value_aspects(&values, &others)?);
    let (left, right) = (Spelling::of(left.inner), Spelling::of(right.inner));
    aspects.extend(left.spacing(&right));
    aspects.extend(left.escapes(&right));
    if aspects.is_empty() {
        // Equal values and white space: only the spelling of escapes is left.
        aspects.push(Aspect::EscapesRespelled);
    }
    aspects.sort_unstable();
    Some(Reencoding { aspects })
}

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

    fn aspects(&self, right: &Self) -> Vec<Aspect> {
        let mut aspects = Vec::new();
        match (self.has_bom, right.has_bom) {
            (false, true) => aspects.push(Aspect::BomAdded),
            (true, false) => aspects.push(Aspect::BomRemoved),
            _ => {}
        }
        if self.tail.len() < right.tail.len() && right.tail.starts_with(self.tail) {
            aspects.push(Aspect::LineEndAdded);
        } else if self.tail.len() > right.tail.len() && self.tail.starts_with(right.tail) {
            aspects.push(Aspect::LineEndRemoved);
        } else if self.tail != right.tail {
            aspects.push(Aspect::LineEndsConverted);
        }
        aspects
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
fn value_aspects(left: &Node<'_>, right: &Node<'_>) -> Option<Vec<Aspect>> {
    let equal_in = |style: &'static Style| style.write(left) == style.write(right);
    let mut aspects = Vec::new();
    if equal_in(VALUES) {
        return Some(aspects);
    }
    if !equal_in(PLAIN) {
        if !equal_in(PLAIN_SORTED) {
            return None;
        }
        let is_sorted = PLAIN.write(right) == PLAIN_SORTED.write(right);
        aspects.push(if is_sorted {
            Aspect::KeysSorted
        } else {
            Aspect::KeysReordered
        });
    }
    if !equal_in(SORTED) {
        aspects.push(Aspect::NumbersRespelled);
    }
    Some(aspects)
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

    fn spacing(&self, right: &Self) -> Option<Aspect> {
        match (self.has_blanks, right.has_blanks) {
            (false, true) => Some(Aspect::Spaced),
            (true, false) => Some(Aspect::Compacted),
            (true, true) if self.blanks != right.blanks => Some(Aspect::Respaced),
            _ => None,
        }
    }

    fn escapes(&self, right: &Self) -> Vec<Aspect> {
        use Aspect::*;
        let mut aspects = Vec::new();
        for (ordering, escaped, unescaped) in [
            (
                self.slashes.cmp(&right.slashes),
                SlashesEscaped,
                SlashesUnescaped,
            ),
            (
                self.unicode.cmp(&right.unicode),
                UnicodeEscaped,
                UnicodeUnescaped,
            ),
            (self.html.cmp(&right.html), HtmlEscaped, HtmlUnescaped),
        ] {
            match ordering {
                Ordering::Less => aspects.push(escaped),
                Ordering::Greater => aspects.push(unescaped),
                Ordering::Equal => {}
            }
        }
        if self.others != right.others {
            aspects.push(EscapesRespelled);
        }
        aspects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn re_encodings_are_named() {
        use Aspect::*;
        let body = r#"{"b":"a/ü<1>","a":[1,{"d":2,"c":7}]}"#;
        for (from, to, expected) in [
            ("", "\n", vec![LineEndAdded]),
            ("", "\u{feff}", vec![BomAdded]),
            (",\"", ", \"", vec![Spaced]),
            ("/", "\\/", vec![SlashesEscaped]),
            ("ü", "\\u00fc", vec![UnicodeEscaped]),
            ("<1>", "\\u003c1\\u003e", vec![HtmlEscaped]),
            (
                body,
                r#"{"a":[1,{"c":7,"d":2}],"b":"a/ü<1>"}"#,
                vec![KeysSorted],
            ),
            (r#""d":2,"c":7"#, r#""c":7,"d":2"#, vec![KeysReordered]),
            ("7", "7.0", vec![NumbersRespelled]),
            (
                body,
                "{\n  \"a\": [1, {\"c\": 7, \"d\": 2}],\n  \"b\": \"a\\/\\u00fc<1>\"}\r\n",
                vec![
                    Spaced,
                    SlashesEscaped,
                    UnicodeEscaped,
                    KeysSorted,
                    LineEndAdded,
                ],
            ),
        ] {
            let other = match (from, to) {
                ("", "\n") => format!("{body}\n"),
                ("", to) => format!("{to}{body}"),
                (from, to) => body.replace(from, to),
            };
            let found = reencoding(body.as_bytes(), other.as_bytes()).expect(&other);
            assert_eq!(found.aspects, expected, "{other}");
            let back = reencoding(other.as_bytes(), body.as_bytes()).expect(&other);
            assert_eq!(back.aspects.len(), found.aspects.len(), "{other}");
        }
        assert_eq!(reencoding(body.as_bytes(), body.as_bytes()), None);
        assert_eq!(reencoding(body.as_bytes(), br#"{"b":1}"#), None);
        assert_eq!(
            reencoding(br#"{"b":"\u00FC"}"#, br#"{"b":"\u00fc"}"#)
                .unwrap()
                .aspects,
            [EscapesRespelled]
        );
        assert_eq!(reencoding(b"\xff", b"\xff\n"), None);
        assert_eq!(
            reencoding(b"a\r\nb", b"a\nb").unwrap().aspects,
            [LineEndsConverted]
        );
    }
}
