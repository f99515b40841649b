//! What a piece of text means; how it looks is the terminal's affair.

/// The meaning of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Went well.
    Good,
    /// Went wrong.
    Bad,
    /// Deserves a look.
    Warning,
    /// The main thing on the line.
    Strong,
    /// Less important than the rest.
    Faint,
    /// A JSON object's key, or a label.
    Key,
    /// A JSON string.
    Text,
    /// A JSON number, `true`, `false` or `null`.
    Literal,
}

/// Makes a role visible.
pub trait Paint {
    /// Appends `text` dressed for `role`.
    fn paint(&self, role: Role, text: &str, out: &mut String);
}

/// No colours at all.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Paint for Plain {
    fn paint(&self, _: Role, text: &str, out: &mut String) {
        out.push_str(text);
    }
}
