//! Undoing what may have happened to a body: from one body, every body it may have been.

pub mod carried;
pub mod encoded;
pub mod json;
pub mod text;

use std::borrow::Cow;

use super::cause::Cause;

pub(crate) use carried::{is_cut_short, percent_decode};
pub(crate) use encoded::{decode_base64, decode_hex};

/// A body to undo things on, and what helps to do so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) bytes: &'a [u8],
    /// The request's `Content-Length`, where it is a number.
    pub(crate) content_length: Option<usize>,
    /// Bytes that a decompression may yield.
    pub(crate) max_inflated: u64,
    /// Orders to try for keys without a known place.
    pub(crate) max_arrangements: u64,
}

/// A body that may be the one that was signed.
#[derive(Debug)]
pub(crate) struct Undone<'a> {
    pub(crate) cause: &'static Cause,
    /// What was seen; may be empty.
    pub(crate) detail: String,
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// Takes candidates one at a time, so that only one of a large body is in memory. Returns
/// whether more are wanted.
pub(crate) type Take<'t> = dyn FnMut(Undone<'_>) -> bool + 't;

/// One kind of mistake.
pub(crate) struct Undo {
    /// Hands candidates to the taker, none where the mistake cannot have happened.
    pub(crate) run: fn(Source<'_>, &mut Take<'_>),
    /// Whether it takes the body out of something, so that what is inside may have a mistake of
    /// its own.
    pub(crate) opens: bool,
}

const fn repairs(run: fn(Source<'_>, &mut Take<'_>)) -> Undo {
    Undo { run, opens: false }
}

const fn opens(run: fn(Source<'_>, &mut Take<'_>)) -> Undo {
    Undo { run, opens: true }
}

/// Every kind, cheap and specific ones first: where two make the same bytes, the first names
/// the cause.
pub(crate) static UNDOS: &[Undo] = &[
    repairs(text::trailing_newline),
    repairs(text::newline_stripped),
    repairs(text::outer_white_space),
    opens(text::byte_order_mark),
    opens(text::utf16),
    repairs(text::line_endings),
    repairs(text::nul_at_end),
    opens(text::mojibake),
    repairs(text::latin1),
    repairs(text::shell),
    repairs(json::canonical),
    repairs(json::numbers),
    repairs(json::keys),
    opens(encoded::base64),
    opens(encoded::hex),
    opens(encoded::compressed),
    opens(carried::json_string),
    opens(carried::form),
    opens(carried::chunked),
    opens(carried::http_message),
    opens(carried::wrapped),
    opens(carried::buffer_json),
    repairs(carried::trailing_bytes),
];

impl<'a> Undone<'a> {
    fn new(cause: &'static Cause, bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            cause,
            detail: String::new(),
            bytes: bytes.into(),
        }
    }

    fn seeing(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn total_on_any_bytes(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let source = Source {
                bytes: &body,
                content_length: None,
                max_inflated: 1 << 20,
                max_arrangements: 1_000,
            };
            for undo in UNDOS {
                (undo.run)(source, &mut |_| true);
            }
        }
    }
}
