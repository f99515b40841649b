//! Where the body of an HTTP/1.1 message ends: RFC 9112, sections 6 and 7.

use crate::lettermint::Headers;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) body: Vec<u8>,
    /// Where the next message starts, from the start of the body.
    pub(crate) end: usize,
    pub(crate) note: Option<&'static str>,
}

/// Cuts the body off the front of `rest`. `to_the_end` says what a message without a length
/// has: everything that follows, or nothing.
pub(crate) fn cut(headers: &Headers, rest: &[u8], to_the_end: bool) -> Result<Cut, String> {
    let chunked = headers
        .all("transfer-encoding")
        .any(|value| value.to_ascii_lowercase().ends_with(b"chunked"));
    if chunked {
        match dechunk(rest) {
            Ok((body, end)) => {
                return Ok(Cut {
                    body,
                    end,
                    note: Some("chunked body decoded"),
                });
            }
            // A file may also hold the body as a tool unpacked it, with the header still there.
            Err(error) if declared_length(headers)?.is_none() => return Err(error),
            Err(_) => {}
        }
    }
    let (body, note) = match declared_length(headers)? {
        Some(length) => {
            let body = rest.get(..length).ok_or_else(|| {
                format!(
                    "expected a body of {length} bytes (Content-Length), but only {} follow",
                    rest.len()
                )
            })?;
            (body, None)
        }
        None if to_the_end => (
            rest,
            Some("no Content-Length: the body goes to the end of the file"),
        ),
        None => (&b""[..], None),
    };
    Ok(Cut {
        body: body.to_vec(),
        end: body.len(),
        note,
    })
}

pub(crate) fn declared_length(headers: &Headers) -> Result<Option<usize>, String> {
    let mut length = None;
    for value in headers.all("content-length") {
        let number = std::str::from_utf8(value)
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| {
                let value = String::from_utf8_lossy(value);
                format!("expected Content-Length to be a number: {value}")
            })?;
        if length.replace(number).is_some_and(|other| other != number) {
            return Err("expected one Content-Length, but there are two that differ".to_owned());
        }
    }
    Ok(length)
}

/// Undoes the chunked coding. Lines may end in LF alone. Returns the body and where it ends.
pub(crate) fn dechunk(rest: &[u8]) -> Result<(Vec<u8>, usize), String> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let (line, next) = line_at(rest, at).ok_or("expected another chunk, or a last one of 0")?;
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = std::str::from_utf8(digits.trim_ascii())
            .ok()
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| usize::from_str_radix(digits, 16).ok())
            .ok_or_else(|| {
                let line = String::from_utf8_lossy(&line[..line.len().min(40)]).into_owned();
                format!("expected a chunk's size in hex: {line}")
            })?;
        at = next;
        if size == 0 {
            break;
        }
        let chunk = at
            .checked_add(size)
            .and_then(|end| rest.get(at..end))
            .ok_or_else(|| {
                let left = rest.len().saturating_sub(at);
                format!("expected a chunk of {size} bytes, but only {left} follow")
            })?;
        body.extend_from_slice(chunk);
        at += size;
        match line_at(rest, at) {
            Some((b"", next)) => at = next,
            _ => return Err(format!("expected a line end after a chunk of {size} bytes")),
        }
    }
    // Trailer fields, up to the empty line. They are no part of the body.
    while let Some((line, next)) = line_at(rest, at) {
        at = next;
        if line.is_empty() {
            break;
        }
    }
    Ok((body, at))
}

/// The line at an offset without its CRLF or LF, and where the next one starts. The last line
/// needs no end; after it there is none.
pub(crate) fn line_at(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let (line, next) = match memchr::memchr(b'\n', rest) {
        Some(end) => (&rest[..end], at + end + 1),
        None => (rest, text.len()),
    };
    Some((line.strip_suffix(b"\r").unwrap_or(line), next))
}
