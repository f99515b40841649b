//! A place in a JSON text, and what can be read from there.

use crate::json::string::{is_special, specials};

/// A place in a text that is known to be UTF-8.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
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

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Passes over exactly these bytes.
    pub(crate) fn literal(&mut self, expected: &[u8]) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        rest.starts_with(expected)
            .then(|| self.at += expected.len())
    }

    /// Passes over these bytes when they are there.
    pub(crate) fn has(&mut self, expected: &[u8]) -> bool {
        self.literal(expected).is_some()
    }

    pub(crate) fn white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The eight bytes at a place.
    fn word(&self, at: usize) -> Option<[u8; 8]> {
        self.text.get(at..at + 8)?.try_into().ok()
    }

    /// The index of the next byte that is not plain text of a string.
    #[inline]
    fn special(&self, from: usize) -> Option<usize> {
        let mut at = from;
        while let Some(word) = self.word(at) {
            let marks = specials(u64::from_le_bytes(word));
            if marks != 0 {
                return Some(at + marks.trailing_zeros() as usize / 8);
            }
            at += 8;
        }
        let rest = self.text.get(at..)?;
        rest.iter()
            .position(|byte| is_special(*byte))
            .map(|within| at + within)
    }

    /// A string without escapes, quotes included in what is passed over.
    pub(crate) fn plain_string(&mut self) -> Option<&'a [u8]> {
        self.literal(b"\"")?;
        self.rest_of_plain_string()
    }

    /// The same behind the opening quote.
    #[inline]
    pub(crate) fn rest_of_plain_string(&mut self) -> Option<&'a [u8]> {
        let end = self.special(self.at)?;
        let inner = self.text.get(self.at..end)?;
        (self.text[end] == b'"').then(|| {
            self.at = end + 1;
            inner
        })
    }

    /// Any string, its escapes checked. Escaped surrogates are left to the real parser, which
    /// knows which of them make a pair.
    pub(crate) fn skip_string(&mut self) -> Option<()> {
        self.literal(b"\"")?;
        loop {
            self.at = self.special(self.at)?;
            match (self.text[self.at], self.text.get(self.at + 1)) {
                (b'"', _) => {
                    self.at += 1;
                    return Some(());
                }
                (b'\\', Some(kind)) if SHORT[usize::from(*kind)] != 0 => self.at += 2,
                (b'\\', _) => {
                    self.at += 1;
                    self.escape()?;
                }
                _ => return None,
            }
        }
    }

    /// Any string as it stands, with its quotes.
    pub(crate) fn raw_string(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        self.skip_string()?;
        self.text.get(start..self.at)
    }

    /// Any string; its text is put into `out`, of which the length is returned. What is behind
    /// it there means nothing.
    pub(crate) fn string_into(&mut self, out: &mut Vec<u8>) -> Option<usize> {
        self.literal(b"\"")?;
        // Text never gets longer, and whole words are copied whatever is in them: a copy of a
        // known length is two instructions, a call of `memcpy` for each piece is not.
        let enough = self.text.len() - self.at + 8;
        if out.len() < enough {
            out.resize(enough, 0);
        }
        let mut end = 0;
        loop {
            while let Some(word) = self.word(self.at) {
                out.get_mut(end..end + 8)?.copy_from_slice(&word);
                let marks = specials(u64::from_le_bytes(word));
                if marks == 0 {
                    (self.at, end) = (self.at + 8, end + 8);
                    continue;
                }
                let plain = marks.trailing_zeros() as usize / 8;
                (self.at, end) = (self.at + plain, end + plain);
                // Nearly always a quote of the JSON that this string holds.
                let Some([b'\\', kind]) = self.text.get(self.at..self.at + 2) else {
                    break;
                };
                let meant = SHORT[usize::from(*kind)];
                if meant == 0 {
                    break;
                }
                *out.get_mut(end)? = meant;
                (self.at, end) = (self.at + 2, end + 1);
            }
            match self.next()? {
                b'"' => return Some(end),
                b'\\' => match self.escape()? {
                    ascii @ '\0'..='\x7f' => {
                        *out.get_mut(end)? = ascii as u8;
                        end += 1;
                    }
                    c => {
                        let bytes = out.get_mut(end..end + c.len_utf8())?;
                        end += c.encode_utf8(bytes).len();
                    }
                },
                byte if is_special(byte) => return None,
                byte => {
                    *out.get_mut(end)? = byte;
                    end += 1;
                }
            }
        }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// What an escape behind its backslash stands for.
    fn escape(&mut self) -> Option<char> {
        let kind = self.next()?;
        match SHORT[usize::from(kind)] {
            0 if kind == b'u' => char::from_u32(self.four_hex()?),
            0 => None,
            meant => Some(char::from(meant)),
        }
    }

    fn four_hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |value, digit| {
            char::from(*digit)
                .to_digit(16)
                .map(|digit| value << 4 | digit)
        })
    }

    /// A number as JSON writes them.
    pub(crate) fn number(&mut self) -> Option<()> {
        self.has(b"-");
        if !self.has(b"0") {
            self.digits()?;
        }
        if self.has(b".") {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    /// A whole number without a sign, of at most so many digits.
    pub(crate) fn integer(&mut self, longest: usize) -> Option<u64> {
        let start = self.at;
        if !self.has(b"0") {
            self.digits()?;
        }
        let fits = self.at - start <= longest;
        let ends = !matches!(self.peek(), Some(b'0'..=b'9' | b'.' | b'e' | b'E'));
        let digits = self.text.get(start..self.at)?;
        let value = |digits: &[u8]| {
            digits
                .iter()
                .fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
        };
        (fits && ends).then(|| value(digits))
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}
