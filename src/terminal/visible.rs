//! Untrusted bytes are shown, never run.
//!
//! Payloads and replies may carry terminal escapes, other controls and bidirectional overrides
//! that rewrite what a person sees. They come out as `\u001b`.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character could act on a terminal or deceive its reader.
fn is_dangerous(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Zero-width and bidirectional controls (Unicode TR9), line and paragraph separators,
        // the byte order mark, and tags.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{061c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with everything dangerous, line breaks included, written as JSON escapes.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    escape_except(text, |_| false)
}

/// The same for text of several lines: line feeds and tabs stay.
pub(crate) fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_except(text, |c| matches!(c, '\n' | '\t'))
}

/// The same for a text of ours that holds what a renderer may have forgotten to escape. With
/// `has_color` the sequences that set a color stay.
pub(crate) fn escape_painted(text: &str, has_color: bool) -> Cow<'_, str> {
    let dangerous = |c: char| is_dangerous(c) && !matches!(c, '\n' | '\t');
    if !text.contains(dangerous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut parts = text.split('\u{1b}');
    out.push_str(&escape_lines(parts.next().unwrap_or_default()));
    for part in parts {
        out.push_str(if has_color && sets_color(part) {
            "\u{1b}"
        } else {
            "\\u001b"
        });
        out.push_str(&escape_lines(part));
    }
    Cow::Owned(out)
}

/// Whether what follows an escape character is the rest of a sequence that sets a color.
fn sets_color(rest: &str) -> bool {
    let number = rest.strip_prefix('[').and_then(|rest| rest.split_once('m'));
    number.is_some_and(|(number, _)| {
        number.len() <= 8
            && number
                .bytes()
                .all(|byte| byte == b';' || byte.is_ascii_digit())
    })
}

fn escape_except(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let dangerous = |c: char| is_dangerous(c) && !keep(c);
    if !text.contains(dangerous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if dangerous(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Bytes as escaped text; what is not UTF-8 becomes U+FFFD.
pub(crate) fn escape_bytes(bytes: &[u8]) -> String {
    escape(&String::from_utf8_lossy(bytes)).into_owned()
}

/// At most `limit` characters of escaped text, with `…` when there was more.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let escaped = escape(text);
    match escaped.char_indices().nth(limit) {
        None => escaped.into_owned(),
        Some(_) => {
            let end = escaped
                .char_indices()
                .nth(limit.saturating_sub(1))
                .map_or(0, |(at, _)| at);
            format!("{}…", &escaped[..end])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_controls_and_overrides_only() {
        assert_eq!(escape("grüße ✓ 😀"), "grüße ✓ 😀");
        assert_eq!(
            escape("\u{1b}[31m\r\n\u{9b}\u{202e}"),
            "\\u001b[31m\\u000d\\u000a\\u009b\\u202e"
        );
        assert_eq!(escape("\u{e0041}"), "\\udb40\\udc41");
        assert_eq!(escape_lines("a\n\tb\u{7}"), "a\n\tb\\u0007");
        let painted = "\u{1b}[1;31ma\u{1b}[0m\u{9b}\u{1b}[2Jb\u{1b}]0;x\u{7}\n";
        assert_eq!(
            escape_painted(painted, true),
            "\u{1b}[1;31ma\u{1b}[0m\\u009b\\u001b[2Jb\\u001b]0;x\\u0007\n"
        );
        assert_eq!(escape_painted("\u{1b}[0m", false), "\\u001b[0m");
    }

    #[test]
    fn shortening_keeps_the_limit() {
        assert_eq!(shorten("abc", 3), "abc");
        assert_eq!(shorten("abcd", 3), "ab…");
        assert_eq!(shorten("", 3), "");
    }
}
