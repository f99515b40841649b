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

/// A line without the prompt of bash, cmd.exe or PowerShell in front of it: `user@host:~$ `,
/// `C:\\Users\\me>`.
pub(crate) fn without_prompt(line: &[u8]) -> &[u8] {
    let is_prompt = |end: &usize| {
        let prompt = &line[..*end];
        let is_path = prompt.get(1..3) == Some(b":\\") || prompt.starts_with(b"PS ");
        prompt.is_empty() || is_path || !prompt.contains(&b' ') && prompt.contains(&b'@')
    };
    let bash = memchr::memmem::find(line, b"$ ").filter(is_prompt);
    let windows = || memchr::memchr(b'>', line).filter(|end| *end > 0 && is_prompt(end));
    let end = bash.map(|end| end + 2);
    let end = end.or_else(|| Some(windows()? + 1));
    &line[end.unwrap_or(0)..]
}

/// Damage to a command that was seen through, each kind once: what, in which lines, and what was
/// done about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Damage(Vec<(String, Vec<usize>, String)>);

impl Damage {
    pub(crate) fn note(&mut self, what: &str, line: usize, read: &str) {
        let mut known = self.0.iter_mut();
        match known.find(|(known, _, as_what)| known == what && as_what == read) {
            Some((_, lines, _)) if lines.last() == Some(&line) => {}
            Some((_, lines, _)) => lines.push(line),
            None => self.0.push((what.to_owned(), vec![line], read.to_owned())),
        }
    }

    pub(crate) fn extend(&mut self, other: Self) {
        for (what, lines, read) in other.0 {
            lines.iter().for_each(|line| self.note(&what, *line, &read));
        }
    }

    /// One clause for each kind.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(what, lines, read)| {
            let noun = if lines.len() == 1 { "line" } else { "lines" };
            let lines: Vec<_> = lines.iter().map(usize::to_string).collect();
            format!("{what} {noun} {}{read}", lines.join(", "))
        })
    }
}
