//! A connection's bytes on their way to hyper and back.
//!
//! hyper is given one head at a time and no byte beyond the end of a body, so that it is known
//! where each head begins, and a head that is refused never reaches it. Time limits are here
//! because every wait for a client is a wait for its bytes.

use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use hyper::rt;
use tokio::io::{AsyncReadExt as _, AsyncWrite as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::chunks::Chunks;
use super::head::Head;
use super::{Refusal, ServerLimits};

/// Bytes that are read at once: most deliveries whole. This and no more is kept for a
/// connection that waits, so that ten thousand of them cost little.
const BUFFER: usize = 4 * 1024;

/// Bytes of a large body that are read at once.
const BODY_BUFFER: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Nothing more is to be said.
    Close,
    /// A last answer was written; the rest of what comes is thrown away.
    Answered,
    Reset,
    /// A last answer is still to be written.
    Refuse(Refusal),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Head,
    /// So many bytes of a head that was read. What hyper writes now, before the service has seen
    /// the request, is a refusal of its own; it has no reason in it and is not sent.
    RestOfHead(usize),
    /// So many bytes of a body.
    Body(u64),
    /// The bytes up to an empty line: a chunked body ends with one, and may have others in it.
    Chunks(Chunks),
}

/// What the service and hyper's side of a connection tell each other.
#[derive(Debug)]
pub(crate) struct Wire(Mutex<State>);

#[derive(Debug, Default)]
pub(crate) struct State {
    limits: ServerLimits,
    /// What has come and was not given to hyper yet.
    buffer: BytesMut,
    next: Next,
    /// The head that was given last, until the service takes it.
    head: Option<Head>,
    /// Bytes of an unfinished head that were looked through.
    seen: usize,
    /// Empty lines that were passed over before a head.
    blanks: usize,
    /// When the client is late, once it is waited for.
    deadline: Option<Instant>,
    write_deadline: Option<Instant>,
    /// Whether the client has ended its side, or the connection is broken.
    pub(crate) has_ended: bool,
    pub(crate) is_stopping: bool,
    end: Option<End>,
}

impl Wire {
    pub(crate) fn new(limits: ServerLimits) -> Self {
        Self(Mutex::new(State {
            limits,
            ..State::default()
        }))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The head of the request that hyper has just read, whose body is so many bytes long, or
    /// chunked.
    pub(crate) fn take_head(&self, body_length: Option<u64>) -> Option<Head> {
        let mut state = self.lock();
        state.next = match body_length {
            Some(0) => Next::Head,
            Some(length) => Next::Body(length),
            None => Next::Chunks(Chunks::default()),
        };
        state.write_deadline = None;
        state.deadline = None;
        state.head.take()
    }

    /// Decides how the connection ends, unless that is decided already.
    pub(crate) fn end(&self, end: End) -> End {
        *self.lock().end.get_or_insert(end)
    }

    pub(crate) fn refused_by_hyper(&self) -> Refusal {
        let state = self.lock();
        let headers = state.head.as_ref().map(|head| &head.headers);
        headers.map_or(Refusal::NOT_HTTP, Head::refused_by_hyper)
    }
}

impl State {
    pub(crate) fn expect_head(&mut self) {
        self.next = Next::Head;
        self.deadline = None;
    }

    /// Nothing is known any more about where heads begin: hyper is given whatever comes.
    pub(crate) fn give_everything(&mut self) {
        self.next = Next::Body(u64::MAX);
    }

    /// How many of the bytes in the buffer hyper may be given, if it takes `space`.
    fn available(&mut self, space: usize) -> usize {
        if self.next == Next::Head && !self.buffer.is_empty() {
            self.look_for_head();
        }
        let here = self.buffer.len().min(space);
        match &mut self.next {
            Next::Head => 0,
            Next::RestOfHead(left) => here.min(*left),
            Next::Body(left) => usize::try_from(*left).map_or(here, |left| here.min(left)),
            Next::Chunks(chunks) => match chunks.through_empty_line(&self.buffer[..here]) {
                Some(count) => count,
                None => {
                    self.end = Some(End::Refuse(Refusal::CHUNKS));
                    0
                }
            },
        }
    }

    fn given(&mut self, count: usize) {
        self.buffer.advance(count);
        match &mut self.next {
            Next::RestOfHead(left) => *left -= count,
            Next::Body(left) => {
                *left -= count as u64;
                if *left == 0 {
                    self.expect_head();
                }
            }
            Next::Head | Next::Chunks(_) => {}
        }
    }

    /// Empty lines before a head are to be ignored (RFC 9112, section 2.2), but not for ever.
    fn skip_blank_lines(&mut self) {
        let is_blank = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let blank = self.buffer.iter().take_while(is_blank).count();
        self.buffer.advance(blank);
        self.blanks += blank;
        if self.blanks > self.limits.max_head {
            self.end = Some(End::Refuse(Refusal::HEAD_TOO_LARGE));
        }
    }

    /// A head that comes in pieces is read from its start when another line has ended, and lines
    /// are few: what an idle client can make us do is bounded.
    fn look_for_head(&mut self) {
        let max_head = self.limits.max_head;
        self.skip_blank_lines();
        if self.end.is_some() {
            return;
        }
        let seen = std::mem::replace(&mut self.seen, self.buffer.len());
        let is_news = seen == 0 || memchr::memchr(b'\n', &self.buffer[seen..]).is_some();
        if !is_news && self.buffer.len() <= max_head {
            return;
        }
        let refusal = match Head::parse(&self.buffer) {
            Ok(Some((length, head))) if length <= max_head => {
                self.head = Some(head);
                self.next = Next::RestOfHead(length);
                (self.seen, self.blanks, self.deadline) = (0, 0, None);
                return;
            }
            Ok(None) if self.buffer.len() <= max_head => return,
            Ok(_) => Refusal::HEAD_TOO_LARGE,
            Err(refusal) => refusal,
        };
        self.end = Some(End::Refuse(refusal));
    }

    /// Whether nothing of the next request has come.
    fn is_between(&self) -> bool {
        self.next == Next::Head && self.buffer.is_empty()
    }

    fn deadline(&mut self) -> Instant {
        let time = match self.is_between() {
            true => self.limits.idle_timeout,
            false => self.limits.read_timeout,
        };
        *self.deadline.get_or_insert_with(|| Instant::now() + time)
    }

    fn overdue(&mut self) -> End {
        match self.next {
            Next::Head if self.buffer.is_empty() => End::Close,
            Next::Head | Next::RestOfHead(_) => End::Refuse(Refusal::SLOW_HEAD),
            Next::Body(_) | Next::Chunks(_) => End::Refuse(Refusal::SLOW_BODY),
        }
    }
}

/// A connection as hyper sees it.
pub(crate) struct WireStream {
    pub(crate) stream: TcpStream,
    wire: Arc<Wire>,
    timer: Timer,
}

impl WireStream {
    pub(crate) fn new(stream: TcpStream, wire: Arc<Wire>, first_wait: Duration) -> Self {
        Self {
            stream,
            wire,
            timer: Timer(Box::pin(tokio::time::sleep(first_wait))),
        }
    }
}

impl rt::Read for WireStream {
    /// Giving no bytes tells hyper that the client has ended.
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut out: rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let Self {
            stream,
            wire,
            timer,
        } = self.get_mut();
        let state = &mut *wire.lock();
        loop {
            if state.end.is_none() {
                let count = state.available(out.remaining());
                if count > 0 {
                    out.put_slice(&state.buffer[..count]);
                    state.given(count);
                    return Poll::Ready(Ok(()));
                }
            }
            if state.end.is_some() || state.has_ended {
                return Poll::Ready(Ok(()));
            }
            if let Next::RestOfHead(_) = state.next {
                // The head is whole, and hyper waits for more of it.
                state.end = Some(End::Refuse(Refusal::NOT_HTTP));
                return Poll::Ready(Ok(()));
            }
            let was_between = state.is_between();
            match poll_fill(stream, state, context) {
                Poll::Ready(Ok(1..)) if was_between => {
                    state.skip_blank_lines();
                    if !state.buffer.is_empty() {
                        // The time between requests is over.
                        state.deadline = None;
                    }
                }
                // Whoever sends without a pause is late too.
                Poll::Ready(Ok(1..)) if Instant::now() < state.deadline() => {}
                Poll::Ready(Ok(0) | Err(_)) => {
                    state.has_ended = true;
                    if state.next == Next::Head {
                        state.end = Some(End::Close);
                    }
                }
                Poll::Pending if state.is_stopping && state.is_between() => {
                    state.end = Some(End::Close);
                }
                pending_or_late => {
                    if pending_or_late.is_pending() {
                        let deadline = state.deadline();
                        ready!(timer.poll(deadline, context));
                    }
                    state.end = Some(state.overdue());
                }
            }
        }
    }
}

/// Adds what comes to the buffer.
fn poll_fill(
    stream: &mut TcpStream,
    state: &mut State,
    context: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    let step = match state.next {
        Next::Body(left) if left > BUFFER as u64 => BODY_BUFFER,
        Next::Chunks(_) => BODY_BUFFER,
        _ => BUFFER,
    };
    let buffer = &mut state.buffer;
    if buffer.is_empty() && (buffer.capacity() == 0 || buffer.capacity() > step) {
        // No buffer before something comes, nor for ever that of a large request.
        *buffer = BytesMut::new();
        ready!(stream.poll_read_ready(context))?;
    }
    if buffer.len() == buffer.capacity() || buffer.is_empty() {
        buffer.reserve(step);
    }
    pin!(stream.read_buf(buffer)).poll(context)
}

impl rt::Write for WireStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self {
            stream,
            wire,
            timer,
        } = self.get_mut();
        let state = &mut *wire.lock();
        if let Next::RestOfHead(_) = state.next {
            return Poll::Ready(Ok(bytes.len()));
        }
        if let Poll::Ready(written) = Pin::new(stream).poll_write(context, bytes) {
            return Poll::Ready(written);
        }
        let idle_timeout = state.limits.idle_timeout;
        let deadline = state
            .write_deadline
            .get_or_insert_with(|| Instant::now() + idle_timeout);
        ready!(timer.poll(*deadline, context));
        state.end = Some(End::Close);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A socket has nothing to flush.
        Poll::Ready(Ok(()))
    }

    /// How the connection ends is decided when hyper is done with it.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The one timer of a connection. It is set again only when it fires, or when the deadline has
/// moved to before it.
struct Timer(Pin<Box<Sleep>>);

impl Timer {
    /// Ready when the deadline has passed.
    fn poll(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        if deadline < self.0.deadline() {
            self.0.as_mut().reset(deadline);
        }
        loop {
            ready!(self.0.as_mut().poll(context));
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            self.0.as_mut().reset(deadline);
        }
    }
}
