//! Handing deliveries on to a handler, byte for byte.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::display_queue::DisplaySender;
use super::loops::Loops;
use crate::delivery::record::attempt_of;
use crate::delivery::reply::{BODY_KEPT, Failure, FailureKind};
use crate::delivery::{Outgoing, Reply};
use crate::error::{Error, Result};
use crate::http::client::{Client, Keep};
use crate::http::server::{Answer, Request};
use crate::lettermint::{Headers, SigningKey, Verdict, headers};
use crate::terminal::mask::Mask;

/// Header lines that belong to one connection (RFC 9110, section 7.6.1), and those that every
/// request has of its own.
const HOP_BY_HOP: &str = "\
    connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer \
    transfer-encoding upgrade expect content-length";

/// Connections to the handler that are kept for later.
const KEPT: usize = 64;

/// Hands deliveries on to one endpoint.
pub(crate) struct Forwarder {
    /// What the clients that send are made after.
    client: Client,
    mask: Mask,
    /// Signs anew for a handler that has another secret.
    resign: Option<SigningKey>,
    /// Whether what does not verify is answered 401 instead of being handed on.
    pub(crate) rejects_invalid: bool,
    idle: Mutex<Vec<Client>>,
    loops: Loops,
    /// Whether it was said that deliveries come back.
    is_loop_told: AtomicBool,
    trouble: Mutex<Option<FailureKind>>,
}

impl Forwarder {
    /// Nothing is connected yet.
    pub(crate) fn new(
        client: Client,
        mask: Mask,
        resign: Option<SigningKey>,
        rejects_invalid: bool,
    ) -> Result<Self> {
        Ok(Self {
            client: client.keeping_connection().keeping(Keep::Whole),
            mask,
            resign,
            rejects_invalid,
            idle: Mutex::new(Vec::new()),
            loops: Loops::new()?,
            is_loop_told: AtomicBool::new(false),
            trouble: Mutex::new(None),
        })
    }

    /// That what is received at `local` is not forwarded to it.
    pub(crate) fn refuse_own(&self, local: SocketAddr) -> Result<()> {
        let Some(own) = self.client.endpoint().reaching(local) else {
            return Ok(());
        };
        let named = match self.url().contains(&own.to_string()) {
            true => String::new(),
            false => format!(", which is {own}"),
        };
        Err(Error::usage(format!(
            "--forward-to is this listener itself, {local}: {}{named}",
            self.url()
        ))
        .hint("give the handler's own URL, or listen elsewhere with `--port`"))
    }

    pub(crate) fn url(&self) -> &str {
        self.client.endpoint().target().as_str()
    }

    /// Hands one delivery on and waits for the answer, which is the sender's. Besides it the reply
    /// for the record: the start of a long body only.
    pub(crate) async fn forward(
        &self,
        request: &Request,
        verdict: Option<&Verdict>,
        now: i64,
        display: &DisplaySender,
    ) -> (Answer, Reply) {
        let Some(in_flight) = self.loops.enter(request) else {
            return self.loop_detected(display);
        };
        let mut outgoing = Outgoing {
            event: None,
            id: None,
            attempt: attempt_of(&request.headers).unwrap_or(1),
            signed_at: verdict.and_then(|verdict| verdict.signed_at).unwrap_or(now),
            headers: self.request_headers(request, verdict, now),
            body: request.body.clone(),
        };
        in_flight.mark(&mut outgoing.headers);
        let idle = self.lock_idle().pop();
        let mut client = idle.unwrap_or_else(|| self.client.another());
        let mut reply = client.send(&outgoing).await;
        {
            let mut idle = self.lock_idle();
            if idle.len() < KEPT {
                idle.push(client);
            }
        }
        let answer = relay(&reply);
        reply = self.without_secrets(&request.headers, reply);
        if reply.body.len() > BODY_KEPT {
            reply.body.truncate(BODY_KEPT);
            reply.truncated = true;
        }
        if let Some(change) = self.note(&reply) {
            display.warn(change);
        }
        (answer, reply)
    }

    /// The answer to a delivery that has come back. It is said once: one that goes round in a
    /// circle brings others.
    fn loop_detected(&self, display: &DisplaySender) -> (Answer, Reply) {
        const LOOP: &str = "loop detected: what is forwarded comes back to this listener";
        if !self.is_loop_told.swap(true, Ordering::Relaxed) {
            display.warn(format!("{LOOP}: {}", self.url()));
        }
        let body = serde_json::json!({ "error": LOOP }).to_string();
        let reply = Failure::new(FailureKind::Other, LOOP).into();
        (Answer::json(508, body), reply)
    }

    /// What a handler sends back of its request's credentials, or of the secret, is the sender's
    /// to see and not to be kept.
    pub(crate) fn without_secrets(&self, request: &Headers, reply: Reply) -> Reply {
        let credentials = Mask::default();
        for line in request {
            credentials.hide_credential(line.name, line.value);
        }
        self.mask.reply(credentials.reply(reply))
    }

    fn lock_idle(&self) -> MutexGuard<'_, Vec<Client>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request's own lines without what belongs to a connection, signed anew if asked.
    fn request_headers(&self, request: &Request, verdict: Option<&Verdict>, now: i64) -> Headers {
        let mut lines = end_to_end(&request.headers);
        lines.remove("host");
        // Signing anew what did not verify would make a forgery genuine.
        let refused = verdict.is_some_and(|verdict| !verdict.is_valid());
        if let Some(key) = self.resign.as_ref().filter(|_| !refused) {
            // The sender's own time stays, so that the handler judges the same age.
            let signed_at = verdict.and_then(|verdict| verdict.signed_at).unwrap_or(now);
            lines.set(headers::SIGNATURE, key.sign(signed_at, &request.body));
            lines.set(headers::DELIVERY, signed_at.to_string());
        }
        lines
    }

    /// Takes note of whether the handler could be reached; something is said when that changes.
    fn note(&self, reply: &Reply) -> Option<String> {
        let now = reply.error.as_ref().map(|failure| failure.kind);
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *trouble, now);
        match (before, &reply.error) {
            (None, Some(failure)) => {
                Some(format!("the handler is away ({failure}): {}", self.url()))
            }
            (Some(before), Some(failure)) if before != failure.kind => Some(format!(
                "the handler is still away ({failure}): {}",
                self.url()
            )),
            (Some(_), None) => Some(format!("the handler is back: {}", self.url())),
            _ => None,
        }
    }
}

/// The lines that are meant for the other end, in order.
fn end_to_end(lines: &Headers) -> Headers {
    let named: Vec<String> = lines
        .all("connection")
        .flat_map(|value| value.split(|byte| *byte == b','))
        .map(|name| String::from_utf8_lossy(name).trim().to_ascii_lowercase())
        .collect();
    lines
        .iter()
        .filter(|line| {
            let name = line.name.to_ascii_lowercase();
            !HOP_BY_HOP.split(' ').any(|known| known == name) && !named.contains(&name)
        })
        .collect()
}

/// The handler's reply as the sender gets it.
fn relay(reply: &Reply) -> Answer {
    if let Some(failure) = &reply.error {
        let status = match failure.kind {
            FailureKind::TimedOut => 504,
            _ => 502,
        };
        let error = match failure.kind {
            FailureKind::TimedOut | FailureKind::Closed => "the handler gave no answer",
            FailureKind::NotHttp => "the handler gave no HTTP answer",
            _ => "the handler could not be reached",
        };
        let body = serde_json::json!({
            "error": error,
            "detail": failure.to_string(),
        });
        return Answer::json(status, body.to_string());
    }
    if reply.truncated {
        let body = r#"{"error":"the handler's answer is larger than 16 MiB"}"#;
        return Answer::json(502, body);
    }
    let mut headers = Headers::new();
    for line in &end_to_end(&reply.headers) {
        // As they go on the wire, so that the record says what was answered.
        let name = line.name.to_ascii_lowercase();
        // A page that may not read this listener must not be let in by the handler's word.
        if !name.starts_with("access-control-") {
            headers.push(name, line.value);
        }
    }
    Answer {
        status: reply.status.unwrap_or(502),
        headers,
        body: reply.body.clone(),
        fault: None,
    }
}
