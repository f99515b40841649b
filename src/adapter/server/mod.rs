//! A small HTTP/1.1 server on hyper: bytes in, an answer out. It knows nothing of webhooks.

mod tap;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

use crate::protocol::{Header, Headers};
use tap::{Heads, Tap};

/// Bytes of a request's body that are taken by default: 50 MiB, as Lettermint's Go SDK does
/// for inbound mail with attachments.
pub const DEFAULT_MAX_BODY: usize = 50 * 1024 * 1024;

/// How long what is in flight may take after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(2);

/// Limits against slow and greedy clients.
#[derive(Debug, Clone, Copy)]
pub struct ServerLimits {
    /// Bytes of a body; more is answered 413.
    pub max_body: usize,
    /// Bytes of a head; more is answered 431.
    pub max_head: usize,
    /// Time for a whole head; then the connection ends.
    pub head_timeout: Duration,
    /// Time for a whole body; then 408.
    pub body_timeout: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            max_body: DEFAULT_MAX_BODY,
            max_head: 64 * 1024,
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
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
}

impl Answer {
    /// A JSON answer.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        let mut headers = Headers::new();
        headers.push("content-type", "application/json");
        Self {
            status,
            headers,
            body: body.into(),
        }
    }
}

/// Decides the answer to a request.
pub trait Handler: Send + Sync + 'static {
    /// Handles one request.
    fn handle(&self, received: Received) -> impl Future<Output = Answer> + Send;

    /// A request that was refused before it could be handled: its status and why.
    fn refused(&self, remote: SocketAddr, status: u16, why: &str);
}

/// Serves connections until `stop` says so, then lets what is in flight finish for two seconds.
///
/// When accepting fails (no file descriptors left), it waits a little instead of spinning.
pub async fn serve<H: Handler>(
    listener: TcpListener,
    limits: ServerLimits,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) {
    // Every connection holds a sender; when all are gone, all connections are done.
    let (alive, mut all_done) = mpsc::channel::<()>(1);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, remote)) => {
                let connection =
                    serve_connection(stream, remote, limits, Arc::clone(&handler), stop.clone());
                let alive = alive.clone();
                tokio::spawn(async move {
                    connection.await;
                    drop(alive);
                });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    drop(listener);
    drop(alive);
    let _ = tokio::time::timeout(DRAIN, all_done.recv()).await;
}

async fn serve_connection<H: Handler>(
    stream: TcpStream,
    remote: SocketAddr,
    limits: ServerLimits,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let heads = Heads::default();
    let io = TokioIo::new(Tap::new(stream, heads.clone()));
    let service = service_fn(|request| {
        let handler = Arc::clone(&handler);
        let head = heads.next();
        async move {
            Ok::<_, std::convert::Infallible>(
                answer(request, head, remote, limits, &*handler).await,
            )
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(limits.max_head.max(8 * 1024))
        .serve_connection(io, service);
    tokio::pin!(connection);
    tokio::select! {
        // A client that breaks the protocol or leaves is its own affair.
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

async fn answer<H: Handler>(
    request: Request<Incoming>,
    head: Option<tap::WireHead>,
    remote: SocketAddr,
    limits: ServerLimits,
    handler: &H,
) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    // Should the watcher ever have lost its place, hyper's view of the head is the truth.
    let headers = head
        .filter(|head| {
            head.method == parts.method.as_str() && head.headers.len() == parts.headers.len()
        })
        .map_or_else(|| lower_case(&parts.headers), |head| head.headers);
    let body = match read_body(body, &parts.headers, limits).await {
        Ok(body) => body,
        Err((status, why)) => {
            handler.refused(remote, status, why);
            let text = format!("{{\"error\":\"{why}\"}}");
            return respond(Answer::json(status, text), true);
        }
    };
    let received = Received {
        method: parts.method.as_str().to_owned(),
        target: parts
            .uri
            .path_and_query()
            .map_or_else(|| parts.uri.to_string(), ToString::to_string),
        headers,
        body,
        remote,
    };
    respond(handler.handle(received).await, false)
}

async fn read_body(
    body: Incoming,
    headers: &hyper::HeaderMap,
    limits: ServerLimits,
) -> Result<Bytes, (u16, &'static str)> {
    const TOO_LARGE: (u16, &str) = (413, "the body is larger than this listener takes");
    let announced = headers
        .get(hyper::header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.max_body as u64) {
        return Err(TOO_LARGE);
    }
    let whole = Limited::new(body, limits.max_body).collect();
    match tokio::time::timeout(limits.body_timeout, whole).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(TOO_LARGE),
        Ok(Err(_)) => Err((400, "the body ended before its end")),
        Err(_) => Err((408, "the body did not arrive in time")),
    }
}

fn lower_case(headers: &hyper::HeaderMap) -> Headers {
    headers
        .iter()
        .map(|(name, value)| Header::new(name.as_str(), value.as_bytes()))
        .collect()
}

fn respond(answer: Answer, close: bool) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for Header { name, value } in &answer.headers {
        let name = hyper::header::HeaderName::from_bytes(name.as_bytes());
        let value = hyper::header::HeaderValue::from_bytes(value);
        if let (Ok(name), Ok(value)) = (name, value) {
            response.headers_mut().append(name, value);
        }
    }
    if close {
        let close = hyper::header::HeaderValue::from_static("close");
        response
            .headers_mut()
            .insert(hyper::header::CONNECTION, close);
    }
    response
}
