//! Where two bodies first differ, with what stands around it.

const BEFORE: usize = 16;
const AFTER: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstDifference {
    /// How many bytes are equal before it.
    pub offset: usize,
    /// The line it is on, counted from 1.
    pub line: usize,
    pub left: Window,
    pub right: Window,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub start: usize,
    /// The bytes: up to 16 before the difference, which are equal on both sides, and up to 32
    /// from it on. None of these when the body ends there.
    pub bytes: Vec<u8>,
}

impl FirstDifference {
    pub fn of(left: &[u8], right: &[u8]) -> Option<Self> {
        let shared = left.len().min(right.len());
        let unequal = left.iter().zip(right).position(|(l, r)| l != r);
        let offset = match unequal {
            Some(offset) => offset,
            None if left.len() == right.len() => return None,
            None => shared,
        };
        Some(Self {
            offset,
            line: memchr::memchr_iter(b'\n', &left[..offset]).count() + 1,
            left: Window::around(left, offset),
            right: Window::around(right, offset),
        })
    }
}

impl Window {
    fn around(body: &[u8], offset: usize) -> Self {
        let start = offset.saturating_sub(BEFORE);
        let end = offset.saturating_add(AFTER).min(body.len());
        Self {
            start,
            bytes: body[start..end].to_vec(),
        }
    }

    pub fn hex(&self) -> String {
        let digits: Vec<_> = self
            .bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        digits.join(" ")
    }

    /// Printable ASCII as it is, a dot for every other byte, as hex dumps show it.
    pub fn text(&self) -> String {
        self.bytes
            .iter()
            .map(|byte| match byte {
                b' '..=b'~' => char::from(*byte),
                _ => '.',
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_shown() {
        let first = FirstDifference::of("a\nGr\u{fc}n".as_bytes(), b"a\nGr").unwrap();
        assert_eq!((first.offset, first.line), (4, 2));
        assert_eq!(first.left.hex(), "61 0a 47 72 c3 bc 6e");
        assert_eq!(first.left.text(), "a.Gr..n");
        assert_eq!(first.right.text(), "a.Gr");
    }
}
