//! Characters that word processors, chats and web pages put into command lines that were plain.

/// What stands in place of a plain character outside of quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strange {
    Blank,
    /// `--` or `-`.
    Dash,
    Quote,
}

const STRANGE: [(&str, Strange, &str); 18] = [
    ("\u{a0}", Strange::Blank, "no-break space"),
    ("\u{2002}", Strange::Blank, "en space"),
    ("\u{2003}", Strange::Blank, "em space"),
    ("\u{2009}", Strange::Blank, "thin space"),
    ("\u{200b}", Strange::Blank, "zero width space"),
    ("\u{202f}", Strange::Blank, "narrow no-break space"),
    ("\u{3000}", Strange::Blank, "ideographic space"),
    ("\u{feff}", Strange::Blank, "zero width no-break space"),
    ("\u{2010}", Strange::Dash, "hyphen"),
    ("\u{2011}", Strange::Dash, "non-breaking hyphen"),
    ("\u{2013}", Strange::Dash, "en dash"),
    ("\u{2014}", Strange::Dash, "em dash"),
    ("\u{2212}", Strange::Dash, "minus sign"),
    ("\u{2018}", Strange::Quote, "typographic quote"),
    ("\u{2019}", Strange::Quote, "typographic quote"),
    ("\u{201c}", Strange::Quote, "typographic quote"),
    ("\u{201d}", Strange::Quote, "typographic quote"),
    ("\u{201e}", Strange::Quote, "typographic quote"),
];

/// The strange character that a text starts with: itself, what it stands for, its name.
pub(crate) fn strange(text: &[u8]) -> Option<(&'static str, Strange, &'static str)> {
    // All of them have three bytes in UTF-8 but the no-break space.
    if !matches!(text.first(), Some(0xc2 | 0xe2 | 0xe3 | 0xef)) {
        return None;
    }
    STRANGE
        .into_iter()
        .find(|(character, ..)| text.starts_with(character.as_bytes()))
}

/// A character as a message shows it: `U+00A0 (no-break space)`.
pub(crate) fn shown(character: &str, name: &str) -> String {
    let code = character.chars().next().map_or(0, u32::from);
    format!("U+{code:04X} ({name})")
}

/// What the quotes of a JSON body were changed into, if they were.
pub(crate) fn changed_quotes(body: &[u8]) -> Option<String> {
    let inside = body.strip_prefix(b"{")?.trim_ascii_start();
    match strange(inside) {
        Some((character, Strange::Quote, name)) => Some(shown(character, name)),
        _ if inside.starts_with(b"&quot;") => Some("&quot;".to_owned()),
        // Old PowerShell wants it so in plain quotes.
        _ if inside.starts_with(b"\\\"") => Some("\\\"".to_owned()),
        _ => None,
    }
}
