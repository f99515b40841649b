//! Sending deliveries: one client for http and https, over connections of our own.
//!
//! It is not hyper's client connection, because that cannot send what it is given: its header map
//! knows names in lower or title case only (the map that keeps their spelling is private) and
//! groups repeated lines. `-H` as typed, `replay --verbatim` and forwarding would leave as other
//! bytes than were captured and recorded, and answers would come back the same way. Here one list
//! of header lines is what is sent and what is recorded. How answers are framed is held against
//! hyper's client by a test of `response`.

pub(crate) mod connection;
pub(crate) mod endpoint;
pub(crate) mod response;
mod tls;

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use connection::Connection;
pub(crate) use endpoint::Endpoint;
pub(crate) use response::Keep;

use crate::delivery::reply::{Failure, FailureKind};
use crate::delivery::{Outgoing, Reply};
use crate::error::Result;

/// How long a connection may take to be made, as in Lettermint's own forwarder.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What decides how requests are sent.
#[derive(Debug, Clone)]
pub(crate) struct ClientOptions {
    /// From the start of an attempt to the end of its answer.
    pub(crate) timeout: Duration,
    /// Whether an endpoint may be outside this machine.
    pub(crate) allow_remote: bool,
    /// A PEM file with certificates to trust besides the system's.
    pub(crate) cacert: Option<PathBuf>,
    pub(crate) insecure: bool,
}

/// Sends deliveries to one endpoint, one at a time, each over a connection of its own unless
/// connections are asked to be kept.
pub(crate) struct Client {
    endpoint: Endpoint,
    /// Only for https: reading the system's certificates takes longer than a whole delivery.
    tls: Option<TlsConnector>,
    timeout: Duration,
    keeps_connection: bool,
    keep: Keep,
    connection: Option<Connection>,
    request: Vec<u8>,
}

impl Client {
    /// A client for an endpoint; nothing is connected yet. A certificate file that cannot be used
    /// is an error, exit 3.
    pub(crate) fn new(endpoint: Endpoint, options: &ClientOptions) -> Result<Self> {
        let tls = match endpoint.target().is_tls() {
            true => Some(tls::connector(options)?),
            false => None,
        };
        Ok(Self {
            endpoint,
            tls,
            timeout: options.timeout,
            keeps_connection: false,
            keep: Keep::Start,
            connection: None,
            request: Vec::new(),
        })
    }

    /// A client like this one, with connections of its own.
    pub(crate) fn another(&self) -> Self {
        Self {
            endpoint: self.endpoint.clone(),
            tls: self.tls.clone(),
            connection: None,
            request: Vec::new(),
            ..*self
        }
    }

    pub(crate) fn keeping_connection(self) -> Self {
        Self {
            keeps_connection: true,
            ..self
        }
    }

    pub(crate) fn keeping(self, keep: Keep) -> Self {
        Self { keep, ..self }
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Makes one attempt. Every failure is part of the reply: a delivery that got no answer is
    /// an outcome, not an error.
    pub(crate) async fn send(&mut self, outgoing: &Outgoing) -> Reply {
        let start = Instant::now();
        self.request.clear();
        self.endpoint.write_request(outgoing, &mut self.request);
        // Whoever gives up in the middle drops the connection: half an answer may still come.
        let result = tokio::time::timeout_at(start + self.timeout, self.exchange()).await;
        let mut reply = match result {
            Ok(Ok(reply)) => reply,
            Ok(Err(failure)) => failure.into(),
            Err(_) => {
                let limit = crate::terminal::duration::measured(self.timeout);
                let detail = format!("no answer within {limit}");
                Failure::new(FailureKind::TimedOut, detail).into()
            }
        };
        reply.duration = start.elapsed();
        reply
    }

    /// Sends the request over the kept connection, or over a new one.
    ///
    /// A server may close a kept connection at any time, which shows only when the next request
    /// is on its way. When no byte of an answer came, it is sent once more over a new connection
    /// (RFC 9112, section 9.3.1); on a new connection nothing is sent twice.
    async fn exchange(&mut self) -> Result<Reply, Failure> {
        if let Some(mut kept) = self.connection.take()
            && kept.is_idle().await
        {
            match kept.exchange(&self.request, self.keep).await {
                Ok(reply) => return Ok(self.finish(kept, reply)),
                Err(broken) if broken.answer_began => return Err(broken.failure),
                Err(_) => {}
            }
        }
        let mut fresh = self
            .endpoint
            .connect(self.tls.as_ref(), CONNECT_TIMEOUT)
            .await?;
        match fresh.exchange(&self.request, self.keep).await {
            Ok(reply) => Ok(self.finish(fresh, reply)),
            Err(broken) => Err(broken.failure),
        }
    }

    fn finish(&mut self, connection: Connection, reply: Reply) -> Reply {
        if self.keeps_connection && connection.is_reusable {
            self.connection = Some(connection);
        }
        reply
    }
}

impl From<Failure> for Reply {
    fn from(failure: Failure) -> Self {
        Self {
            error: Some(failure),
            ..Self::default()
        }
    }
}
