//! Text reduced to its shape.

/// Replaces every letter and digit and keeps the rest: white space, punctuation, and how many
/// bytes a character takes. What breaks a body on its way (quotes, slashes, line ends,
/// characters outside ASCII) stays where it was.
pub(crate) fn masked(text: &str) -> String {
    text.chars().map(mask).collect()
}

fn mask(character: char) -> char {
    match character {
        'a'..='z' => 'x',
        'A'..='Z' => 'X',
        '0'..='9' => '0',
        // Punctuation, controls and U+2028, which PHP escapes, are no letters.
        '\0'..='\u{7f}' | '\u{2000}'..='\u{206f}' => character,
        other => match other.len_utf8() {
            2 => 'ñ',
            3 => '字',
            _ => '😀',
        },
    }
}

pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// Whether a text is an id that names nobody outside Lettermint: a UUID, one behind a prefix
/// (`test-`), or digits.
pub(crate) fn is_plain_id(text: &str) -> bool {
    is_uuid(text)
        || text.strip_prefix("test-").is_some_and(is_uuid)
        || (!text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(crate) fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !local.contains(char::is_whitespace)
            && !local.contains(['<', '>', ',', '"', '/', ':'])
            && is_domain(domain)
    })
}

/// Whether a text could be a host name of at least two labels.
pub(crate) fn is_domain(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        let is_in_one = |character: char| character.is_alphanumeric() || "-_".contains(character);
        (1..=63).contains(&label.len()) && label.chars().all(is_in_one)
    };
    text.len() <= 253
        && text.split('.').all(is_label)
        && text
            .rsplit_once('.')
            .is_some_and(|(_, last)| last.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        assert_eq!(
            masked("Grüße, <b>7</b>\r\n✓ 😀/\u{2028}"),
            "Xxññx, <x>0</x>\r\n字 😀/\u{2028}"
        );
        assert!(is_address("jane+x@mail.example.com"));
        assert!(!is_address("Jane <jane@example.com>"));
        assert!(is_domain("mail.example.com"));
        for no in ["example", "7.5.1", "a..b", "a b.c", ""] {
            assert!(!is_domain(no), "{no}");
        }
    }
}
