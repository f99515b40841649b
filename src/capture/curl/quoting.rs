//! `$'…'`, bash's ANSI-C quoting, in which browsers write bodies: Bash reference manual, section
//! 3.1.2.4.

use super::shell::{Command, Reader};

impl Reader<'_> {
    pub(crate) fn ansi_c_quoted(
        &mut self,
        word: &mut Vec<u8>,
        command: &mut Command,
    ) -> Result<(), String> {
        loop {
            let byte = match self.bump() {
                None => return Err("expected a closing `'`".to_owned()),
                Some(b'\'') => return Ok(()),
                Some(b'\\') => match self.bump() {
                    None => return Err("expected a closing `'`".to_owned()),
                    Some(b'a') => 0x07,
                    Some(b'b') => 0x08,
                    Some(b'e' | b'E') => 0x1b,
                    Some(b'f') => 0x0c,
                    Some(b'n') => b'\n',
                    Some(b'r') => b'\r',
                    Some(b't') => b'\t',
                    Some(b'v') => 0x0b,
                    Some(byte @ (b'\\' | b'\'' | b'"' | b'?')) => byte,
                    Some(b'c') => self.bump().unwrap_or_default() & 0x1f,
                    Some(first @ b'0'..=b'7') => {
                        let more = self.digits(8, 2).unwrap_or_default();
                        let value = more.1 + u32::from(first - b'0') * 8_u32.pow(more.0);
                        command.has_high_byte |= value & 0x80 != 0;
                        (value & 0xff) as u8
                    }
                    Some(b'x') => match self.digits(16, 2) {
                        Some((_, value)) => {
                            command.has_high_byte |= value & 0x80 != 0;
                            (value & 0xff) as u8
                        }
                        None => {
                            word.extend_from_slice(b"\\x");
                            continue;
                        }
                    },
                    Some(kind @ (b'u' | b'U')) => {
                        let width = if kind == b'u' { 4 } else { 8 };
                        let Some((_, unit)) = self.digits(16, width) else {
                            word.extend_from_slice(&[b'\\', kind]);
                            continue;
                        };
                        let Some(character) = self.code_point(unit) else {
                            return Err(format!(
                                "expected a character's number after `\\{}`: {unit:x}",
                                char::from(kind)
                            ));
                        };
                        command.has_nul |= character == '\0';
                        let mut buffer = [0; 4];
                        word.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
                        continue;
                    }
                    Some(other) => {
                        word.push(b'\\');
                        other
                    }
                },
                Some(byte) => byte,
            };
            command.has_nul |= byte == 0;
            word.push(byte);
        }
    }

    /// Up to `width` digits: how many there are and their value. `None` when there is none.
    fn digits(&mut self, radix: u32, width: u32) -> Option<(u32, u32)> {
        let mut count = 0;
        let mut value = 0;
        while count < width
            && let Some(digit) = self
                .peek()
                .and_then(|byte| char::from(byte).to_digit(radix))
        {
            value = value * radix + digit;
            count += 1;
            self.at += 1;
        }
        (count > 0).then_some((count, value))
    }

    /// Firefox writes characters past U+FFFF as two UTF-16 halves, each with its own `\u`. They
    /// are put together again.
    fn code_point(&mut self, unit: u32) -> Option<char> {
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit);
        }
        if !self.looking_at(b"\\u") {
            return None;
        }
        self.at += 2;
        let (_, low) = self.digits(16, 4)?;
        let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + low)
    }
}
