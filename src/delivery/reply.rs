//! What an endpoint answered to one attempt, or why it did not.

use std::time::Duration;

use bytes::Bytes;

use crate::protocol::Headers;

/// How much of a reply's body is kept, in bytes.
pub const BODY_KEPT: usize = 64 * 1024;

/// The outcome of one attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// The answer's headers.
    pub headers: Headers,
    /// The first [`BODY_KEPT`] bytes of the answer's body.
    pub body: Bytes,
    /// Whether the body was longer.
    pub truncated: bool,
    /// From the start of the attempt to the end of the answer or the failure.
    pub duration: Duration,
    /// Why there is no whole answer, such as `connection refused`.
    pub error: Option<String>,
}

impl Reply {
    /// Whether Lettermint would count the attempt as delivered: a whole answer with a status
    /// from 200 to 299. A redirect is a failure.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.error.is_none()
            && self
                .status
                .is_some_and(|status| (200..300).contains(&status))
    }
}
