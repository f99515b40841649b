//! One connection: hyper frames requests and answers, this decides how it ends.

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::ext::ReasonPhrase;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use socket2::SockRef;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::buffer::{Buffer, Share};
use super::head::Head;
use super::wire::{End, Wire, WireStream};
use super::{Answer, Fault, Handler, Refusal, Request, ServerLimits};
use crate::context::clock::Clock;

/// How long, and how much, is read and thrown away after a last answer. Closing with bytes unread
/// would make the system reset the connection, and the client would never read its answer; who
/// sends a body that is too large sends more than 50 MiB before it reads why.
const LINGER: (Duration, usize) = (Duration::from_secs(2), 128 * 1024 * 1024);

/// How long when the server is stopping.
const LAST_LINGER: Duration = Duration::from_millis(100);

/// Bytes of a body that are made room for before they have come.
const BODY_STEP: usize = 256 * 1024;

/// When so much of a body has come, there is room made for the rest at once: memory that is not
/// written to costs nothing, and a large buffer that grows by halves may stand there twice.
const LARGE_BODY: usize = 4 * 1024 * 1024;

/// The room that is made at once, at most.
const BODY_ROOM: usize = 64 * 1024 * 1024;

/// Bytes of a body that are worth a copy.
const SMALL_BODY: usize = 4 * 1024;

const HYPER_BUFFER: usize = 8 * 1024;

/// Serves requests until the connection is done.
pub(crate) async fn serve<H: Handler>(
    stream: TcpStream,
    remote: SocketAddr,
    limits: &ServerLimits,
    buffer: &Buffer,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let wire = Arc::new(Wire::new(*limits));
    let first_wait = limits.idle_timeout.min(limits.read_timeout);
    let stream = WireStream::new(stream, Arc::clone(&wire), first_wait);
    let service = service_fn(|request| {
        let wire = Arc::clone(&wire);
        let handler = Arc::clone(&handler);
        let max_body = limits.max_body;
        // Before hyper reads on, and so outside the future.
        let incoming = Exchange::begin(request, wire, remote);
        async move { incoming.answer(max_body, buffer, &*handler).await }
    });
    let mut connection = http1::Builder::new()
        // Who closes its side after a request still waits for the answer.
        .half_close(true)
        .max_buf_size(limits.max_head.max(HYPER_BUFFER))
        .serve_connection(stream, service);
    let stopped = async {
        // Whoever could stop it is gone only when it has stopped.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let result = tokio::select! {
        biased;
        result = &mut connection => result,
        () = stopped => {
            wire.lock().is_stopping = true;
            (&mut connection).await
        }
    };
    let end = wire.end(match result {
        Ok(()) => End::Answered,
        Err(error) if error.is_parse() => End::Refuse(wire.refused_by_hyper()),
        Err(_) => End::Close,
    });
    let mut stream = connection.into_parts().io.stream;
    match end {
        End::Close => {
            let _ = stream.shutdown().await;
        }
        End::Answered => linger(&stream, stop).await,
        // Without lingering, closing sends RST instead of FIN.
        End::Reset => {
            let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
        }
        End::Refuse(refusal) => {
            handler.refused(remote, refusal);
            let answer = refusal_bytes(refusal, Clock::System.seconds());
            let written = stream.write_all(&answer);
            if let Ok(Ok(())) = tokio::time::timeout(LINGER.0, written).await {
                linger(&stream, stop).await;
            }
        }
    }
}

struct Exchange {
    head: Head,
    body: Incoming,
    body_length: Option<u64>,
    wire: Arc<Wire>,
    remote: SocketAddr,
    is_last: bool,
}

impl Exchange {
    fn begin(request: hyper::Request<Incoming>, wire: Arc<Wire>, remote: SocketAddr) -> Self {
        let (parts, body) = request.into_parts();
        let body_length = body.size_hint().exact();
        let head = wire.take_head(body_length);
        let head = head.filter(|head| head.agrees_with(&parts));
        let is_last = head.is_none();
        if is_last {
            wire.lock().give_everything();
        }
        Self {
            head: head.unwrap_or_else(|| Head::of(&parts)),
            body,
            body_length,
            wire,
            remote,
            is_last,
        }
    }

    /// An error ends the connection without another byte from hyper.
    async fn answer<H: Handler>(
        self,
        max_body: usize,
        buffer: &Buffer,
        handler: &H,
    ) -> io::Result<Response<AnswerBody>> {
        let Self { head, wire, .. } = self;
        let end = |end| {
            wire.end(end);
            io::Error::from(io::ErrorKind::ConnectionAborted)
        };
        let mut request = Request {
            method: head.method,
            target: head.target,
            authority: head.authority,
            headers: head.headers,
            body: Bytes::new(),
            remote: self.remote,
        };
        if let Some(answer) = handler.gate(&request) {
            let has_body = self.body_length != Some(0);
            let is_last = self.is_last || has_body || wire.lock().is_stopping;
            return Ok(response(answer, is_last));
        }
        // Until the answer is decided.
        let mut share = buffer.share();
        let body = read_body(self.body, self.body_length, max_body, &mut share, &wire).await;
        request.body = body.map_err(|refusal| end(End::Refuse(refusal)))?;
        let answer = handler.handle(request).await;
        drop(share);
        match answer.fault {
            Some(Fault::Drop) => return Err(end(End::Close)),
            Some(Fault::Reset) => return Err(end(End::Reset)),
            Some(Fault::Truncate) => drop(wire.end(End::Answered)),
            None => {}
        }
        Ok(response(answer, self.is_last || wire.lock().is_stopping))
    }
}

async fn read_body(
    mut body: Incoming,
    length: Option<u64>,
    max_body: usize,
    share: &mut Share<'_>,
    wire: &Wire,
) -> Result<Bytes, Refusal> {
    if length.is_some_and(|length| length > max_body as u64) {
        return Err(Refusal::TOO_LARGE);
    }
    let mut whole = Vec::new();
    while !body.is_end_stream() {
        let frame = match body.frame().await {
            None => break,
            Some(Ok(frame)) => frame,
            // The limits on time have their own refusal.
            Some(Err(_)) if wire.lock().has_ended => return Err(Refusal::BODY_BROKEN),
            Some(Err(_)) => return Err(Refusal::CHUNKS),
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if length == Some(data.len() as u64) && data.len() <= SMALL_BODY {
            // hyper uses its buffer again when nobody else holds a part of it.
            return Ok(Bytes::copy_from_slice(&data));
        }
        if !share.grow(data.len()) {
            return Err(Refusal::BUFFER_FULL);
        }
        if length == Some(data.len() as u64) {
            return Ok(data);
        }
        if whole.len() + data.len() > max_body {
            return Err(Refusal::TOO_LARGE);
        }
        if whole.capacity() - whole.len() < data.len() {
            let left = length.map_or(max_body, |length| length as usize) - whole.len();
            let room = match whole.len() {
                ..LARGE_BODY => BODY_STEP,
                _ => BODY_ROOM,
            };
            whole.reserve(left.min(room).max(data.len()));
        }
        whole.extend_from_slice(&data);
    }
    if length.is_none() {
        wire.lock().expect_head();
    }
    Ok(whole.into())
}

fn response(answer: Answer, is_last: bool) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody {
        sent: answer.body,
        cut: None,
    });
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    if status.canonical_reason().is_none() {
        // hyper would say `<none>`.
        let none = ReasonPhrase::from_static(b"");
        response.extensions_mut().insert(none);
    }
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for line in &answer.headers {
        let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(line.name.as_bytes()),
            HeaderValue::from_bytes(line.value),
        ) else {
            continue;
        };
        // The lines that belong to the connection, whatever an answer says.
        if !["connection", "content-length", "transfer-encoding"].contains(&name.as_str()) {
            headers.append(name, value);
        }
    }
    if is_last {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if answer.fault == Some(Fault::Truncate) {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        let body = &mut response.body_mut();
        let length = body.sent.len();
        // At least one byte more than is sent, also when there is no body at all.
        let announced = HeaderValue::from(length.max(1));
        body.sent.truncate(length / 2);
        body.cut = Some(Cut::NotFlushed);
        response.headers_mut().insert(CONTENT_LENGTH, announced);
    }
    response
}

/// An answer's body, which may end before its end.
struct AnswerBody {
    sent: Bytes,
    cut: Option<Cut>,
}

enum Cut {
    NotFlushed,
    Flushed,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if !self.sent.is_empty() {
            let data = std::mem::take(&mut self.sent);
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match self.cut {
            None => Poll::Ready(None),
            // hyper writes what it has when it has to wait, and throws it away on an error.
            Some(Cut::NotFlushed) => {
                self.cut = Some(Cut::Flushed);
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Cut::Flushed) => Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.sent.is_empty() && self.cut.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match self.cut {
            None => SizeHint::with_exact(self.sent.len() as u64),
            Some(_) => SizeHint::default(),
        }
    }
}

/// A refusal as it goes on the wire at `now` (unix seconds): hyper's own have no reason in them.
fn refusal_bytes(refusal: Refusal, now: i64) -> Vec<u8> {
    let Refusal { status, why } = refusal;
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let date = Timestamp::from_second(now).ok().and_then(|now| {
        DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&now)
            .ok()
    });
    let body = format!(r#"{{"error":"{why}"}}"#);
    let retry = match status {
        503 => "retry-after: 1\r\n",
        _ => "",
    };
    format!(
        "HTTP/1.1 {status} {}\r\ncontent-type: application/json\r\nconnection: close\r\n{retry}\
         content-length: {}\r\ndate: {}\r\n\r\n{body}",
        reason.unwrap_or_default(),
        body.len(),
        date.unwrap_or_default()
    )
    .into_bytes()
}

/// Lets a client that is still sending read its answer; not for long when the server is stopping.
async fn linger(stream: &TcpStream, mut stop: watch::Receiver<bool>) {
    let _ = SockRef::from(stream).shutdown(Shutdown::Write);
    let (time, mut bytes) = LINGER;
    let drain = async {
        let mut waste = vec![0; 16 * 1024];
        while bytes > 0 && stream.readable().await.is_ok() {
            match stream.try_read(&mut waste) {
                Ok(0) => return,
                Ok(count) => bytes = bytes.saturating_sub(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    };
    let stopped = async {
        let _ = stop.wait_for(|stop| *stop).await;
        tokio::time::sleep(LAST_LINGER).await;
    };
    tokio::select! {
        () = drain => {}
        () = stopped => {}
        () = tokio::time::sleep(time) => {}
    }
}
