//! Where in a chunked body the bytes are that hyper is given. hyper alone decides what they mean;
//! this stops at empty lines, after one of which the next head begins, and looks at what hyper
//! skips.

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Chunks {
    /// How much of `\r\n\r\n` was given.
    matched: u8,
    part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The line before a chunk, whose size was read so far, and whether an extension began.
    Line(u64, bool),
    /// So many bytes of a chunk and its line end.
    Data(u64),
    Trailers,
}

impl Default for Part {
    fn default() -> Self {
        Self::Line(0, false)
    }
}

impl Chunks {
    /// How many bytes there are up to the end of the first empty line; all if there is none.
    /// `None` when a chunk's extension has a control character in it: another reader may take it
    /// for the end of the line (RFC 9112, section 7.1.1).
    pub(crate) fn through_empty_line(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut count = bytes.len();
        for (position, byte) in bytes.iter().enumerate() {
            self.matched = match (self.matched, byte) {
                (0 | 2, b'\r') | (1 | 3, b'\n') => self.matched + 1,
                (_, b'\r') => 1,
                _ => 0,
            };
            if self.matched == 4 {
                self.matched = 0;
                count = position + 1;
                break;
            }
        }
        self.look_at_extensions(&bytes[..count]).then_some(count)
    }

    fn look_at_extensions(&mut self, mut bytes: &[u8]) -> bool {
        while let Some((byte, rest)) = bytes.split_first() {
            bytes = rest;
            self.part = match self.part {
                Part::Line(0, _) if *byte == b'\n' => Part::Trailers,
                // The chunk's line end belongs to it.
                Part::Line(size, _) if *byte == b'\n' => Part::Data(size.saturating_add(2)),
                Part::Line(size, false) => match (*byte as char).to_digit(16) {
                    Some(digit) => {
                        Part::Line(size.saturating_mul(16).saturating_add(digit.into()), false)
                    }
                    None => Part::Line(size, *byte != b'\r'),
                },
                Part::Line(_, true) if byte.is_ascii_control() && !b"\t\r".contains(byte) => {
                    return false;
                }
                Part::Line(size, true) => Part::Line(size, true),
                Part::Data(left) => {
                    let skipped = bytes
                        .len()
                        .min(usize::try_from(left - 1).unwrap_or(usize::MAX));
                    bytes = &bytes[skipped..];
                    match left - 1 - skipped as u64 {
                        0 => Part::default(),
                        left => Part::Data(left),
                    }
                }
                Part::Trailers => return true,
            };
        }
        true
    }
}
