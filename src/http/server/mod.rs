//! A small HTTP/1.1 server: bytes in, an answer out. It knows nothing of webhooks.
//!
//! It is our own because a record keeps a request as it was on the wire. hyper lower-cases
//! header names and groups repeats, so that a second reader had to watch the same bytes beside
//! it; two readers of one stream are one more than can be right about it.

pub mod chunked;
pub mod connection;
pub mod head;
pub mod response;
pub mod timer;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Semaphore, mpsc, watch};

use crate::error::describe_io;
use crate::lettermint::Headers;

/// Bytes of a request's body that are taken by default: 50 MiB, as Lettermint's Go SDK does
/// for inbound mail with attachments.
pub const DEFAULT_MAX_BODY: usize = 50 * 1024 * 1024;

/// How long what is in flight may take after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(2);

/// The waits between attempts to accept when the system has no file descriptors left.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// Limits against slow and greedy clients.
#[derive(Debug, Clone, Copy)]
pub struct ServerLimits {
    /// Bytes of a body; more is answered 413.
    pub max_body: usize,
    /// Bytes of a head; more is answered 431. So are more than 100 header lines.
    pub max_head: usize,
    /// Time for a whole head, and for a whole body; then 408.
    pub read_timeout: Duration,
    /// Time between requests; then the connection is closed.
    pub idle_timeout: Duration,
    /// Connections at once; more wait in the system's queue.
    pub max_connections: usize,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            max_body: DEFAULT_MAX_BODY,
            max_head: 64 * 1024,
            read_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
            max_connections: 10_000,
        }
    }
}

/// A request that was read whole.
#[derive(Debug)]
pub struct Received {
    /// The method.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Header lines as they were on the wire.
    pub headers: Headers,
    /// The body, byte for byte, without its transfer coding.
    pub body: Bytes,
    /// The other end.
    pub remote: SocketAddr,
}

/// What is answered.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Header lines besides length and date.
    pub headers: Headers,
    /// The body.
    pub body: Bytes,
    /// What becomes of it on the way.
    pub conduct: Conduct,
}

/// What becomes of an answer on the way to the client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Conduct {
    /// It is sent whole.
    #[default]
    Whole,
    /// The connection is closed instead.
    Drop,
    /// The connection is reset (TCP RST) instead.
    Reset,
    /// More is announced than is sent, then the connection is closed.
    Truncate,
}

impl Answer {
    /// A JSON answer.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::with_type("application/json", status, body)
    }

    /// An answer for people.
    #[must_use]
    pub fn text(status: u16, body: impl Into<Bytes>) -> Self {
        Self::with_type("text/plain; charset=utf-8", status, body)
    }

    fn with_type(content_type: &str, status: u16, body: impl Into<Bytes>) -> Self {
        let mut headers = Headers::new();
        headers.push("content-type", content_type);
        Self {
            status,
            headers,
            body: body.into(),
            conduct: Conduct::Whole,
        }
    }
}

/// Why a request is refused before it can be handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// What is answered.
    pub status: u16,
    /// One clause for both ends.
    pub why: &'static str,
}

impl Refusal {
    /// The body is larger than [`ServerLimits::max_body`].
    pub const TOO_LARGE: Self = Self::new(413, "the body is larger than this listener takes");
    /// The head is larger than [`ServerLimits::max_head`].
    pub const HEAD_TOO_LARGE: Self = Self::new(431, "the head is larger than this listener takes");
    const TOO_MANY_LINES: Self = Self::new(431, "there are more than 100 header lines");
    /// The head took longer than [`ServerLimits::read_timeout`].
    pub const SLOW_HEAD: Self = Self::new(408, "the head did not arrive in time");
    /// The body took longer than [`ServerLimits::read_timeout`].
    pub const SLOW_BODY: Self = Self::new(408, "the body did not arrive in time");
    const BODY_BROKEN: Self = Self::new(400, "the body ended before its end");
    const LENGTH: Self = Self::new(
        400,
        "where the body ends is not clear: one Content-Length or Transfer-Encoding is needed",
    );
    const CHUNKS: Self = Self::new(400, "the chunks of the body are broken");
    const CODING: Self = Self::new(501, "the only transfer coding is chunked, with HTTP/1.1");
    const HTTP_2: Self = Self::new(400, "this is HTTP/2, and the listener speaks HTTP/1.1");
    const NOT_HTTP: Self = Self::new(400, "this is no HTTP/1.1 request");
    const TLS: Self = Self::new(400, "this is TLS, and the listener speaks plain http://");

    const fn new(status: u16, why: &'static str) -> Self {
        Self { status, why }
    }
}

/// Decides the answer to a request.
pub trait Handler: Send + Sync + 'static {
    /// Handles one request.
    fn handle(&self, received: Received) -> impl Future<Output = Answer> + Send;

    /// A request was refused before it could be handled.
    fn refused(&self, remote: SocketAddr, refusal: Refusal);

    /// No connection can be accepted at the moment, and why.
    fn crowded(&self, why: &str);
}

/// Connections that the system keeps until they are accepted. A client that finds the queue
/// full waits a second before it tries again, and with the usual 128 a burst fills it.
const BACKLOG: u32 = 4096;

/// Listens on an address. Inside a runtime only.
///
/// # Errors
/// What the system says.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
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
pub async fn serve<H: Handler>(
    listener: TcpListener,
    limits: ServerLimits,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) {
    // Every connection holds a sender; when all are gone, all connections are done.
    let (alive, mut all_done) = mpsc::channel::<()>(1);
    let room = Arc::new(Semaphore::new(limits.max_connections));
    let stopped = stop.clone();
    let accepting = accept(&listener, limits, &handler, &stopped, &alive, &room);
    tokio::select! {
        () = accepting => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
    drop(listener);
    drop(alive);
    let _ = tokio::time::timeout(DRAIN, all_done.recv()).await;
}

async fn accept<H: Handler>(
    listener: &TcpListener,
    limits: ServerLimits,
    handler: &Arc<H>,
    stop: &watch::Receiver<bool>,
    alive: &mpsc::Sender<()>,
    room: &Arc<Semaphore>,
) {
    let (mut wait, longest) = BACK_OFF;
    loop {
        let permit = match Arc::clone(room).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                handler.crowded(&format!("{} connections are open", limits.max_connections));
                match Arc::clone(room).acquire_owned().await {
                    Ok(permit) => permit,
                    // Nobody closes the semaphore.
                    Err(_) => return,
                }
            }
        };
        match listener.accept().await {
            Ok((stream, remote)) => {
                wait = BACK_OFF.0;
                let (handler, stop, alive) = (Arc::clone(handler), stop.clone(), alive.clone());
                tokio::spawn(async move {
                    connection::serve(stream, remote, &limits, handler, stop).await;
                    drop((permit, alive));
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
