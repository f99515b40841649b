//! The body of an answer: whole, or cut short on purpose.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// An answer's body.
#[derive(Debug)]
pub(super) enum AnswerBody {
    /// What is left to be sent of a whole one.
    Whole(Option<Bytes>),
    /// One that ends with its connection.
    Cut(CutBody),
}

/// Where a body that is cut short is.
#[derive(Debug)]
pub(super) enum CutBody {
    /// The part that is sent.
    Part(Bytes),
    /// Once more around, so that the part is on its way before the connection is dropped.
    Flushing,
    /// The end.
    Ended,
}

/// The error that makes hyper drop the connection.
#[derive(Debug)]
pub(super) struct Aborted;

impl fmt::Display for Aborted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ended on purpose")
    }
}

impl std::error::Error for Aborted {}

impl From<Infallible> for Aborted {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Aborted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Aborted>>> {
        match &mut *self {
            Self::Whole(data) => Poll::Ready(data.take().map(|data| Ok(Frame::data(data)))),
            Self::Cut(cut) => match std::mem::replace(cut, CutBody::Flushing) {
                CutBody::Part(part) => Poll::Ready(Some(Ok(Frame::data(part)))),
                CutBody::Flushing => {
                    *cut = CutBody::Ended;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                CutBody::Ended => Poll::Ready(Some(Err(Aborted))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(data) => {
                SizeHint::with_exact(data.as_ref().map_or(0, |data| data.len() as u64))
            }
            Self::Cut(_) => SizeHint::default(),
        }
    }
}
