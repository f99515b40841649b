//! Undoing what may have happened to a body: from one body, every body it may have been.

pub(crate) mod carried;
pub(crate) mod encoded;
pub(crate) mod json;
pub(crate) mod text;

use std::borrow::Cow;

use super::cause::*;

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
    pub(crate) detail: Cow<'a, str>,
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// The few bodies that a simple mistake may have been made of, each with what was seen.
type Few<'a> = Vec<(Cow<'a, str>, Cow<'a, [u8]>)>;

/// Candidates one at a time, so that only one of a large body is in memory.
type Many<'a> = Box<dyn Iterator<Item = Undone<'a>> + 'a>;

#[derive(Clone, Copy)]
enum Run {
    Simple(&'static Cause, fn(Source<'_>) -> Few<'_>),
    /// For many candidates, or more than one cause.
    Rewrite(fn(Source<'_>) -> Many<'_>),
}

pub(crate) struct Undo {
    run: Run,
    /// Whether it takes the body out of something, so that what is inside may have a mistake of
    /// its own.
    pub(crate) opens: bool,
}

impl Undo {
    /// The candidates, none where the mistake cannot have happened.
    pub(crate) fn run<'a>(&self, source: Source<'a>) -> Many<'a> {
        match self.run {
            Run::Rewrite(run) => run(source),
            Run::Simple(cause, run) => {
                let undone = move |(detail, bytes)| Undone {
                    cause,
                    detail,
                    bytes,
                };
                Box::new(run(source).into_iter().map(undone))
            }
        }
    }
}

const fn repairs(cause: &'static Cause, run: fn(Source<'_>) -> Few<'_>) -> Undo {
    let run = Run::Simple(cause, run);
    Undo { run, opens: false }
}

const fn opens(cause: &'static Cause, run: fn(Source<'_>) -> Few<'_>) -> Undo {
    let run = Run::Simple(cause, run);
    Undo { run, opens: true }
}

const fn rewrites(run: fn(Source<'_>) -> Many<'_>) -> Undo {
    let run = Run::Rewrite(run);
    Undo { run, opens: false }
}

/// Every kind, cheap and specific ones first: where two make the same bytes, the first names
/// the cause.
pub(crate) static UNDOS: &[Undo] = &[
    repairs(&BODY_TRAILING_NEWLINE, text::trailing_newline),
    repairs(&BODY_NEWLINE_STRIPPED, text::newline_stripped),
    repairs(&BODY_OUTER_WHITE_SPACE, text::outer_white_space),
    opens(&BODY_BOM, text::byte_order_mark),
    opens(&BODY_UTF16, text::utf16),
    repairs(&BODY_LINE_ENDINGS, text::line_endings),
    repairs(&BODY_NUL_AT_END, text::nul_at_end),
    opens(&BODY_MOJIBAKE, text::mojibake),
    repairs(&BODY_LATIN1, text::latin1),
    repairs(&BODY_SHELL_EXPANDED, text::shell),
    rewrites(json::canonical),
    repairs(&BODY_NUMBERS_REWRITTEN, json::numbers),
    rewrites(json::keys),
    opens(&BODY_BASE64, encoded::base64),
    opens(&BODY_HEX, encoded::hex),
    opens(&BODY_COMPRESSED, encoded::compressed),
    opens(&BODY_JSON_STRING, carried::json_string),
    opens(&BODY_FORM_ENCODED, carried::form),
    opens(&BODY_CHUNKED, carried::chunked),
    opens(&BODY_HTTP_MESSAGE, carried::http_message),
    opens(&BODY_WRAPPED, carried::wrapped),
    opens(&BODY_BUFFER_JSON, carried::buffer_json),
    repairs(&BODY_TRAILING_BYTES, carried::trailing_bytes),
];

/// One candidate of which there is nothing to say.
fn one<'a>(bytes: impl Into<Cow<'a, [u8]>>) -> Few<'a> {
    vec![("".into(), bytes.into())]
}
