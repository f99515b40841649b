//! One connection: a request's bytes out, one answer in.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};

use super::response::{Keep, ResponseReader};
use crate::delivery::Reply;
use crate::delivery::reply::{Failure, FailureKind};
use crate::error::describe_io;

/// Bytes that are read at once; most answers are shorter.
const READ: usize = 1024;

/// TCP, or TLS over it.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Sync {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Stream for T {}

/// A connection that can carry one request after another.
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    /// Bytes that came and are not yet consumed.
    buffer: BytesMut,
    /// Whether it can carry another request after its last answer.
    pub(crate) is_reusable: bool,
}

/// An exchange that did not come to its end.
pub(crate) struct Broken {
    pub(crate) failure: Failure,
    /// Whether any byte of an answer came.
    pub(crate) answer_began: bool,
}

impl Connection {
    pub(crate) fn new(stream: impl Stream + 'static) -> Self {
        Self {
            stream: Box::new(stream),
            buffer: BytesMut::with_capacity(READ),
            is_reusable: true,
        }
    }

    /// Whether the other end has neither closed the connection nor sent what nobody asked for, as
    /// far as is known without waiting.
    pub(crate) async fn is_idle(&mut self) -> bool {
        let Self { stream, buffer, .. } = self;
        poll_fn(|cx| Poll::Ready(poll_read(stream, buffer, cx).is_pending())).await
    }

    /// Sends a request's bytes and reads the answer, at the same time: a server may refuse a
    /// large body before it has read it. After a failure the connection is of no more use.
    pub(crate) async fn exchange(
        &mut self,
        mut request: &[u8],
        keep: Keep,
    ) -> Result<Reply, Broken> {
        let Self { stream, buffer, .. } = self;
        let mut reader = ResponseReader::new(keep);
        let mut sent = Poll::Pending;
        let mut answer_began = false;
        loop {
            let read = poll_fn(|cx| {
                // After a failure an answer may still be there to be read.
                if sent.is_pending() {
                    sent = poll_send(stream, &mut request, cx);
                }
                poll_read(stream, buffer, cx)
            })
            .await;
            let advanced = match read {
                Ok(0) => reader.end().map(|()| true),
                Ok(_) => {
                    answer_began = true;
                    reader.advance(buffer)
                }
                Err(error) => Err(closed(&error)),
            };
            match advanced {
                Ok(false) => {}
                Ok(true) => {
                    let (reply, reusable) = reader.finish();
                    let is_sent = matches!(sent, Poll::Ready(Ok(())));
                    self.is_reusable = reusable && is_sent && buffer.is_empty();
                    return Ok(reply);
                }
                Err(failure) => {
                    // That the request could not be sent is why no answer came.
                    let failure = match sent {
                        Poll::Ready(Err(error)) => closed(&error),
                        _ => failure,
                    };
                    return Err(Broken {
                        failure,
                        answer_began,
                    });
                }
            }
        }
    }
}

/// Sends as much as can be sent now.
fn poll_send(
    stream: &mut Box<dyn Stream>,
    rest: &mut &[u8],
    cx: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    while !rest.is_empty() {
        match ready!(Pin::new(&mut *stream).poll_write(cx, rest))? {
            0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            count => *rest = &rest[count..],
        }
    }
    // TLS may still hold some of it.
    Pin::new(stream).poll_flush(cx)
}

fn poll_read(
    stream: &mut Box<dyn Stream>,
    buffer: &mut BytesMut,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    buffer.reserve(READ);
    pin!(stream.read_buf(buffer)).poll(cx)
}

fn closed(error: &io::Error) -> Failure {
    Failure::new(FailureKind::Closed, describe_io(error))
}
