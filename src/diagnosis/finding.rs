//! What a diagnosis found.

use crate::delivery::record::SecretRef;

use super::cause::Cause;
use super::cause::stacks::StackFix;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diagnosis {
    /// Whether a `v1` matches with everything as given. Findings then concern headers and time.
    pub(crate) matches_as_given: bool,
    /// Every equally small explanation, likeliest area first: secret, body, header, signer.
    pub(crate) findings: Vec<Finding>,
    pub(crate) candidates: u64,
    pub(crate) hashed_bytes: u64,
    /// Whether a limit kept candidates from being tried.
    pub(crate) exhausted: bool,
    /// What was missing to try anything.
    pub(crate) missing: Option<&'static str>,
}

impl Diagnosis {
    pub(crate) fn is_explained(&self) -> bool {
        self.findings.iter().any(|finding| finding.proven)
    }

    /// When nothing is proven: what was tried, and what is left as an explanation.
    pub(crate) fn unexplained(&self) -> Option<String> {
        if self.matches_as_given || self.is_explained() {
            return None;
        }
        let limit = match (self.candidates, self.exhausted) {
            (0, true) => return Some("not looked into: the body is too large".to_owned()),
            (0, false) => {
                let missing = self.missing.unwrap_or("no signature is of a known length");
                return Some(format!("nothing to try: {missing}"));
            }
            (_, true) => ", as many as the limits allow",
            (_, false) => "",
        };
        Some(format!(
            "not explained by {} candidates{limit}; what is left: none of the given secrets made this signature, or the body was changed in a way that cannot be undone",
            self.candidates
        ))
    }
}

/// One explanation: usually one cause, at most two that occurred together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Rows of the table of causes. Never empty.
    pub(crate) causes: Vec<&'static Cause>,
    /// Whether a MAC matched once the causes were undone. `false` is a heuristic.
    pub(crate) proven: bool,
    /// What happened, one sentence a cause, with what was seen in this delivery.
    pub(crate) message: String,
    /// The secret that it concerns or that the MAC matched with: position from 1 and source.
    pub(crate) secret: Option<SecretRef>,
    /// The first 8 hex digits of the SHA-256 of the key that matched, when that is not the
    /// secret as given: enough to compare two machines, useless for signing.
    pub(crate) key_fingerprint: Option<String>,
}

impl Finding {
    /// A cause that was seen, and not undone.
    pub(crate) fn seen(cause: &'static Cause, detail: &str) -> Self {
        Self {
            causes: vec![cause],
            proven: cause.provable,
            message: sentence(cause, detail),
            secret: None,
            key_fingerprint: None,
        }
    }

    /// The stable code: that of the cause, or both joined with `+`.
    pub(crate) fn code(&self) -> String {
        self.joined("+", |cause| cause.code)
    }

    /// Where in the chain it usually happens.
    pub(crate) fn place(&self) -> String {
        self.joined("; ", |cause| cause.place)
    }

    pub(crate) fn fix(&self) -> String {
        self.joined(" ", |cause| cause.fix)
    }

    /// The fix spelled out for common stacks, each once; empty where it is the same for all.
    pub(crate) fn stacks(&self) -> Vec<&'static StackFix> {
        let mut stacks: Vec<&'static StackFix> = Vec::new();
        for fix in self.causes.iter().flat_map(|cause| cause.stacks) {
            if !stacks.contains(&fix) {
                stacks.push(fix);
            }
        }
        stacks
    }

    pub(crate) fn docs(&self) -> &'static str {
        self.causes
            .first()
            .map_or(super::cause::SIGNING_DOCS, |cause| cause.docs)
    }

    fn joined(&self, separator: &str, part: impl Fn(&Cause) -> &'static str) -> String {
        let parts: Vec<_> = self.causes.iter().map(|cause| part(cause)).collect();
        parts.join(separator)
    }
}

/// The cause's sentence, with what was seen in brackets before its full stop.
pub(crate) fn sentence(cause: &Cause, detail: &str) -> String {
    let message = cause.message;
    if detail.is_empty() {
        return message.to_owned();
    }
    format!("{} ({detail}).", message.trim_end_matches('.'))
}
