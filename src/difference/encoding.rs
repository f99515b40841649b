//! How a JSON body is written, and which re-encoding turns one body into another.
//!
//! Two bodies are re-encodings of each other when they hold the same values: the same text in
//! every string, the same digits in every number but for a `.0`, the same members but for their
//! order. Whatever then differs in their bytes is encoding, and is named.

use super::lexical::Lexical;

/// One way in which the right body is written differently from the left one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// A byte order mark was put in front.
    BomAdded,
    /// A byte order mark was dropped.
    BomRemoved,
    /// White space was put between tokens: pretty-printed, or blanks after `,` and `:`.
    Spaced,
    /// White space between tokens was dropped.
    Compacted,
    /// White space between tokens was replaced by other.
    Respaced,
    /// `/` became `\/`, as PHP writes it without `JSON_UNESCAPED_SLASHES`.
    SlashesEscaped,
    /// `\/` became `/`.
    SlashesUnescaped,
    /// Characters outside ASCII became `\uXXXX`.
    UnicodeEscaped,
    /// `\uXXXX` became the characters.
    UnicodeUnescaped,
    /// `<`, `>` and `&` became `\u003c`, `\u003e` and `\u0026`, as Go writes them.
    HtmlEscaped,
    /// `\u003c`, `\u003e` and `\u0026` became `<`, `>` and `&`.
    HtmlUnescaped,
    /// The hex digits of `\uXXXX`, or the choice between `\b` and `\u0008`, differ.
    EscapesRespelled,
    /// Members of objects were sorted by name.
    KeysSorted,
    /// Members of objects stand in another order, neither side's being sorted.
    KeysReordered,
    /// Whole numbers lost their `.0`, or gained it.
    NumbersRespelled,
    /// A line end was added at the end.
    LineEndAdded,
    /// The line end at the end was dropped.
    LineEndRemoved,
    /// Line ends differ: LF against CRLF.
    LineEndsConverted,
}

impl Aspect {
    /// What was done to the left body, as a clause.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BomAdded => "byte order mark added",
            Self::BomRemoved => "byte order mark removed",
            Self::Spaced => "white space added between tokens",
            Self::Compacted => "white space between tokens removed",
            Self::Respaced => "white space between tokens replaced",
            Self::SlashesEscaped => "slashes escaped",
            Self::SlashesUnescaped => "slashes unescaped",
            Self::UnicodeEscaped => "unicode escaped",
            Self::UnicodeUnescaped => "unicode unescaped",
            Self::HtmlEscaped => "`<`, `>` and `&` escaped",
            Self::HtmlUnescaped => "`<`, `>` and `&` unescaped",
            Self::EscapesRespelled => "escapes spelled differently",
            Self::KeysSorted => "keys sorted",
            Self::KeysReordered => "keys reordered",
            Self::NumbersRespelled => "numbers spelled differently",
            Self::LineEndAdded => "line end added",
            Self::LineEndRemoved => "line end removed",
            Self::LineEndsConverted => "line ends converted",
        }
    }
}

/// The re-encoding between two bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reencoding {
    /// What was done, in no order of time. Never empty.
    pub aspects: Vec<Aspect>,
}

/// Finds the re-encoding that turns `left` into `right`. `None` when they are equal, or differ
/// in more than their encoding.
#[must_use]
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
    let values = Lexical::parse(left.inner)?;
    let others = Lexical::parse(right.inner)?;
    aspects.extend(value_aspects(&values, &others)?);
    aspects.extend(Spacing::of(left.inner).aspect(&Spacing::of(right.inner)));
    aspects.extend(escape_aspects(left.inner, right.inner));
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

/// What differs between equal values beyond how strings and white space are written. `None` when
/// the values are not equal.
fn value_aspects(left: &Lexical<'_>, right: &Lexical<'_>) -> Option<Vec<Aspect>> {
    if left == right {
        return Some(Vec::new());
    }
    let (left_plain, right_plain) = (left.with_plain_numbers(), right.with_plain_numbers());
    let mut aspects = Vec::new();
    if left_plain != right_plain {
        let (left_sorted, right_sorted) = (left_plain.sorted(), right_plain.sorted());
        if left_sorted != right_sorted {
            return None;
        }
        aspects.push(if right_sorted == right_plain {
            Aspect::KeysSorted
        } else {
            Aspect::KeysReordered
        });
    }
    if left.sorted() != right.sorted() {
        aspects.push(Aspect::NumbersRespelled);
    }
    Some(aspects)
}

/// White space between tokens, as one text without the tokens.
#[derive(PartialEq, Eq)]
struct Spacing {
    blanks: String,
    has_any: bool,
}

impl Spacing {
    fn of(json: &str) -> Self {
        let mut blanks = String::new();
        let mut has_any = false;
        for (is_string, part) in parts(json) {
            if is_string {
                blanks.push('"');
                continue;
            }
            for character in part.chars() {
                match character {
                    ' ' | '\t' | '\r' | '\n' => {
                        has_any = true;
                        blanks.push(character);
                    }
                    ',' | ':' => blanks.push(character),
                    _ => {}
                }
            }
        }
        Self { blanks, has_any }
    }

    fn aspect(&self, right: &Self) -> Option<Aspect> {
        match (self.has_any, right.has_any) {
            (false, true) => Some(Aspect::Spaced),
            (true, false) => Some(Aspect::Compacted),
            (true, true) if self.blanks != right.blanks => Some(Aspect::Respaced),
            _ => None,
        }
    }
}

/// The strings of a JSON text with their quotes, and what stands between them.
fn parts(json: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = json;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if !rest.starts_with('"') {
            let end = rest.find('"').unwrap_or(rest.len());
            let (part, tail) = rest.split_at(end);
            rest = tail;
            return Some((false, part));
        }
        let bytes = rest.as_bytes();
        let mut end = 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        // Only valid JSON gets here, where a backslash is followed by ASCII.
        let (part, tail) = rest.split_at_checked(end + 1).unwrap_or((rest, ""));
        rest = tail;
        Some((true, part))
    })
}

/// What differs in how characters of strings are escaped.
fn escape_aspects(left: &str, right: &str) -> Vec<Aspect> {
    let (left, right) = (Escapes::of(left), Escapes::of(right));
    let mut aspects = Vec::new();
    for (of_left, of_right, escaped, unescaped) in [
        (
            left.slashes,
            right.slashes,
            Aspect::SlashesEscaped,
            Aspect::SlashesUnescaped,
        ),
        (
            left.unicode,
            right.unicode,
            Aspect::UnicodeEscaped,
            Aspect::UnicodeUnescaped,
        ),
        (
            left.html,
            right.html,
            Aspect::HtmlEscaped,
            Aspect::HtmlUnescaped,
        ),
    ] {
        match of_left.cmp(&of_right) {
            std::cmp::Ordering::Less => aspects.push(escaped),
            std::cmp::Ordering::Greater => aspects.push(unescaped),
            std::cmp::Ordering::Equal => {}
        }
    }
    if left.others != right.others {
        aspects.push(Aspect::EscapesRespelled);
    }
    aspects
}

/// How many characters of each kind are escaped, and how the others are spelled.
#[derive(Default)]
struct Escapes {
    slashes: usize,
    unicode: usize,
    html: usize,
    /// Every other escape, sorted, as sorting keys moves them.
    others: Vec<String>,
}

impl Escapes {
    fn of(json: &str) -> Self {
        let mut escapes = Self::default();
        for (_, string) in parts(json).filter(|(is_string, _)| *is_string) {
            let mut rest = string;
            while let Some(at) = rest.find('\\') {
                let escape = &rest[at..];
                let width = if escape.starts_with("\\u") { 6 } else { 2 };
                let (escape, tail) = escape.split_at_checked(width).unwrap_or((escape, ""));
                rest = tail;
                escapes.count(escape);
            }
        }
        escapes.others.sort_unstable();
        escapes
    }

    fn count(&mut self, escape: &str) {
        let digits = escape.strip_prefix("\\u");
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match (escape, number) {
            ("\\/", _) => self.slashes += 1,
            (_, Some(number)) if [0x3c, 0x3e, 0x26, 0x27].contains(&number) => self.html += 1,
            (_, Some(number)) if number >= 0x7f => self.unicode += 1,
            _ => self.others.push(escape.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn re_encodings_are_named() {
        use Aspect::*;
        let body = r#"{"b":"a/ü<1>","a":[1,{"d":2,"c":7}]}"#;
        for (other, expected) in [
            (
                "{\"b\":\"a/ü<1>\",\"a\":[1,{\"d\":2,\"c\":7}]}\n",
                vec![LineEndAdded],
            ),
            (
                "\u{feff}{\"b\":\"a/ü<1>\",\"a\":[1,{\"d\":2,\"c\":7}]}",
                vec![BomAdded],
            ),
            (
                r#"{"b": "a/ü<1>", "a": [1, {"d": 2, "c": 7}]}"#,
                vec![Spaced],
            ),
            (
                r#"{"b":"a\/ü<1>","a":[1,{"d":2,"c":7}]}"#,
                vec![SlashesEscaped],
            ),
            (
                r#"{"b":"a/\u00fc<1>","a":[1,{"d":2,"c":7}]}"#,
                vec![UnicodeEscaped],
            ),
            (
                r#"{"b":"a/ü\u003c1\u003e","a":[1,{"d":2,"c":7}]}"#,
                vec![HtmlEscaped],
            ),
            (r#"{"a":[1,{"c":7,"d":2}],"b":"a/ü<1>"}"#, vec![KeysSorted]),
            (
                r#"{"b":"a/ü<1>","a":[1,{"c":7,"d":2}]}"#,
                vec![KeysReordered],
            ),
            (
                r#"{"b":"a/ü<1>","a":[1,{"d":2,"c":7.0}]}"#,
                vec![NumbersRespelled],
            ),
            (
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
            let found = reencoding(body.as_bytes(), other.as_bytes()).expect(other);
            assert_eq!(found.aspects, expected, "{other}");
            let back = reencoding(other.as_bytes(), body.as_bytes()).expect(other);
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
