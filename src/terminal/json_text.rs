//! A payload as indented JSON for people.
//!
//! Works on the text, not on parsed values: numbers keep their digits, keys their order and
//! repeats, and what is no JSON is shown as it is.

use super::paint::{Paint, Role};
use super::visible;
use crate::json::lexer::{Token, Walk};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Full,
    /// Texts longer than this many characters are cut, their size said.
    AtMost(usize),
}

/// Levels that are indented; deeper ones stand where these do. Otherwise a body of a hundred
/// kilobytes, all brackets, is printed as many gigabytes.
const INDENTED: usize = 32;

/// Characters that saying the size of a cut text takes: to cut fewer makes no line shorter.
const CUT_COSTS: usize = 10;

/// Appends a body, indented by `margin` spaces, every line ended.
pub(crate) fn write(
    body: &[u8],
    margin: usize,
    length: Length,
    paint: &dyn Paint,
    out: &mut String,
) {
    match std::str::from_utf8(body) {
        Ok(text) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => {
            let printer = Printer {
                margin,
                length,
                paint,
            };
            printer.print(text, out);
        }
        Ok(text) => {
            for line in text.lines() {
                indent(margin, out);
                out.push_str(&visible::escape(line));
                out.push('\n');
            }
        }
        Err(_) => {
            indent(margin, out);
            let size = super::duration::bytes(body.len());
            paint.paint(Role::Faint, &format!("{size} that are not UTF-8"), out);
            out.push('\n');
        }
    }
}

/// Whether a text could be an id: hex digits and hyphens as in a UUID, perhaps behind a prefix. A
/// cut one is of no use to anybody.
fn is_id(text: &str) -> bool {
    let id = text.strip_prefix("test-").unwrap_or(text);
    id.len() == 36
        && id
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn indent(width: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', width));
}

struct Printer<'a> {
    margin: usize,
    length: Length,
    paint: &'a dyn Paint,
}

impl Printer<'_> {
    /// Walks the tokens of valid JSON.
    fn print(&self, json: &str, out: &mut String) {
        let mut walk = Walk::new(json.as_bytes());
        let mut was_opening = false;
        indent(self.margin, out);
        loop {
            let depth = walk.open.len();
            let Ok(Some((token, is_name))) = walk.token() else {
                break;
            };
            let text = &json[walk.lexer.span()];
            let closes = matches!(token, Token::Mark(b'}' | b']'));
            // An empty object or array stays on its line.
            if was_opening != closes {
                self.new_line(depth - usize::from(closes), out);
            }
            was_opening = matches!(token, Token::Mark(b'{' | b'['));
            match token {
                Token::Mark(b':') => out.push_str(": "),
                Token::Mark(b',') => {
                    out.push(',');
                    self.new_line(depth, out);
                }
                Token::Mark(_) => out.push_str(text),
                Token::Scalar(_) => self.paint.paint(Role::Literal, text, out),
                Token::Text(_) if is_name => {
                    self.paint.paint(Role::Key, &visible::escape(text), out);
                }
                Token::Text(_) => self.string(text, out),
            }
        }
        out.push('\n');
    }

    fn new_line(&self, depth: usize, out: &mut String) {
        out.push('\n');
        indent(self.margin + 2 * depth.min(INDENTED), out);
    }

    fn string(&self, quoted: &str, out: &mut String) {
        let inner = &quoted[1..quoted.len() - 1];
        match self.length {
            Length::AtMost(limit) if inner.chars().count() > limit + CUT_COSTS && !is_id(inner) => {
                let shown = format!("\"{}\"", visible::shorten(inner, limit));
                self.paint.paint(Role::Text, &shown, out);
                let size = super::duration::bytes(inner.len());
                self.paint.paint(Role::Faint, &format!(" ({size})"), out);
            }
            _ => self.paint.paint(Role::Text, &visible::escape(quoted), out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::paint::Plain;

    fn pretty(body: &[u8]) -> String {
        let mut out = String::new();
        write(body, 0, Length::AtMost(10), &Plain, &mut out);
        out
    }

    #[test]
    fn indents_and_keeps_tokens() {
        assert_eq!(
            pretty(br#"{"a":1.50,"a":[],"b":[true,{"c":"\" } ,"}],"d":{ }}"#),
            "{\n  \"a\": 1.50,\n  \"a\": [],\n  \"b\": [\n    true,\n    {\n      \"c\": \"\\\" } ,\"\n    }\n  ],\n  \"d\": {}\n}\n"
        );
        assert_eq!(pretty(b"7"), "7\n");
    }

    #[test]
    fn output_is_linear_in_the_input() {
        for depth in [1_000, 100_000] {
            let body = "[".repeat(depth) + &"]".repeat(depth);
            assert!(pretty(body.as_bytes()).len() < 70 * body.len());
        }
    }

    #[test]
    fn long_texts_hostile_texts_and_no_json() {
        assert_eq!(
            pretty(br#""0123456789abcdefghijk""#),
            "\"012345678…\" (21 B)\n"
        );
        // Cut, it would be no shorter.
        assert_eq!(pretty(br#""0123456789abc""#), "\"0123456789abc\"\n");
        let id = "\"test-7f9c8e2a-1b3d-4f6e-b7d2-5c9f3a7e8b0c\"";
        assert_eq!(pretty(id.as_bytes()), format!("{id}\n"));
        assert_eq!(pretty("\"\u{202e}\"".as_bytes()), "\"\\u202e\"\n");
        assert_eq!(pretty(b"a\x1b[2Jb\nc"), "a\\u001b[2Jb\nc\n");
        assert_eq!(pretty(b"\xff"), "1 B that are not UTF-8\n");
    }
}
