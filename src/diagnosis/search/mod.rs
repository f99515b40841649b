//! The search for an explanation: singly first, then in pairs, within limits.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};

use super::bodies::{Source, UNDOS};
use super::case::{Budget, Case, Limits};
use super::cause::{BODY_OTHER_CAPTURE, Cause};
use super::finding::{Diagnosis, Finding, sentence};
use super::header_and_time::header_and_time_checks;
use super::heuristics::{content_length, heuristics};
use super::secrets::{KeyCandidate, key_candidates};
use super::signature_candidates::{SignatureCandidate, signature_candidates};
use super::signed_string::{Facts, Message, digest_of, messages};

/// Orders tried for keys without a known place, when nothing else is wrong.
const MAX_ARRANGEMENTS: u64 = 1_000;

/// Looks for the smallest explanation of a refused delivery.
///
/// When the signature matches as given, the findings are about headers and time. Otherwise they
/// are every single cause that makes a MAC match, or else every pair that does, or else what is
/// suspected. Deterministic, and never more work than `limits`.
pub(crate) fn diagnose(case: &Case<'_>, limits: Limits) -> Diagnosis {
    let signatures = signature_candidates(case.headers);
    // A body that cannot be hashed even once is not worth reading.
    let facts = match case.body.len() as u64 <= limits.max_hashed_bytes {
        true => Facts::of(case.headers, case.body, &signatures),
        false => Facts::default(),
    };
    let candidates = Candidates {
        signatures,
        keys: key_candidates(case.secrets),
        facts,
    };
    let has_signature = !candidates.signatures.is_empty();
    let mut search = Search {
        case,
        candidates: &candidates,
        budget: Budget::new(limits),
        findings: Vec::new(),
    };
    search.sweep(case.body, &[], Shape::AS_GIVEN);
    let matches_as_given = !search.findings.is_empty();
    if matches_as_given {
        search.findings = header_and_time_checks(case);
    } else if !candidates.keys.is_empty() && has_signature && search.budget.affords(case.body.len())
    {
        search.one_mistake();
        if search.findings.is_empty() {
            search.two_mistakes();
        }
    }
    if !matches_as_given && search.findings.is_empty() {
        search.findings = heuristics(case, has_signature, limits.max_hashed_bytes);
    }
    // Stable: within an area the order of the search stays.
    search
        .findings
        .sort_by_key(|finding| finding.causes.first().map(|cause| cause.area));
    let has_header = case.headers.contains(crate::lettermint::headers::SIGNATURE);
    let missing = match (candidates.keys.is_empty(), has_signature, has_header) {
        (true, ..) => Some("there is no secret"),
        (_, true, _) => None,
        (_, _, true) => Some("no signature can be read in the X-Lettermint-Signature header"),
        (_, _, false) => Some("there is no X-Lettermint-Signature header"),
    };
    Diagnosis {
        missing,
        matches_as_given,
        findings: search.findings,
        candidates: search.budget.candidates,
        hashed_bytes: search.budget.hashed_bytes,
        exhausted: search.budget.exhausted,
    }
}

/// What is tried on every body.
struct Candidates {
    signatures: Vec<SignatureCandidate>,
    keys: Vec<KeyCandidate>,
    facts: Facts,
}

/// How many mistakes are undone in the header, in the secret and in the string to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    header: usize,
    secret: usize,
    signer: usize,
}

impl Shape {
    const AS_GIVEN: Self = Self::new(0, 0, 0);
    const SECRET: Self = Self::new(0, 1, 0);
    const HEADER: Self = Self::new(1, 0, 0);
    const SIGNER: Self = Self::new(0, 0, 1);

    const fn new(header: usize, secret: usize, signer: usize) -> Self {
        Self {
            header,
            secret,
            signer,
        }
    }
}

/// A mistake that a candidate undoes, and what was seen of it.
type Step<'a> = (&'static Cause, &'a str);

/// A body that was tried. No proof of anything: a collision would only hide one.
type Fingerprint = (usize, u64);

fn fingerprint(body: &[u8]) -> Fingerprint {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    (body.len(), hasher.finish())
}

struct Search<'a> {
    case: &'a Case<'a>,
    candidates: &'a Candidates,
    budget: Budget,
    findings: Vec<Finding>,
}

impl Search<'_> {
    fn one_mistake(&mut self) {
        let body = self.case.body;
        self.sweep(body, &[], Shape::SECRET);
        let mut seen = HashSet::from([fingerprint(body)]);
        self.each_body(body, &[], MAX_ARRANGEMENTS, &mut seen, Shape::AS_GIVEN);
        for other in self.case.other_bodies {
            if seen.insert(fingerprint(other.body)) {
                let step = (&BODY_OTHER_CAPTURE, other.name);
                self.sweep(other.body, &[step], Shape::AS_GIVEN);
            }
        }
        self.sweep(body, &[], Shape::HEADER);
        self.sweep(body, &[], Shape::SIGNER);
    }

    fn two_mistakes(&mut self) {
        let body = self.case.body;
        self.sweep(body, &[], Shape::new(0, 2, 0));
        for shape in [Shape::SECRET, Shape::HEADER, Shape::SIGNER] {
            let mut seen = HashSet::from([fingerprint(body)]);
            self.each_body(body, &[], 1, &mut seen, shape);
        }
        for shape in [
            Shape::new(1, 1, 0),
            Shape::new(0, 1, 1),
            Shape::new(1, 0, 1),
        ] {
            self.sweep(body, &[], shape);
        }
        // What was taken out of something may have a mistake of its own.
        let mut seen = HashSet::from([fingerprint(body)]);
        let source = self.source(body, 1);
        for undo in UNDOS.iter().filter(|undo| undo.opens) {
            if !self.budget.affords(body.len()) {
                return;
            }
            for undone in undo.run(source) {
                if seen.insert(fingerprint(&undone.bytes)) {
                    let step = [(undone.cause, &undone.detail[..])];
                    self.each_body(&undone.bytes, &step, 1, &mut seen, Shape::AS_GIVEN);
                }
                if !self.budget.affords(0) {
                    break;
                }
            }
        }
    }

    /// Sweeps every other body that `body` may have been, no bytes twice.
    fn each_body(
        &mut self,
        body: &[u8],
        before: &[Step<'_>],
        max_arrangements: u64,
        seen: &mut HashSet<Fingerprint>,
        shape: Shape,
    ) {
        let source = self.source(body, max_arrangements);
        for undo in UNDOS {
            // Making a candidate costs about as much as hashing it.
            if !self.budget.affords(body.len()) {
                return;
            }
            for undone in undo.run(source) {
                if seen.insert(fingerprint(&undone.bytes)) {
                    let steps = [before, &[(undone.cause, &undone.detail)]].concat();
                    self.sweep(&undone.bytes, &steps, shape);
                }
                if !self.budget.affords(undone.bytes.len()) {
                    break;
                }
            }
        }
    }

    fn source<'b>(&self, bytes: &'b [u8], max_arrangements: u64) -> Source<'b> {
        Source {
            bytes,
            content_length: content_length(self.case),
            max_inflated: self.budget.limits.max_inflated,
            max_arrangements,
        }
    }

    /// Computes every MAC over `body` that undoes as many mistakes as `shape` says.
    fn sweep(&mut self, body: &[u8], steps: &[Step<'_>], shape: Shape) {
        let candidates = self.candidates;
        let keys = candidates.keys.iter();
        let keys: Vec<_> = keys
            .filter(|key| key.causes.len() == shape.secret)
            .collect();
        for signature in &candidates.signatures {
            if usize::from(signature.cause.is_some()) != shape.header {
                continue;
            }
            if shape.signer == 0 {
                self.try_as_documented(signature, &keys, body, steps);
            } else {
                self.try_other_messages(signature, &keys, body, steps);
            }
        }
    }

    fn try_as_documented(
        &mut self,
        signature: &SignatureCandidate,
        keys: &[&KeyCandidate],
        body: &[u8],
        steps: &[Step<'_>],
    ) {
        for key in keys {
            if signature.digests.iter().any(|digest| digest.len() == 32)
                && self.budget.charge(body.len())
                && signature.has(&key.key.mac(&signature.t, body))
            {
                self.found(signature, Some(key), steps, None);
            }
        }
    }

    fn try_other_messages(
        &mut self,
        signature: &SignatureCandidate,
        keys: &[&KeyCandidate],
        body: &[u8],
        steps: &[Step<'_>],
    ) {
        let Some(first) = keys.first() else {
            return;
        };
        if !self.budget.charge(body.len()) {
            return;
        }
        let body_digest = digest_of(body);
        for message in messages(signature, body, &body_digest, &self.candidates.facts) {
            if !message.is_keyed() {
                // The secret has no part in it, so one key stands for all, and only as given.
                if first.causes.is_empty() && self.matches(signature, first, &message) {
                    self.found(signature, None, steps, Some(&message));
                }
                continue;
            }
            for key in keys {
                if self.matches(signature, key, &message) {
                    self.found(signature, Some(key), steps, Some(&message));
                }
            }
        }
    }

    fn matches(
        &mut self,
        signature: &SignatureCandidate,
        key: &KeyCandidate,
        message: &Message<'_>,
    ) -> bool {
        self.budget.charge(message.len()) && signature.has(&message.digest(key))
    }

    fn found(
        &mut self,
        signature: &SignatureCandidate,
        key: Option<&KeyCandidate>,
        steps: &[Step<'_>],
        message: Option<&Message<'_>>,
    ) {
        let mut seen: Vec<Step<'_>> = Vec::new();
        let named = key.map(|key| format!("secret {}, {}", key.origin.position, key.origin.source));
        if let (Some(key), Some(named)) = (key, &named) {
            seen.extend(key.causes.iter().map(|cause| (*cause, &named[..])));
        }
        seen.extend(steps);
        seen.extend(signature.cause.map(|cause| (cause, &signature.detail[..])));
        seen.extend(message.map(|message| (message.variant.cause, message.variant.detail)));
        let sentences: Vec<_> = seen.iter().map(|(cause, d)| sentence(cause, d)).collect();
        let finding = Finding {
            causes: seen.iter().map(|(cause, _)| *cause).collect(),
            proven: true,
            message: sentences.join(" "),
            secret: key.map(|key| key.origin.clone()),
            key_fingerprint: key
                .filter(|key| !key.causes.is_empty())
                .map(KeyCandidate::fingerprint),
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests;
