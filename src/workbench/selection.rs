//! Choosing recorded deliveries.

use crate::delivery::{Direction, Record};

/// What a delivery must be to be taken; empty parts ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Its id, or the beginning of it, is one of these.
    pub ids: Vec<String>,
    /// Its event matches one of these globs.
    pub events: Vec<String>,
    /// It was recorded at this time or later, in microseconds since 1970.
    pub since: Option<i64>,
    /// It was recorded before this time.
    pub until: Option<i64>,
    /// It was refused or not answered 2xx.
    pub failed: bool,
    /// It went this way.
    pub direction: Option<Direction>,
}

impl Selection {
    /// Whether a record is taken.
    #[must_use]
    pub fn takes(&self, record: &Record) -> bool {
        let id = record.id.as_deref().unwrap_or_default();
        let event = record.event.as_deref().unwrap_or_default();
        (self.ids.is_empty()
            || self
                .ids
                .iter()
                .any(|wanted| id.starts_with(wanted.as_str())))
            && (self.events.is_empty() || self.events.iter().any(|glob| glob_matches(glob, event)))
            && self.since.is_none_or(|since| record.at >= since)
            && self.until.is_none_or(|until| record.at < until)
            && (!self.failed || record.is_failed())
            && self
                .direction
                .is_none_or(|direction| record.direction == direction)
    }
}

/// Whether a glob matches a whole text; `*` stands for any run of characters, `?` for one.
#[must_use]
pub fn glob_matches(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut g, mut t) = (0, 0);
    // Where to go on after the last star when a later part does not fit.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match glob.get(g) {
            Some('*') => {
                retry = Some((g + 1, t));
                g += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                g += 1;
                t += 1;
            }
            _ => match retry {
                Some((after_star, from)) => {
                    retry = Some((after_star, from + 1));
                    g = after_star;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    glob[g..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::glob_matches;

    #[test]
    fn globs() {
        for (glob, text, expected) in [
            ("message.*", "message.sent", true),
            ("message.*", "webhook.test", false),
            ("*bounced", "message.soft_bounced", true),
            ("message.*_bounced", "message.hard_bounced", true),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a?c", "abc", true),
            ("*a*b*c", "xaybzbc", true),
            ("*a*b*c", "xaybzbcd", false),
            ("Message.sent", "message.sent", false),
        ] {
            assert_eq!(glob_matches(glob, text), expected, "{glob} {text}");
        }
    }
}
