//! Writing the insides of JSON strings, eight bytes at a time.
//!
//! A recorded body is JSON inside a JSON string: every eighth byte or so is a quote that has to
//! be escaped. Writing these is most of what a record costs, so this is not a style of
//! [`super::writer`], which goes by single bytes and knows what many languages do.

/// One bit in each byte of a word.
const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

/// Bytes of text that are written at once.
const PIECE: usize = 256;
/// Bytes that an escape takes at most.
const ESCAPE: usize = 6;

/// Marks the highest bit of bytes that are not plain text of a string: quotes, backslashes and
/// controls. Only the lowest mark is exact, as a borrow may mark a byte behind it.
const fn specials(word: u64) -> u64 {
    let quotes = word ^ (ONES * b'"' as u64);
    let backslashes = word ^ (ONES * b'\\' as u64);
    let is_control = word.wrapping_sub(ONES * 0x20) & !word;
    let is_quote = quotes.wrapping_sub(ONES) & !quotes;
    let is_backslash = backslashes.wrapping_sub(ONES) & !backslashes;
    (is_control | is_quote | is_backslash) & HIGHS
}

/// Whether a byte is not plain text of a string.
const fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Appends a text as a JSON string, as serde_json writes it: only what must be escaped is.
pub(crate) fn write(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for piece in text.as_bytes().chunks(PIECE) {
        write_piece(piece, out);
    }
    out.push(b'"');
}

fn write_piece(piece: &[u8], out: &mut Vec<u8>) {
    // Whole words are copied whatever is in them, and written over from their first special
    // byte on: a copy of a known length is two instructions, a call of `memcpy` is not.
    let start = out.len();
    out.resize(start + ESCAPE * piece.len() + 8, 0);
    let room = &mut out[start..];
    let (mut at, mut end) = (0, 0);
    while let Some(word) = piece
        .get(at..at + 8)
        .and_then(|word| <[u8; 8]>::try_from(word).ok())
    {
        room[end..end + 8].copy_from_slice(&word);
        let marks = specials(u64::from_le_bytes(word));
        if marks == 0 {
            (at, end) = (at + 8, end + 8);
            continue;
        }
        let plain = marks.trailing_zeros() as usize / 8;
        (at, end) = (at + plain, end + plain);
        end += escape(piece[at], &mut room[end..]);
        at += 1;
    }
    for byte in &piece[at..] {
        if is_special(*byte) {
            end += escape(*byte, &mut room[end..]);
        } else {
            room[end] = *byte;
            end += 1;
        }
    }
    out.truncate(start + end);
}

/// Writes the escape of a special byte to the front of the room. Returns its length.
fn escape(byte: u8, room: &mut [u8]) -> usize {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\t' => b't',
        b'\r' => b'r',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            let digits = [
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ];
            room[..4].copy_from_slice(b"\\u00");
            room[4..ESCAPE].copy_from_slice(&digits);
            return ESCAPE;
        }
    };
    room[..2].copy_from_slice(&[b'\\', letter]);
    2
}

/// What each escape of two characters stands for; 0 for what is none.
const SHORT: [u8; 256] = {
    let mut meant = [0; 256];
    meant[b'"' as usize] = b'"';
    meant[b'\\' as usize] = b'\\';
    meant[b'/' as usize] = b'/';
    meant[b'n' as usize] = b'\n';
    meant[b't' as usize] = b'\t';
    meant[b'r' as usize] = b'\r';
    meant[b'b' as usize] = 0x08;
    meant[b'f' as usize] = 0x0c;
    meant
};

/// Reads a string from behind its opening quote into `out`, and returns how long it is with its
/// closing quote. `None` for what is broken, and for `\u`, which is left to a parser.
pub(crate) fn read(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    // Text never gets longer, and whole words are copied as in `write_piece`.
    out.resize(text.len() + 8, 0);
    let (mut at, mut end) = (0, 0);
    loop {
        while let Some(word) = text.get(at..)?.first_chunk::<8>() {
            *out.get_mut(end..)?.first_chunk_mut()? = *word;
            let marks = specials(u64::from_le_bytes(*word));
            if marks == 0 {
                (at, end) = (at + 8, end + 8);
                continue;
            }
            let plain = marks.trailing_zeros() as usize / 8;
            (at, end) = (at + plain, end + plain);
            // Nearly always a quote of the JSON that this string holds.
            let Some([b'\\', kind]) = text.get(at..at + 2) else {
                break;
            };
            let meant = SHORT[usize::from(*kind)];
            if meant == 0 {
                break;
            }
            *out.get_mut(end)? = meant;
            (at, end) = (at + 2, end + 1);
        }
        let meant = match text.get(at..)? {
            [b'"', ..] => {
                out.truncate(end);
                return Some(at + 1);
            }
            [b'\\', kind, ..] => {
                at += 1;
                SHORT[usize::from(*kind)]
            }
            [byte, ..] if is_special(*byte) => 0,
            [byte, ..] => *byte,
            [] => 0,
        };
        if meant == 0 {
            return None;
        }
        *out.get_mut(end)? = meant;
        (at, end) = (at + 1, end + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_at_every_place() {
        for length in 0..20 {
            for at in 0..length {
                for c in ('\0'..='\u{80}').chain(['\u{2028}', '😀']) {
                    let mut text = "x".repeat(at);
                    text.push(c);
                    text.push_str(&"y".repeat(length - at));
                    let mut out = Vec::new();
                    write(&text, &mut out);
                    assert_eq!(out, serde_json::to_vec(&text).unwrap(), "{text:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text(text in any::<String>(), times in 1usize..40) {
            let text = text.repeat(times);
            let mut out = b"before".to_vec();
            write(&text, &mut out);
            prop_assert_eq!(&out[6..], serde_json::to_vec(&text).unwrap());
            out.extend_from_slice(b",\"");
            let mut back = Vec::new();
            match read(&out[7..], &mut back) {
                Some(length) => {
                    prop_assert_eq!(&out[7 + length..], b",\"");
                    prop_assert_eq!(back, text.into_bytes());
                }
                None => prop_assert!(memchr::memmem::find(&out, b"\\u").is_some()),
            }
        }
    }
}
