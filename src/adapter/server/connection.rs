//! One connection: requests in, answers out, and how it ends.

use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::body::{Aborted, AnswerBody, CutBody};
use super::heads::WireHead;
use super::tap::{Overdue, Tap, Wire};
use super::{Answer, Conduct, Handler, Received, Refusal, ServerLimits};
use crate::protocol::{HeaderLine, Headers};

/// How long, and how much, is read and thrown away after a refusal. Closing at once would make
/// the system reset the connection, and the client would never read why.
const LINGER: (Duration, usize) = (Duration::from_millis(500), 4 * 1024 * 1024);

/// Bytes that hyper buffers at least; our own limit on heads comes first.
const BUFFER: usize = 16 * 1024;

pub(super) async fn serve<H: Handler>(
    stream: TcpStream,
    remote: SocketAddr,
    limits: &ServerLimits,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let wire = Wire::new(limits);
    let overdue = exchange(stream, &wire, remote, limits, &handler, &mut stop).await;
    let Some(stream) = wire.take_stream() else {
        return;
    };
    if wire.is_reset() {
        // Without lingering, closing sends RST instead of FIN.
        let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
        return;
    }
    let said = match (wire.refusal(), overdue) {
        // It was answered by the service already.
        (Some(Refusal::TOO_LARGE), _) => true,
        (Some(refusal), _) | (None, Some(Overdue::Request(refusal))) => {
            handler.refused(remote, refusal);
            write_refusal(&stream, refusal).await
        }
        (None, Some(Overdue::Idle) | None) => false,
    };
    if said {
        linger(&stream).await;
    }
}

/// Serves requests until the connection is done or something takes too long.
async fn exchange<H: Handler>(
    stream: TcpStream,
    wire: &Wire,
    remote: SocketAddr,
    limits: &ServerLimits,
    handler: &Arc<H>,
    stop: &mut watch::Receiver<bool>,
) -> Option<Overdue> {
    let io = TokioIo::new(Tap::new(stream, wire.clone()));
    let service = service_fn(|request| {
        let head = wire.begin();
        async move {
            let answered = answer(request, head, remote, limits, wire, &**handler).await;
            wire.answered();
            answered
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        // Time limits are the watch's below: one timer a connection, not one a request.
        .timer(hyper_util::rt::TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(limits.max_head + BUFFER)
        .pipeline_flush(true)
        .serve_connection(io, service);
    let overdue = wire.overdue(limits);
    tokio::pin!(connection, overdue);
    tokio::select! {
        // A client that breaks the protocol or leaves is its own affair.
        _ = connection.as_mut() => return None,
        overdue = &mut overdue => return Some(overdue),
        _ = stop.wait_for(|stop| *stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection => None,
        overdue = overdue => Some(overdue),
    }
}

async fn answer<H: Handler>(
    request: Request<Incoming>,
    head: Option<WireHead>,
    remote: SocketAddr,
    limits: &ServerLimits,
    wire: &Wire,
    handler: &H,
) -> Result<Response<AnswerBody>, Aborted> {
    let (parts, body) = request.into_parts();
    // Should the scanner ever have lost its place, hyper's view of the head is the truth.
    let headers = head
        .filter(|head| {
            head.method == parts.method.as_str() && head.headers.len() == parts.headers.len()
        })
        .map_or_else(|| lower_case(&parts.headers), |head| head.headers);
    let body = match read_body(body, &parts.headers, limits).await {
        Ok(body) => body,
        Err(refusal) => {
            if refusal == Refusal::TOO_LARGE {
                wire.refuse(refusal);
            }
            handler.refused(remote, refusal);
            let answer = Answer::json(refusal.status, refusal.body());
            return Ok(respond(answer, true));
        }
    };
    wire.received();
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
    let answer = handler.handle(received).await;
    match answer.conduct {
        Conduct::Whole | Conduct::Truncate => Ok(respond(answer, false)),
        Conduct::Drop => Err(Aborted),
        Conduct::Reset => {
            wire.reset();
            Err(Aborted)
        }
    }
}

async fn read_body(
    body: Incoming,
    headers: &HeaderMap,
    limits: &ServerLimits,
) -> Result<Bytes, Refusal> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.max_body as u64) {
        return Err(Refusal::TOO_LARGE);
    }
    match Limited::new(body, limits.max_body).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::TOO_LARGE),
        Err(_) => Err(Refusal::BODY_BROKEN),
    }
}

fn lower_case(headers: &HeaderMap) -> Headers {
    headers
        .iter()
        .map(|(name, value)| HeaderLine::new(name.as_str(), value.as_bytes()))
        .collect()
}

fn respond(answer: Answer, close: bool) -> Response<AnswerBody> {
    let length = answer.body.len();
    let truncate = answer.conduct == Conduct::Truncate;
    let mut response = Response::new(if truncate {
        AnswerBody::Cut(CutBody::Part(answer.body.slice(..length / 2)))
    } else {
        AnswerBody::Whole(Some(answer.body).filter(|body| !body.is_empty()))
    });
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for HeaderLine { name, value } in &answer.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value);
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    if truncate {
        // At least one byte more than is sent, also when there is no body at all.
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length.max(1)));
    }
    if close {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Writes a refusal past hyper, which has let go of the stream. Whether it could.
async fn write_refusal(stream: &TcpStream, refusal: Refusal) -> bool {
    let body = refusal.body();
    let reason = StatusCode::from_u16(refusal.status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        refusal.status,
        body.len(),
    );
    // It fits into the send buffer of any connection whose client still reads.
    let write = async {
        while stream.writable().await.is_ok() {
            match stream.try_write(answer.as_bytes()) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                written => return written.is_ok(),
            }
        }
        false
    };
    tokio::time::timeout(LINGER.0, write).await.unwrap_or(false)
}

/// Lets a client that is still sending read its answer.
async fn linger(stream: &TcpStream) {
    let _ = SockRef::from(stream).shutdown(Shutdown::Write);
    let (time, mut bytes) = LINGER;
    let drain = async {
        let mut waste = vec![0; 16 * 1024];
        while bytes > 0 && stream.readable().await.is_ok() {
            match stream.try_read(&mut waste) {
                Ok(0) => return,
                Ok(count) => bytes = bytes.saturating_sub(count),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    };
    let _ = tokio::time::timeout(time, drain).await;
}
