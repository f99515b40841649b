//! A payload as indented JSON for people.
//!
//! Works on the text, not on parsed values: numbers keep their digits, keys their order and
//! repeats, and what is no JSON is shown as it is.

use super::paint::{Paint, Role};
use super::visible;

/// How long texts inside a payload are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// All of every text.
    Full,
    /// Texts longer than this many characters are cut, their size said.
    AtMost(usize),
}

/// Characters that saying the size of a cut text takes: to cut fewer makes no line shorter.
const CUT_COSTS: usize = 10;

/// Appends a body, indented by `margin` spaces, every line ended.
pub fn write(body: &[u8], margin: usize, length: Length, paint: &dyn Paint, out: &mut String) {
    match std::str::from_utf8(body) {
        Ok(text) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => {
            Printer {
                rest: text,
                depth: 0,
                margin,
                length,
                paint,
            }
            .print(out);
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
    rest: &'a str,
    depth: usize,
    margin: usize,
    length: Length,
    paint: &'a dyn Paint,
}

impl Printer<'_> {
    /// Walks the tokens of valid JSON.
    fn print(&mut self, out: &mut String) {
        indent(self.margin, out);
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
            let Some(first) = self.rest.bytes().next() else {
                break;
            };
            match first {
                b'{' | b'[' => self.open(first, out),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.new_line(out);
                    self.take(1, out);
                }
                b',' => {
                    self.take(1, out);
                    self.new_line(out);
                }
                b':' => {
                    self.take(1, out);
                    out.push(' ');
                }
                b'"' => self.string(out),
                _ => {
                    let end = self
                        .rest
                        .find([',', ']', '}', ' ', '\t', '\r', '\n'])
                        .unwrap_or(self.rest.len());
                    let (token, after) = self.rest.split_at(end);
                    self.paint.paint(Role::Literal, token, out);
                    self.rest = after;
                }
            }
        }
        out.push('\n');
    }

    fn open(&mut self, first: u8, out: &mut String) {
        self.take(1, out);
        let inner = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let close = if first == b'{' { '}' } else { ']' };
        if let Some(after) = inner.strip_prefix(close) {
            // An empty object or array stays on its line.
            out.push(close);
            self.rest = after;
        } else {
            self.depth += 1;
            self.new_line(out);
        }
    }

    fn take(&mut self, bytes: usize, out: &mut String) {
        let (token, after) = self.rest.split_at(bytes);
        out.push_str(token);
        self.rest = after;
    }

    fn new_line(&self, out: &mut String) {
        out.push('\n');
        indent(self.margin + 2 * self.depth, out);
    }

    fn string(&mut self, out: &mut String) {
        let mut escaped = false;
        let end = self.rest[1..]
            .bytes()
            .position(|byte| {
                let closes = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                closes
            })
            .map_or(self.rest.len(), |at| at + 2);
        let (token, after) = self.rest.split_at(end);
        self.rest = after;
        if after
            .trim_start_matches([' ', '\t', '\r', '\n'])
            .starts_with(':')
        {
            self.paint.paint(Role::Key, &visible::escape(token), out);
            return;
        }
        let inner = &token[1..token.len().saturating_sub(1).max(1)];
        match self.length {
            Length::AtMost(limit) if inner.chars().count() > limit + CUT_COSTS && !is_id(inner) => {
                let shown = format!("\"{}\"", visible::shorten(inner, limit));
                self.paint.paint(Role::Text, &shown, out);
                let size = super::duration::bytes(inner.len());
                self.paint.paint(Role::Faint, &format!(" ({size})"), out);
            }
            _ => self.paint.paint(Role::Text, &visible::escape(token), out),
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
