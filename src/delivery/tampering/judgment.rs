//! What an answer to a delivery that was tampered with says about the handler.

use super::{Expected, Tampering};
use crate::delivery::Reply;
use crate::lettermint::timestamp::span;
use crate::lettermint::verification::DEFAULT_TOLERANCE;

/// Statuses by which a handler refuses a delivery. Others of 400 to 499 say that the request
/// never reached the check: no such path, a body limit, a rate limit.
const REFUSALS: [u16; 8] = [400, 401, 403, 406, 409, 412, 422, 498];

/// What is said of statuses that are neither acceptance nor refusal.
const OTHERS: [(std::ops::RangeInclusive<u16>, &str); 8] = [
    (300..=399, "redirected"),
    (404..=404, "nothing handles this path"),
    (405..=405, "POST is not handled at this path"),
    (413..=413, "too large for the handler"),
    (415..=415, "the handler takes no application/json"),
    (419..=419, "stopped by CSRF protection"),
    (429..=429, "stopped by a rate limit"),
    (500..=599, "the handler failed"),
];

/// What was done with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A status from 200 to 299.
    Accepted,
    /// A status by which a handler says that it does not take the delivery.
    Refused,
    /// Neither: no answer, or one that says nothing about the signature.
    NotJudged,
}

impl Answer {
    /// `accepted`, `refused` or `not_judged`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::NotJudged => "not_judged",
        }
    }
}

/// An answer compared with what a correct handler would have answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgment {
    /// What the handler did.
    pub answer: Answer,
    /// What a correct handler does; `None` when either is right.
    pub expected: Option<Expected>,
    /// Whether a correct handler would have done it. False for an answer that is not judged.
    pub as_expected: bool,
    /// In words: `refused (401), as it should`.
    pub words: String,
    /// What a handler did that refused what must be accepted, to stand behind "the handler". It is
    /// proven only when the same handler accepts genuine deliveries.
    pub mistake: Option<&'static str>,
    /// What to change in a handler that did not do as it should.
    pub fix: Option<&'static str>,
}

impl Tampering {
    /// What a correct handler does that looks at its clock as many seconds after the signing as
    /// `later` says. `None` when either is right: within those seconds the delivery leaves the
    /// tolerance, or comes into it.
    #[must_use]
    pub fn expected(&self, later: i64) -> Option<Expected> {
        let Some(age) = self.age() else {
            return Some(self.kind.expected);
        };
        let is_within = |age: i64| age.unsigned_abs() <= DEFAULT_TOLERANCE;
        match (is_within(age), is_within(age.saturating_add(later))) {
            (true, true) => Some(Expected::Accept),
            (false, false) => Some(self.kind.expected),
            _ => None,
        }
    }

    /// How many seconds ago it claims to be signed, for a kind that moves the time.
    fn age(&self) -> Option<i64> {
        self.kind.seconds.map(|_| match self.kind.name {
            "future" => -self.seconds,
            _ => self.seconds,
        })
    }

    /// How the delivery was sent, in words: `signed 10 min ago`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.age() {
            Some(age) if age < 0 => format!("signed {} ahead", span(age.unsigned_abs())),
            Some(age) => format!("signed {} ago", span(age.unsigned_abs())),
            None => format!("sent {}", self.kind.description),
        }
    }

    /// Judges a handler by its answer. `later` is how many times the clock went on to the next
    /// second between the signing and the end of the answer. `stopped_by` names what is known to
    /// have refused the delivery before a handler saw it, such as CSRF protection.
    #[must_use]
    pub fn judge(&self, reply: &Reply, later: i64, stopped_by: Option<&str>) -> Judgment {
        let (answer, what) = answer(reply, stopped_by);
        let expected = self.expected(later);
        let judgment = |as_expected, tail: String| Judgment {
            answer,
            expected,
            as_expected,
            words: format!("{what}{tail}"),
            mistake: (!as_expected && answer == Answer::Refused)
                .then(|| self.mistake_when_refused()),
            fix: (!as_expected && answer != Answer::NotJudged).then(|| self.fix(answer)),
        };
        match (answer, expected) {
            (Answer::NotJudged, _) => judgment(false, String::new()),
            (_, None) => judgment(true, ", at the very edge of the tolerance".to_owned()),
            (Answer::Refused, Some(Expected::Refuse(_)))
            | (Answer::Accepted, Some(Expected::Accept)) => {
                judgment(true, ", as it should".to_owned())
            }
            // Both are right, as the header is not signed: what counts is the body.
            (Answer::Accepted, Some(Expected::AcceptByBody)) => judgment(
                true,
                ", as it should if it went by the body's event".to_owned(),
            ),
            (Answer::Refused, Some(Expected::AcceptByBody)) => {
                judgment(true, ", as it may: header and body disagree".to_owned())
            }
            (Answer::Accepted, Some(Expected::Refuse(_))) => {
                let (sent, mistake) = (self.describe(), self.kind.mistake);
                let tail = format!(", must be refused: {sent}; the handler {mistake}");
                judgment(false, tail)
            }
            (Answer::Refused, Some(Expected::Accept)) => {
                judgment(false, format!(", must be accepted: {}", self.describe()))
            }
        }
    }

    fn mistake_when_refused(&self) -> &'static str {
        match self.age() {
            Some(_) => "allows less than 300 s, or its clock is wrong",
            None => self.kind.mistake,
        }
    }

    fn fix(&self, answer: Answer) -> &'static str {
        match (self.age(), answer) {
            (Some(_), Answer::Refused) => {
                "accept what was signed up to 300 s ago or ahead, that second included"
            }
            _ => self.kind.fix,
        }
    }
}

/// What an answer is, and in words.
fn answer(reply: &Reply, stopped_by: Option<&str>) -> (Answer, String) {
    if let Some(failure) = &reply.error {
        let words = format!("not judged: no answer ({})", failure.kind.words());
        return (Answer::NotJudged, words);
    }
    let Some(status) = reply.status else {
        return (Answer::NotJudged, "not judged: no answer".to_owned());
    };
    if reply.is_success() {
        return (Answer::Accepted, format!("accepted ({status})"));
    }
    if asks_for_password(reply) {
        let words = format!("not judged: a user name and password are asked for ({status})");
        return (Answer::NotJudged, words);
    }
    if let Some(what) = stopped_by {
        let words = format!("not judged: stopped by {what} ({status})");
        return (Answer::NotJudged, words);
    }
    if REFUSALS.contains(&status) {
        return (Answer::Refused, format!("refused ({status})"));
    }
    let other = OTHERS.iter().find(|(range, _)| range.contains(&status));
    let why = other.map_or("neither accepted nor refused", |(_, why)| why);
    (Answer::NotJudged, format!("not judged: {why} ({status})"))
}

/// Whether HTTP authentication stopped it, which is in front of every handler (RFC 9110, section
/// 11.6.1).
fn asks_for_password(reply: &Reply) -> bool {
    let mut challenges = reply.headers.all("WWW-Authenticate");
    reply.status == Some(401)
        && challenges.any(|challenge| {
            let scheme = challenge.split(|byte| *byte == b' ').next();
            scheme.is_some_and(|scheme| {
                scheme.eq_ignore_ascii_case(b"basic") || scheme.eq_ignore_ascii_case(b"digest")
            })
        })
}
