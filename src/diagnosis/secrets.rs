//! Keys that may have been meant: each given secret, and what it is once a mistake is undone.

use std::collections::HashSet;

use crate::delivery::record::SecretRef;
use crate::lettermint::secret::{PREFIX, is_invisible, without_quotes};
use crate::lettermint::{NamedSecret, SigningKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::bodies::{decode_base64, decode_hex, percent_decode};
use super::cause::*;

/// Lines of a file given as a secret that are looked at, in case it is a whole `.env`.
const MAX_LINES: usize = 50;

/// Number of secrets beyond which each is thought to have one mistake at most.
const MANY_SECRETS: usize = 16;

/// A key to try. No `Debug`: it holds the key.
#[derive(Clone)]
pub(crate) struct KeyCandidate {
    /// Mistakes that this key undoes; none for a secret as given.
    pub(crate) causes: Vec<&'static Cause>,
    pub(crate) origin: SecretRef,
    pub(crate) bytes: Vec<u8>,
    pub(crate) key: SigningKey,
}

impl KeyCandidate {
    fn new(causes: Vec<&'static Cause>, origin: SecretRef, bytes: Vec<u8>) -> Self {
        let key = SigningKey::from_bytes(&bytes);
        Self {
            causes,
            origin,
            bytes,
            key,
        }
    }

    /// The first 8 hex digits of the key's SHA-256.
    pub(crate) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.bytes);
        digest[..4].iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// Every key to try, fewest mistakes first, at most two on one secret.
pub(crate) fn key_candidates(secrets: &[NamedSecret]) -> Vec<KeyCandidate> {
    let mut found: Vec<KeyCandidate> = Vec::new();
    let mut known: HashSet<Vec<u8>> = HashSet::new();
    let most_mistakes = if secrets.len() <= MANY_SECRETS { 2 } else { 1 };
    let as_given = secrets.iter().enumerate().map(|(index, named)| {
        let origin = SecretRef {
            position: index + 1,
            source: named.source.clone(),
        };
        KeyCandidate::new(Vec::new(), origin, named.secret.expose().to_vec())
    });
    let mut frontier: Vec<KeyCandidate> = as_given.collect();
    for mistakes in 0..=most_mistakes {
        let mut next = Vec::new();
        for candidate in frontier {
            if mistakes < most_mistakes {
                next.extend(members(&candidate));
                next.extend(repairs(&candidate.bytes).into_iter().map(|(cause, bytes)| {
                    let causes = [&candidate.causes[..], &[cause]].concat();
                    KeyCandidate::new(causes, candidate.origin.clone(), bytes)
                }));
            }
            // HMAC takes an empty key, and then anybody's signature would be a proof.
            if !candidate.bytes.is_empty() && known.insert(candidate.bytes.clone()) {
                found.push(candidate);
            }
        }
        frontier = next;
    }
    found
}

/// The texts of a JSON document that was given as the secret, each with its member's path.
fn members(whole: &KeyCandidate) -> Vec<KeyCandidate> {
    let Ok(document @ (Value::Object(_) | Value::Array(_))) = serde_json::from_slice(&whole.bytes)
    else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    collect_texts(document, String::new(), &mut texts);
    let member = |(path, text): (String, String)| {
        let causes = [&whole.causes[..], &[&SECRET_DOCUMENT]].concat();
        let mut origin = whole.origin.clone();
        origin.source.push_str(&format!(", member `{path}`"));
        KeyCandidate::new(causes, origin, text.into_bytes())
    };
    texts.into_iter().take(MAX_LINES).map(member).collect()
}

fn collect_texts(value: Value, path: String, texts: &mut Vec<(String, String)>) {
    let below = |name: String| match path.is_empty() {
        true => name,
        false => format!("{path}.{name}"),
    };
    match value {
        Value::String(text) => texts.push((path, text)),
        Value::Object(members) => {
            (members.into_iter()).for_each(|(name, value)| collect_texts(value, below(name), texts))
        }
        Value::Array(values) => (values.into_iter().enumerate())
            .for_each(|(place, value)| collect_texts(value, below(place.to_string()), texts)),
        _ => {}
    }
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
    if let [0xff, 0xfe, rest @ ..] | [0xfe, 0xff, rest @ ..] = secret {
        let is_little = secret[0] == 0xff;
        let unit = |pair: &[u8]| match is_little {
            true => u16::from_le_bytes([pair[0], pair[1]]),
            false => u16::from_be_bytes([pair[0], pair[1]]),
        };
        let units: Vec<u16> = rest.chunks_exact(2).map(unit).collect();
        let text = String::from_utf16_lossy(&units);
        // The newline is the editor's, in two bytes.
        out.push((&SECRET_UTF16, text.trim_end().as_bytes().to_vec()));
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
            out.push((&SECRET_PREFIX_CASE, secret.to_ascii_lowercase()));
        }
        _ => {
            out.push((&SECRET_PREFIX_MISSING, [prefix, secret].concat()));
            out.extend(decoded(secret));
        }
    }
    let words: Vec<&[u8]> = trimmed.split(u8::is_ascii_whitespace).collect();
    if words.len() > 1 {
        out.push((&SECRET_INNER_WHITE_SPACE, words.concat()));
    }
    for value in unescaped(secret) {
        out.push((&SECRET_ESCAPED, value));
    }
    for value in inside(secret) {
        out.push((&SECRET_EMBEDDED, value.to_vec()));
    }
    for newline in [&b"\n"[..], b"\r\n"] {
        out.push((&SECRET_NEWLINE_SIGNED, [secret, newline].concat()));
    }
    out
}

fn decoded(text: &[u8]) -> impl Iterator<Item = (&'static Cause, Vec<u8>)> + use<> {
    let base64 = decode_base64(text).map(|key| (&SECRET_BASE64_DECODED, key));
    let hex = decode_hex(text).map(|key| (&SECRET_HEX_DECODED, key));
    let found = base64.into_iter().chain(hex);
    let holds = |key: &[u8]| memchr::memmem::find(key, PREFIX.as_bytes()).is_some();
    let holds_secret =
        move |key: &[u8]| holds(key) || decode_base64(key).is_some_and(|key| holds(&key));
    found.map(move |(cause, key)| match holds_secret(&key) {
        // A secret comes out: it is the configuration that still has it encoded.
        true => (&SECRET_STILL_ENCODED, key),
        false => (cause, key),
    })
}

/// Without backslashes before other characters, and without a `\n` at the end that is no newline.
fn unescaped(secret: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let end = [&b"\\r\\n"[..], b"\\n", b"\\t"];
    let cut = end.iter().find_map(|end| secret.strip_suffix(*end));
    let plain: Vec<u8> = secret
        .iter()
        .copied()
        .filter(|byte| *byte != b'\\')
        .collect();
    let plain = (plain.len() < secret.len()).then_some(plain);
    cut.map(<[u8]>::to_vec).into_iter().chain(plain)
}

/// Every `whsec_…` with more than white space and quotes before it, as far as its letters go.
fn inside(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let inner = text.trim_ascii();
    let begins = unquoted(inner)
        .unwrap_or(inner)
        .starts_with(PREFIX.as_bytes());
    let text = if begins { b"" } else { text };
    let starts = memchr::memmem::find_iter(text, PREFIX.as_bytes()).take(MAX_LINES);
    starts.filter_map(|start| {
        let belongs =
            |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+' | b'/' | b'=');
        let length = text[start..].iter().take_while(|b| belongs(b)).count();
        (length < text.len()).then(|| &text[start..start + length])
    })
}

fn unquoted(text: &[u8]) -> Option<&[u8]> {
    let inner = without_quotes(std::str::from_utf8(text).ok()?)?;
    Some(inner.as_bytes())
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

/// Cut before a semicolon or comma, after which another secret may stand, and before a comment.
fn without_trailing_text(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let separator = memchr::memchr2(b';', b',', text).map(|at| &text[..at]);
    let comment = text
        .iter()
        .position(|&b| b == b'#')
        .filter(|&at| at > 0)
        .map(|at| &text[..at]);
    [separator, comment]
        .into_iter()
        .flatten()
        .map(<[u8]>::trim_ascii_end)
}

fn without_invisible(secret: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(secret).ok()?;
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    (visible.len() != text.len()).then(|| visible.into_bytes())
}
