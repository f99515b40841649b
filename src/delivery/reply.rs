//! What an endpoint answered to one attempt, or why it did not.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::lettermint::Headers;

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
    /// Why there is no whole answer.
    pub error: Option<Failure>,
}

/// Why an attempt got no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// What was tried or what the system said; may be empty.
    pub detail: String,
}

/// The ways in which an attempt can get no whole answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Nothing listens there.
    Refused,
    /// No answer within the time allowed.
    TimedOut,
    /// The other end closed or reset the connection before its answer was whole.
    Closed,
    /// The name has no address.
    Unresolved,
    /// TLS could not be established.
    Tls,
    /// What came back is no HTTP.
    NotHttp,
    /// Anything else.
    Other,
}

impl FailureKind {
    const ALL: [Self; 7] = [
        Self::Refused,
        Self::TimedOut,
        Self::Closed,
        Self::Unresolved,
        Self::Tls,
        Self::NotHttp,
        Self::Other,
    ];

    /// The words for it, in messages and in the store.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Refused => "connection refused",
            Self::TimedOut => "timed out",
            Self::Closed => "connection closed",
            Self::Unresolved => "name not resolved",
            Self::Tls => "TLS failed",
            Self::NotHttp => "not an HTTP answer",
            Self::Other => "failed",
        }
    }
}

impl Failure {
    /// A failure with a detail.
    #[must_use]
    pub fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }

    /// Reads what [`fmt::Display`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        for kind in FailureKind::ALL {
            if let Some(rest) = text.strip_prefix(kind.words()) {
                if rest.is_empty() {
                    return Self::new(kind, "");
                }
                if let Some(detail) = rest.strip_prefix(": ") {
                    return Self::new(kind, detail);
                }
            }
        }
        Self::new(FailureKind::Other, text)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.detail.as_str()) {
            (kind, "") => f.write_str(kind.words()),
            // It has no words of its own to say.
            (FailureKind::Other, detail) => f.write_str(detail),
            (kind, detail) => write!(f, "{}: {detail}", kind.words()),
        }
    }
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
