//! Receiving deliveries: each is verified, answered by whoever is to answer, recorded, and only
//! then is the answer sent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::delivery::ReceivedDelivery;
use super::display_queue::DisplaySender;
use super::expectations::{Expectations, Status};
use super::faults::{AnswerFaults, Faults};
use super::forwarding::Forwarder;
use super::output::summary::ListenSummary;
use super::recording::Recorder;
use super::request_filter::RequestFilter;
use super::tally::Tally;
use crate::context::clock::Clock;
use crate::delivery::record::{RecordedVerdict, attempt_of};
use crate::delivery::reply::{BODY_KEPT, Failure, FailureKind};
use crate::delivery::target::is_loopback;
use crate::delivery::{Direction, Record, Reply, outgoing};
use crate::diagnosis::reply;
use crate::http::server::{Answer, Fault, Handler, Refusal, Request};
use crate::lettermint::verification::{Reason, SignedHeaders, event_of};
use crate::lettermint::{NamedSecret, Tolerance, Verdict, Verifier, headers};

pub(crate) struct Receiver {
    verifier: Verifier,
    /// Where the secrets came from, in the verifier's order.
    sources: Vec<String>,
    /// The same with their fingerprints, for the answer to a sender on this machine.
    fingerprints: Value,
    pub(crate) clock: Clock,
    pub(crate) begun: Instant,
    recorder: Recorder,
    filter: RequestFilter,
    pub(crate) forwarder: Option<Forwarder>,
    pub(crate) faults: Option<Mutex<Faults>>,
    display: DisplaySender,
    /// Whether it was said that connections have to wait.
    is_crowded: AtomicBool,
    status: watch::Sender<Status>,
    tally: Mutex<Tally>,
}

impl Receiver {
    /// One that answers by itself, without faults.
    pub(crate) fn new(
        secrets: &[NamedSecret],
        recorder: Recorder,
        filter: RequestFilter,
        expectations: Option<Expectations>,
        display: DisplaySender,
    ) -> Self {
        Self {
            verifier: Verifier::new(
                secrets.iter().map(|named| &named.secret),
                Tolerance::default(),
            ),
            sources: secrets.iter().map(|named| named.source.clone()).collect(),
            fingerprints: secrets
                .iter()
                .map(|named| {
                    let prefix = named.secret.fingerprint();
                    json!({"source": named.source, "sha256_prefix": prefix})
                })
                .collect(),
            clock: Clock::System,
            begun: Instant::now(),
            recorder,
            filter,
            forwarder: None,
            faults: None,
            display,
            is_crowded: AtomicBool::new(false),
            status: watch::Sender::new(Status::Pending),
            tally: Mutex::new(Tally::new(expectations)),
        }
    }

    pub(crate) fn summary(&self) -> ListenSummary {
        ListenSummary {
            not_shown: self.display.missed(),
            ..self.tally().summary
        }
    }

    pub(crate) fn expectations(&self) -> Option<Expectations> {
        self.tally().expectations.clone()
    }

    /// Tells when the status of the expectations changes.
    pub(crate) fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `has_event` says that the body is known to be a payload.
    fn verify(&self, request: &Request, at: i64, has_event: bool) -> Option<Verdict> {
        self.verifier.has_secrets().then(|| {
            let now = at.div_euclid(1_000_000);
            let signed = SignedHeaders::of(&request.headers);
            self.verifier
                .verify_with(signed, &request.body, Some(now), || {
                    has_event || event_of(&request.body).is_some()
                })
        })
    }

    /// Who answers, and what: verification its 401, the options their status, the handler its
    /// own answer, else 200.
    async fn answer(
        &self,
        request: &Request,
        verdict: Option<&Verdict>,
        event: &str,
    ) -> (Answer, AnswerFaults, Option<Reply>) {
        let reason = verdict.and_then(|verdict| verdict.reason);
        let forwarder = self.forwarder.as_ref();
        let refusal = reason.filter(|_| forwarder.is_none_or(|to| to.rejects_invalid));
        let faults = self
            .faults
            .as_ref()
            .map_or_else(AnswerFaults::default, |faults| {
                let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
                faults.next(event, refusal.is_some())
            });
        let mut handler = None;
        let mut answer = if let Some(reason) = refusal {
            let mut body = json!({"error": "Invalid signature", "reason": reason.code()});
            // So that `send` can say that the secrets differ; nobody else has to know.
            if reason == Reason::SignatureMismatch && is_loopback(request.remote.ip()) {
                body["listener"] = reply::LISTENER.into();
                body["secrets"] = self.fingerprints.clone();
            }
            Answer::json(401, body.to_string())
        } else if let Some(status) = faults.refusal() {
            let body = format!("{{\"error\":\"answered {status} on purpose\"}}");
            Answer::json(status, body)
        } else if let Some(forwarder) = forwarder {
            let now = self.clock.seconds();
            let (answer, reply) = forwarder
                .forward(request, verdict, now, &self.display)
                .await;
            handler = Some(reply);
            answer
        } else {
            Answer::json(faults.status.unwrap_or(200), r#"{"received":true}"#)
        };
        if faults.delay > Duration::ZERO {
            tokio::time::sleep(faults.delay).await;
        }
        answer.fault = faults.fault;
        (answer, faults, handler)
    }

    fn count(&self, delivery: &mut ReceivedDelivery, is_recorded: bool) {
        let mut tally = self.tally();
        tally.count(delivery, is_recorded);
        if let Some(expectations) = &tally.expectations {
            let now = expectations.status();
            self.status.send_if_modified(|before| {
                let changed = *before != now;
                *before = now;
                changed
            });
        }
    }

    fn note_refusal(&self, remote: SocketAddr, status: u16, why: &str) {
        self.tally().summary.refused += 1;
        self.display
            .status(format!("refused {remote} with {status}: {why}"));
    }

    fn extra_fields(&self, faults: &AnswerFaults, handler: Option<&Reply>) -> Map<String, Value> {
        let mut extra = Map::new();
        if let (Some(reply), Some(forwarder)) = (handler, &self.forwarder) {
            let micros = u64::try_from(reply.duration.as_micros()).unwrap_or(u64::MAX);
            let forward = json!({
                "to": forwarder.url(),
                "status": reply.status,
                "duration_us": micros,
                "error": reply.error.as_ref().map(ToString::to_string),
            });
            extra.insert("forward".to_owned(), forward);
        }
        let remarks = faults.remarks();
        if !remarks.is_empty() {
            extra.insert("on_purpose".to_owned(), remarks.into());
        }
        extra
    }
}

impl Handler for Receiver {
    fn gate(&self, request: &Request) -> Option<Answer> {
        let (answer, refused) = self.filter.no_delivery(request)?;
        if let Some(why) = refused {
            self.note_refusal(request.remote, answer.status, &why);
        }
        Some(answer)
    }

    async fn handle(&self, request: Request) -> Answer {
        let start = Instant::now();
        let at = self.clock.micros();
        let (event, id) = outgoing::identify(&request.body);
        let verdict = self.verify(&request, at, event.is_some());
        let named = request.headers.text(headers::EVENT).map(str::to_owned);
        let event = named.or(event);
        let name = event.as_deref().unwrap_or_default();
        let (mut answer, faults, handler) = self.answer(&request, verdict.as_ref(), name).await;
        let sources = self.sources.iter().map(String::as_str);
        let mut reply = recorded_reply(&answer, start);
        if let Some(forwarder) = &self.forwarder {
            reply = forwarder.without_secrets(&request.headers, reply);
        }
        let mut record = Record {
            direction: Direction::Received,
            at,
            event,
            id,
            attempt: attempt_of(&request.headers),
            method: request.method,
            target: request.target,
            headers: request.headers,
            body: request.body,
            remote: Some(request.remote.to_string()),
            verdict: verdict.map(|verdict| RecordedVerdict::new(&verdict, sources)),
            reply: Some(reply),
            unknown: self.extra_fields(&faults, handler.as_ref()),
        };
        let is_recorded = self.recorder.record(&record, &self.display).await;
        if !is_recorded {
            answer = Answer::json(503, r#"{"error":"the delivery could not be recorded"}"#);
            record.reply = Some(recorded_reply(&answer, start));
        }
        let mut delivery = ReceivedDelivery {
            record,
            sequence: 0,
            earlier: None,
            handler,
            faults,
        };
        self.count(&mut delivery, is_recorded);
        self.display.show(delivery).await;
        answer
    }

    fn refused(&self, remote: SocketAddr, refusal: Refusal) {
        let option = match refusal {
            Refusal::TOO_LARGE => " (see --max-body)",
            Refusal::BUFFER_FULL => " (see --max-buffer)",
            Refusal::HEAD_TOO_LARGE => " (see --max-head)",
            Refusal::SLOW_HEAD | Refusal::SLOW_BODY => " (see --read-timeout)",
            _ => "",
        };
        let why = format!("{}{option}", refusal.why);
        self.note_refusal(remote, refusal.status, &why);
    }

    fn crowded(&self, why: &str) {
        // Once is enough: it happens again for every connection.
        if !self.is_crowded.swap(true, Ordering::Relaxed) {
            self.display
                .warn(format!("new connections have to wait: {why}"));
        }
    }
}

/// The answer as it is recorded: one that never leaves has no status.
fn recorded_reply(answer: &Answer, start: Instant) -> Reply {
    let duration = start.elapsed();
    let error = match answer.fault {
        None | Some(Fault::Truncate) => None,
        Some(fault) => Some(fault.remark()),
    };
    if let Some(error) = error {
        return Reply {
            duration,
            error: Some(Failure::new(FailureKind::Closed, error)),
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
