//! What may have been hashed: `t.body` with HMAC-SHA256, and what signers do instead.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::lettermint::headers;
use crate::lettermint::headers::Headers;
use crate::lettermint::timestamp;

use super::cause::{
    Cause, SIGNER_BODY_DIGEST, SIGNER_BODY_ONLY, SIGNER_BODY_TIMESTAMP, SIGNER_ID_PREFIXED,
    SIGNER_NO_DOT, SIGNER_ORDER, SIGNER_PLAIN_HASH, SIGNER_SECRET_HASHED_IN, SIGNER_SEPARATOR,
    SIGNER_SHA1, SIGNER_SHA512, SIGNER_SWAPPED, SIGNER_T_FLOAT, SIGNER_T_MILLISECONDS,
};
use super::secrets::Candidate;
use crate::diagnosis::signature_candidates::Claim;
use crate::json::tree::Node;

/// How a message becomes a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    HmacSha256,
    HmacSha1,
    HmacSha512,
    /// Without a key.
    Sha256,
    /// SHA-256 of secret and message.
    Sha256SecretFirst,
    /// SHA-256 of message and secret.
    Sha256SecretLast,
    /// HMAC-SHA256 keyed with the message, over the secret.
    Swapped,
}

/// Something that may have been hashed.
#[derive(Debug, Clone)]
pub(crate) struct Message<'a> {
    /// The signer's mistake.
    pub(crate) cause: &'static Cause,
    pub(crate) detail: &'static str,
    pub(crate) function: Function,
    parts: Vec<&'a [u8]>,
}

/// Texts that signers mix into the message, taken from the delivery.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    ids: Vec<String>,
    timestamps: Vec<String>,
}

impl Facts {
    /// From the payload, when the body is JSON, and the headers.
    pub(crate) fn of(headers: &Headers, body: &[u8]) -> Self {
        let mut facts = Self::default();
        let document = Node::parse(body).ok();
        let member = |name| {
            document
                .as_ref()
                .and_then(|d| d.get(name))
                .and_then(Node::text)
        };
        let from_header = headers.text(headers::DELIVERY_ID).map(str::to_owned);
        facts.ids.extend(member("id"));
        facts.ids.extend(from_header);
        facts.ids.dedup();
        for time in [member("timestamp"), member("created_at")]
            .into_iter()
            .flatten()
        {
            if let Some(micros) = timestamp::parse_micros(&time) {
                facts
                    .timestamps
                    .push((micros.div_euclid(1_000_000)).to_string());
            }
            facts.timestamps.push(time);
        }
        facts
    }

    /// Drops the times that a header claims as well: there they need no mistake of the signer.
    pub(crate) fn forget_times(&mut self, claims: &[Claim]) {
        self.timestamps
            .retain(|time| !claims.iter().any(|claim| claim.t == time.as_bytes()));
    }
}

/// Variants of `t` that signers use by mistake.
#[derive(Debug)]
pub(crate) struct Times {
    float: Vec<u8>,
    milliseconds: Vec<u8>,
}

impl Times {
    pub(crate) fn of(t: &[u8]) -> Self {
        Self {
            float: [t, b".0"].concat(),
            milliseconds: [t, b"000"].concat(),
        }
    }
}

/// Lower-case hex of the SHA-256 of a body.
pub(crate) fn body_digest(body: &[u8]) -> String {
    Sha256::digest(body)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Everything that a signer may have hashed instead of `t.body`, for the lengths of digest that
/// the claim has.
pub(crate) fn messages<'a>(
    claim: &'a Claim,
    times: &'a Times,
    body: &'a [u8],
    digest: &'a str,
    facts: &'a Facts,
) -> Vec<Message<'a>> {
    use Function::*;
    let t = &claim.t[..];
    let mut out = Vec::new();
    let mut add = |cause, detail, function, parts: &[&'a [u8]]| {
        out.push(Message {
            cause,
            detail,
            function,
            parts: parts.to_vec(),
        });
    };
    let has_length = |len| claim.digests.iter().any(|digest| digest.len() == len);
    if has_length(20) {
        add(&SIGNER_SHA1, "", HmacSha1, &[t, b".", body]);
        add(&SIGNER_SHA1, "over the body alone", HmacSha1, &[body]);
    }
    if has_length(64) {
        add(&SIGNER_SHA512, "", HmacSha512, &[t, b".", body]);
        add(&SIGNER_SHA512, "over the body alone", HmacSha512, &[body]);
    }
    if !has_length(32) {
        return out;
    }
    add(&SIGNER_BODY_ONLY, "", HmacSha256, &[body]);
    add(&SIGNER_NO_DOT, "", HmacSha256, &[t, body]);
    add(&SIGNER_SEPARATOR, "a colon", HmacSha256, &[t, b":", body]);
    add(
        &SIGNER_SEPARATOR,
        "a newline",
        HmacSha256,
        &[t, b"\n", body],
    );
    for id in &facts.ids {
        let parts = [id.as_bytes(), b".", t, b".", body];
        add(&SIGNER_ID_PREFIXED, "`id.t.body`", HmacSha256, &parts);
    }
    for time in &facts.timestamps {
        let parts = [time.as_bytes(), b".", body];
        add(&SIGNER_BODY_TIMESTAMP, "", HmacSha256, &parts);
    }
    add(&SIGNER_T_FLOAT, "", HmacSha256, &[&times.float, b".", body]);
    let parts = [&times.milliseconds[..], b".", body];
    add(&SIGNER_T_MILLISECONDS, "milliseconds", HmacSha256, &parts);
    add(&SIGNER_PLAIN_HASH, "of `t.body`", Sha256, &[t, b".", body]);
    add(&SIGNER_PLAIN_HASH, "of the body", Sha256, &[body]);
    add(
        &SIGNER_SECRET_HASHED_IN,
        "",
        Sha256SecretFirst,
        &[t, b".", body],
    );
    add(
        &SIGNER_SECRET_HASHED_IN,
        "",
        Sha256SecretLast,
        &[t, b".", body],
    );
    add(
        &SIGNER_SECRET_HASHED_IN,
        "without `t`",
        Sha256SecretFirst,
        &[body],
    );
    add(
        &SIGNER_SECRET_HASHED_IN,
        "without `t`",
        Sha256SecretLast,
        &[body],
    );
    add(&SIGNER_SWAPPED, "", Swapped, &[t, b".", body]);
    add(
        &SIGNER_BODY_DIGEST,
        "",
        HmacSha256,
        &[t, b".", digest.as_bytes()],
    );
    add(&SIGNER_ORDER, "", HmacSha256, &[body, b".", t]);
    add(&SIGNER_ORDER, "without a dot", HmacSha256, &[body, t]);
    out
}

impl Message<'_> {
    /// Bytes that are hashed.
    pub(crate) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    /// Whether the secret has a part in it.
    pub(crate) fn is_keyed(&self) -> bool {
        self.function != Function::Sha256
    }

    /// The digest with this key.
    pub(crate) fn digest(&self, candidate: &Candidate) -> Vec<u8> {
        let secret = candidate.bytes();
        match self.function {
            Function::HmacSha256 => candidate.key.mac_of(&self.parts).to_vec(),
            Function::HmacSha1 => mac::<Hmac<Sha1>>(secret, &self.parts),
            Function::HmacSha512 => mac::<Hmac<Sha512>>(secret, &self.parts),
            Function::Sha256 => sha256(&self.parts, &[]),
            Function::Sha256SecretFirst => sha256(&[secret], &self.parts),
            Function::Sha256SecretLast => sha256(&self.parts, &[secret]),
            Function::Swapped => {
                // A key longer than a block is hashed first (RFC 2104), so the message never
                // has to be put together in memory.
                let short = self.len() <= 64;
                let key = if short {
                    self.parts.concat()
                } else {
                    sha256(&self.parts, &[])
                };
                mac::<Hmac<Sha256>>(&key, &[secret])
            }
        }
    }
}

fn sha256(first: &[&[u8]], second: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in first.iter().chain(second) {
        hash.update(part);
    }
    hash.finalize().to_vec()
}

fn mac<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    match <M as KeyInit>::new_from_slice(key) {
        Ok(mut mac) => {
            for part in parts {
                mac.update(part);
            }
            mac.finalize().into_bytes().to_vec()
        }
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}
