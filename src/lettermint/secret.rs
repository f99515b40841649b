//! The signing secret of a webhook.

use std::fmt;

/// The prefix of every secret that Lettermint issues. It is part of the key.
pub const PREFIX: &str = "whsec_";

/// A signing secret: the HMAC key, used byte for byte as it stands, `whsec_` included.
///
/// It has no `Display`, and its `Debug` says `[redacted]`, so that it cannot reach a log by
/// accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<[u8]>);

/// The secret was empty. HMAC would accept it, and so would anybody's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret is empty")]
pub struct EmptySecret;

/// Something about a secret that is probably a mistake. The secret is used as it stands all
/// the same: a silent repair would hide why a handler fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretLint {
    /// White space at the start or the end.
    OuterWhiteSpace,
    /// Enclosed in quotes.
    Quoted,
    /// Does not start with `whsec_`.
    PrefixMissing,
    /// Starts with `whsec_whsec_`.
    PrefixDoubled,
    /// Looks like an API token (`lm_…`), which signs nothing.
    ApiToken,
}

impl Secret {
    /// Takes the bytes as the key.
    ///
    /// # Errors
    /// [`EmptySecret`] when there are none.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, EmptySecret> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Err(EmptySecret);
        }
        Ok(Self(bytes.into_boxed_slice()))
    }

    /// The key bytes, for the one purpose of computing with them (or of handing them to a child
    /// process's environment). Never for display.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Everything that looks like a mistake, most likely cause first.
    #[must_use]
    pub fn lints(&self) -> Vec<SecretLint> {
        let mut found = Vec::new();
        let trimmed = self.0.trim_ascii();
        if trimmed.len() != self.0.len() {
            found.push(SecretLint::OuterWhiteSpace);
        }
        let inner = unquote(trimmed);
        if inner.len() != trimmed.len() {
            found.push(SecretLint::Quoted);
        }
        if inner.starts_with(b"lm_") {
            found.push(SecretLint::ApiToken);
        } else if inner.starts_with(b"whsec_whsec_") {
            found.push(SecretLint::PrefixDoubled);
        } else if !inner.starts_with(PREFIX.as_bytes()) {
            found.push(SecretLint::PrefixMissing);
        }
        found
    }
}

fn unquote(text: &[u8]) -> &[u8] {
    match text {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
        _ => text,
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl SecretLint {
    /// One clause on what was seen, to follow the name of the secret's source.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::OuterWhiteSpace => "starts or ends with white space, which is part of the key",
            Self::Quoted => "is enclosed in quotes, which are part of the key",
            Self::PrefixMissing => {
                "does not start with `whsec_`; Lettermint's secrets do, and the prefix is part of the key"
            }
            Self::PrefixDoubled => "starts with `whsec_` twice",
            Self::ApiToken => "looks like an API token (`lm_…`), which signs no webhooks",
        }
    }
}

/// A secret together with where it was found, which is all that may be said about it.
#[derive(Debug, Clone)]
pub struct NamedSecret {
    /// Where it came from, such as `--secret-file key.txt` or `LETTERMINT_WEBHOOK_SECRET`.
    pub source: String,
    /// The key.
    pub secret: Secret,
    /// What is doubtful about how its source was read, a clause each.
    pub notes: Vec<String>,
}

impl NamedSecret {
    /// A secret whose source leaves no doubt.
    #[must_use]
    pub fn new(source: impl Into<String>, secret: Secret) -> Self {
        Self {
            source: source.into(),
            secret,
            notes: Vec::new(),
        }
    }

    /// Everything that looks like a mistake: first about the secret itself, to follow "the
    /// secret", then about how its source was read.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let lints = self.secret.lints().into_iter();
        let lints = lints.map(|lint| format!("the secret {}", lint.message()));
        lints.chain(self.notes.iter().cloned()).collect()
    }
}
