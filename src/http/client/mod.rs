//! Sending requests: one face over two roads.
//!
//! `http://` goes over our own HTTP/1.1 connection: header order and case are Lettermint's to
//! the byte, and nothing is paid for TLS that is not used (building a TLS client reads some
//! 150 certificate files). `https://` goes over reqwest.

pub mod endpoint;
pub mod plain;
pub mod tls;

use std::path::PathBuf;
use std::time::Duration;

pub use endpoint::Endpoint;
pub use plain::{Connection, Exchange, Keep};

use crate::delivery::reply::{Failure, FailureKind};
use crate::delivery::{Outgoing, Reply};
use crate::error::Result;
use tokio::time::Instant;

/// How long a connection may take to be made, as in Lettermint's own forwarder.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What decides how requests are sent.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// From the start of an attempt to the end of its answer.
    pub timeout: Duration,
    /// Whether an endpoint may be outside this machine.
    pub allow_remote: bool,
    /// A PEM file with certificates to trust besides the system's.
    pub cacert: Option<PathBuf>,
    /// Whether any certificate is accepted.
    pub insecure: bool,
}

/// Sends deliveries to one endpoint, one at a time.
///
/// Over plain http every attempt has a connection of its own unless they are asked to be kept:
/// a handler that closes a connection after its answer without saying so cannot be told in time
/// from one that crashes on the next request, and an attempt is never sent twice.
#[derive(Debug)]
pub struct Client {
    endpoint: Endpoint,
    timeout: Duration,
    keeps_connection: bool,
    keep: Keep,
    road: Road,
}

#[derive(Debug)]
enum Road {
    Plain {
        connection: Option<Connection>,
        request: Vec<u8>,
    },
    Tls(Box<tls::TlsClient>),
}

impl Client {
    /// A client for an endpoint; nothing is connected yet.
    ///
    /// # Errors
    /// A certificate file that cannot be used, exit 3.
    pub fn new(endpoint: Endpoint, options: &ClientOptions) -> Result<Self> {
        let road = if endpoint.target().is_tls() {
            Road::Tls(Box::new(tls::TlsClient::new(&endpoint, options)?))
        } else {
            Road::Plain {
                connection: None,
                request: Vec::new(),
            }
        };
        Ok(Self {
            endpoint,
            timeout: options.timeout,
            keeps_connection: false,
            keep: Keep::Reply,
            road,
        })
    }

    /// Keeps the connection from one attempt to the next, for runs whose speed counts.
    #[must_use]
    pub fn keeping_connection(self) -> Self {
        Self {
            keeps_connection: true,
            ..self
        }
    }

    /// The same client, keeping whole answers to hand them on.
    #[must_use]
    pub fn keeping_whole_answers(mut self) -> Self {
        self.keep = Keep::Whole;
        self
    }

    /// Where it sends to.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Makes one attempt. Every failure is part of the reply: a delivery that got no answer is
    /// an outcome, not an error.
    pub async fn send(&mut self, outgoing: &Outgoing) -> Reply {
        let start = Instant::now();
        let deadline = start + self.timeout;
        let result = match &mut self.road {
            Road::Plain {
                connection,
                request,
            } => {
                if !self.keeps_connection {
                    *connection = None;
                }
                let attempt = send_plain(&self.endpoint, connection, request, outgoing, self.keep);
                tokio::time::timeout_at(deadline, attempt).await
            }
            Road::Tls(client) => {
                tokio::time::timeout_at(deadline, client.send(&self.endpoint, outgoing, self.keep))
                    .await
            }
        };
        let mut reply = match result {
            Ok(Ok(reply)) => reply,
            Ok(Err(failure)) => failed(failure),
            Err(_) => {
                // Half an answer may still be on its way: this connection is done.
                if let Road::Plain { connection, .. } = &mut self.road {
                    *connection = None;
                }
                let limit = crate::terminal::duration::measured(self.timeout);
                failed(Failure::new(
                    FailureKind::TimedOut,
                    format!("no answer within {limit}"),
                ))
            }
        };
        reply.duration = start.elapsed();
        reply
    }
}

fn failed(failure: Failure) -> Reply {
    Reply {
        error: Some(failure),
        ..Reply::default()
    }
}

async fn send_plain(
    endpoint: &Endpoint,
    slot: &mut Option<Connection>,
    request: &mut Vec<u8>,
    outgoing: &Outgoing,
    keep: Keep,
) -> Result<Reply, Failure> {
    request.clear();
    endpoint.write_request(&outgoing.headers, &outgoing.body, request);
    exchange(endpoint, slot, request, keep).await
}

/// Sends a request's bytes over the kept connection, or over a fresh one.
///
/// A kept connection may have been closed by the server in the meantime; that is no failed
/// delivery, so a fresh one is made. Once the request is on its way it is never sent again: the
/// handler may have seen it, and what is recorded as one attempt must be one request.
///
/// # Errors
/// [`Failure`] when there is no connection to be had, or no whole answer.
pub async fn exchange(
    endpoint: &Endpoint,
    slot: &mut Option<Connection>,
    request: &[u8],
    keep: Keep,
) -> Result<Reply, Failure> {
    let mut connection = match slot.take() {
        Some(kept) if kept.is_idle().await => kept,
        _ => endpoint.connect(CONNECT_TIMEOUT).await?,
    };
    let exchange = connection.exchange(request, keep).await?;
    if exchange.reusable {
        *slot = Some(connection);
    }
    Ok(exchange.into_reply())
}
