//! Changes to the body as a text: its ends, its line breaks, its charset.

use super::{Source, Take, Undone};
use crate::diagnosis::cause::{
    BODY_BOM, BODY_LATIN1, BODY_LINE_ENDINGS, BODY_MOJIBAKE, BODY_NEWLINE_STRIPPED,
    BODY_NUL_AT_END, BODY_OUTER_WHITE_SPACE, BODY_SHELL_EXPANDED, BODY_TRAILING_NEWLINE,
    BODY_UTF16,
};
use crate::json::lexer::BOM;

pub(crate) fn trailing_newline(source: Source<'_>, take: &mut Take<'_>) {
    let body = source.bytes;
    if let Some(line) = body.strip_suffix(b"\n") {
        if let Some(line) = line.strip_suffix(b"\r") {
            take(Undone::new(&BODY_TRAILING_NEWLINE, line).seeing("one CRLF"));
        }
        take(Undone::new(&BODY_TRAILING_NEWLINE, line).seeing("one newline"));
    }
    let trimmed = body.trim_ascii_end();
    if trimmed.len() != body.len() {
        let count = body.len() - trimmed.len();
        take(Undone::new(&BODY_TRAILING_NEWLINE, trimmed).seeing(format!("{count} bytes")));
    }
}

pub(crate) fn newline_stripped(source: Source<'_>, take: &mut Take<'_>) {
    for (ending, name) in [(&b"\n"[..], "a newline"), (b"\r\n", "a CRLF")] {
        let bytes = [source.bytes, ending].concat();
        take(Undone::new(&BODY_NEWLINE_STRIPPED, bytes).seeing(name));
    }
}

pub(crate) fn outer_white_space(source: Source<'_>, take: &mut Take<'_>) {
    let body = source.bytes;
    let inner = body.trim_ascii_start();
    if inner.len() != body.len() {
        take(Undone::new(&BODY_OUTER_WHITE_SPACE, inner));
        take(Undone::new(&BODY_OUTER_WHITE_SPACE, inner.trim_ascii_end()));
    }
}

pub(crate) fn byte_order_mark(source: Source<'_>, take: &mut Take<'_>) {
    if let Some(rest) = source.bytes.strip_prefix(BOM) {
        take(Undone::new(&BODY_BOM, rest));
        take(Undone::new(&BODY_BOM, rest.trim_ascii_end()).seeing("and a newline at the end"));
    }
}

pub(crate) fn utf16(source: Source<'_>, take: &mut Take<'_>) {
    let body = source.bytes;
    // JSON starts with an ASCII character, so without a mark its NUL tells the byte order.
    let (little, text) = match body {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        [first, 0, ..] if *first != 0 => (true, body),
        [0, second, ..] if *second != 0 => (false, body),
        _ => return,
    };
    let units = text.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        }
    });
    let decoded: Result<String, _> = char::decode_utf16(units).collect();
    if let Ok(decoded) = decoded {
        let name = if little { "UTF-16LE" } else { "UTF-16BE" };
        let trimmed = decoded.trim_ascii_end().as_bytes().to_vec();
        let whole = decoded.into_bytes();
        let newline = trimmed.len() != whole.len();
        if take(Undone::new(&BODY_UTF16, whole).seeing(name)) && newline {
            // PowerShell's redirection adds a CRLF of its own.
            take(Undone::new(&BODY_UTF16, trimmed).seeing(format!("{name}, newline added")));
        }
    }
}

pub(crate) fn line_endings(source: Source<'_>, take: &mut Take<'_>) {
    let body = source.bytes;
    if memchr::memchr(b'\n', body).is_none() {
        return;
    }
    let mut unix = Vec::with_capacity(body.len());
    let mut dos = Vec::with_capacity(body.len());
    let mut previous = 0;
    for &byte in body {
        if byte == b'\n' {
            if previous == b'\r' {
                unix.pop();
            } else {
                dos.push(b'\r');
            }
        }
        unix.push(byte);
        dos.push(byte);
        previous = byte;
    }
    for (bytes, name) in [(unix, "LF to CRLF"), (dos, "CRLF to LF")] {
        if bytes != body && !take(Undone::new(&BODY_LINE_ENDINGS, bytes).seeing(name)) {
            return;
        }
    }
}

pub(crate) fn nul_at_end(source: Source<'_>, take: &mut Take<'_>) {
    let body = source.bytes;
    let len = body.iter().rposition(|&b| b != 0).map_or(0, |at| at + 1);
    if len != body.len() {
        let detail = format!("{} of them", body.len() - len);
        take(Undone::new(&BODY_NUL_AT_END, &body[..len]).seeing(detail));
    }
}

/// What history expansion does in double quotes. What `echo` does, the canonical form undoes.
pub(crate) fn shell(source: Source<'_>, take: &mut Take<'_>) {
    let body = source.bytes;
    if memchr::memmem::find(body, br"\!").is_some() {
        let mut bytes = Vec::with_capacity(body.len());
        for (at, &byte) in body.iter().enumerate() {
            if byte != b'\\' || body.get(at + 1) != Some(&b'!') {
                bytes.push(byte);
            }
        }
        take(Undone::new(&BODY_SHELL_EXPANDED, bytes).seeing(r"`\!` for `!`"));
    }
}

/// What windows-1252 has at 0x80 to 0x9f (WHATWG Encoding; the five holes are C1 controls).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Each character as the byte it was read from.
pub(crate) fn mojibake(source: Source<'_>, take: &mut Take<'_>) {
    let Ok(text) = std::str::from_utf8(source.bytes) else {
        return;
    };
    if text.is_ascii() {
        return;
    }
    let latin1: Option<Vec<u8>> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect();
    let windows: Option<Vec<u8>> = text
        .chars()
        .map(|c| match WINDOWS_1252.iter().position(|&w| w == c) {
            Some(at) => Some(0x80 + at as u8),
            None => u8::try_from(u32::from(c)).ok(),
        })
        .collect();
    for (bytes, name) in [(latin1, "latin-1"), (windows, "windows-1252")] {
        // Lettermint sends UTF-8, so anything else cannot be what was signed.
        if let Some(bytes) = bytes.filter(|bytes| std::str::from_utf8(bytes).is_ok())
            && !take(Undone::new(&BODY_MOJIBAKE, bytes).seeing(name))
        {
            return;
        }
    }
}

/// Each byte as the character it stands for.
pub(crate) fn latin1(source: Source<'_>, take: &mut Take<'_>) {
    let body = source.bytes;
    if std::str::from_utf8(body).is_ok() {
        return;
    }
    let latin1: String = body.iter().map(|&byte| char::from(byte)).collect();
    let windows: String = body
        .iter()
        .map(|&byte| match byte {
            0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
            _ => char::from(byte),
        })
        .collect();
    for (text, name) in [(latin1, "latin-1"), (windows, "windows-1252")] {
        if !take(Undone::new(&BODY_LATIN1, text.into_bytes()).seeing(name)) {
            return;
        }
    }
}
