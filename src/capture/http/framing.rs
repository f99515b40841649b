//! Where the body of a request in a file ends. Its length may be wrong there: tools count
//! characters, editors change line ends and add some, people edit. So a length is believed only
//! where a message ends after it; else what is there is weighed, and every other way to read it is
//! kept for who can tell by the signature.

use serde::de::IgnoredAny;

use super::body::{cut, declared_length, line_at};
use super::{next_line, starts_message};
use crate::capture::captured::Framing;
use crate::lettermint::Headers;

/// The ways to read a body, the likeliest first, and where the next message starts.
pub(crate) struct Framed {
    pub(crate) likeliest: Framing,
    pub(crate) others: Vec<Framing>,
    /// From the start of the body.
    pub(crate) end: usize,
}

/// Cuts the body off the front of `rest`. `has_body` says whether a request without a length has
/// one; `is_file` that it is a file for the HTTP client of an editor, whose bodies end before the
/// line ends after them.
pub(crate) fn frame(
    headers: &Headers,
    rest: &[u8],
    has_body: bool,
    is_file: bool,
) -> Result<Framed, String> {
    let is_chunked = headers.contains("transfer-encoding");
    let length = declared_length(headers)?;
    if let (Some(length), false) = (length, is_chunked) {
        return with_length(length, rest);
    }
    let until = next_line(rest, 0, starts_message);
    let whole = &rest[..until];
    let trimmed = trimmed(whole);
    match length {
        None if !is_chunked && !has_body => Ok(Framed::of(&[], "", 0)),
        None if !is_chunked => {
            if until < rest.len() || is_file {
                let note = match is_file {
                    true => "",
                    false => "no Content-Length: the body goes to the next message",
                };
                let mut framed = Framed::of(trimmed, note, until);
                if !is_file && !trimmed.is_empty() && !is_json(trimmed) {
                    framed.doubt("there is no Content-Length, and its body may go on after a line that looks like another message");
                    framed.or(rest, "the body goes to the end of the file");
                } else if whole.len() != trimmed.len() {
                    framed.or(whole, "the body has the line ends after it");
                }
                return Ok(framed);
            }
            const TO_THE_END: &str = "no Content-Length: the body goes to the end of the file";
            const WITHOUT: &str = "no Content-Length: the body goes to the end of the file, without the white space there";
            let (first, second) = match is_json(trimmed) && trimmed.len() < whole.len() {
                true => ((trimmed, WITHOUT), (whole, TO_THE_END)),
                false => ((whole, TO_THE_END), (trimmed, WITHOUT)),
            };
            let mut framed = Framed::of(first.0, first.1, until);
            if whole.len() != trimmed.len() {
                framed.or(second.0, second.1);
            }
            Ok(framed)
        }
        // Chunked, or both: the coding counts (RFC 9112, section 6.3).
        length => match cut(headers, rest, has_body) {
            Ok(cut) => Ok(Framed {
                likeliest: Framing::new(cut.body, cut.note.unwrap_or_default()),
                others: Vec::new(),
                end: cut.end,
            }),
            Err(_) if length.is_some() => with_length(length.unwrap_or(0), rest),
            Err(error) => {
                let (body, note) = match miscounted_chunk(trimmed) {
                    Some(body) => (body, "a chunk's size is not that of what follows"),
                    None => (
                        trimmed,
                        "Transfer-Encoding says chunked, but there are no chunks",
                    ),
                };
                match is_json(body) {
                    true => Ok(Framed::of(body, note, until)),
                    false => Err(error),
                }
            }
        },
    }
}

/// The body of a message that declares a length.
fn with_length(length: usize, rest: &[u8]) -> Result<Framed, String> {
    let declared = rest.get(..length);
    if let Some(body) = declared
        && ends_message(&rest[length..])
    {
        let mut framed = Framed::of(body, "", length);
        // Who counted the line ends of the file has counted wrong, if the signature says so.
        if trimmed(body) != body {
            framed.or(
                trimmed(body),
                "Content-Length counts the white space after the body",
            );
        }
        return Ok(framed);
    }
    let until = next_line(rest, 0, starts_message);
    let whole = &rest[..until];
    let trimmed = trimmed(whole);
    for (line_end, changed) in [
        ("LF", replaced(trimmed, b"\r\n", b"\n")),
        ("CRLF", replaced(trimmed, b"\n", b"\r\n")),
    ] {
        if changed.len() == length && changed != trimmed {
            let note = format!(
                "Content-Length fits a body whose lines end with {line_end}: the file has other line ends"
            );
            let mut framed = Framed::of(&changed, &note, until);
            framed.or(trimmed, "Content-Length is not that of the body");
            return Ok(framed);
        }
    }
    let by = match trimmed.len().checked_sub(length) {
        Some(short) => format!("{short} short of"),
        None => format!("{} more than", length - trimmed.len()),
    };
    let text = std::str::from_utf8(trimmed).unwrap_or_default();
    let counts = [text.chars().count(), text.encode_utf16().count()].contains(&length);
    let why = if counts { ": it counts characters" } else { "" };
    let note = format!("Content-Length is {by} the body{why}");
    match declared {
        Some(body) if is_json(body) => {
            let mut framed = Framed::of(body, "", length);
            if trimmed.len() > length {
                framed.or(trimmed, &note);
            }
            Ok(framed)
        }
        _ if is_json(trimmed) => {
            let mut framed = Framed::of(trimmed, &note, until);
            if whole.len() != trimmed.len() {
                framed.or(whole, &note);
            }
            Ok(framed)
        }
        Some(body) => {
            let mut framed = Framed::of(body, "", length);
            // What follows on a line of its own is something else.
            if !body.ends_with(b"\n")
                && !rest[length..].starts_with(b"\r\n")
                && rest[length] != b'\n'
            {
                let doubt = format!(
                    "Content-Length says that the body ends after {length} bytes, in the middle of a line"
                );
                framed.doubt(&doubt);
                framed.or(trimmed, &note);
            }
            Ok(framed)
        }
        None => Err(format!(
            "expected a body of {length} bytes (Content-Length), but only {} follow",
            rest.len()
        )),
    }
}

impl Framed {
    fn of(body: &[u8], note: &str, end: usize) -> Self {
        Self {
            likeliest: Framing::new(body.to_vec(), note),
            others: Vec::new(),
            end,
        }
    }

    fn or(&mut self, body: &[u8], note: &str) {
        self.others.push(Framing::new(body.to_vec(), note));
    }

    fn doubt(&mut self, doubt: &str) {
        self.likeliest.doubt = Some(doubt.to_owned());
    }
}

/// Whether a message may end in front of this.
fn ends_message(rest: &[u8]) -> bool {
    let rest = &rest[rest.len() - rest.trim_ascii_start().len()..];
    match line_at(rest, 0) {
        None => true,
        Some((line, _)) => starts_message(line),
    }
}

fn is_json(body: &[u8]) -> bool {
    matches!(body.first(), Some(b'{' | b'[')) && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// A body without the white space that a file has around it: around a JSON document any, else
/// line ends after it.
fn trimmed(text: &[u8]) -> &[u8] {
    let inner = text.trim_ascii();
    if is_json(inner) {
        return inner;
    }
    let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    &text[..end.map_or(0, |end| end + 1)]
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// What stands between the line of a chunk's size and the line of the last chunk.
fn miscounted_chunk(text: &[u8]) -> Option<&[u8]> {
    let (size, next) = line_at(text, 0)?;
    let is_size = !size.is_empty() && size.iter().all(u8::is_ascii_hexdigit);
    let body = text[next..].strip_suffix(b"0")?;
    is_size.then(|| trimmed(body))
}
