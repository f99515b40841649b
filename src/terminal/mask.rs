//! Secrets are masked where text leaves the program, so that no message has to think of it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use memchr::memmem;

use crate::delivery::Reply;
use crate::delivery::record::is_credential;
use crate::lettermint::secret::PREFIX;
use crate::lettermint::{Headers, Secret};

/// What stands for a secret without the prefix.
const MASK: &str = "[redacted]";

/// Anything shorter than this may be an ordinary word; what follows the prefix, too.
const SHORTEST: usize = 8;
const SHORTEST_REST: usize = 16;

/// The secrets that this run came to know.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mask {
    known: Arc<RwLock<Vec<Needle>>>,
}

#[derive(Clone)]
struct Needle {
    finder: memmem::Finder<'static>,
    mask: &'static str,
}

impl std::fmt::Debug for Needle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(MASK)
    }
}

impl Mask {
    /// Masks these bytes from now on, also without white space around them, without `whsec_`, and
    /// in base64 or hexadecimal digits.
    pub(crate) fn hide(&self, secret: &[u8]) {
        let secret = secret.trim_ascii();
        let lints = Secret::new(secret).map(|secret| secret.lints());
        if lints.is_ok_and(|lints| lints.iter().any(|lint| lint.is_no_secret())) {
            // `undefined` is a word of ours, too.
            return;
        }
        let rest = secret.strip_prefix(PREFIX.as_bytes());
        let rest = rest.filter(|rest| rest.len() >= SHORTEST_REST);
        let starts = secret.starts_with(PREFIX.as_bytes());
        let whole = (secret, if starts { "whsec_…" } else { MASK });
        let encoded = match secret.len() {
            ..SHORTEST => Vec::new(),
            // Without the last letters, in which what follows would show.
            _ => vec![
                BASE64.encode(&secret[..secret.len() / 3 * 3]),
                secret.iter().map(|byte| format!("{byte:02x}")).collect(),
                secret.iter().map(|byte| format!("{byte:02X}")).collect(),
            ],
        };
        let encoded = encoded.iter().map(|text| (text.as_bytes(), MASK));
        let parts = [Some(whole), rest.map(|rest| (rest, MASK))];
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (bytes, mask) in parts.into_iter().flatten().chain(encoded) {
            let is_known = known.iter().any(|needle| needle.finder.needle() == bytes);
            if bytes.len() >= SHORTEST && !is_known {
                let finder = memmem::Finder::new(bytes).into_owned();
                known.push(Needle { finder, mask });
            }
        }
        // What is part of another goes after it.
        known.sort_by_key(|needle| Reverse(needle.finder.needle().len()));
    }

    /// Masks a header's value, and what follows its scheme, if it authenticates a request.
    pub(crate) fn hide_credential(&self, name: &str, value: &[u8]) {
        if is_credential(name) {
            self.hide(value);
            self.hide(memchr::memchr(b' ', value).map_or(b"", |at| &value[at..]));
        }
    }

    /// The bytes with everything masked that is known.
    pub(crate) fn known<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut masked = Cow::Borrowed(bytes);
        for Needle { finder, mask } in known.iter() {
            if finder.find(&masked).is_none() {
                continue;
            }
            let length = finder.needle().len();
            let mut out = Vec::with_capacity(masked.len());
            let mut copied = 0;
            for at in finder.find_iter(&masked) {
                out.extend_from_slice(&masked[copied..at]);
                out.extend_from_slice(mask.as_bytes());
                copied = at + length;
            }
            out.extend_from_slice(&masked[copied..]);
            masked = Cow::Owned(out);
        }
        masked
    }

    pub(crate) fn known_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.known(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(masked) => Cow::Owned(String::from_utf8_lossy(&masked).into_owned()),
        }
    }

    /// A message with everything masked that is known, or begins as secrets do: it may have been
    /// typed where a name, a number or a URL belongs.
    pub(crate) fn message<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = self.known_text(text);
        match masked_by_prefix(&text) {
            Some(masked) => Cow::Owned(masked),
            None => text,
        }
    }

    /// A reply without the secrets that a handler sends back, such as a page for debugging.
    pub(crate) fn reply(&self, mut reply: Reply) -> Reply {
        if let Cow::Owned(masked) = self.known(&reply.body) {
            reply.body = Bytes::from(masked);
        }
        let is_masked = |value: &[u8]| matches!(self.known(value), Cow::Owned(_));
        if reply.headers.iter().any(|line| is_masked(line.value)) {
            let mut headers = Headers::default();
            for line in &reply.headers {
                headers.push(line.name, &*self.known(line.value));
            }
            reply.headers = headers;
        }
        reply
    }
}

/// With `whsec_…` for everything that begins like a secret, if there is anything.
fn masked_by_prefix(text: &str) -> Option<String> {
    let belongs = |c: char| c.is_ascii_alphanumeric() || "_-+/=.$!@#%^&*~".contains(c);
    // In any case: a shell or a template may have changed it.
    let lower = text.to_ascii_lowercase();
    let mut out = String::new();
    let mut copied = 0;
    for (at, _) in lower.match_indices(PREFIX) {
        let from = at + PREFIX.len();
        let length: usize = text[from..]
            .chars()
            .take_while(|c| belongs(*c))
            .map(char::len_utf8)
            .sum();
        if at >= copied && length > 0 {
            out.push_str(&text[copied..at]);
            out.push_str("whsec_…");
            copied = from + length;
        }
    }
    (copied > 0).then(|| out + &text[copied..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_what_is_known_and_what_begins_like_it() {
        let mask = Mask::default();
        mask.hide(b" whsec_abcdefghabcdefgh\n");
        mask.hide(b"whsec_deliveries");
        mask.hide(b"placeholder");
        mask.hide(b"hunter2!hunter2!");
        mask.hide(b"short");
        for (text, shown, message) in [
            ("a whsec_abcdefghabcdefgh b", "a whsec_… b", "a whsec_… b"),
            (
                "key abcdefghabcdefgh, short",
                "key [redacted], short",
                "key [redacted], short",
            ),
            ("x hunter2!hunter2!", "x [redacted]", "x [redacted]"),
            (
                "aHVudGVyMiFodW50ZXIyIQ== 68756e7465723221 68756e746572322168756e7465723221",
                "[redacted]IQ== 68756e7465723221 [redacted]",
                "[redacted]IQ== 68756e7465723221 [redacted]",
            ),
            (
                "whsec_other, WHSEC_A",
                "whsec_other, WHSEC_A",
                "whsec_…, whsec_…",
            ),
            (
                "placeholder of deliveries: `whsec_…`, whsec_",
                "placeholder of deliveries: `whsec_…`, whsec_",
                "placeholder of deliveries: `whsec_…`, whsec_",
            ),
        ] {
            assert_eq!(mask.known_text(text), shown);
            assert_eq!(mask.message(text), message);
        }
        assert!(!format!("{mask:?}").contains("abcdefgh"));
    }
}
