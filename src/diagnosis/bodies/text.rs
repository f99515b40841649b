//! Changes to the body as a text: its ends, its line breaks, its charset.

use super::{Few, Source, one};
use crate::json::lexer::BOM;

pub(crate) fn trailing_newline(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    let mut few = Few::new();
    if let Some(line) = body.strip_suffix(b"\n") {
        if let Some(line) = line.strip_suffix(b"\r") {
            few.push(("one CRLF".into(), line.into()));
        }
        few.push(("one newline".into(), line.into()));
    }
    let trimmed = body.trim_ascii_end();
    if trimmed.len() != body.len() {
        let count = body.len() - trimmed.len();
        few.push((format!("{count} bytes").into(), trimmed.into()));
    }
    few
}

pub(crate) fn newline_stripped(source: Source<'_>) -> Few<'_> {
    [(&b"\n"[..], "a newline"), (b"\r\n", "a CRLF")]
        .map(|(ending, name)| (name.into(), [source.bytes, ending].concat().into()))
        .into()
}

pub(crate) fn outer_white_space(source: Source<'_>) -> Few<'_> {
    let inner = source.bytes.trim_ascii_start();
    if inner.len() == source.bytes.len() {
        return Few::new();
    }
    [one(inner), one(inner.trim_ascii_end())].concat()
}

pub(crate) fn byte_order_mark(source: Source<'_>) -> Few<'_> {
    let Some(rest) = source.bytes.strip_prefix(BOM) else {
        return Few::new();
    };
    let trimmed = rest.trim_ascii_end();
    vec![
        ("".into(), rest.into()),
        ("and a newline at the end".into(), trimmed.into()),
    ]
}

pub(crate) fn utf16(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    // JSON starts with an ASCII character, so without a mark its NUL tells the byte order.
    let (little, text) = match body {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        [first, 0, ..] if *first != 0 => (true, body),
        [0, second, ..] if *second != 0 => (false, body),
        _ => return Few::new(),
    };
    let units = text.chunks_exact(2).map(|pair| match little {
        true => u16::from_le_bytes([pair[0], pair[1]]),
        false => u16::from_be_bytes([pair[0], pair[1]]),
    });
    let Ok(decoded) = char::decode_utf16(units).collect::<Result<String, _>>() else {
        return Few::new();
    };
    let name = if little { "UTF-16LE" } else { "UTF-16BE" };
    // PowerShell's redirection adds a CRLF of its own.
    let trimmed = decoded.trim_ascii_end().as_bytes().to_vec();
    let mut few = vec![(name.into(), decoded.into_bytes().into())];
    if few[0].1 != trimmed {
        few.push((format!("{name}, newline added").into(), trimmed.into()));
    }
    few
}

pub(crate) fn line_endings(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    if memchr::memchr(b'\n', body).is_none() {
        return Few::new();
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
    [(unix, "LF to CRLF"), (dos, "CRLF to LF")]
        .into_iter()
        .filter(|(bytes, _)| bytes != body)
        .map(|(bytes, name)| (name.into(), bytes.into()))
        .collect()
}

pub(crate) fn nul_at_end(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    let len = body.iter().rposition(|&b| b != 0).map_or(0, |at| at + 1);
    if len == body.len() {
        return Few::new();
    }
    let detail = format!("{} of them", body.len() - len);
    vec![(detail.into(), body[..len].into())]
}

/// What history expansion does in double quotes. What `echo` does, the canonical form undoes.
pub(crate) fn shell(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    if memchr::memmem::find(body, br"\!").is_none() {
        return Few::new();
    }
    let mut bytes = Vec::with_capacity(body.len());
    for (at, &byte) in body.iter().enumerate() {
        if byte != b'\\' || body.get(at + 1) != Some(&b'!') {
            bytes.push(byte);
        }
    }
    vec![(r"`\!` for `!`".into(), bytes.into())]
}

/// What windows-1252 has at 0x80 to 0x9f (WHATWG Encoding; the five holes are C1 controls).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Each character as the byte it was read from.
pub(crate) fn mojibake(source: Source<'_>) -> Few<'_> {
    let text = match std::str::from_utf8(source.bytes) {
        Ok(text) if !text.is_ascii() => text,
        _ => return Few::new(),
    };
    let latin1 = |c: char| u8::try_from(u32::from(c)).ok();
    let windows = |c: char| match WINDOWS_1252.iter().position(|&w| w == c) {
        Some(at) => Some(0x80 + at as u8),
        None => latin1(c),
    };
    let latin1: Option<Vec<u8>> = text.chars().map(latin1).collect();
    let windows: Option<Vec<u8>> = text.chars().map(windows).collect();
    [(latin1, "latin-1"), (windows, "windows-1252")]
        .into_iter()
        .filter_map(|(bytes, name)| Some((name.into(), bytes?.into())))
        // Lettermint sends UTF-8, so anything else cannot be what was signed.
        .filter(|(_, bytes): &(_, std::borrow::Cow<'_, [u8]>)| std::str::from_utf8(bytes).is_ok())
        .collect()
}

/// Each byte as the character it stands for.
pub(crate) fn latin1(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    if std::str::from_utf8(body).is_ok() {
        return Few::new();
    }
    let windows = |byte: u8| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    let latin1: String = body.iter().map(|&byte| char::from(byte)).collect();
    let windows: String = body.iter().map(|&byte| windows(byte)).collect();
    [(latin1, "latin-1"), (windows, "windows-1252")]
        .map(|(text, name)| (name.into(), text.into_bytes().into()))
        .into()
}
