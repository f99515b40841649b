//! Making requests of jobs: the key, purposeful errors and extra headers in one place.

use crate::delivery::outgoing::SigningPlan;
use crate::delivery::tampering::{Judgment, Tampering};
use crate::delivery::{Outgoing, Reply};
use crate::diagnosis::reply::stopped_by;
use crate::lettermint::{Header, NamedSecret, SigningKey};

use super::job::Job;
use crate::terminal::mask::Mask;

/// Turns jobs into requests.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    pub(crate) key: SigningKey,
    /// What the key was made of, if anything is signed.
    pub(crate) secret: Option<NamedSecret>,
    /// The webhook that gets them, when there are several.
    pub(crate) webhook: Option<String>,
    /// Headers to add, or to put in place of Lettermint's.
    pub(crate) headers: Vec<Header>,
}

/// What is unusual about an attempt.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remarks {
    /// In words, such as "bytes changed".
    pub(crate) words: Vec<String>,
    /// What was done to it on purpose, so that its answer is judged.
    pub(crate) tampering: Option<Tampering>,
    /// What it was signed with.
    pub(crate) secret: Option<NamedSecret>,
}

/// Judges a handler by its answer, as [`Tampering::judge`] does.
pub(super) fn judge(tampering: Tampering, reply: &Reply, later: i64) -> Judgment {
    let is_refusal = reply.error.is_none() && !reply.is_success();
    let stopped_by = is_refusal.then(|| stopped_by(reply)).flatten();
    tampering.judge(reply, later, stopped_by)
}

impl Signer {
    /// Masks what authenticates its requests, which a handler may send back.
    pub(super) fn hide_credentials(&self, mask: &Mask) {
        for line in &self.headers {
            mask.hide_credential(&line.name, line.value.as_ref());
        }
    }

    /// The request of one attempt, signed at so many unix seconds.
    pub(crate) fn sign(&self, job: &Job, attempt: u32, signed_at: i64) -> Outgoing {
        let (event, id, body) = (job.event.clone(), job.id.clone(), job.body.clone());
        let plan = SigningPlan {
            key: &self.key,
            signed_at,
            attempt,
        };
        let mut outgoing = match &job.tampering {
            None => Outgoing::signed(event, id, body, plan),
            Some(tampering) => tampering.make(event, id, body, plan),
        };
        // Those of the destination come last and win. Only what Lettermint sends is replaced: a
        // header of the user's own may occur twice.
        outgoing
            .headers
            .overlay(job.headers.iter().chain(&self.headers));
        // As with curl, a name without a value leaves the header out.
        for line in self.headers.iter().filter(|line| line.value.is_empty()) {
            outgoing.headers.remove(&line.name);
        }
        outgoing
    }

    /// What is unusual about a job's attempts, for their lines.
    pub(crate) fn remarks(&self, job: &Job) -> Remarks {
        let webhook = self.webhook.iter().map(|name| format!("to {name}"));
        Remarks {
            words: webhook.chain(job.notes.iter().cloned()).collect(),
            tampering: job.tampering,
            secret: self.secret.clone(),
        }
    }
}
