//! Making and reading `X-Lettermint-Signature`.
//!
//! `v1` is the lowercase hex of HMAC-SHA256 over the digits of `t` as written, a dot, and the
//! raw body. The key is the secret with its `whsec_` (Lettermint documentation, "Signing"; the
//! SDKs' shared vectors).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::secret::Secret;

/// Bytes of an HMAC-SHA256.
pub const MAC_LEN: usize = 32;

/// The largest `t` that the SDKs accept: 2^53 - 1, the largest integer that JavaScript keeps
/// exactly.
pub const MAX_SIGNED_AT: i64 = (1 << 53) - 1;

/// An HMAC state keyed with one secret. Cloning the keyed state for every message saves the two
/// compressions that keying costs, a fifth of the work on a 600-byte body.
#[derive(Clone)]
pub struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    /// Keys the MAC with the secret as it stands.
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        Self::from_bytes(secret.expose())
    }

    /// Keys the MAC with any bytes.
    #[must_use]
    pub fn from_bytes(key: &[u8]) -> Self {
        match Hmac::new_from_slice(key) {
            Ok(mac) => Self(mac),
            Err(_) => unreachable!("HMAC takes keys of any length"),
        }
    }

    fn keyed_with(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        parts.iter().for_each(|part| mac.update(part));
        mac
    }

    /// The MAC of `<t>.<body>`, with `t` as the text that is signed.
    #[must_use]
    pub fn mac(&self, t: &[u8], body: &[u8]) -> [u8; MAC_LEN] {
        self.mac_of(&[t, b".", body])
    }

    /// The MAC of any message, for string-to-sign variants.
    #[must_use]
    pub fn mac_of(&self, parts: &[&[u8]]) -> [u8; MAC_LEN] {
        self.keyed_with(parts).finalize().into_bytes().into()
    }

    /// Whether any of `candidates` is the MAC of `<t>.<body>`, each compared in constant time.
    #[must_use]
    pub fn matches_any(&self, t: &[u8], body: &[u8], candidates: &[[u8; MAC_LEN]]) -> bool {
        let mac = self.keyed_with(&[t, b".", body]);
        let mut matched = false;
        for candidate in candidates {
            matched |= mac.clone().verify_slice(candidate).is_ok();
        }
        matched
    }

    /// The header value `t=<seconds>,v1=<hex>` for a body.
    #[must_use]
    pub fn sign(&self, signed_at: i64, body: &[u8]) -> String {
        let t = signed_at.to_string();
        let mac = hex(&self.mac(t.as_bytes(), body));
        ["t=", &t, ",v1=", mac.as_str()].concat()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([redacted])")
    }
}

/// Lowercase hex of a MAC, on the stack.
#[derive(Debug, Clone, Copy)]
pub struct HexMac([u8; 2 * MAC_LEN]);

impl HexMac {
    /// The 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Writes a MAC as lowercase hex.
#[must_use]
pub fn hex(mac: &[u8; MAC_LEN]) -> HexMac {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = [0; 2 * MAC_LEN];
    for (pair, byte) in out.chunks_exact_mut(2).zip(mac) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    HexMac(out)
}

/// Reads exactly 64 hex digits of either case.
#[must_use]
pub fn unhex(text: &[u8]) -> Option<[u8; MAC_LEN]> {
    let text: &[u8; 2 * MAC_LEN] = text.try_into().ok()?;
    let mut mac = [0; MAC_LEN];
    // Every digit is looked up, and only then is it asked whether one was none: a branch for
    // each costs a tenth of all that verifying a small delivery takes.
    let mut seen = 0;
    for (byte, pair) in mac.iter_mut().zip(text.chunks_exact(2)) {
        let (high, low) = (NIBBLES[usize::from(pair[0])], NIBBLES[usize::from(pair[1])]);
        seen |= high | low;
        *byte = high << 4 | low & 15;
    }
    (seen < 16).then_some(mac)
}

/// The value of each hex digit of either case; 16 for what is none.
const NIBBLES: [u8; 256] = {
    let mut values = [16; 256];
    let mut digit = 0;
    while digit < 16 {
        values[b"0123456789abcdef"[digit] as usize] = digit as u8;
        values[b"0123456789ABCDEF"[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

/// A signature header that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHeader<'a> {
    /// The digits of `t`, as written: they are what is signed.
    pub t: &'a str,
    /// `t` as unix seconds, 0 to [`MAX_SIGNED_AT`].
    pub signed_at: i64,
    /// Every well-formed `v1`, in order. Never empty.
    pub v1: Vec<[u8; MAC_LEN]>,
}

/// Why a signature header could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A byte outside printable ASCII.
    #[error("it contains a byte that is not printable ASCII")]
    NotPrintableAscii,
    /// Two `t` entries.
    #[error("it has more than one timestamp (`t=`)")]
    TimestampRepeated,
    /// `t` is not plain digits, or larger than 2^53 - 1.
    #[error("its timestamp (`t=`) is not a plain number of seconds")]
    TimestampInvalid,
    /// No `t` entry.
    #[error("it has no timestamp (`t=`)")]
    TimestampMissing,
    /// No `v1` entry of 64 hex digits.
    #[error("it has no `v1=` followed by 64 hex digits")]
    SignatureMissing,
}

impl<'a> SignatureHeader<'a> {
    /// Reads a header value as Lettermint's SDKs of 2026-10 do: entries split at commas and
    /// trimmed, then split at the first `=` without trimming around it; unknown entries and
    /// malformed `v1` ignored.
    ///
    /// # Errors
    /// [`Malformed`], the first that applies, in the SDKs' order.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        let is_printable = value.iter().all(|byte| (0x20..=0x7e).contains(byte));
        let value = (std::str::from_utf8(value).ok())
            .filter(|_| is_printable)
            .ok_or(Malformed::NotPrintableAscii)?;
        let mut timestamp = None;
        let mut v1 = Vec::new();
        for entry in value.split(',') {
            let Some((key, value)) = entry.trim().split_once('=') else {
                continue;
            };
            match key {
                "t" if timestamp.is_some() => return Err(Malformed::TimestampRepeated),
                "t" => timestamp = Some((value, parse_seconds(value)?)),
                "v1" => v1.extend(unhex(value.as_bytes())),
                _ => {}
            }
        }
        let (t, signed_at) = timestamp.ok_or(Malformed::TimestampMissing)?;
        if v1.is_empty() {
            return Err(Malformed::SignatureMissing);
        }
        Ok(Self { t, signed_at, v1 })
    }
}

/// Plain ASCII digits, at most 16 of them (as the Python SDK counts) and at most 2^53 - 1.
pub(crate) fn parse_seconds(text: &str) -> Result<i64, Malformed> {
    if text.is_empty() || text.len() > 16 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Malformed::TimestampInvalid);
    }
    match text.parse() {
        Ok(seconds) if seconds <= MAX_SIGNED_AT => Ok(seconds),
        _ => Err(Malformed::TimestampInvalid),
    }
}
