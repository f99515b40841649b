//! A small HTTP/1.1 server on hyper: bytes in, an answer out. It knows nothing of webhooks.
//!
//! hyper frames requests and answers. Ours are time limits, refusals that say why, faults on
//! purpose, and the request as it was spelled.

mod buffer;
mod chunks;
mod connection;
mod head;
mod wire;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Semaphore, watch};

use buffer::Buffer;

use crate::error::describe_io;
use crate::lettermint::Headers;

/// Bytes of a request's body that are taken by default: 50 MiB, as Lettermint's Go SDK does
/// for inbound mail with attachments.
pub(crate) const DEFAULT_MAX_BODY: usize = 50 * 1024 * 1024;

/// How long what is in flight may take after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(2);

/// The waits between attempts to accept when the system has no file descriptors left.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// Limits against slow and greedy clients.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServerLimits {
    /// Bytes of a body; more is answered 413.
    pub(crate) max_body: usize,
    /// Bytes of a head; more is answered 431. So are more than 100 header lines.
    pub(crate) max_head: usize,
    /// Time for a whole head, and for a whole body; then 408.
    pub(crate) read_timeout: Duration,
    /// Time between requests; then the connection is closed.
    pub(crate) idle_timeout: Duration,
    /// Bytes of all bodies that are held at once; more is answered 503. At least `max_body`.
    pub(crate) max_buffer: usize,
    /// Connections at once; more wait in the system's queue.
    pub(crate) max_connections: usize,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            max_body: DEFAULT_MAX_BODY,
            max_head: 64 * 1024,
            read_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
            max_buffer: 256 * 1024 * 1024,
            max_connections: 1_024,
        }
    }
}

/// A request that was read whole, as it was on the wire, without its transfer coding.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    /// The host and port of a target that is a whole URL.
    pub(crate) authority: Option<String>,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    pub(crate) remote: SocketAddr,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Header lines besides length and date. hyper sends their names in lower case.
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    pub(crate) fault: Option<Fault>,
}

/// What goes wrong with an answer on the way to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is closed instead.
    Drop,
    /// The connection is reset (TCP RST) instead.
    Reset,
    /// More is announced than is sent, then the connection is closed.
    Truncate,
}

impl Fault {
    /// What became of an answer.
    pub(crate) fn remark(self) -> &'static str {
        match self {
            Self::Drop => "dropped on purpose",
            Self::Reset => "reset on purpose",
            Self::Truncate => "cut short on purpose",
        }
    }
}

impl Answer {
    pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::with_type("application/json", status, body)
    }

    pub(crate) fn text(status: u16, body: impl Into<Bytes>) -> Self {
        Self::with_type("text/plain; charset=utf-8", status, body)
    }

    fn with_type(content_type: &str, status: u16, body: impl Into<Bytes>) -> Self {
        let mut headers = Headers::new();
        headers.push("content-type", content_type);
        Self {
            status,
            headers,
            body: body.into(),
            fault: None,
        }
    }
}

/// Why a request is refused before it can be handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// One clause for both ends.
    pub(crate) why: &'static str,
}

impl Refusal {
    pub(crate) const TOO_LARGE: Self =
        Self::new(413, "the body is larger than this listener takes");
    pub(crate) const HEAD_TOO_LARGE: Self =
        Self::new(431, "the head is larger than this listener takes");
    const TOO_MANY_LINES: Self = Self::new(431, "there are more than 100 header lines");
    pub(crate) const SLOW_HEAD: Self = Self::new(408, "the head did not arrive in time");
    pub(crate) const SLOW_BODY: Self = Self::new(408, "the body did not arrive in time");
    pub(crate) const BUFFER_FULL: Self = Self::new(503, "too many bodies are on their way at once");
    const HOST: Self = Self::new(400, "one Host header is needed");
    const BODY_BROKEN: Self = Self::new(400, "the body ended before its end");
    const LENGTH: Self = Self::new(
        400,
        "where the body ends is not clear: one Content-Length or Transfer-Encoding is needed",
    );
    const CHUNKS: Self = Self::new(400, "the chunks of the body are broken");
    const CODING: Self = Self::new(501, "the only transfer coding is chunked, with HTTP/1.1");
    const TARGET_TOO_LONG: Self = Self::new(414, "the target is longer than this listener takes");
    const HTTP_2: Self = Self::new(400, "this is HTTP/2, and the listener speaks HTTP/1.1");
    const NOT_HTTP: Self = Self::new(400, "this is no HTTP/1.1 request");
    const TLS: Self = Self::new(400, "this is TLS, and the listener speaks plain http://");

    const fn new(status: u16, why: &'static str) -> Self {
        Self { status, why }
    }
}

/// Decides the answer to a request.
pub(crate) trait Handler: Send + Sync + 'static {
    /// The answer to a request whose body, which is still empty, need not be read.
    fn gate(&self, request: &Request) -> Option<Answer>;

    fn handle(&self, request: Request) -> impl Future<Output = Answer> + Send;

    /// A request was refused before it could be handled.
    fn refused(&self, remote: SocketAddr, refusal: Refusal);

    /// No connection can be accepted at the moment, and why.
    fn crowded(&self, why: &str);
}

/// Connections that the system keeps until they are accepted. A client that finds the queue
/// full waits a second before it tries again, and with the usual 128 a burst fills it.
const BACKLOG: u32 = 4096;

/// Listens on an address. Inside a runtime only.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Elsewhere it would let two programs listen on one port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves connections until `stop` says so, then lets what is in flight finish for two seconds.
///
/// At the connection limit it accepts no more until one ends; when accepting fails (no file
/// descriptors left), it backs off instead of spinning.
pub(crate) async fn serve<H: Handler>(
    listener: TcpListener,
    limits: ServerLimits,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) {
    let permits = Arc::new(Semaphore::new(limits.max_connections));
    let buffer = Arc::new(Buffer::new(limits.max_buffer.max(limits.max_body)));
    let stopped = stop.clone();
    let accepting = accept(&listener, limits, &handler, &stopped, &permits, &buffer);
    tokio::select! {
        () = accepting => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
    drop(listener);
    // Every connection holds one; whoever has them all knows that all connections are done.
    let all = u32::try_from(limits.max_connections).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(DRAIN, permits.acquire_many(all)).await;
}

async fn accept<H: Handler>(
    listener: &TcpListener,
    limits: ServerLimits,
    handler: &Arc<H>,
    stop: &watch::Receiver<bool>,
    permits: &Arc<Semaphore>,
    buffer: &Arc<Buffer>,
) {
    let (mut wait, longest) = BACK_OFF;
    loop {
        let permit = match Arc::clone(permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                handler.crowded(&format!("{} connections are open", limits.max_connections));
                match Arc::clone(permits).acquire_owned().await {
                    Ok(permit) => permit,
                    // Nobody closes the semaphore.
                    Err(_) => return,
                }
            }
        };
        match listener.accept().await {
            Ok((stream, remote)) => {
                wait = BACK_OFF.0;
                let (handler, stop) = (Arc::clone(handler), stop.clone());
                let buffer = Arc::clone(buffer);
                tokio::spawn(async move {
                    connection::serve(stream, remote, &limits, &buffer, handler, stop).await;
                    drop(permit);
                });
            }
            // The client left before it was accepted.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                handler.crowded(&describe_io(&error));
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(longest);
            }
        }
    }
}
