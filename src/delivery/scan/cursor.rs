//! A place in a JSON text, and what can be read from there.

/// A place in a text that is known to be UTF-8.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

/// What a byte means inside a string.
const PLAIN: u8 = 0;
const ENDS: u8 = 1;
const ESCAPES: u8 = 2;
const FORBIDDEN: u8 = 3;

const MEANING: [u8; 256] = {
    let mut table = [PLAIN; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = FORBIDDEN;
        byte += 1;
    }
    table[b'"' as usize] = ENDS;
    table[b'\\' as usize] = ESCAPES;
    table
};

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Passes over exactly these bytes.
    pub(super) fn literal(&mut self, expected: &[u8]) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        rest.starts_with(expected)
            .then(|| self.at += expected.len())
    }

    /// Passes over these bytes when they are there.
    pub(super) fn has(&mut self, expected: &[u8]) -> bool {
        self.literal(expected).is_some()
    }

    pub(super) fn white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The index of the next byte that is not plain text of a string.
    fn special(&self, from: usize) -> Option<usize> {
        let mut at = from;
        // Four at a time: the bounds check and the loop cost more than the table does.
        while let Some(&[a, b, c, d]) = self.text.get(at..at + 4) {
            let meanings = [a, b, c, d].map(|byte| MEANING[usize::from(byte)]);
            if meanings.iter().fold(0, |all, meaning| all | meaning) == PLAIN {
                at += 4;
                continue;
            }
            let within = meanings.iter().position(|meaning| *meaning != PLAIN)?;
            return Some(at + within);
        }
        let rest = self.text.get(at..)?;
        rest.iter()
            .position(|byte| MEANING[usize::from(*byte)] != PLAIN)
            .map(|within| at + within)
    }

    /// A string without escapes, quotes included in what is passed over.
    pub(super) fn plain_string(&mut self) -> Option<&'a [u8]> {
        self.literal(b"\"")?;
        let end = self.special(self.at)?;
        let inner = self.text.get(self.at..end)?;
        (self.text[end] == b'"').then(|| {
            self.at = end + 1;
            inner
        })
    }

    /// Any string, its escapes checked. Escaped surrogates are left to the real parser, which
    /// knows which of them make a pair.
    pub(super) fn skip_string(&mut self) -> Option<()> {
        self.string(|_| {})
    }

    /// Any string, its text put into `out`.
    pub(super) fn string_into(&mut self, out: &mut Vec<u8>) -> Option<()> {
        self.string(|part| out.extend_from_slice(part))
    }

    fn string(&mut self, mut take: impl FnMut(&[u8])) -> Option<()> {
        self.literal(b"\"")?;
        loop {
            let stop = self.special(self.at)?;
            take(self.text.get(self.at..stop)?);
            self.at = stop + 1;
            match MEANING[usize::from(self.text[stop])] {
                ENDS => return Some(()),
                ESCAPES => self.escape(&mut take)?,
                _ => return None,
            }
        }
    }

    fn escape(&mut self, take: &mut impl FnMut(&[u8])) -> Option<()> {
        let kind = self.peek()?;
        self.at += 1;
        let byte = match kind {
            b'"' | b'\\' | b'/' => kind,
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                let c = char::from_u32(self.four_hex()?)?;
                take(c.encode_utf8(&mut [0; 4]).as_bytes());
                return Some(());
            }
            _ => return None,
        };
        take(&[byte]);
        Some(())
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
    pub(super) fn number(&mut self) -> Option<()> {
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
    pub(super) fn integer(&mut self, longest: usize) -> Option<()> {
        let start = self.at;
        if !self.has(b"0") {
            self.digits()?;
        }
        let fits = self.at - start <= longest;
        let ends = !matches!(self.peek(), Some(b'0'..=b'9' | b'.' | b'e' | b'E'));
        (fits && ends).then_some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}
