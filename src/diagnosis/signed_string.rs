//! What may have been hashed: `t.body` with HMAC-SHA256, and what signers do instead.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::json::tree::Node;
use crate::lettermint::headers;
use crate::lettermint::headers::Headers;
use crate::lettermint::timestamp;

use self::Function::{HmacSha1, HmacSha256, HmacSha512, SecretFirst, SecretLast, Swapped};
use self::Part::{Body, BodyDigest, Id, PayloadTime, T, TFloat, TMilliseconds, Text};
use super::cause::*;
use super::secrets::KeyCandidate;
use super::signature_candidates::SignatureCandidate;

/// How a message becomes a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    HmacSha256,
    HmacSha1,
    HmacSha512,
    Sha256,
    /// SHA-256 of secret and message.
    SecretFirst,
    /// SHA-256 of message and secret.
    SecretLast,
    /// HMAC-SHA256 keyed with the message, over the secret.
    Swapped,
}

/// What a message is put together from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    T,
    TFloat,
    TMilliseconds,
    Id,
    PayloadTime,
    Body,
    /// In hex, SHA-256.
    BodyDigest,
    Text(&'static str),
}

const DOT: Part = Text(".");

/// One way to sign that is not Lettermint's.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) cause: &'static Cause,
    pub(crate) detail: &'static str,
    pub(crate) function: Function,
    parts: &'static [Part],
}

const fn row(
    cause: &'static Cause,
    detail: &'static str,
    function: Function,
    parts: &'static [Part],
) -> Variant {
    Variant {
        cause,
        detail,
        function,
        parts,
    }
}

#[rustfmt::skip]
static VARIANTS: &[Variant] = &[
    row(&SIGNER_SHA1, "", HmacSha1, &[T, DOT, Body]),
    row(&SIGNER_SHA1, "over the body alone", HmacSha1, &[Body]),
    row(&SIGNER_SHA512, "", HmacSha512, &[T, DOT, Body]),
    row(&SIGNER_SHA512, "over the body alone", HmacSha512, &[Body]),
    row(&SIGNER_BODY_ONLY, "", HmacSha256, &[Body]),
    row(&SIGNER_NO_DOT, "", HmacSha256, &[T, Body]),
    row(&SIGNER_SEPARATOR, "a colon", HmacSha256, &[T, Text(":"), Body]),
    row(&SIGNER_SEPARATOR, "a newline", HmacSha256, &[T, Text("\n"), Body]),
    row(&SIGNER_ID_PREFIXED, "`id.t.body`", HmacSha256, &[Id, DOT, T, DOT, Body]),
    row(&SIGNER_BODY_TIMESTAMP, "", HmacSha256, &[PayloadTime, DOT, Body]),
    row(&SIGNER_T_FLOAT, "", HmacSha256, &[TFloat, DOT, Body]),
    row(&SIGNER_T_MILLISECONDS, "milliseconds", HmacSha256, &[TMilliseconds, DOT, Body]),
    row(&SIGNER_PLAIN_HASH, "of `t.body`", Function::Sha256, &[T, DOT, Body]),
    row(&SIGNER_PLAIN_HASH, "of the body", Function::Sha256, &[Body]),
    row(&SIGNER_SECRET_HASHED_IN, "", SecretFirst, &[T, DOT, Body]),
    row(&SIGNER_SECRET_HASHED_IN, "", SecretLast, &[T, DOT, Body]),
    row(&SIGNER_SECRET_HASHED_IN, "without `t`", SecretFirst, &[Body]),
    row(&SIGNER_SECRET_HASHED_IN, "without `t`", SecretLast, &[Body]),
    row(&SIGNER_SWAPPED, "", Swapped, &[T, DOT, Body]),
    row(&SIGNER_BODY_DIGEST, "", HmacSha256, &[T, DOT, BodyDigest]),
    row(&SIGNER_ORDER, "", HmacSha256, &[Body, DOT, T]),
    row(&SIGNER_ORDER, "without a dot", HmacSha256, &[Body, T]),
];

/// Stands for the one message of a variant without ids and times.
static ONCE: [String; 1] = [String::new()];

/// Texts that signers mix into the message, taken from the delivery.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    ids: Vec<String>,
    times: Vec<String>,
}

impl Facts {
    /// From the payload, when the body is JSON, and the headers. Times that a signature has for
    /// its `t` are left out: there they need no mistake of the signer.
    pub(crate) fn of(headers: &Headers, body: &[u8], signatures: &[SignatureCandidate]) -> Self {
        let document = Node::parse(body).ok();
        let member = |name| document.as_ref()?.get(name)?.text();
        let mut facts = Self::default();
        facts.ids.extend(member("id"));
        let from_header = headers.text(headers::DELIVERY_ID).map(str::to_owned);
        facts.ids.extend(from_header);
        facts.ids.dedup();
        for time in [member("timestamp"), member("created_at")] {
            let Some(time) = time else { continue };
            let micros = timestamp::parse_micros(&time);
            let seconds = micros.map(|micros| micros.div_euclid(1_000_000).to_string());
            facts.times.extend(seconds);
            facts.times.push(time);
        }
        let is_claimed = |time: &String| signatures.iter().any(|s| s.t == time.as_bytes());
        facts.times.retain(|time| !is_claimed(time));
        facts
    }
}

/// Everything that the messages of one signature and one body are put together from.
#[derive(Debug)]
pub(crate) struct Texts<'a> {
    signature: &'a SignatureCandidate,
    body: &'a [u8],
    facts: &'a Facts,
    float: Vec<u8>,
    milliseconds: Vec<u8>,
    body_digest: String,
}

/// Something that may have been hashed.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) variant: &'static Variant,
    parts: Vec<&'a [u8]>,
}

impl<'a> Texts<'a> {
    pub(crate) fn of(signature: &'a SignatureCandidate, body: &'a [u8], facts: &'a Facts) -> Self {
        let t = &signature.t[..];
        let digest = Sha256::digest(body);
        Self {
            signature,
            body,
            facts,
            float: [t, b".0"].concat(),
            milliseconds: [t, b"000"].concat(),
            body_digest: digest.iter().map(|b| format!("{b:02x}")).collect(),
        }
    }

    /// Every variant whose digests are as long as one of the signature's.
    pub(crate) fn messages(&self) -> Vec<Message<'_>> {
        let mut messages = Vec::new();
        for variant in VARIANTS {
            let length = variant.function.length();
            if !self.signature.digests.iter().any(|d| d.len() == length) {
                continue;
            }
            // One message for each of what there may be several of.
            let several: &[String] = match () {
                () if variant.parts.contains(&Id) => &self.facts.ids,
                () if variant.parts.contains(&PayloadTime) => &self.facts.times,
                () => &ONCE,
            };
            messages.extend(several.iter().map(|one| {
                Message {
                    variant,
                    parts: variant
                        .parts
                        .iter()
                        .map(|part| self.part(*part, one))
                        .collect(),
                }
            }));
        }
        messages
    }

    fn part<'t>(&'t self, part: Part, one: &'t str) -> &'t [u8] {
        match part {
            T => &self.signature.t,
            TFloat => &self.float,
            TMilliseconds => &self.milliseconds,
            Id | PayloadTime => one.as_bytes(),
            Body => self.body,
            BodyDigest => self.body_digest.as_bytes(),
            Text(text) => text.as_bytes(),
        }
    }
}

impl Function {
    fn length(self) -> usize {
        match self {
            HmacSha1 => 20,
            HmacSha512 => 64,
            HmacSha256 | Self::Sha256 | SecretFirst | SecretLast | Swapped => 32,
        }
    }
}

impl Message<'_> {
    pub(crate) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    pub(crate) fn is_keyed(&self) -> bool {
        self.variant.function != Function::Sha256
    }

    pub(crate) fn digest(&self, candidate: &KeyCandidate) -> Vec<u8> {
        let secret = candidate.bytes();
        match self.variant.function {
            HmacSha256 => candidate.key.mac_of(&self.parts).to_vec(),
            HmacSha1 => mac::<Hmac<Sha1>>(secret, &self.parts),
            HmacSha512 => mac::<Hmac<Sha512>>(secret, &self.parts),
            Function::Sha256 => sha256(&self.parts, &[]),
            SecretFirst => sha256(&[secret], &self.parts),
            SecretLast => sha256(&self.parts, &[secret]),
            Swapped => {
                // A key longer than a block is hashed first (RFC 2104), so the message never
                // has to be put together in memory.
                let key = match self.len() <= 64 {
                    true => self.parts.concat(),
                    false => sha256(&self.parts, &[]),
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
