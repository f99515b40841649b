//! The stream of a connection, watched: what came in, how long it takes, how it is to end.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::heads::{HeadScanner, WireHead};
use super::{Refusal, ServerLimits};

/// What is known about a connection, shared between its stream and its service.
#[derive(Debug, Clone)]
pub(super) struct Wire(Arc<Mutex<Watched>>);

#[derive(Debug)]
struct Watched {
    scanner: HeadScanner,
    stage: Stage,
    /// When the stage began, or the head within it.
    since: Instant,
    refusal: Option<Refusal>,
    reset: bool,
    /// The stream, after hyper has let go of it.
    stream: Option<TcpStream>,
}

/// Where a connection is between one request and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// For a head to come, or to come whole.
    Waiting,
    /// For a body.
    Reading,
    /// For an answer, which takes the time it takes.
    Working,
}

/// What ran out of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overdue {
    /// A connection that nobody uses.
    Idle,
    /// A head or body that did not come whole.
    Request(Refusal),
}

impl Wire {
    pub(super) fn new(limits: &ServerLimits) -> Self {
        Self(Arc::new(Mutex::new(Watched {
            scanner: HeadScanner::new(limits.max_head),
            stage: Stage::Waiting,
            since: Instant::now(),
            refusal: None,
            reset: false,
            stream: None,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request begins: its head as it was sent.
    pub(super) fn begin(&self) -> Option<WireHead> {
        let mut wire = self.lock();
        wire.stage = Stage::Reading;
        wire.since = Instant::now();
        wire.scanner.next()
    }

    /// Its body is there.
    pub(super) fn received(&self) {
        self.lock().stage = Stage::Working;
    }

    /// Its answer is decided.
    pub(super) fn answered(&self) {
        let mut wire = self.lock();
        wire.stage = Stage::Waiting;
        wire.since = Instant::now();
    }

    /// The request is refused with bytes of it still to come.
    pub(super) fn refuse(&self, refusal: Refusal) {
        self.lock().refusal = Some(refusal);
    }

    /// Why the connection came to an end before its time, when that is so.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.lock().refusal
    }

    /// The stream, after hyper has let go of it.
    pub(super) fn take_stream(&self) -> Option<TcpStream> {
        self.lock().stream.take()
    }

    /// The connection is to end with a reset.
    pub(super) fn reset(&self) {
        self.lock().reset = true;
    }

    /// Whether it is to end with a reset.
    pub(super) fn is_reset(&self) -> bool {
        self.lock().reset
    }

    /// Waits until something takes too long.
    pub(super) async fn overdue(&self, limits: &ServerLimits) -> Overdue {
        loop {
            let deadline = self.deadline(limits);
            let now = Instant::now();
            match deadline {
                Some((at, overdue)) if at <= now => return overdue,
                Some((at, _)) => tokio::time::sleep_until(at).await,
                // Nothing is due while an answer is worked on; the next stage began at most
                // this long ago when it is looked at again.
                None => tokio::time::sleep(limits.read_timeout.min(limits.idle_timeout)).await,
            }
        }
    }

    fn deadline(&self, limits: &ServerLimits) -> Option<(Instant, Overdue)> {
        let wire = self.lock();
        match wire.stage {
            Stage::Working => None,
            Stage::Reading => Some((
                wire.since + limits.read_timeout,
                Overdue::Request(Refusal::SLOW_BODY),
            )),
            Stage::Waiting if wire.scanner.is_inside_head() => Some((
                wire.since + limits.read_timeout,
                Overdue::Request(Refusal::SLOW_HEAD),
            )),
            Stage::Waiting => Some((wire.since + limits.idle_timeout, Overdue::Idle)),
        }
    }

    /// Takes note of incoming bytes. `false` when what came is refused.
    fn feed(&self, bytes: &[u8]) -> bool {
        let mut wire = self.lock();
        let was_inside = wire.scanner.is_inside_head();
        wire.scanner.feed(bytes);
        if !was_inside && wire.scanner.is_inside_head() {
            wire.since = Instant::now();
        }
        match wire.scanner.refusal() {
            // An earlier request on this connection is answered first.
            Some(refusal) if wire.stage == Stage::Waiting => {
                wire.refusal = Some(refusal);
                false
            }
            _ => true,
        }
    }
}

/// The stream as hyper sees it. When hyper is done with it, the connection gets it back, to say
/// a last word.
#[derive(Debug)]
pub(super) struct Tap {
    /// Empty only while it is dropped.
    stream: Option<TcpStream>,
    wire: Wire,
}

impl Tap {
    pub(super) fn new(stream: TcpStream, wire: Wire) -> Self {
        Self {
            stream: Some(stream),
            wire,
        }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        let stream = self.stream.as_mut().map(Pin::new);
        stream.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.wire.lock().stream = self.stream.take();
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let refused = || Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        // A refusal that had to wait for an earlier answer.
        if !self.wire.feed(&[]) {
            return refused();
        }
        let before = buffer.filled().len();
        ready!(self.stream()?.poll_read(context, buffer))?;
        if self.wire.feed(&buffer.filled()[before..]) {
            Poll::Ready(Ok(()))
        } else {
            refused()
        }
    }
}

impl AsyncWrite for Tap {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.wire.refusal().is_some() {
            // The connection has a last word to say.
            return Poll::Ready(Ok(()));
        }
        self.stream()?.poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
