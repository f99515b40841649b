//! What may have been hashed: `t.body` with HMAC-SHA256, and what signers do instead.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::json::tree::Node;
use crate::lettermint::headers;
use crate::lettermint::headers::Headers;
use crate::lettermint::timestamp;

use self::Function::{HmacSha1, HmacSha256, HmacSha512, Swapped};
use self::Part::{Body, BodyDigest, Id, PayloadSeconds, PayloadTime, Secret, T, Text};
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
    /// HMAC-SHA256 keyed with the message, over the secret.
    Swapped,
}

/// What a message is put together from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    T,
    Secret,
    Id,
    /// As it is written, which only a signer takes for the time.
    PayloadTime,
    /// In unix seconds, as `t` is.
    PayloadSeconds,
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
    row(&HEADER_T_NOT_SIGNED, "", HmacSha256, &[PayloadSeconds, DOT, Body]),
    row(&SIGNER_T_FLOAT, "", HmacSha256, &[T, Text(".0"), DOT, Body]),
    row(&SIGNER_T_MILLISECONDS, "milliseconds", HmacSha256, &[T, Text("000"), DOT, Body]),
    row(&SIGNER_PLAIN_HASH, "of `t.body`", Function::Sha256, &[T, DOT, Body]),
    row(&SIGNER_PLAIN_HASH, "of the body", Function::Sha256, &[Body]),
    row(&SIGNER_SECRET_HASHED_IN, "", Function::Sha256, &[Secret, T, DOT, Body]),
    row(&SIGNER_SECRET_HASHED_IN, "", Function::Sha256, &[T, DOT, Body, Secret]),
    row(&SIGNER_SECRET_HASHED_IN, "without `t`", Function::Sha256, &[Secret, Body]),
    row(&SIGNER_SECRET_HASHED_IN, "without `t`", Function::Sha256, &[Body, Secret]),
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
    seconds: Vec<String>,
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
            facts.seconds.extend(seconds);
            facts.times.push(time);
        }
        let is_claimed = |time: &String| signatures.iter().any(|s| s.t == time.as_bytes());
        facts.seconds.retain(|time| !is_claimed(time));
        facts
    }
}

/// Something that may have been hashed.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) variant: &'static Variant,
    signature: &'a SignatureCandidate,
    body: &'a [u8],
    /// In hex.
    body_digest: &'a str,
    /// The id or time, of which there may be several.
    fact: &'a str,
}

/// In hex, SHA-256.
pub(crate) fn digest_of(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// Every variant whose digests are as long as one of the signature's.
pub(crate) fn messages<'a>(
    signature: &'a SignatureCandidate,
    body: &'a [u8],
    body_digest: &'a str,
    facts: &'a Facts,
) -> impl Iterator<Item = Message<'a>> {
    let has_length = |variant: &&Variant| {
        let length = variant.function.length();
        signature.digests.iter().any(|d| d.len() == length)
    };
    VARIANTS.iter().filter(has_length).flat_map(move |variant| {
        let several: &[String] = match () {
            () if variant.parts.contains(&Id) => &facts.ids,
            () if variant.parts.contains(&PayloadTime) => &facts.times,
            () if variant.parts.contains(&PayloadSeconds) => &facts.seconds,
            () => &ONCE,
        };
        several.iter().map(move |fact| Message {
            variant,
            signature,
            body,
            body_digest,
            fact,
        })
    })
}

impl Function {
    fn length(self) -> usize {
        match self {
            HmacSha1 => 20,
            HmacSha512 => 64,
            HmacSha256 | Self::Sha256 | Swapped => 32,
        }
    }
}

impl Message<'_> {
    /// Bytes without the secret.
    pub(crate) fn len(&self) -> usize {
        self.parts(b"").iter().map(|part| part.len()).sum()
    }

    pub(crate) fn is_keyed(&self) -> bool {
        self.variant.function != Function::Sha256 || self.variant.parts.contains(&Secret)
    }

    fn parts<'t>(&'t self, secret: &'t [u8]) -> Vec<&'t [u8]> {
        let part = |part: &'static Part| match part {
            T => &self.signature.t,
            Secret => secret,
            Id | PayloadTime | PayloadSeconds => self.fact.as_bytes(),
            Body => self.body,
            BodyDigest => self.body_digest.as_bytes(),
            Text(text) => text.as_bytes(),
        };
        self.variant.parts.iter().map(part).collect()
    }

    pub(crate) fn digest(&self, candidate: &KeyCandidate) -> Vec<u8> {
        let secret = &candidate.bytes[..];
        let parts = self.parts(secret);
        match self.variant.function {
            HmacSha256 => candidate.key.mac_of(&parts).to_vec(),
            HmacSha1 => mac::<Hmac<Sha1>>(secret, &parts),
            HmacSha512 => mac::<Hmac<Sha512>>(secret, &parts),
            Function::Sha256 => sha256(&parts),
            // A key longer than a block is hashed first (RFC 2104), so the message never has to
            // be put together in memory.
            Swapped if self.len() > 64 => mac::<Hmac<Sha256>>(&sha256(&parts), &[secret]),
            Swapped => mac::<Hmac<Sha256>>(&parts.concat(), &[secret]),
        }
    }
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().to_vec()
}

fn mac<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    match <M as KeyInit>::new_from_slice(key) {
        Ok(mut mac) => {
            parts.iter().for_each(|part| mac.update(part));
            mac.finalize().into_bytes().to_vec()
        }
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}
