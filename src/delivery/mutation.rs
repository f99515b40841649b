//! Bodies that were changed after signing.

use serde_json::Value;

/// The body with one letter of a text near its middle replaced by another, so that it still
/// parses; any byte when there is none.
pub(crate) fn one_byte_changed(body: &[u8]) -> Vec<u8> {
    let mut changed = body.to_vec();
    let middle = body.len() / 2;
    let at = letter_of_a_text(body, middle).unwrap_or(middle);
    if let Some(byte) = changed.get_mut(at) {
        *byte = match *byte {
            b'z' => b'y',
            b'a'..=b'y' => *byte + 1,
            other => other ^ 1,
        };
    }
    changed
}

/// The first lower-case letter inside a JSON text at or behind `from`, else the last one before
/// it. Escapes are passed over: changing one could break the JSON.
fn letter_of_a_text(body: &[u8], from: usize) -> Option<usize> {
    let mut before = None;
    let mut in_text = false;
    let mut skip = 0;
    for (at, byte) in body.iter().enumerate() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        match byte {
            b'"' => in_text = !in_text,
            b'\\' => {
                skip = if body.get(at + 1) == Some(&b'u') {
                    5
                } else {
                    1
                }
            }
            b'a'..=b'z' if in_text && at >= from => return Some(at),
            b'a'..=b'z' if in_text => before = Some(at),
            _ => {}
        }
    }
    before
}

/// The body as Python's `json.dumps` would write it after `json.loads`: a space behind every
/// comma and colon. What is no JSON gets a space.
pub(crate) fn reserialized(body: &[u8]) -> Vec<u8> {
    struct Spaced;
    impl serde_json::ser::Formatter for Spaced {
        fn begin_array_value<W: ?Sized + std::io::Write>(
            &mut self,
            writer: &mut W,
            first: bool,
        ) -> std::io::Result<()> {
            writer.write_all(if first { b"" } else { b", " })
        }
        fn begin_object_key<W: ?Sized + std::io::Write>(
            &mut self,
            writer: &mut W,
            first: bool,
        ) -> std::io::Result<()> {
            writer.write_all(if first { b"" } else { b", " })
        }
        fn begin_object_value<W: ?Sized + std::io::Write>(
            &mut self,
            writer: &mut W,
        ) -> std::io::Result<()> {
            writer.write_all(b": ")
        }
    }
    let mut out = Vec::with_capacity(body.len() + 64);
    let written = serde_json::from_slice::<Value>(body).is_ok_and(|value| {
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, Spaced);
        serde::Serialize::serialize(&value, &mut serializer).is_ok()
    });
    if !written || out == body {
        out = [body, b" "].concat();
    }
    out
}
