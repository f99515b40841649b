//! One string as each language writes it.

use crate::json::lexer::{Unit, Units};

/// A string's UTF-16 code units. JavaScript and Python keep half surrogate pairs, so a string of
/// characters would not do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Characters(Vec<Element>);

/// A character, or half of a pair. Ordered as Go orders keys: by UTF-8, which is by code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Element {
    Char(char),
    Half(u16),
}

impl Characters {
    /// The text when it is all ASCII.
    pub(crate) fn as_ascii(&self) -> Option<String> {
        let ascii = |element: &Element| match element {
            Element::Char(c) if c.is_ascii() => Some(*c),
            _ => None,
        };
        self.0.iter().map(ascii).collect()
    }

    /// Puts U+FFFD for halves, as Go does on reading.
    pub(crate) fn replace_halves(&mut self) {
        for element in &mut self.0 {
            if matches!(element, Element::Half(_)) {
                *element = Element::Char('\u{fffd}');
            }
        }
    }
}

/// Reads a raw string; `None` when it holds what is no JSON.
pub(crate) fn decode(raw: &[u8]) -> Option<Characters> {
    let element = |(unit, _)| match unit {
        Unit::Char(c) => Some(Element::Char(c)),
        Unit::LoneSurrogate(half) => Some(Element::Half(half)),
        Unit::Byte(_) | Unit::BadEscape => None,
    };
    Units::of(raw)
        .map(element)
        .collect::<Option<_>>()
        .map(Characters)
}

pub(crate) fn javascript(text: &Characters, out: &mut Vec<u8>) {
    quoted(text, out, |element, out| match element {
        Element::Char(c) => push(c, out),
        Element::Half(half) => escape(half, out),
    });
}

pub(crate) fn python_ascii(text: &Characters, out: &mut Vec<u8>) {
    quoted(text, out, |element, out| match element {
        Element::Char(c @ ' '..='~') => push(c, out),
        Element::Char(c) => escape_char(c, out),
        Element::Half(half) => escape(half, out),
    });
}

/// `None` when Python could not encode the result as UTF-8.
pub(crate) fn python_unicode(text: &Characters, out: &mut Vec<u8>) -> Option<()> {
    let mut whole = true;
    quoted(text, out, |element, out| match element {
        Element::Char(c) => push(c, out),
        Element::Half(_) => whole = false,
    });
    whole.then_some(())
}

/// `None` when PHP could not read it ("Single unpaired high surrogate in Unicode escape").
pub(crate) fn php(text: &Characters, out: &mut Vec<u8>) -> Option<()> {
    let mut whole = true;
    quoted(text, out, |element, out| match element {
        Element::Char('/') => out.extend_from_slice(b"\\/"),
        Element::Char(c) if c.is_ascii() => push(c, out),
        Element::Char(c) => escape_char(c, out),
        Element::Half(_) => whole = false,
    });
    whole.then_some(())
}

pub(crate) fn go(text: &Characters, out: &mut Vec<u8>) {
    quoted(text, out, |element, out| match element {
        Element::Char(c @ ('<' | '>' | '&' | '\u{2028}' | '\u{2029}')) => escape_char(c, out),
        Element::Char(c) => push(c, out),
        Element::Half(_) => push('\u{fffd}', out),
    });
}

/// Writes what all five write alike, and leaves the rest to `other`.
fn quoted(text: &Characters, out: &mut Vec<u8>, mut other: impl FnMut(Element, &mut Vec<u8>)) {
    out.push(b'"');
    for &element in &text.0 {
        let short: &[u8] = match element {
            Element::Char('"') => b"\\\"",
            Element::Char('\\') => b"\\\\",
            Element::Char('\u{8}') => b"\\b",
            Element::Char('\u{c}') => b"\\f",
            Element::Char('\n') => b"\\n",
            Element::Char('\r') => b"\\r",
            Element::Char('\t') => b"\\t",
            Element::Char(control @ '\0'..='\u{1f}') => {
                escape_char(control, out);
                continue;
            }
            _ => {
                other(element, out);
                continue;
            }
        };
        out.extend_from_slice(short);
    }
    out.push(b'"');
}

fn push(c: char, out: &mut Vec<u8>) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn escape_char(c: char, out: &mut Vec<u8>) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        escape(*unit, out);
    }
}

fn escape(unit: u16, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
}
