//! The signing secret of a webhook.

use std::fmt;

use sha2::{Digest as _, Sha256};

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
    /// Enclosed in quotes, straight or typographic.
    Quoted,
    /// Text in UTF-16, as PowerShell's `>` writes it.
    Utf16,
    /// A variable or template that nobody filled in: `${NAME}`, `{{ name }}`, `%NAME%`.
    Unexpanded,
    /// Where the secret is kept instead of the secret: `op://…`, `arn:…`, a path.
    Reference,
    /// Hidden in part: `***`, `•••`, `…`.
    Masked,
    /// A word that stands for a value that is not there: `undefined`, `changeme`.
    Placeholder,
    /// `whsec_` and nothing else.
    PrefixOnly,
    /// Looks like an API token (`lm_…`), which signs nothing.
    ApiToken,
    /// The secret in base64 or hex, as Kubernetes keeps it.
    Encoded,
    /// Starts with `whsec_whsec_`.
    PrefixDoubled,
    /// Has the secret further in: a line, a JSON document, brackets or `Bearer` around it.
    Embedded,
    /// Starts with `whsec_` in other letters than lower-case ones.
    PrefixCase,
    /// Does not start with `whsec_`.
    PrefixMissing,
    /// White space between other characters.
    InnerWhiteSpace,
    /// Characters that cannot be seen: zero-width spaces, NUL.
    Invisible,
    /// Backslashes: `whsec\_a`, a `\n` that is no newline.
    Escaped,
    /// A `;` or `,`, after which there may be another secret.
    TrailingText,
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

    /// The first 8 hex digits of the SHA-256 of the key: enough to see that two are the same, too
    /// little to find a random one.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.0);
        let start = digest.iter().take(4);
        start.map(|byte| format!("{byte:02x}")).collect()
    }

    /// Everything that looks like a mistake, most likely cause first.
    #[must_use]
    pub fn lints(&self) -> Vec<SecretLint> {
        use SecretLint::*;
        if matches!(*self.0, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            return vec![Utf16];
        }
        let text = String::from_utf8_lossy(&self.0);
        let trimmed = text.trim();
        let inner = without_quotes(trimmed).unwrap_or(trimmed);
        let mut found = Vec::new();
        found.extend((trimmed.len() != text.len()).then_some(OuterWhiteSpace));
        found.extend((inner.len() != trimmed.len()).then_some(Quoted));
        let shape = SHAPES.iter().find(|(_, is_it)| is_it(inner));
        found.extend(shape.map(|(lint, _)| *lint));
        if found.iter().any(|lint| lint.is_no_secret()) {
            return found;
        }
        let is_text = matches!(found.last(), Some(Embedded | Encoded));
        let spaces = !is_text && inner.contains(char::is_whitespace);
        found.extend(spaces.then_some(InnerWhiteSpace));
        found.extend(inner.contains(is_invisible).then_some(Invisible));
        found.extend(inner.contains('\\').then_some(Escaped));
        let separated =
            inner.ends_with([';', ',']) || inner.starts_with(PREFIX) && inner.contains([';', ',']);
        found.extend(separated.then_some(TrailingText));
        found
    }
}

type Shape = (SecretLint, fn(&str) -> bool);

/// What a value is that is no plain `whsec_…`; the first that holds. Without white space and
/// quotes around it.
const SHAPES: [Shape; 11] = [
    (SecretLint::Unexpanded, is_unexpanded),
    (SecretLint::Reference, is_reference),
    (SecretLint::Masked, is_masked),
    (SecretLint::Placeholder, is_placeholder),
    (SecretLint::PrefixOnly, |text| text == PREFIX),
    (SecretLint::ApiToken, |text| text.starts_with("lm_")),
    (SecretLint::Encoded, |text| {
        // `whsec_` is 6 bytes, so that what follows leaves these alone.
        text.contains("d2hzZWNf") || text.to_ascii_lowercase().starts_with("77687365635f")
    }),
    (SecretLint::PrefixDoubled, |text| {
        text.starts_with("whsec_whsec_")
    }),
    (SecretLint::Embedded, |text| {
        text.find(PREFIX).is_some_and(|at| at > 0)
    }),
    (SecretLint::PrefixCase, |text| {
        let start = text.get(..PREFIX.len());
        start.is_some_and(|start| start != PREFIX && start.eq_ignore_ascii_case(PREFIX))
    }),
    (SecretLint::PrefixMissing, |text| !text.starts_with(PREFIX)),
];

/// What stands for a variable in shells, CI systems, compose, cmd.exe, templates and deployment
/// tools.
fn is_unexpanded(text: &str) -> bool {
    let value = text.strip_prefix(PREFIX).unwrap_or(text);
    let name = |text: &str| {
        text.starts_with(|c: char| matches!(c, '{' | '(' | '_') || c.is_ascii_alphabetic())
    };
    value.strip_prefix('$').is_some_and(name)
        || [
            ("%", "%"),
            ("#{", "}"),
            ("@@", "@@"),
            ("<%", "%>"),
            ("__", "__"),
            ("{{", "}}"),
        ]
        .iter()
        .any(|(open, close)| {
            value.len() > open.len() + close.len()
                && value.starts_with(open)
                && value.ends_with(close)
        })
}

/// How secret stores, clouds and encrypted files are referred to, and paths.
fn is_reference(text: &str) -> bool {
    const STARTS: &str = "\
        arn: op:// projects/ @microsoft.keyvault enc[ enc( {cipher} vault: vault:// ref+ \
        secretref: secret:// sm:// ssm: awssm:// gcpsm:// azurekeyvault:// keyvault: doppler: \
        bws: env: file: http:// https:// \
        /run/ /etc/ /var/ /mnt/ /home/ ./ ../ ~/";
    let lower = text.to_ascii_lowercase();
    // A document around a secret is more than a reference.
    !lower.contains(PREFIX) && STARTS.split(' ').any(|start| lower.starts_with(start))
}

fn is_masked(text: &str) -> bool {
    let value = text.strip_prefix(PREFIX).unwrap_or(text);
    let is_filler = |c: char| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '_' | '#' | '?');
    ["***", "...", "…", "•", "●", "∙", "⋅", "█"]
        .iter()
        .any(|mask| value.contains(mask))
        || value.len() >= 3 && value.chars().all(is_filler)
}

/// Words for nothing, and those of examples; brackets and separators do not count.
fn is_placeholder(text: &str) -> bool {
    const WORDS: &str = "\
        undefined null none nil nan objectobject true false na tbd todo fixme changeme \
        changethis changeit replaceme replacethis placeholder redacted hidden masked secret \
        secrethere dummy mysecret";
    let value = text.strip_prefix(PREFIX).unwrap_or(text);
    let word: String = value.chars().filter(|c| c.is_alphanumeric()).collect();
    let word = word.to_lowercase();
    let tells = ["your", "insert", "enter", "paste", "replacewith", "putyour"];
    WORDS.split(' ').any(|known| known == word)
        || tells.iter().any(|start| word.starts_with(start))
            && ["secret", "key", "here", "token"]
                .iter()
                .any(|part| word.contains(part))
}

/// What stands in straight or typographic quotes.
#[must_use]
pub fn without_quotes(text: &str) -> Option<&str> {
    const PAIRS: [(char, &[char]); 8] = [
        ('"', &['"']),
        ('\'', &['\'']),
        ('`', &['`', '´']),
        ('“', &['”', '“']),
        ('„', &['“', '”']),
        ('‘', &['’', '‘']),
        ('’', &['’']),
        ('«', &['»']),
    ];
    let (open, close) = PAIRS.iter().find(|(open, _)| text.starts_with(*open))?;
    text[open.len_utf8()..].strip_suffix(*close)
}

/// Whether nobody sees a character: what copying from chats, wikis and documents leaves behind.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202f}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\0'
    )
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl SecretLint {
    /// Whether there is no secret at all, so that nothing can be undone.
    #[must_use]
    pub fn is_no_secret(self) -> bool {
        use SecretLint::*;
        matches!(
            self,
            Unexpanded | Reference | Masked | Placeholder | PrefixOnly | ApiToken
        )
    }

    /// One clause on what was seen, to follow the name of the secret's source.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::OuterWhiteSpace => "starts or ends with white space, which is part of the key",
            Self::Quoted => "is enclosed in quotes, which are part of the key",
            Self::Utf16 => "is UTF-16, as PowerShell's `>` writes it; save it as UTF-8 or ASCII",
            Self::Unexpanded => "is a variable or template that was not filled in",
            Self::Reference => "is where a secret is kept, not the secret",
            Self::Masked => "is masked (`***`, `…`), as it is shown where it is hidden",
            Self::Placeholder => "is a placeholder",
            Self::PrefixOnly => "is `whsec_` alone; what follows it is missing",
            Self::ApiToken => "looks like an API token (`lm_…`), which signs no webhooks",
            Self::Encoded => {
                "is still encoded (base64, as in the `data` of a Kubernetes Secret, or hex); decode it where it is configured"
            }
            Self::PrefixDoubled => "starts with `whsec_` twice",
            Self::Embedded => "has something before its `whsec_`, which is part of the key",
            Self::PrefixCase => {
                "starts with `whsec_` in another case; every letter's case is part of the key"
            }
            Self::PrefixMissing => {
                "does not start with `whsec_`; Lettermint's secrets do, and the prefix is part of the key"
            }
            Self::InnerWhiteSpace => "has white space inside, which is part of the key",
            Self::Invisible => "has characters that cannot be seen, which are part of the key",
            Self::Escaped => "has a backslash in it, which is part of the key",
            Self::TrailingText => "has a semicolon or comma in it, which is part of the key",
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

    /// Where it came from and its fingerprint: `--secret-file key.txt (sha256 1f2e3d4c…)`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} (sha256 {}…)", self.source, self.secret.fingerprint())
    }
}
