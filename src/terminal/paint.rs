//! What a piece of text means; the terminal decides how that looks.

/// The meaning of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Good,
    Bad,
    Warning,
    /// The main thing on the line.
    Strong,
    /// Less important than the rest.
    Faint,
    /// A JSON object's key, or a label.
    Key,
    Text,
    /// A JSON number, `true`, `false` or `null`.
    Literal,
}

pub(crate) trait Paint {
    fn paint(&self, role: Role, text: &str, out: &mut String);

    /// The columns of the terminal that the text is for, if it is for one.
    fn width(&self) -> Option<usize> {
        None
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain;

impl Paint for Plain {
    fn paint(&self, _: Role, text: &str, out: &mut String) {
        out.push_str(text);
    }
}
