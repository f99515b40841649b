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

impl Role {
    pub(crate) fn of(is_good: bool) -> Self {
        if is_good { Self::Good } else { Self::Bad }
    }
}

/// The mark in front of what is good or bad, and how it looks.
pub(crate) fn mark(is_good: bool) -> (&'static str, Role) {
    (if is_good { "✓" } else { "✗" }, Role::of(is_good))
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
