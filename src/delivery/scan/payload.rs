//! The event of a payload, with the whole payload validated.

use super::cursor::Cursor;

/// Nesting that is followed; deeper payloads are left to the real parser.
const DEEPEST: u32 = 60;

/// Whether a body is a JSON object whose `event` is text, as
/// [`event_of`](crate::protocol::verification::event_of) judges it. The body must be UTF-8.
///
/// `None` when that cannot be told here: anything broken, and anything unusual.
#[must_use]
pub fn has_event(body: &[u8]) -> Option<()> {
    let mut cursor = Cursor::new(body);
    cursor.white_space();
    cursor.literal(b"{")?;
    // The brackets that are open, innermost last: 1 for an object, 0 for an array.
    let mut open: u64 = 1;
    let mut depth = 1;
    let mut has_event = false;
    let mut first = true;
    loop {
        cursor.white_space();
        let in_object = open & 1 == 1;
        if cursor.has(if in_object { b"}" } else { b"]" }) {
            depth -= 1;
            if depth == 0 {
                break;
            }
            open >>= 1;
            first = false;
            continue;
        }
        if !first {
            cursor.literal(b",")?;
            cursor.white_space();
        }
        first = false;
        let mut is_event = false;
        if in_object {
            if depth == 1 {
                is_event = cursor.plain_string()? == b"event";
            } else {
                cursor.skip_string()?;
            }
            cursor.white_space();
            cursor.literal(b":")?;
            cursor.white_space();
        }
        match cursor.peek()? {
            b'"' => {
                cursor.skip_string()?;
                has_event |= is_event;
            }
            // An `event` of another type, or two of them: unusual enough.
            _ if is_event => return None,
            bracket @ (b'{' | b'[') => {
                cursor.literal(&[bracket])?;
                if depth == DEEPEST {
                    return None;
                }
                depth += 1;
                open = open << 1 | u64::from(bracket == b'{');
                first = true;
            }
            b't' => cursor.literal(b"true")?,
            b'f' => cursor.literal(b"false")?,
            b'n' => cursor.literal(b"null")?,
            _ => cursor.number()?,
        }
    }
    cursor.white_space();
    (has_event && cursor.is_at_end()).then_some(())
}
