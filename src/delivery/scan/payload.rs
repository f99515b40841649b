//! The texts of a payload, with the whole payload validated.

use super::cursor::Cursor;

/// Nesting that is followed; deeper payloads are left to the real parser.
const DEEPEST: u32 = 60;

/// Whether a body is a JSON object whose `event` is text, as
/// [`event_of`](crate::lettermint::verification::event_of) judges it. The body must be UTF-8.
///
/// `None` when that cannot be told here: anything broken, and anything unusual.
#[must_use]
pub fn has_event(body: &[u8]) -> Option<()> {
    struct Seen(bool);
    impl<'a> Sink<'a> for Seen {
        const WITHIN_DATA: bool = false;

        fn text(&mut self, place: Place, key: &'a [u8], _: &'a [u8]) -> Option<()> {
            self.0 |= place == Place::Top && key == b"event";
            Some(())
        }
    }
    let mut seen = Seen(false);
    walk(body, &mut seen)?;
    seen.0.then_some(())
}

/// What a line about a payload says of it. Each text is JSON as it stands in the body, quotes
/// included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outline<'a> {
    /// The event.
    pub event: Option<&'a str>,
    /// The delivery's id.
    pub id: Option<&'a str>,
    /// `recipient` in `data`.
    pub recipient: Option<&'a str>,
    /// `value` in `data`.
    pub value: Option<&'a str>,
    /// `subject` in `data`.
    pub subject: Option<&'a str>,
    /// `message` in `data`.
    pub message: Option<&'a str>,
}

impl<'a> Outline<'a> {
    /// Reads a body, which must be UTF-8.
    ///
    /// `None` when it is broken, or unusual: a field that comes twice, an `event` that is no text.
    #[must_use]
    pub fn of(body: &'a [u8]) -> Option<Self> {
        let mut outline = Self::default();
        walk(body, &mut outline)?;
        Some(outline)
    }
}

impl<'a> Sink<'a> for Outline<'a> {
    const WITHIN_DATA: bool = true;

    fn text(&mut self, place: Place, key: &'a [u8], raw: &'a [u8]) -> Option<()> {
        let field = match (place, key) {
            (Place::Top, b"event") => &mut self.event,
            (Place::Top, b"id") => &mut self.id,
            (Place::Data, b"recipient") => &mut self.recipient,
            (Place::Data, b"value") => &mut self.value,
            (Place::Data, b"subject") => &mut self.subject,
            (Place::Data, b"message") => &mut self.message,
            _ => return Some(()),
        };
        let is_first = field.is_none();
        *field = std::str::from_utf8(raw).ok();
        is_first.then_some(())
    }
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the payload itself.
    Top,
    /// In its `data`.
    Data,
}

/// Who is told of texts.
trait Sink<'a> {
    /// Whether the texts of `data` matter.
    const WITHIN_DATA: bool;

    /// A key, without its quotes, and its text, with them. `None` gives up.
    fn text(&mut self, place: Place, key: &'a [u8], raw: &'a [u8]) -> Option<()>;
}

/// Passes over a body that is a JSON object.
fn walk<'a, S: Sink<'a>>(body: &'a [u8], sink: &mut S) -> Option<()> {
    let mut cursor = Cursor::new(body);
    cursor.white_space();
    cursor.literal(b"{")?;
    // The brackets that are open, innermost last: 1 for an object, 0 for an array.
    let mut open: u64 = 1;
    let mut depth = 1;
    let mut first = true;
    // Whether what is inside of the outermost object is `data`, and whether there was one.
    let (mut in_data, mut had_data) = (false, false);
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
        let mut place = None;
        let mut key: &[u8] = b"";
        if in_object {
            if depth == 1 {
                place = Some(Place::Top);
                key = cursor.plain_string()?;
                in_data = key == b"data";
                if in_data && std::mem::replace(&mut had_data, true) && S::WITHIN_DATA {
                    return None;
                }
            } else if S::WITHIN_DATA && depth == 2 && in_data {
                place = Some(Place::Data);
                key = cursor.plain_string()?;
            } else {
                cursor.skip_string()?;
            }
            cursor.white_space();
            cursor.literal(b":")?;
            cursor.white_space();
        }
        match cursor.peek()? {
            b'"' => match place {
                Some(place) => sink.text(place, key, cursor.raw_string()?)?,
                None => cursor.skip_string()?,
            },
            // An `event` of another type, or two of them: unusual enough.
            _ if place == Some(Place::Top) && key == b"event" => return None,
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
    cursor.is_at_end().then_some(())
}
