//! Receiving deliveries: each is verified, recorded, then answered and shown.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash as _, Hasher as _};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::adapter::clock::Clock;
use crate::adapter::server::{Answer, Handler, Received};
use crate::adapter::store::Store;
use crate::delivery::record::{RecordedVerdict, attempt_of};
use crate::delivery::{Direction, Record, Reply, outgoing};
use crate::error::describe_io;
use crate::protocol::verification::SignedHeaders;
use crate::protocol::{NamedSecret, Verifier, headers};
use crate::report::received::{EarlierSighting, ListenSummary};

/// Delivery ids that are remembered to notice repeats. Bounded, so that a million deliveries
/// later the memory is the same; a retry comes long before so many others.
const REMEMBERED_IDS: usize = 16_384;

/// Something that a receiver has to say.
#[derive(Debug)]
pub enum Notice {
    /// A delivery was received and answered.
    Delivery {
        /// As recorded.
        record: Box<Record>,
        /// Counted from 1.
        sequence: u64,
        /// The first sighting of its id.
        earlier: Option<EarlierSighting>,
    },
    /// A request was refused before it was a delivery.
    Refused {
        /// Who sent it.
        remote: SocketAddr,
        /// What was answered.
        status: u16,
        /// Why.
        why: String,
    },
    /// Recording failed, or works again.
    Warning(String),
}

/// Verifies, records and answers deliveries.
#[derive(Debug)]
pub struct Receiver {
    verifier: Verifier,
    sources: Vec<String>,
    clock: Clock,
    store: Option<Store>,
    notices: mpsc::Sender<Notice>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    summary: ListenSummary,
    seen: SeenIds,
    store_fails: bool,
}

/// The latest ids, each with its first sighting.
#[derive(Debug, Default)]
struct SeenIds {
    first: HashMap<u64, EarlierSighting>,
    order: VecDeque<u64>,
}

impl SeenIds {
    /// Remembers an id; returns its first sighting when there was one.
    fn see(&mut self, id: &str, sighting: EarlierSighting) -> Option<EarlierSighting> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let key = hasher.finish();
        if let Some(earlier) = self.first.get(&key) {
            return Some(*earlier);
        }
        if self.order.len() == REMEMBERED_IDS
            && let Some(oldest) = self.order.pop_front()
        {
            self.first.remove(&oldest);
        }
        self.order.push_back(key);
        self.first.insert(key, sighting);
        None
    }
}

impl Receiver {
    /// A receiver that says what happens through `notices`.
    #[must_use]
    pub fn new(
        verifier: Verifier,
        secrets: &[NamedSecret],
        clock: Clock,
        store: Option<Store>,
        notices: mpsc::Sender<Notice>,
    ) -> Self {
        Self {
            verifier,
            sources: secrets.iter().map(|secret| secret.source.clone()).collect(),
            clock,
            store,
            notices,
            state: Mutex::default(),
        }
    }

    /// The sum so far.
    #[must_use]
    pub fn summary(&self) -> ListenSummary {
        self.lock().summary
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What to answer: 200 to what is genuine or cannot be judged, 401 to the rest.
    fn decide(verdict: Option<&RecordedVerdict>) -> Answer {
        match verdict.map(|verdict| (verdict.valid, &verdict.reason)) {
            Some((false, Some(reason))) => {
                let body = serde_json::json!({"error": "Invalid signature", "reason": reason});
                Answer::json(401, body.to_string())
            }
            _ => Answer::json(200, r#"{"received":true}"#),
        }
    }

    fn judge(&self, received: &Received, at: i64) -> Option<RecordedVerdict> {
        if !self.verifier.has_secrets() {
            return None;
        }
        let now = at.div_euclid(1_000_000);
        let signed = SignedHeaders::of(&received.headers);
        let verdict = self.verifier.verify(signed, &received.body, Some(now));
        let sources = self.sources.iter().map(String::as_str);
        Some(RecordedVerdict::new(&verdict, sources))
    }

    /// Records before the answer is sent. A store that fails turns the answer into 503, so that
    /// the sender tries again; a warning is given when it starts and when it ends.
    fn record(&self, record: &mut Record, answer: &mut Answer) -> Option<String> {
        let store = self.store.as_ref()?;
        let result = store.append(record);
        let mut state = self.lock();
        let failed_before = std::mem::replace(&mut state.store_fails, result.is_err());
        let path = store.path().display();
        match result {
            Ok(()) => failed_before.then(|| format!("recording works again: {path}")),
            Err(error) => {
                *answer = Answer::json(503, r#"{"error":"the delivery could not be recorded"}"#);
                if let Some(reply) = &mut record.reply {
                    reply.status = Some(answer.status);
                    reply.body = answer.body.clone();
                }
                let error = describe_io(&error);
                (!failed_before).then(|| {
                    format!("deliveries are not recorded and answered 503 ({error}): {path}")
                })
            }
        }
    }

    fn count(&self, record: &Record) -> (u64, Option<EarlierSighting>) {
        let mut state = self.lock();
        state.summary.received += 1;
        let sequence = state.summary.received;
        match &record.verdict {
            None => state.summary.unverified += 1,
            Some(verdict) if verdict.valid => state.summary.verified += 1,
            Some(_) => state.summary.rejected += 1,
        }
        let sighting = EarlierSighting {
            sequence,
            at: record.at,
        };
        let earlier = record
            .id
            .as_deref()
            .and_then(|id| state.seen.see(id, sighting));
        state.summary.duplicates += u64::from(earlier.is_some());
        (sequence, earlier)
    }
}

impl Handler for Receiver {
    async fn handle(&self, received: Received) -> Answer {
        if received.method == "GET" && received.target == "/healthz" {
            return Answer::json(200, r#"{"ok":true}"#);
        }
        if received.method != "POST" {
            let mut answer = Answer::json(405, r#"{"error":"webhooks are POST requests"}"#);
            answer.headers.push("allow", "POST");
            let why = format!("{} is not POST", received.method);
            self.refused(received.remote, answer.status, &why);
            return answer;
        }
        let start = Instant::now();
        let at = self.clock.micros();
        let verdict = self.judge(&received, at);
        let mut answer = Self::decide(verdict.as_ref());
        let (event, id) = outgoing::identify(&received.body);
        let named = received.headers.text(headers::EVENT).map(str::to_owned);
        let mut record = Record {
            direction: Direction::Received,
            at,
            event: named.or(event),
            id,
            attempt: attempt_of(&received.headers),
            method: received.method,
            target: received.target,
            headers: received.headers,
            body: received.body,
            remote: Some(received.remote.to_string()),
            verdict,
            reply: None,
            unknown: serde_json::Map::new(),
        };
        record.reply = Some(reply(&answer, start.elapsed()));
        let warning = self.record(&mut record, &mut answer);
        let (sequence, earlier) = self.count(&record);
        if let Some(warning) = warning {
            let _ = self.notices.send(Notice::Warning(warning)).await;
        }
        let notice = Notice::Delivery {
            record: Box::new(record),
            sequence,
            earlier,
        };
        // The other side is gone only when the run is ending.
        let _ = self.notices.send(notice).await;
        answer
    }

    fn refused(&self, remote: SocketAddr, status: u16, why: &str) {
        let notice = Notice::Refused {
            remote,
            status,
            why: why.to_owned(),
        };
        // Refusals are talk; when nobody keeps up they may go unsaid.
        let _ = self.notices.try_send(notice);
    }
}

fn reply(answer: &Answer, duration: Duration) -> Reply {
    Reply {
        status: Some(answer.status),
        headers: answer.headers.clone(),
        body: answer.body.clone(),
        duration,
        ..Reply::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_remembered_up_to_a_bound() {
        let mut seen = SeenIds::default();
        let sighting = |sequence| EarlierSighting { sequence, at: 0 };
        assert_eq!(seen.see("a", sighting(1)), None);
        assert_eq!(seen.see("a", sighting(2)), Some(sighting(1)));
        for i in 0..REMEMBERED_IDS {
            seen.see(&i.to_string(), sighting(3));
        }
        assert_eq!(seen.first.len(), REMEMBERED_IDS);
        assert_eq!(seen.see("a", sighting(4)), None);
    }
}
