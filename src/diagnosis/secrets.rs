//! Keys that may have been meant: each given secret, and what it is once a mistake is undone.

use std::collections::HashSet;

use crate::delivery::record::SecretRef;
use crate::lettermint::SigningKey;
use crate::lettermint::secret::PREFIX;
use sha2::{Digest, Sha256};

use super::bodies::{decode_base64, decode_hex, percent_decode};
use super::case::Case;
use super::cause::{
    Cause, SECRET_ASSIGNMENT, SECRET_BASE64_DECODED, SECRET_HEX_DECODED,
    SECRET_INVISIBLE_CHARACTERS, SECRET_NEWLINE_SIGNED, SECRET_OTHER, SECRET_PREFIX_CASE,
    SECRET_PREFIX_DOUBLED, SECRET_PREFIX_MISSING, SECRET_PREFIX_STRIPPED, SECRET_QUOTED,
    SECRET_TRAILING_TEXT, SECRET_URL_ENCODED, SECRET_WHITE_SPACE,
};

/// Lines of a file given as a secret that are looked at, in case it is a whole `.env`.
const MAX_LINES: usize = 50;

/// Number of secrets beyond which each is thought to have one mistake at most.
const MANY_SECRETS: usize = 16;

/// A key to try. No `Debug`: it holds the key.
#[derive(Clone)]
pub(crate) struct Candidate {
    /// Mistakes that this key undoes; none for a secret as given.
    pub(crate) causes: Vec<&'static Cause>,
    /// The secret it was made from.
    pub(crate) origin: SecretRef,
    bytes: Vec<u8>,
    /// The same, ready to sign with.
    pub(crate) key: SigningKey,
}

impl Candidate {
    fn new(causes: Vec<&'static Cause>, origin: SecretRef, bytes: Vec<u8>) -> Self {
        let key = SigningKey::from_bytes(&bytes);
        Self {
            causes,
            origin,
            bytes,
            key,
        }
    }

    /// The key bytes, for computing only.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The first 8 hex digits of the key's SHA-256.
    pub(crate) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.bytes);
        digest[..4].iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// Every key to try, fewest mistakes first, at most two on one secret.
pub(crate) fn candidates(case: &Case<'_>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut known: HashSet<Vec<u8>> = HashSet::new();
    let mut push = |candidate: Candidate| {
        // HMAC takes an empty key, and then anybody's signature would be a proof.
        if !candidate.bytes.is_empty() && known.insert(candidate.bytes.clone()) {
            found.push(candidate);
        }
    };
    let deepest = if case.secrets.len() <= MANY_SECRETS {
        2
    } else {
        1
    };
    let mut frontier: Vec<Candidate> = Vec::new();
    for (index, named) in case.secrets.iter().enumerate() {
        let origin = SecretRef {
            position: index + 1,
            source: named.source.clone(),
        };
        frontier.push(Candidate::new(
            Vec::new(),
            origin,
            named.secret.expose().to_vec(),
        ));
    }
    for depth in 0..=deepest {
        let mut next = Vec::new();
        for candidate in frontier {
            if depth < deepest {
                for (cause, bytes) in repairs(&candidate.bytes) {
                    let mut causes = candidate.causes.clone();
                    causes.push(cause);
                    next.push(Candidate::new(causes, candidate.origin.clone(), bytes));
                }
            }
            push(candidate);
        }
        if depth == 0 {
            for (index, named) in case.other_secrets.iter().enumerate() {
                let origin = SecretRef {
                    position: case.secrets.len() + index + 1,
                    source: named.source.clone(),
                };
                let bytes = named.secret.expose().to_vec();
                push(Candidate::new(vec![&SECRET_OTHER], origin, bytes));
            }
        }
        frontier = next;
    }
    found.sort_by_key(|candidate| candidate.causes.len());
    found
}

/// Each single mistake undone, where it can have been made.
fn repairs(secret: &[u8]) -> Vec<(&'static Cause, Vec<u8>)> {
    let mut out: Vec<(&'static Cause, Vec<u8>)> = Vec::new();
    let prefix = PREFIX.as_bytes();
    let trimmed = secret.trim_ascii();
    if trimmed != secret {
        out.push((&SECRET_WHITE_SPACE, trimmed.to_vec()));
    }
    if let Some(inner) = unquoted(secret) {
        out.push((&SECRET_QUOTED, inner.to_vec()));
    }
    for value in assigned(secret) {
        out.push((&SECRET_ASSIGNMENT, value.to_vec()));
        if let Some(inner) = unquoted(value) {
            out.push((&SECRET_ASSIGNMENT, inner.to_vec()));
        }
    }
    for value in without_trailing_text(secret) {
        out.push((&SECRET_TRAILING_TEXT, value.to_vec()));
    }
    if let Some(visible) = without_invisible(secret) {
        out.push((&SECRET_INVISIBLE_CHARACTERS, visible));
    }
    if secret.contains(&b'%') {
        out.push((&SECRET_URL_ENCODED, percent_decode(secret, false)));
    }
    let mut undoubled = secret;
    while let Some(rest) = undoubled.strip_prefix(prefix)
        && rest.starts_with(prefix)
    {
        undoubled = rest;
    }
    if undoubled.len() != secret.len() {
        out.push((&SECRET_PREFIX_DOUBLED, undoubled.to_vec()));
    }
    match secret.get(..prefix.len()) {
        Some(start) if start == prefix => {
            let rest = &secret[prefix.len()..];
            out.push((&SECRET_PREFIX_STRIPPED, rest.to_vec()));
            out.extend(decoded(rest));
        }
        Some(start) if start.eq_ignore_ascii_case(prefix) => {
            let rest = &secret[prefix.len()..];
            out.push((&SECRET_PREFIX_CASE, [prefix, rest].concat()));
        }
        _ => {
            out.push((&SECRET_PREFIX_MISSING, [prefix, secret].concat()));
            out.extend(decoded(secret));
        }
    }
    for newline in [&b"\n"[..], b"\r\n"] {
        out.push((&SECRET_NEWLINE_SIGNED, [secret, newline].concat()));
    }
    out
}

fn decoded(text: &[u8]) -> impl Iterator<Item = (&'static Cause, Vec<u8>)> + use<> {
    let base64 = decode_base64(text).map(|key| (&SECRET_BASE64_DECODED, key));
    let hex = decode_hex(text).map(|key| (&SECRET_HEX_DECODED, key));
    base64.into_iter().chain(hex)
}

fn unquoted(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] | [b'`', inner @ .., b'`'] => {
            Some(inner)
        }
        _ => None,
    }
}

/// The values of lines like `export NAME = value`.
fn assigned(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&b| b == b'\n')
        .take(MAX_LINES)
        .filter_map(|line| {
            let line = line.trim_ascii();
            let line = line.strip_prefix(b"export ").unwrap_or(line);
            let at = memchr::memchr2(b'=', b':', line)?;
            let name = line[..at].trim_ascii();
            let is_name = name
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'"'));
            // The padding of base64 is no assignment.
            let value = line[at + 1..].trim_ascii();
            (is_name && !name.is_empty() && !value.is_empty()).then_some(value)
        })
}

/// Cut before a semicolon at the end, and before a comment.
fn without_trailing_text(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let semicolon = text.trim_ascii_end().strip_suffix(b";");
    let comma = text.trim_ascii_end().strip_suffix(b",");
    let comment = text
        .iter()
        .position(|&b| b == b'#')
        .filter(|&at| at > 0)
        .map(|at| &text[..at]);
    [semicolon, comma, comment]
        .into_iter()
        .flatten()
        .map(<[u8]>::trim_ascii_end)
}

fn without_invisible(secret: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(secret).ok()?;
    let visible: String = text
        .chars()
        .filter(|c| {
            !matches!(
                c,
                '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202f}'
                    | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\0'
            )
        })
        .collect();
    (visible.len() != text.len()).then(|| visible.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes_for(given: &str, meant: &[u8]) -> Vec<&'static str> {
        repairs(given.as_bytes())
            .into_iter()
            .filter(|(_, key)| key == meant)
            .map(|(cause, _)| cause.code)
            .collect()
    }

    #[test]
    fn each_mistake_is_undone() {
        let meant = "whsec_aGVsbG8gd29ybGQ";
        for (given, code) in [
            (format!("{meant}\n"), "secret.white_space"),
            (format!(" {meant}\r\n"), "secret.white_space"),
            (format!("\"{meant}\""), "secret.quoted"),
            (format!("'{meant}'"), "secret.quoted"),
            (
                format!("LETTERMINT_WEBHOOK_SECRET={meant}"),
                "secret.assignment",
            ),
            (
                format!("A=1\nexport KEY=\"{meant}\"\n"),
                "secret.assignment",
            ),
            (format!("{meant};"), "secret.trailing_text"),
            (format!("{meant} # production"), "secret.trailing_text"),
            (meant.replace("whsec_", ""), "secret.prefix_missing"),
            (format!("whsec_{meant}"), "secret.prefix_doubled"),
            (meant.replace("whsec_", "WHSEC_"), "secret.prefix_case"),
            (meant.replace('_', "%5F"), "secret.url_encoded"),
            (
                format!("\u{feff}{meant}\u{200b}"),
                "secret.invisible_characters",
            ),
        ] {
            assert_eq!(
                codes_for(&given, meant.as_bytes()).first(),
                Some(&code),
                "{code}"
            );
        }
    }

    #[test]
    fn each_mistake_of_the_sender_is_made() {
        for (given, key, code) in [
            ("whsec_abc", &b"abc"[..], "secret.prefix_stripped"),
            ("whsec_aGVsbG8=", b"hello", "secret.base64_decoded"),
            ("whsec_aGVsbG8", b"hello", "secret.base64_decoded"),
            ("whsec_-_8=", b"\xfb\xff", "secret.base64_decoded"),
            ("whsec_68656c6c6f", b"hello", "secret.hex_decoded"),
            ("whsec_abc", b"whsec_abc\n", "secret.newline_signed"),
        ] {
            assert_eq!(codes_for(given, key), [code]);
        }
    }

    #[test]
    fn the_fingerprint_is_eight_digits_of_sha256() {
        let origin = SecretRef {
            position: 1,
            source: "test".into(),
        };
        let candidate = Candidate::new(Vec::new(), origin, b"abc".to_vec());
        assert_eq!(candidate.fingerprint(), "ba7816bf");
    }
}
