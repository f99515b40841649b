//! Receiving deliveries: each is verified, answered by whoever is to answer, recorded, and only
//! then is the answer sent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::expectations::{Expectations, Known};
use super::forwarding::{Forwarded, Forwarder};
use super::hosts::Hosts;
use super::recording::Recorder;
use super::tally::{Counted, Tally};
use crate::context::clock::Clock;
use crate::delivery::record::{RecordedVerdict, attempt_of};
use crate::delivery::reply::{BODY_KEPT, Failure, FailureKind};
use crate::delivery::{Direction, Record, Reply, outgoing};
use crate::http::server::{Answer, Fault, Handler, Refusal, Request};
use crate::lettermint::verification::{SignedHeaders, event_of};
use crate::lettermint::{NamedSecret, Verdict, Verifier, headers};
use crate::listen::display_line::{Arrival, Notices};
use crate::listen::faults::{Act, Misbehaviour};
use crate::listen::output::received::EarlierSighting;
use crate::listen::output::summary::ListenSummary;
use crate::listen::request_filter::{NoDelivery, no_delivery};

/// What a receiver is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    /// Judges signatures.
    pub(crate) verifier: Verifier,
    /// Where the secrets came from, in the verifier's order.
    pub(crate) sources: Vec<String>,
    /// What time it is.
    pub(crate) clock: Clock,
    /// Keeps what came.
    pub(crate) recorder: Recorder,
    /// Which hosts a request may name.
    pub(crate) hosts: Hosts,
    /// Hands on, if anything is.
    pub(crate) forwarder: Option<Forwarder>,
    /// Whether what does not verify is answered 401 instead of being handed on.
    pub(crate) reject_invalid: bool,
    /// Answers badly on purpose.
    pub(crate) misbehaviour: Misbehaviour,
    /// What is to come.
    pub(crate) expectations: Option<Expectations>,
    /// Shows what came.
    pub(crate) notices: Notices,
}

impl Parts {
    /// A receiver's parts with nothing but a verifier, a store and somebody to show to.
    #[must_use]
    pub(crate) fn plain(
        verifier: Verifier,
        secrets: &[NamedSecret],
        recorder: Recorder,
        hosts: Hosts,
        notices: Notices,
    ) -> Self {
        Self {
            verifier,
            sources: secrets.iter().map(|secret| secret.source.clone()).collect(),
            clock: Clock::System,
            recorder,
            hosts,
            forwarder: None,
            reject_invalid: false,
            misbehaviour: Misbehaviour::new(
                Default::default(),
                crate::lettermint::Random::seeded(0),
            ),
            expectations: None,
            notices,
        }
    }
}

/// Verifies, forwards, records and answers deliveries.
#[derive(Debug)]
pub(crate) struct Receiver {
    verifier: Verifier,
    sources: Vec<String>,
    clock: Clock,
    recorder: Recorder,
    hosts: Hosts,
    forwarder: Option<Forwarder>,
    reject_invalid: bool,
    notices: Notices,
    crowded: AtomicBool,
    known: watch::Sender<Known>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tally: Tally,
    misbehaviour: Misbehaviour,
}

/// How one delivery is answered, before it is recorded.
struct Decision {
    answer: Answer,
    forwarded: Option<Forwarded>,
    act: Act,
}

impl Receiver {
    /// Puts the parts together.
    #[must_use]
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            verifier: parts.verifier,
            sources: parts.sources,
            clock: parts.clock,
            recorder: parts.recorder,
            hosts: parts.hosts,
            forwarder: parts.forwarder,
            reject_invalid: parts.reject_invalid,
            notices: parts.notices,
            crowded: AtomicBool::new(false),
            known: watch::Sender::new(Known::Nothing),
            state: Mutex::new(State {
                tally: Tally::new(parts.expectations),
                misbehaviour: parts.misbehaviour,
            }),
        }
    }

    /// The sum so far.
    #[must_use]
    pub(crate) fn summary(&self) -> ListenSummary {
        ListenSummary {
            not_shown: self.notices.dropped(),
            ..self.lock().tally.summary
        }
    }

    /// The expectations as they stand.
    #[must_use]
    pub(crate) fn expectations(&self) -> Option<Expectations> {
        self.lock().tally.expectations.clone()
    }

    /// Tells when the verdict on the expectations is known.
    #[must_use]
    pub(crate) fn known(&self) -> watch::Receiver<Known> {
        self.known.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Verifies; `has_event` says that the body is known to be a payload.
    fn judge(&self, received: &Request, at: i64, has_event: bool) -> Option<Verdict> {
        self.verifier.has_secrets().then(|| {
            let now = at.div_euclid(1_000_000);
            let signed = SignedHeaders::of(&received.headers);
            self.verifier
                .verify_with(signed, &received.body, Some(now), || {
                    has_event || event_of(&received.body).is_some()
                })
        })
    }

    /// Who answers, and what: verification its 401, the options their status, the handler its
    /// own answer, else 200.
    async fn decide(&self, received: &Request, verdict: Option<&Verdict>, event: &str) -> Decision {
        let reason = verdict.and_then(|verdict| verdict.reason);
        let handed_on = self.forwarder.is_some() && !(self.reject_invalid && reason.is_some());
        let refused = reason.is_some() && !handed_on;
        let act = self.lock().misbehaviour.next(event, refused);
        let mut forwarded = None;
        let answer = match (reason, act.status, &self.forwarder) {
            (Some(reason), _, _) if refused => {
                let body = json!({"error": "Invalid signature", "reason": reason.code()});
                Answer::json(401, body.to_string())
            }
            (_, Some(status), _) if !(200..300).contains(&status) => {
                let body = format!("{{\"error\":\"answered {status} on purpose\"}}");
                Answer::json(status, body)
            }
            (_, _, Some(forwarder)) => {
                let now = self.clock.seconds();
                let done = forwarder.forward(received, verdict, now).await;
                forwarded.insert(done).answer.clone()
            }
            (_, status, None) => Answer::json(status.unwrap_or(200), r#"{"received":true}"#),
        };
        if act.delay > std::time::Duration::ZERO {
            tokio::time::sleep(act.delay).await;
        }
        let answer = Answer {
            fault: act.fault,
            ..answer
        };
        Decision {
            answer,
            forwarded,
            act,
        }
    }

    /// Counts a delivery: its number, and the first sighting of its id.
    fn count(
        &self,
        record: &Record,
        safe: bool,
        decision: &Decision,
    ) -> (u64, Option<EarlierSighting>) {
        let outcome = Counted {
            safe,
            on_purpose: decision.act.is_bad(),
            handler: decision.forwarded.as_ref().map(|done| &done.reply),
        };
        let mut state = self.lock();
        let (sighting, earlier) = state.tally.count(record, &outcome);
        if let Some(expectations) = &state.tally.expectations {
            let known = expectations.known();
            self.known.send_if_modified(|before| {
                let changed = *before != known;
                *before = known;
                changed
            });
        }
        (sighting.sequence, earlier)
    }
}

impl Handler for Receiver {
    async fn handle(&self, received: Request) -> Answer {
        if let Some(NoDelivery { answer, refused }) = no_delivery(&self.hosts, &received) {
            if let Some(why) = refused {
                self.say_refused(received.remote, answer.status, why);
            }
            return answer;
        }
        let start = Instant::now();
        let at = self.clock.micros();
        let (event, id) = outgoing::identify(&received.body);
        let verdict = self.judge(&received, at, event.is_some());
        let event = received
            .headers
            .text(headers::EVENT)
            .map(str::to_owned)
            .or(event);
        let decided = self.decide(
            &received,
            verdict.as_ref(),
            event.as_deref().unwrap_or_default(),
        );
        let mut decision = decided.await;
        let sources = self.sources.iter().map(String::as_str);
        let mut record = Record {
            direction: Direction::Received,
            at,
            event,
            id,
            attempt: attempt_of(&received.headers),
            method: received.method,
            target: received.target,
            headers: received.headers,
            body: received.body,
            remote: Some(received.remote.to_string()),
            verdict: verdict.map(|verdict| RecordedVerdict::new(&verdict, sources)),
            reply: Some(reply(&decision.answer, start)),
            unknown: self.extras(&decision),
        };
        let recorded = self.recorder.record(&record).await;
        if !recorded.safe {
            decision.answer =
                Answer::json(503, r#"{"error":"the delivery could not be recorded"}"#);
            record.reply = Some(reply(&decision.answer, start));
        }
        let (sequence, earlier) = self.count(&record, recorded.safe, &decision);
        let change = decision
            .forwarded
            .as_mut()
            .and_then(|done| done.change.take());
        for warning in [change, recorded.warning].into_iter().flatten() {
            self.notices.warn(warning);
        }
        self.notices
            .show(Arrival {
                record,
                sequence,
                earlier,
                handler: decision.forwarded.map(|done| done.reply),
                remarks: decision.act.remarks(),
            })
            .await;
        decision.answer
    }

    fn refused(&self, remote: SocketAddr, refusal: Refusal) {
        let option = match refusal {
            Refusal::TOO_LARGE => " (see --max-body)",
            Refusal::HEAD_TOO_LARGE => " (see --max-head)",
            Refusal::SLOW_HEAD | Refusal::SLOW_BODY => " (see --read-timeout)",
            _ => "",
        };
        self.say_refused(remote, refusal.status, format!("{}{option}", refusal.why));
    }

    fn crowded(&self, why: &str) {
        // Once is enough: it happens again for every connection.
        if !self.crowded.swap(true, Ordering::Relaxed) {
            self.notices
                .warn(format!("new connections have to wait: {why}"));
        }
    }
}

impl Receiver {
    fn say_refused(&self, remote: SocketAddr, status: u16, why: String) {
        self.lock().tally.summary.refused += 1;
        self.notices.refused(remote, status, why);
    }

    /// What this version of the format has no field for.
    fn extras(&self, decision: &Decision) -> Map<String, Value> {
        let mut extras = Map::new();
        if let (Some(done), Some(forwarder)) = (&decision.forwarded, &self.forwarder) {
            let micros = u64::try_from(done.reply.duration.as_micros()).unwrap_or(u64::MAX);
            let forward = json!({
                "to": forwarder.url(),
                "status": done.reply.status,
                "duration_us": micros,
                "error": done.reply.error.as_ref().map(ToString::to_string),
            });
            extras.insert("forward".to_owned(), forward);
        }
        let remarks = decision.act.remarks();
        if !remarks.is_empty() {
            extras.insert("on_purpose".to_owned(), remarks.into());
        }
        extras
    }
}

/// The answer as it is recorded: one that never leaves has no status.
fn reply(answer: &Answer, start: Instant) -> Reply {
    let duration = start.elapsed();
    let detail = match answer.fault {
        None | Some(Fault::Truncate) => None,
        Some(Fault::Drop) => Some("dropped on purpose"),
        Some(Fault::Reset) => Some("reset on purpose"),
    };
    if let Some(detail) = detail {
        return Reply {
            duration,
            error: Some(Failure::new(FailureKind::Closed, detail)),
            ..Reply::default()
        };
    }
    Reply {
        status: Some(answer.status),
        headers: answer.headers.clone(),
        body: answer.body.slice(..answer.body.len().min(BODY_KEPT)),
        truncated: answer.body.len() > BODY_KEPT,
        duration,
        ..Reply::default()
    }
}
