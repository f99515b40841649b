//! The chunked transfer coding (RFC 9112, section 7.1), taken off.

/// Bytes of a chunk's size line that are taken at most, extensions included.
const SIZE_LINE: usize = 256;
/// Bytes of the trailer that are taken at most.
const TRAILER: usize = 16 * 1024;

/// What comes next.
///
/// Lines end in CR LF and nothing else: where a stray CR or LF is passed over, another reader of
/// the same bytes can find another body in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A chunk's size line, of which so many bytes came.
    Size {
        value: u64,
        length: usize,
        part: Part,
    },
    /// So many bytes of a chunk.
    Data(u64),
    /// The end of a chunk's last line, and whether its CR came.
    DataEnd(bool),
    /// The trailer, of which so many bytes came; whether its current line is empty, and whether
    /// that line's CR came.
    Trailer {
        length: usize,
        empty: bool,
        cr: bool,
    },
    /// Nothing.
    Ended,
}

/// Where in a size line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Digits,
    /// White space, which only an extension or the line's end may follow.
    Blank,
    Extension,
    Cr,
}

/// Takes the coding off, however the bytes arrive.
#[derive(Debug)]
pub(crate) struct Decoder(State);

/// The coding is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

impl Decoder {
    pub(crate) fn new() -> Self {
        Self(State::Size {
            value: 0,
            length: 0,
            part: Part::Digits,
        })
    }

    /// Whether the body has ended.
    pub(crate) fn is_at_end(&self) -> bool {
        self.0 == State::Ended
    }

    /// Appends what the bytes carry. Returns how many of them belong to the body: all, but at
    /// its end.
    ///
    /// # Errors
    /// [`Broken`].
    pub(crate) fn decode(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<usize, Broken> {
        let mut at = 0;
        while at < bytes.len() && !self.is_at_end() {
            if let State::Data(left) = self.0 {
                let rest = &bytes[at..];
                let here = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                out.extend_from_slice(&rest[..here]);
                at += here;
                self.0 = match left - here as u64 {
                    0 => State::DataEnd(false),
                    left => State::Data(left),
                };
                continue;
            }
            self.0 = self.0.after(bytes[at])?;
            at += 1;
        }
        Ok(at)
    }
}

impl State {
    /// What comes after a byte that is no data.
    fn after(self, byte: u8) -> Result<Self, Broken> {
        match self {
            Self::Size {
                value,
                length,
                part,
            } => Self::after_size(value, length, part, byte),
            Self::DataEnd(false) if byte == b'\r' => Ok(Self::DataEnd(true)),
            Self::DataEnd(true) if byte == b'\n' => Ok(Decoder::new().0),
            Self::Trailer { length, empty, cr } => match (byte, cr) {
                (b'\n', true) if empty => Ok(Self::Ended),
                _ if length == TRAILER || cr != (byte == b'\n') => Err(Broken),
                _ => Ok(Self::Trailer {
                    length: length + 1,
                    empty: cr || empty && byte == b'\r',
                    cr: byte == b'\r',
                }),
            },
            Self::DataEnd(_) | Self::Data(_) | Self::Ended => Err(Broken),
        }
    }

    fn after_size(value: u64, length: usize, part: Part, byte: u8) -> Result<Self, Broken> {
        let mut value = value;
        let part = match (part, byte) {
            (Part::Cr, b'\n') => {
                return Ok(match value {
                    0 => Self::Trailer {
                        length: 0,
                        empty: true,
                        cr: false,
                    },
                    _ => Self::Data(value),
                });
            }
            (Part::Cr, _) | (_, b'\n') => return Err(Broken),
            (_, _) if length == SIZE_LINE => return Err(Broken),
            (Part::Digits, byte) if byte.is_ascii_hexdigit() => {
                // Sixteen digits hold any size there can be.
                let digit = char::from(byte).to_digit(16).filter(|_| length < 16);
                value = value << 4 | u64::from(digit.ok_or(Broken)?);
                Part::Digits
            }
            (Part::Digits, _) if length == 0 => return Err(Broken),
            (_, b'\r') => Part::Cr,
            (Part::Extension, _) | (_, b';') => Part::Extension,
            (_, b' ' | b'\t') => Part::Blank,
            _ => return Err(Broken),
        };
        Ok(Self::Size {
            value,
            length: length + 1,
            part,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(coded: &[u8], pieces: usize) -> Result<(Vec<u8>, usize), Broken> {
        let (mut decoder, mut out, mut used) = (Decoder::new(), Vec::new(), 0);
        for piece in coded.chunks(pieces) {
            used += decoder.decode(piece, &mut out)?;
        }
        if decoder.is_at_end() {
            Ok((out, used))
        } else {
            Err(Broken)
        }
    }

    #[test]
    fn whole_however_the_bytes_arrive() {
        let coded = b"3;x=\"y;z\"\r\n\r\n\n\r\nA \r\n0123456789\r\n00\r\nT: 1\r\nU:\r\n\r\nPOST";
        for pieces in 1..=coded.len() {
            let (body, used) = decode(coded, pieces).unwrap();
            assert_eq!(body, b"\r\n\n0123456789");
            assert_eq!(&coded[used..], b"POST");
        }
        assert_eq!(decode(b"0\r\n\r\n", 1), Ok((Vec::new(), 5)));
    }

    #[test]
    fn what_is_broken_is_noticed() {
        for coded in [
            &b"\r\n"[..],
            b";a\r\n",
            b" 3\r\nabc\r\n0\r\n\r\n",
            b"+3\r\nabc\r\n0\r\n\r\n",
            b"0x3\r\nabc\r\n0\r\n\r\n",
            b"3 4\r\nabc\r\n\r\n",
            b"3\r\nabcd\r\n0\r\n\r\n",
            b"10000000000000000\r\n",
            b"3\r\nabc",
            b"0\r\n",
            b"0\n\n",
            b"2\rzz\n{}\r\n0\r\n\r\n",
            b"2;a\n{}\r\n0\r\n\r\n",
            b"2 zz\r\n{}\r\n0\r\n\r\n",
            b"2\r\n{}\r\r\n0\r\n\r\n",
            b"2\r\n{}\n0\r\n\r\n",
            b"0\r\na: b\n\r\n",
            b"0\r\na: b\rc\r\n\r\n",
            b"0\r\n\r\r\n",
        ] {
            assert_eq!(decode(coded, 1), Err(Broken), "{}", coded.escape_ascii());
        }
        let long = [&b"3;"[..], &[b'x'; SIZE_LINE], b"\r\n"].concat();
        assert_eq!(decode(&long, 7), Err(Broken));
        let long = [&b"0\r\n"[..], &b"a: b\r\n".repeat(3000), b"\r\n"].concat();
        assert_eq!(decode(&long, 7), Err(Broken));
    }
}
