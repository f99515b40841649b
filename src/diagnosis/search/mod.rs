//! The search for an explanation: singly first, then in pairs, within limits.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::bodies::{Source, UNDOS, Undone};
use super::case::{Budget, Case, Limits};
use super::cause::{BODY_OTHER_CAPTURE, Cause};
use super::finding::{Diagnosis, Finding, sentence};
use super::secrets::{Candidate, candidates};
use super::signed_string::{Facts, Message, Times, body_digest, messages};
use crate::diagnosis::header_and_time::beside_the_signature;
use crate::diagnosis::heuristics::{content_length, suspicions};
use crate::diagnosis::signature_candidates::{Claim, claims};

/// Orders tried for keys without a known place, when nothing else is wrong.
const MAX_ARRANGEMENTS: u64 = 1_000;

/// Looks for the smallest explanation of a refused delivery.
///
/// When the signature matches as given, the findings are about headers and time. Otherwise they
/// are every single cause that makes a MAC match, or else every pair that does, or else what is
/// suspected. Deterministic, and never more work than `limits`.
#[must_use]
pub fn diagnose(case: &Case<'_>, limits: Limits) -> Diagnosis {
    let claims = claims(case.headers);
    let mut facts = Facts::default();
    // A body that cannot be hashed even once is not worth reading.
    if case.body.len() as u64 <= limits.max_hashed_bytes {
        facts = Facts::of(case.headers, case.body);
        facts.forget_times(&claims);
    }
    let mut search = Search {
        case,
        budget: Budget::new(limits),
        claims,
        keys: candidates(case),
        facts,
        findings: Vec::new(),
    };
    search.sweep(case.body, &[], Shape::AS_GIVEN);
    let matches_as_given = !search.findings.is_empty();
    if matches_as_given {
        search.findings = beside_the_signature(case);
    } else if !search.keys.is_empty()
        && !search.claims.is_empty()
        && search.budget.affords(case.body.len())
    {
        search.one_mistake();
        if search.findings.is_empty() {
            search.two_mistakes();
        }
    }
    if !matches_as_given && search.findings.is_empty() {
        let max_body = limits.max_hashed_bytes;
        search.findings = suspicions(case, !search.claims.is_empty(), max_body);
    }
    // Stable: within an area the order of the search stays.
    search
        .findings
        .sort_by_key(|finding| finding.causes.first().map(|cause| cause.area));
    Diagnosis {
        matches_as_given,
        findings: search.findings,
        candidates: search.budget.candidates,
        hashed_bytes: search.budget.hashed_bytes,
        exhausted: search.budget.exhausted,
    }
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

/// A mistake of the body that a candidate undoes.
#[derive(Debug, Clone)]
struct Step {
    cause: &'static Cause,
    detail: String,
}

struct Search<'a> {
    case: &'a Case<'a>,
    budget: Budget,
    claims: Vec<Claim>,
    keys: Vec<Candidate>,
    facts: Facts,
    findings: Vec<Finding>,
}

impl Search<'_> {
    fn one_mistake(&mut self) {
        let body = self.case.body;
        self.sweep(body, &[], Shape::SECRET);
        let mut seen = HashSet::from([fingerprint(body)]);
        self.each_body(
            body,
            &[],
            MAX_ARRANGEMENTS,
            &mut seen,
            |search, body, steps| {
                search.sweep(body, steps, Shape::AS_GIVEN);
            },
        );
        for other in self.case.other_bodies {
            let step = Step {
                cause: &BODY_OTHER_CAPTURE,
                detail: other.name.to_owned(),
            };
            if seen.insert(fingerprint(other.body)) {
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
            self.each_body(body, &[], 1, &mut seen, |search, body, steps| {
                search.sweep(body, steps, shape);
            });
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
        let mut opened = Vec::new();
        for (index, undo) in UNDOS.iter().enumerate() {
            if undo.opens && self.budget.affords(body.len()) {
                opened.push(index);
            }
        }
        for index in opened {
            self.each_inside(index, &mut seen);
        }
    }

    /// Undoes a second mistake on everything that `UNDOS[index]` takes out of the body.
    fn each_inside(&mut self, index: usize, seen: &mut HashSet<(usize, u64)>) {
        let source = self.source(self.case.body, 1);
        (UNDOS[index].run)(source, &mut |undone| {
            let step = Step::of(&undone);
            if seen.insert(fingerprint(&undone.bytes)) {
                self.each_body(&undone.bytes, &[step], 1, seen, |search, body, steps| {
                    search.sweep(body, steps, Shape::AS_GIVEN);
                });
            }
            self.budget.affords(0)
        });
    }

    /// Hands every other body that `body` may have been to `each`, no bytes twice.
    fn each_body(
        &mut self,
        body: &[u8],
        before: &[Step],
        max_arrangements: u64,
        seen: &mut HashSet<(usize, u64)>,
        mut each: impl FnMut(&mut Self, &[u8], &[Step]),
    ) {
        let source = self.source(body, max_arrangements);
        for undo in UNDOS {
            // Making a candidate costs about as much as hashing it.
            if !self.budget.affords(body.len()) {
                return;
            }
            (undo.run)(source, &mut |undone| {
                if seen.insert(fingerprint(&undone.bytes)) {
                    let mut steps = before.to_vec();
                    steps.push(Step::of(&undone));
                    each(self, &undone.bytes, &steps);
                }
                self.budget.affords(undone.bytes.len())
            });
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
    fn sweep(&mut self, body: &[u8], steps: &[Step], shape: Shape) {
        let claims = std::mem::take(&mut self.claims);
        let keys = std::mem::take(&mut self.keys);
        for claim in claims.iter().filter(|claim| claim.cost() == shape.header) {
            let wanted = keys.iter().filter(|key| key.causes.len() == shape.secret);
            if shape.signer == 0 {
                for key in wanted {
                    self.try_as_documented(claim, key, body, steps);
                }
            } else {
                self.try_other_messages(claim, &wanted.collect::<Vec<_>>(), body, steps);
            }
        }
        self.claims = claims;
        self.keys = keys;
    }

    fn try_as_documented(&mut self, claim: &Claim, key: &Candidate, body: &[u8], steps: &[Step]) {
        if claim.digests.iter().any(|digest| digest.len() == 32)
            && self.budget.charge(body.len())
            && claim.has(&key.key.mac(&claim.t, body))
        {
            self.found(claim, Some(key), steps, None);
        }
    }

    fn try_other_messages(
        &mut self,
        claim: &Claim,
        keys: &[&Candidate],
        body: &[u8],
        steps: &[Step],
    ) {
        let Some(&first) = keys.first() else {
            return;
        };
        if !self.budget.charge(body.len()) {
            return;
        }
        let digest = body_digest(body);
        let times = Times::of(&claim.t);
        let facts = std::mem::take(&mut self.facts);
        for message in messages(claim, &times, body, &digest, &facts) {
            if !message.is_keyed() {
                // The secret has no part in it, so one key stands for all, and only as given.
                if first.causes.is_empty() && self.matches(claim, first, &message) {
                    self.found(claim, None, steps, Some(&message));
                }
                continue;
            }
            for key in keys {
                if self.matches(claim, key, &message) {
                    self.found(claim, Some(key), steps, Some(&message));
                }
            }
        }
        self.facts = facts;
    }

    fn matches(&mut self, claim: &Claim, key: &Candidate, message: &Message<'_>) -> bool {
        self.budget.charge(message.len()) && claim.has(&message.digest(key))
    }

    fn found(
        &mut self,
        claim: &Claim,
        key: Option<&Candidate>,
        steps: &[Step],
        message: Option<&Message<'_>>,
    ) {
        let mut causes: Vec<&'static Cause> = Vec::new();
        let mut sentences = Vec::new();
        let mut add = |cause: &'static Cause, detail: &str| {
            causes.push(cause);
            sentences.push(sentence(cause, detail));
        };
        if let Some(key) = key {
            let origin = &key.origin;
            let named = format!("secret {}, {}", origin.position, origin.source);
            for cause in &key.causes {
                add(cause, &named);
            }
        }
        for step in steps {
            add(step.cause, &step.detail);
        }
        if let Some(cause) = claim.cause {
            add(cause, &claim.detail);
        }
        if let Some(message) = message {
            add(message.cause, message.detail);
        }
        let finding = Finding {
            causes,
            proven: true,
            message: sentences.join(" "),
            secret: key.map(|key| key.origin.clone()),
            key_fingerprint: key
                .filter(|key| !key.causes.is_empty())
                .map(Candidate::fingerprint),
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

impl Step {
    fn of(undone: &Undone<'_>) -> Self {
        Self {
            cause: undone.cause,
            detail: undone.detail.clone(),
        }
    }
}

/// Enough to tell candidates apart. Not a proof of anything: a collision would only hide one.
fn fingerprint(bytes: &[u8]) -> (usize, u64) {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    bytes.len().hash(&mut hasher);
    (bytes.len(), hasher.finish())
}

#[cfg(test)]
mod tests;
