//! A re-encoded JSON body put back into the bytes that Lettermint's PHP wrote.
//!
//! Deliberately lexical: a parser would lose the very things that are signed, such as the text of
//! numbers, the order of keys and repeated keys. White space and a byte order mark go, every
//! string is written as `json_encode` with `JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE`
//! writes it, and everything else stays.

use super::lexer::{BOM, Unit};
use super::writer::{LETTERMINT, Seen};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Canonical {
    pub(crate) bytes: Vec<u8>,
    pub(crate) changes: Changes,
}

/// What was not as Lettermint writes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) byte_order_mark: bool,
    pub(crate) white_space: bool,
    /// The first indentation after a line break: the character and how many.
    pub(crate) indent: Option<(u8, usize)>,
    /// `\/`, as PHP without flags writes it.
    pub(crate) escaped_slash: bool,
    /// A printable character of HTML (`<`, `>`, `&`, `'`, `"`, `+`, `=`, `` ` ``) as `\uXXXX`.
    pub(crate) escaped_html: bool,
    /// A character beyond ASCII as `\uXXXX`; `true` when its digits were upper case.
    pub(crate) escaped_unicode: Option<bool>,
    /// A control character, a line break in a string for one, that was not escaped.
    pub(crate) raw_control: bool,
    /// Any other escape that Lettermint writes in another way.
    pub(crate) other_escape: bool,
}

impl Changes {
    /// Whether strings were written in another way.
    pub(crate) fn any_escape(&self) -> bool {
        self.escaped_slash
            || self.escaped_html
            || self.escaped_unicode.is_some()
            || self.raw_control
            || self.other_escape
    }

    pub(crate) fn describe(&self) -> String {
        let mut seen = Vec::new();
        if self.byte_order_mark {
            seen.push("a byte order mark".to_owned());
        }
        match self.indent {
            Some((b'\t', count)) => seen.push(format!("indented by {count} tabs")),
            Some((_, 0)) => seen.push("broken into lines".to_owned()),
            Some((_, count)) => seen.push(format!("indented by {count} spaces")),
            None if self.white_space => seen.push("spaces between tokens".to_owned()),
            None => {}
        }
        if self.escaped_slash {
            seen.push(r"`\/` for slashes, as PHP's json_encode without flags".to_owned());
        }
        if self.escaped_html {
            seen.push(r"`\u003c`-style escapes of HTML characters, as Go, Rails, Gson and .NET write them".to_owned());
        }
        match self.escaped_unicode {
            Some(false) => seen.push(
                r"`\u00e9`-style escapes, as Python and PHP write them by default".to_owned(),
            ),
            Some(true) => seen.push(r"`\u00E9`-style escapes, as .NET writes them".to_owned()),
            None => {}
        }
        if self.raw_control {
            seen.push("control characters that are not escaped".to_owned());
        }
        if self.other_escape {
            seen.push("other escapes than PHP's".to_owned());
        }
        seen.join(", ")
    }

    fn note(&mut self, unit: Unit, raw: &[u8]) {
        let Unit::Char(c) = unit else {
            self.other_escape |=
                matches!(unit, Unit::LoneSurrogate(_)) && raw.iter().any(u8::is_ascii_uppercase);
            return;
        };
        let escaped = raw.len() > 1 && raw[0] == b'\\';
        match c {
            '/' if escaped => self.escaped_slash = true,
            '\u{2028}' | '\u{2029}' => self.other_escape |= !escaped,
            '\0'..='\u{1f}' if !escaped => self.raw_control = true,
            '\0'..='\u{1f}' | '"' | '\\' if raw.len() == 2 => {}
            '\0'..='\u{1f}' => {
                // PHP writes `\u001f` in lower case, and never where a short escape exists.
                self.other_escape |= raw.iter().any(u8::is_ascii_uppercase)
                    || matches!(c, '\u{8}' | '\u{c}' | '\n' | '\r' | '\t');
            }
            ' '..='~' if escaped => self.escaped_html = true,
            _ if escaped => {
                let upper = raw[2..].iter().any(u8::is_ascii_uppercase);
                let seen = self.escaped_unicode.unwrap_or(false);
                self.escaped_unicode = Some(seen || upper);
            }
            _ => {}
        }
    }

    fn note_white_space(&mut self, space: &[u8]) {
        if space.is_empty() {
            return;
        }
        self.white_space = true;
        if let (None, Some(line)) = (self.indent, space.iter().rposition(|&b| b == b'\n')) {
            let indent = &space[line + 1..];
            self.indent = Some((indent.first().copied().unwrap_or(b' '), indent.len()));
        }
    }
}

/// Puts a body into canonical form. `None` when it is not made of JSON tokens; whether they are
/// in a sensible order is not checked, so a truncated body is no obstacle.
///
/// Total on any bytes. What JSON does not know (invalid escapes, bytes that are not UTF-8, lone
/// surrogates) stays as it is, so that a canonical body is its own canonical form.
pub(crate) fn canonicalize(body: &[u8]) -> Option<Canonical> {
    let json = body.strip_prefix(BOM).unwrap_or(body);
    let mut changes = Changes {
        byte_order_mark: json.len() != body.len(),
        ..Changes::default()
    };
    let bytes = LETTERMINT.rewrite(json, |seen| match seen {
        Seen::WhiteSpace(space) => changes.note_white_space(space),
        Seen::Unit(unit, written) => changes.note(unit, written),
    });
    let bytes = bytes.ok()?;
    Some(Canonical { bytes, changes })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::writer::encode;
    use crate::lettermint::catalogue::EVENTS;

    fn canonical(body: &str) -> String {
        String::from_utf8(canonicalize(body.as_bytes()).unwrap().bytes).unwrap()
    }

    #[test]
    fn every_sample_is_its_own_canonical_form() {
        for event in EVENTS {
            let (Some(json), Some(value)) = (event.sample_json(), event.sample()) else {
                continue;
            };
            assert_eq!(encode(&value), json.as_bytes(), "{}", event.name);
            let canonical = canonicalize(json.as_bytes()).unwrap();
            assert_eq!(canonical.bytes, json.as_bytes());
            assert_eq!(canonical.changes, Changes::default());
        }
    }

    #[test]
    fn strings_become_what_php_writes_and_numbers_stay() {
        for (body, expected) in [
            (r#"{"a" : [ 1.0 , 1E5,-0 ] }"#, r#"{"a":[1.0,1E5,-0]}"#),
            (r#""a\/b\u00e9\u2028\ud83d\ude00""#, r#""a/bé\u2028😀""#),
            (r#""\u003c\u003E\u0026""#, r#""<>&""#),
            (r#""\u0009\u001F\u007f""#, "\"\\t\\u001f\u{7f}\""),
            ("\"a\nb\"", r#""a\nb""#),
            (r#""\uD83D x""#, r#""\ud83d x""#),
            (r#""\! \x""#, r#""\! \x""#),
            ("\u{feff}{}", "{}"),
        ] {
            assert_eq!(canonical(body), expected);
        }
        assert_eq!(canonicalize(b"1 2"), None);
        assert_eq!(canonicalize(b"\"x"), None);
    }

    #[test]
    fn changes_say_what_was_seen() {
        let seen = |body: &str| canonicalize(body.as_bytes()).unwrap().changes;
        assert_eq!(seen("{\n  \"a\": 1\n}").indent, Some((b' ', 2)));
        assert!(seen(r#""\/""#).escaped_slash);
        assert!(seen(r#""\u0026""#).escaped_html);
        assert_eq!(seen(r#""\u00E9""#).escaped_unicode, Some(true));
        assert_eq!(seen(r#""\u00e9""#).escaped_unicode, Some(false));
        assert!(seen("\"\u{2028}\"").other_escape);
        assert!(!seen(r#""\u2028 \u001f \n \" \\""#).any_escape());
    }

    proptest! {
        #[test]
        fn total_and_idempotent(body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            r#"([\[\]{}:, \n]|"([a-z/é\u{2028}]|\\[a-z"\\/!]|\\u[dD][89abcdefCD][0-9a-f]{2}|\\u00[0-9a-fA-F]{2})*"|-?[0-9]{1,3}(\.0)?){0,20}"#.prop_map(String::into_bytes),
        ]) {
            if let Some(once) = canonicalize(&body) {
                let twice = canonicalize(&once.bytes).unwrap();
                prop_assert_eq!(&twice.bytes, &once.bytes);
                prop_assert!(!twice.changes.any_escape() && !twice.changes.white_space);
                if once.bytes == body {
                    prop_assert_eq!(once.changes, Changes::default());
                }
            }
        }
    }
}
