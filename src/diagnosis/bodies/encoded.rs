//! The body in another encoding of bytes.

use std::borrow::Cow;
use std::io::Read;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::{Few, Source, one};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Decodes base64 of either alphabet, padded or not. `None` when it is neither or nothing.
pub(crate) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let url_safe = text.iter().any(|b| matches!(b, b'-' | b'_'));
    let engine = if url_safe { &URL_SAFE } else { &STANDARD };
    let bytes = engine.decode(text).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}

/// Decodes an even number of hex digits. `None` when it is anything else, or nothing.
pub(crate) fn decode_hex(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.chunks_exact(2)
        .map(|pair| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8))
        .collect()
}

pub(crate) fn base64(source: Source<'_>) -> Few<'_> {
    let text = source.bytes.trim_ascii();
    let text = match text {
        [b'"', inner @ .., b'"'] => inner,
        _ => text,
    };
    // A body that starts like JSON is not base64; this spares the common case a copy.
    if text.first().is_none_or(|b| !b.is_ascii_alphanumeric()) {
        return Few::new();
    }
    let mut text = Cow::from(text);
    if memchr::memchr2(b'\n', b' ', &text).is_some() {
        text.to_mut().retain(|b| !b.is_ascii_whitespace());
    }
    decode_base64(&text).map(one).unwrap_or_default()
}

pub(crate) fn hex(source: Source<'_>) -> Few<'_> {
    let text = source.bytes.trim_ascii();
    let text = text
        .strip_prefix(br"\x")
        .or_else(|| text.strip_prefix(b"0x"))
        .unwrap_or(text);
    decode_hex(text).map(one).unwrap_or_default()
}

pub(crate) fn compressed(source: Source<'_>) -> Few<'_> {
    let body = source.bytes;
    let max = source.max_inflated;
    let (inflated, name) = match body {
        [0x1f, 0x8b, ..] => (inflate(MultiGzDecoder::new(body), max), "gzip"),
        // zlib: method 8 and a header that is a multiple of 31 (RFC 1950).
        [first, second, ..]
            if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31) =>
        {
            (inflate(ZlibDecoder::new(body), max), "deflate (zlib)")
        }
        // Raw deflate has no header to know it by, but hardly ever is it text.
        _ if std::str::from_utf8(body).is_err() => {
            (inflate(DeflateDecoder::new(body), max), "deflate (raw)")
        }
        _ => return Few::new(),
    };
    let few = inflated.map(|bytes| (name.into(), bytes.into()));
    few.into_iter().collect()
}

/// Everything that decompresses, `None` when that is nothing, more than `max`, or broken.
fn inflate(decoder: impl Read, max: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    decoder
        .take(max.saturating_add(1))
        .read_to_end(&mut bytes)
        .ok()?;
    (!bytes.is_empty() && bytes.len() as u64 <= max).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn a_bomb_is_not_inflated() {
        let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
        bomb.write_all(&vec![b' '; 4 << 20]).unwrap();
        let bomb = bomb.finish().unwrap();
        assert_eq!(inflate(MultiGzDecoder::new(&bomb[..]), 1 << 20), None);
    }
}
