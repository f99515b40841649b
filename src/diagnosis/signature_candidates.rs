//! What the headers may have said: a time and digests, as given and once a mistake is undone.

use crate::lettermint::headers;
use crate::lettermint::headers::{HeaderLine, Headers};
use crate::lettermint::signature::parse_seconds;

use super::bodies::{decode_base64, decode_hex, percent_decode};
use super::cause::*;

/// The timestamp header of Lettermint's first scheme.
const OLD_TIMESTAMP: &str = "X-Lettermint-Timestamp";
/// Repeats of the header, and joined signatures, that are looked at.
const MAX_REPEATS: usize = 8;
/// Longest header value that is looked at, in bytes.
const MAX_VALUE: usize = 8 << 10;

/// A time and the digests that are said to belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignatureCandidate {
    /// The mistake that this reading undoes; `None` as given.
    pub(crate) cause: Option<&'static Cause>,
    pub(crate) detail: String,
    pub(crate) t: Vec<u8>,
    /// Digests of the lengths of SHA-1, SHA-256 and SHA-512.
    pub(crate) digests: Vec<Vec<u8>>,
}

impl SignatureCandidate {
    /// Whether `digest` is among the given ones. Every byte is compared, so that timing says
    /// nothing of where a forged one is wrong.
    pub(crate) fn has(&self, digest: &[u8]) -> bool {
        self.digests.iter().fold(false, |found, given| {
            let same = given.len() == digest.len()
                && given.iter().zip(digest).fold(0, |d, (a, b)| d | (a ^ b)) == 0;
            found | same
        })
    }
}

/// Every reading of the headers, the one as given first.
pub(crate) fn signature_candidates(headers: &Headers) -> Vec<SignatureCandidate> {
    let values: Vec<&[u8]> = headers
        .all(headers::SIGNATURE)
        .filter(|value| value.len() <= MAX_VALUE)
        .take(MAX_REPEATS)
        .collect();
    let delivery = headers.text(headers::DELIVERY).map(str::trim);
    let mut found = Found(Vec::new());
    match values[..] {
        [] => {
            for header in renamed(headers).take(MAX_REPEATS) {
                let name = header.name.escape_debug();
                found.read(&HEADER_RENAMED, &format!("`{name}`"), header.value);
            }
        }
        [value] => one_value(value, headers, delivery, &mut found),
        _ => {
            for (index, value) in values.iter().enumerate() {
                let detail = format!("number {} of {}", index + 1, values.len());
                found.read(&HEADER_REPEATED, &detail, value);
            }
        }
    }
    found.0
}

/// Undoes what may have happened to the header's value; `None` where it cannot have.
type Repair = fn(&[u8]) -> Option<Vec<u8>>;

static VALUE_REPAIRS: [(&Cause, Repair); 4] = [
    (&HEADER_QUOTED, |value| match value.trim_ascii() {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => Some(inner.to_vec()),
        _ => None,
    }),
    (&HEADER_URL_ENCODED, |value| {
        let has_escapes = value.contains(&b'%');
        has_escapes.then(|| percent_decode(value, false))
    }),
    (&HEADER_NAME_INSIDE, |value| {
        let (name, rest) = value.split_at(memchr::memchr(b':', value)?);
        let is_name = name.to_ascii_lowercase().ends_with(b"signature");
        is_name.then(|| rest[1..].to_vec())
    }),
    (&HEADER_SPACES, |value| {
        let keep = |b: &u8| !b.is_ascii_whitespace();
        let is_broken = read(value).is_none();
        is_broken.then(|| value.iter().copied().filter(keep).collect())
    }),
];

fn one_value(value: &[u8], headers: &Headers, delivery: Option<&str>, found: &mut Found) {
    let printable = |b: &u8| (0x20..=0x7e).contains(b);
    if !value.iter().all(printable) {
        let rest: Vec<u8> = value.iter().copied().filter(printable).collect();
        found.read(&HEADER_STRAY_BYTES, "", &rest);
        return;
    }
    let given = read(value);
    if let Some((t, digests)) = &given {
        found.push(None, "", t, digests.clone());
    }
    for (cause, repair) in VALUE_REPAIRS {
        if let Some(repaired) = repair(value) {
            found.read(cause, "", &repaired);
        }
    }
    let groups = signatures_in(value);
    if groups.len() > 1 {
        for (index, group) in groups.iter().enumerate().take(MAX_REPEATS) {
            let detail = format!("number {} of {}", index + 1, groups.len());
            found.read(&HEADER_JOINED, &detail, group);
        }
    }
    let old_digest = value.trim_ascii().strip_prefix(b"sha256=");
    if let Some(digest) = old_digest.and_then(decode_hex) {
        let times = [headers.text(OLD_TIMESTAMP).map(str::trim), delivery];
        for t in times.into_iter().flatten() {
            let digests = vec![digest.clone()];
            found.push(Some(&HEADER_OLD_SCHEME), "", t.as_bytes(), digests);
        }
    }
    if let Some(t) = entries(value, b"t=").next() {
        let base64 = entries(value, b"v1=").filter_map(decode_base64);
        let base64 = base64.filter(|digest| digest.len() == 32).collect();
        found.push(Some(&HEADER_BASE64_DIGEST), "", t, base64);
    }
    if let Some((t, digests)) = given {
        if let Some(delivery) = delivery.filter(|d| d.as_bytes() != t && !d.is_empty()) {
            let t = delivery.as_bytes();
            found.push(Some(&HEADER_T_CHANGED), "", t, digests.clone());
        }
        if t.len() == 13 {
            found.push(Some(&HEADER_T_MILLISECONDS), "", &t[..10], digests);
        }
    }
}

struct Found(Vec<SignatureCandidate>);

impl Found {
    fn push(
        &mut self,
        cause: Option<&'static Cause>,
        detail: &str,
        t: &[u8],
        digests: Vec<Vec<u8>>,
    ) {
        let known = |known: &SignatureCandidate| known.t == t && known.digests == digests;
        if !digests.is_empty() && !self.0.iter().any(known) {
            self.0.push(SignatureCandidate {
                cause,
                detail: detail.to_owned(),
                t: t.to_vec(),
                digests,
            });
        }
    }

    fn read(&mut self, cause: &'static Cause, detail: &str, value: &[u8]) {
        if let Some((t, digests)) = read(value) {
            self.push(Some(cause), detail, &t, digests);
        }
    }
}

/// What stands behind a name such as `t=`, in each entry of that name.
fn entries<'a>(value: &'a [u8], name: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    let entries = value.split(|&b| b == b',').map(<[u8]>::trim_ascii);
    entries.filter_map(move |entry| entry.strip_prefix(name))
}

/// A time of plain digits and hex digests, of lengths that only other hashes have included.
fn read(value: &[u8]) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let mut times = entries(value, b"t=");
    let (t, None) = (times.next()?, times.next()) else {
        return None;
    };
    parse_seconds(std::str::from_utf8(t).ok()?).ok()?;
    let digests: Vec<Vec<u8>> = entries(value, b"v1=")
        .filter_map(decode_hex)
        .filter(|digest| matches!(digest.len(), 20 | 32 | 64))
        .collect();
    (!digests.is_empty()).then(|| (t.to_vec(), digests))
}

/// Cuts a value before every `t=` entry.
fn signatures_in(value: &[u8]) -> Vec<Vec<u8>> {
    let mut groups: Vec<Vec<u8>> = Vec::new();
    for entry in value.split(|&b| b == b',') {
        let entry = entry.trim_ascii();
        match groups.last_mut() {
            Some(group) if !entry.starts_with(b"t=") => {
                group.push(b',');
                group.extend_from_slice(entry);
            }
            _ => groups.push(entry.to_vec()),
        }
    }
    groups
}

/// Headers whose name is the signature's, but for what CGI, WSGI, Rack and proxies do to names.
fn renamed(headers: &Headers) -> impl Iterator<Item = HeaderLine<'_>> {
    headers.iter().filter(|header| {
        let name: String = header
            .name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        header.value.len() <= MAX_VALUE && name.ends_with("lettermintsignature")
    })
}
