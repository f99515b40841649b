//! One connection: requests in, answers out, and how it ends.

use std::future::poll_fn;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use socket2::SockRef;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;

use super::chunked::Decoder;
use super::head;
use super::head::{Framing, Head};
use super::response::{Manner, Writer};
use super::timer::Timer;
use super::{Answer, Conduct, Handler, Received, Refusal, ServerLimits};
use crate::context::clock::Clock;

/// How long, and how much, is read and thrown away after a last answer. Closing with bytes unread
/// would make the system reset the connection, and the client would never read its answer; who
/// sends a body that is too large sends more than 50 MiB before it reads why.
const LINGER: (Duration, usize) = (Duration::from_secs(2), 128 * 1024 * 1024);

/// How long when the server is stopping.
const LAST_LINGER: Duration = Duration::from_millis(100);

/// Bytes that are read at once: most deliveries whole. This and no more is kept for a
/// connection that waits, so that ten thousand of them cost little.
const BUFFER: usize = 4 * 1024;

/// Bytes of a body that are made room for before they have come.
const BODY_STEP: usize = 256 * 1024;

/// How a connection comes to its end.
enum End {
    /// Nothing more is to be said.
    Close,
    /// A last answer was written, and the rest of what comes is thrown away.
    Answered,
    /// It is reset instead of closed.
    Reset,
    /// A last word is said, and the rest of what comes is thrown away.
    Refuse(Refusal),
}

/// What reading gave.
enum Read {
    /// More bytes.
    More,
    /// The client has ended its side, or the connection is broken.
    Ended,
    /// Nothing came in time.
    Overdue,
    /// The server is stopping and no request has begun.
    Stopped,
}

/// Serves requests until the connection is done.
pub(crate) async fn serve<H: Handler>(
    stream: TcpStream,
    remote: SocketAddr,
    limits: &ServerLimits,
    handler: Arc<H>,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let stopping = AtomicBool::new(false);
    let mut connection = Connection {
        stream,
        remote,
        limits,
        handler: &*handler,
        stopping: &stopping,
        timer: Timer::new(limits.idle_timeout.min(limits.read_timeout)),
        buffer: Vec::new(),
        writer: Writer::default(),
        out: Vec::new(),
    };
    let end = {
        let mut exchange = pin!(connection.exchange());
        let ended = tokio::select! {
            biased;
            end = &mut exchange => Some(end),
            _ = stop.wait_for(|stop| *stop) => None,
        };
        match ended {
            Some(end) => end,
            None => {
                stopping.store(true, Ordering::Relaxed);
                exchange.await
            }
        }
    };
    connection.end(end, stop).await;
}

struct Connection<'a, H> {
    stream: TcpStream,
    remote: SocketAddr,
    limits: &'a ServerLimits,
    handler: &'a H,
    /// No new request is to begin.
    stopping: &'a AtomicBool,
    timer: Timer,
    /// What has come and is not used yet.
    buffer: Vec<u8>,
    writer: Writer,
    /// What is to be written.
    out: Vec<u8>,
}

impl<H: Handler> Connection<'_, H> {
    async fn exchange(&mut self) -> End {
        let mut since = Instant::now();
        loop {
            let head = match self.head(since).await {
                Ok(head) => head,
                Err(end) => return end,
            };
            let body = match self.body(&head).await {
                Ok(body) => body,
                Err(end) => return end,
            };
            let mut manner = Manner {
                is_http_10: head.is_http_10,
                keeps_alive: head.keeps_alive,
                head_only: head.method == "HEAD",
            };
            let received = Received {
                method: head.method,
                target: head.target,
                headers: head.headers,
                body,
                remote: self.remote,
            };
            let answer = self.handler.handle(received).await;
            match answer.conduct {
                Conduct::Whole => manner.keeps_alive &= !self.is_stopping(),
                Conduct::Truncate => {}
                Conduct::Drop => return End::Close,
                Conduct::Reset => return End::Reset,
            }
            since = Instant::now();
            let written = self.write(&answer, manner, since).await;
            if !written {
                return End::Close;
            }
            if !manner.keeps_alive || answer.conduct == Conduct::Truncate {
                return End::Answered;
            }
        }
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// The next request's head; the connection has been idle `since` then.
    async fn head(&mut self, since: Instant) -> Result<Head, End> {
        let mut deadline = since + self.limits.idle_timeout;
        let mut has_begun = false;
        let (mut seen, mut blanks) = (0, 0);
        loop {
            if seen == 0 {
                let blank = head::blank(&self.buffer);
                self.buffer.drain(..blank);
                blanks += blank;
            }
            // Empty lines are passed over, but not for ever.
            if blanks > self.limits.max_head {
                return Err(End::Refuse(Refusal::HEAD_TOO_LARGE));
            }
            if !self.buffer.is_empty() && !has_begun {
                has_begun = true;
                deadline = Instant::now() + self.limits.read_timeout;
            }
            if let Some(end) = head::end(&self.buffer, seen) {
                if end > self.limits.max_head {
                    return Err(End::Refuse(Refusal::HEAD_TOO_LARGE));
                }
                let head = Head::parse(&self.buffer[..end]).map_err(End::Refuse)?;
                self.buffer.drain(..end);
                return Ok(head);
            }
            if let Some(refusal) = head::too_much(&self.buffer, self.limits.max_head) {
                return Err(End::Refuse(refusal));
            }
            seen = self.buffer.len();
            match self.read(deadline, !has_begun).await {
                // Whoever sends without a pause is late too.
                Read::More if Instant::now() < deadline => {}
                Read::More | Read::Overdue if has_begun => {
                    return Err(End::Refuse(Refusal::SLOW_HEAD));
                }
                _ => return Err(End::Close),
            }
        }
    }

    /// The body that a head announces.
    async fn body(&mut self, head: &Head) -> Result<Bytes, End> {
        let max_body = self.limits.max_body as u64;
        let is_there = match head.framing {
            Framing::Length(length) if length > max_body => {
                return Err(End::Refuse(Refusal::TOO_LARGE));
            }
            Framing::Length(length) => self.buffer.len() as u64 >= length,
            Framing::Chunked => false,
        };
        if head.expects_continue && !is_there {
            self.out.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
            if !self.flush(Instant::now() + self.limits.read_timeout).await {
                return Err(End::Close);
            }
        }
        match head.framing {
            Framing::Length(0) => Ok(Bytes::new()),
            Framing::Length(length) => self.body_of(length).await,
            Framing::Chunked => self.chunked_body().await,
        }
    }

    async fn body_of(&mut self, length: u64) -> Result<Bytes, End> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if self.buffer.len() >= length {
            let body = Bytes::copy_from_slice(&self.buffer[..length]);
            self.buffer.drain(..length);
            return Ok(body);
        }
        let deadline = Instant::now() + self.limits.read_timeout;
        let mut body = std::mem::take(&mut self.buffer);
        while body.len() < length {
            let left = length - body.len();
            body.reserve(left.min(BODY_STEP));
            let mut rest = (&mut self.stream).take(left as u64);
            let mut read = pin!(rest.read_buf(&mut body));
            let read = poll_fn(|context| match read.as_mut().poll(context) {
                Poll::Ready(read) => Poll::Ready(Some(read)),
                Poll::Pending => self.timer.poll(deadline, context).map(|()| None),
            });
            match read.await {
                Some(Ok(1..)) if Instant::now() < deadline => {}
                Some(Ok(0) | Err(_)) => return Err(End::Refuse(Refusal::BODY_BROKEN)),
                _ => return Err(End::Refuse(Refusal::SLOW_BODY)),
            }
        }
        Ok(body.into())
    }

    async fn chunked_body(&mut self) -> Result<Bytes, End> {
        let deadline = Instant::now() + self.limits.read_timeout;
        let mut decoder = Decoder::new();
        let mut body = Vec::new();
        loop {
            let used = decoder
                .decode(&self.buffer, &mut body)
                .map_err(|_| End::Refuse(Refusal::CHUNKS))?;
            self.buffer.drain(..used);
            if body.len() > self.limits.max_body {
                return Err(End::Refuse(Refusal::TOO_LARGE));
            }
            if decoder.is_at_end() {
                return Ok(body.into());
            }
            match self.read(deadline, false).await {
                Read::More if Instant::now() < deadline => {}
                Read::More | Read::Overdue => return Err(End::Refuse(Refusal::SLOW_BODY)),
                Read::Ended | Read::Stopped => return Err(End::Refuse(Refusal::BODY_BROKEN)),
            }
        }
    }

    /// Adds what comes to the buffer. Between requests, the server's stopping ends the wait.
    async fn read(&mut self, deadline: Instant, is_between: bool) -> Read {
        let capacity = self.buffer.capacity();
        if self.buffer.is_empty() && (capacity == 0 || capacity > 2 * BUFFER) {
            // No buffer before something comes, nor for ever that of a large request.
            self.buffer = Vec::new();
            let mut ready = pin!(self.stream.readable());
            let ready = poll_fn(|context| {
                if self.stopping.load(Ordering::Relaxed) && is_between {
                    return Poll::Ready(Some(Read::Stopped));
                }
                match ready.as_mut().poll(context) {
                    Poll::Ready(_) => Poll::Ready(None),
                    Poll::Pending => {
                        let overdue = self.timer.poll(deadline, context);
                        overdue.map(|()| Some(Read::Overdue))
                    }
                }
            });
            if let Some(end) = ready.await {
                return end;
            }
            self.buffer = Vec::with_capacity(BUFFER);
        }
        if self.buffer.len() == self.buffer.capacity() {
            self.buffer.reserve(BUFFER);
        }
        let mut read = pin!(self.stream.read_buf(&mut self.buffer));
        poll_fn(|context| {
            if let Poll::Ready(read) = read.as_mut().poll(context) {
                return Poll::Ready(match read {
                    Ok(1..) => Read::More,
                    _ => Read::Ended,
                });
            }
            if self.stopping.load(Ordering::Relaxed) && is_between {
                return Poll::Ready(Read::Stopped);
            }
            self.timer.poll(deadline, context).map(|()| Read::Overdue)
        })
        .await
    }

    /// Writes an answer. Whether it could.
    async fn write(&mut self, answer: &Answer, manner: Manner, now: Instant) -> bool {
        let date = Clock::System.seconds();
        self.writer.write(answer, manner, date, &mut self.out);
        self.flush(now + self.limits.idle_timeout).await
    }

    async fn flush(&mut self, deadline: Instant) -> bool {
        let written = {
            let mut write = pin!(self.stream.write_all(&self.out));
            poll_fn(|context| match write.as_mut().poll(context) {
                Poll::Ready(written) => Poll::Ready(written.is_ok()),
                Poll::Pending => self.timer.poll(deadline, context).map(|()| false),
            })
            .await
        };
        self.out.clear();
        self.out.shrink_to(BUFFER);
        written
    }

    async fn end(mut self, end: End, stop: watch::Receiver<bool>) {
        match end {
            End::Close => {
                let _ = self.stream.shutdown().await;
            }
            End::Answered => linger(&self.stream, stop).await,
            // Without lingering, closing sends RST instead of FIN.
            End::Reset => {
                let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
            }
            End::Refuse(refusal) => {
                self.handler.refused(self.remote, refusal);
                let last = Manner {
                    is_http_10: false,
                    keeps_alive: false,
                    head_only: false,
                };
                let now = Clock::System.seconds();
                self.writer
                    .write(&refusal.answer(), last, now, &mut self.out);
                if self.flush(Instant::now() + LINGER.0).await {
                    linger(&self.stream, stop).await;
                }
            }
        }
    }
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
        // Whoever could stop it is gone only when it has stopped.
        let _ = stop.wait_for(|stop| *stop).await;
        tokio::time::sleep(LAST_LINGER).await;
    };
    tokio::select! {
        () = drain => {}
        () = stopped => {}
        () = tokio::time::sleep(time) => {}
    }
}
