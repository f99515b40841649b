//! What reading a capture yields: records with what is known about them, and problems.

use std::fmt;

use bytes::Bytes;
use serde_json::Map;
use serde_json::value::RawValue;

use super::http::has_no_body_by_default;
use crate::delivery::Reply;
use crate::delivery::outgoing::identify;
use crate::delivery::record::{Direction, Record, attempt_of};
use crate::delivery::reply::BODY_KEPT;
use crate::lettermint::{Headers, SignatureHeader, headers};

/// The field of a record that says where an import had it from.
pub(crate) const ORIGIN: &str = "imported_from";

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Capture {
    /// The request, and the reply when the capture has it. A request from another tool's format
    /// counts as received.
    pub(crate) record: Record,
    /// The line on which it starts, counted from 1.
    pub(crate) line: usize,
    /// Which entry of the document it is, counted from 1, broken ones included.
    pub(crate) entry: usize,
    pub(crate) fidelity: Fidelity,
    /// Where [`Record::at`] comes from.
    pub(crate) time: TimeSource,
    /// What was done or doubted while reading, one clause each.
    pub(crate) notes: Vec<String>,
    /// Other ways to read its body, for who can tell by the signature.
    pub(crate) framings: Vec<Framing>,
    /// Why the bytes of its body are not known: such a body is neither sent nor stored.
    pub(crate) unframed: Option<String>,
    /// How many of the notes, the last ones, are about the way in which the body is read.
    pub(crate) notes_of_framing: usize,
}

/// A way to read a body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Framing {
    pub(crate) body: Vec<u8>,
    /// What is to be said when this is how it is read; may be empty.
    pub(crate) note: String,
    /// Why it may well be another.
    pub(crate) doubt: Option<String>,
}

impl Framing {
    pub(crate) fn new(body: Vec<u8>, note: &str) -> Self {
        Self {
            body,
            note: note.to_owned(),
            doubt: None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fidelity {
    /// The capture says so, and nothing speaks against it.
    Exact,
    /// The capture contradicts itself, such as a length that is not the body's.
    Doubtful,
    /// The capture holds JSON values, no bytes; the body was encoded anew. It can be replayed
    /// but never verified.
    Reencoded,
    /// The capture holds no body at all. It can be listed only.
    Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeSource {
    Recorded,
    /// The capture recorded none; the signature's `t` stands in. A signature's age cannot be
    /// judged by it.
    SignedAt,
    /// Neither is known; the time is the start of 1970.
    Unknown,
}

/// Something in a capture that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The line, counted from 1; 0 for all of an input.
    pub(crate) line: usize,
    /// Which entry of the document, counted from 1, when it has entries.
    pub(crate) entry: Option<usize>,
    pub(crate) message: String,
    /// Whether it is a request of which nothing says that it is a delivery: where other requests
    /// are passed over, it is one of them.
    pub(crate) is_other_request: bool,
}

impl Problem {
    pub(crate) fn new(line: usize, message: impl Into<String>) -> Self {
        Self {
            line,
            entry: None,
            message: message.into(),
            is_other_request: false,
        }
    }
}

/// Why an entry could not be read.
pub(crate) struct Unread {
    pub(crate) message: String,
    /// See [`Problem::is_other_request`].
    pub(crate) is_other_request: bool,
}

impl Unread {
    /// What cannot be read is no error when nothing in it names Lettermint: scripts wait for a
    /// server, upload and ask other things, and tools write lines of their own.
    pub(crate) fn of(message: String, text: &[&[u8]]) -> Self {
        let names_lettermint = |text: &&[u8]| {
            memchr::memmem::find(&text.to_ascii_lowercase(), b"lettermint").is_some()
        };
        Self {
            message,
            is_other_request: !text.iter().any(names_lettermint),
        }
    }
}

impl From<String> for Unread {
    fn from(message: String) -> Self {
        Self {
            message,
            is_other_request: false,
        }
    }
}

/// Everything that was read from a document, each list in the document's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Parsed {
    pub(crate) captures: Vec<Capture>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
}

impl Capture {
    fn new(record: Record, time: TimeSource) -> Self {
        Self {
            record,
            line: 1,
            entry: 1,
            fidelity: Fidelity::Exact,
            time,
            notes: Vec::new(),
            framings: Vec::new(),
            unframed: None,
            notes_of_framing: 0,
        }
    }

    /// A capture of a store's own record. One that was imported from values, not bytes, stays
    /// what it is.
    pub(crate) fn of_record(record: Record) -> Self {
        let origin = record.unknown.get(ORIGIN);
        let is_reencoded = origin.is_some_and(|origin| origin["reencoded"] == true);
        let mut capture = Self::new(record, TimeSource::Recorded);
        if is_reencoded {
            capture.fidelity = Fidelity::Reencoded;
            capture.note(
                "imported from a capture without raw bytes: it can be replayed but not verified",
            );
        }
        capture
    }

    /// A capture of a request in another tool's format.
    pub(crate) fn of_request(request: Request) -> Self {
        let (at, time) = match (request.at, signed_at(&request.headers)) {
            (Some(at), _) => (at, TimeSource::Recorded),
            (None, Some(t)) => (t.saturating_mul(1_000_000), TimeSource::SignedAt),
            (None, None) => (0, TimeSource::Unknown),
        };
        let (body_event, id) = identify(&request.body);
        let event = request.headers.text(headers::EVENT).map(str::to_owned);
        let delivery_id = request.headers.text(headers::DELIVERY_ID);
        let record = Record {
            direction: Direction::Received,
            at,
            event: event.or(body_event),
            id: id.or_else(|| delivery_id.map(str::to_owned)),
            attempt: attempt_of(&request.headers),
            method: request.method,
            target: request.target,
            headers: request.headers,
            body: request.body,
            remote: None,
            verdict: None,
            reply: None,
            unknown: Map::new(),
        };
        Self::new(record, time)
    }

    /// Whether it is a webhook delivery rather than any other request that was captured along
    /// with it. One rule for every format in which other requests occur: it goes to an `http` or
    /// `https` URL, has a body or a method that expects one, and a header that names Lettermint
    /// (proxies rename and drop some) or a body that names an event.
    pub(crate) fn is_delivery(&self) -> bool {
        let Record {
            method,
            target,
            headers,
            body,
            event,
            ..
        } = &self.record;
        !has_other_scheme(target)
            && (!body.is_empty() || !has_no_body_by_default(method))
            && (event.is_some() || names_lettermint(headers))
    }

    /// Reads the body in this way instead.
    pub(crate) fn reframe(&mut self, framing: Framing) {
        let Framing { body, note, doubt } = framing;
        let names_event = self.record.headers.contains(headers::EVENT);
        let (event, id) = identify(&body);
        self.record.body = body.into();
        self.record.id = id.or(self.record.id.take());
        if !names_event {
            self.record.event = event;
        }
        let kept = self.notes.len() - self.framing_notes().len();
        self.notes.truncate(kept);
        let before = self.notes.len();
        self.notes
            .extend(Some(note).filter(|note| !note.is_empty()));
        self.notes.extend(doubt.clone());
        self.notes_of_framing = self.notes.len() - before;
        self.unframed = doubt;
    }

    /// What was done to tell where the body ends.
    pub(crate) fn framing_notes(&self) -> &[String] {
        &self.notes[self.notes.len().saturating_sub(self.notes_of_framing)..]
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Takes down a doubt about the body.
    pub(crate) fn doubt(&mut self, note: impl Into<String>) {
        self.fidelity = Fidelity::Doubtful;
        self.note(note);
    }
}

/// The parts of a request that every format has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    /// Microseconds since 1970, when recorded.
    pub(crate) at: Option<i64>,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
}

/// Whether it is a URL such as `ws://…`, `data:…` or `chrome-extension://…`. What is in front of
/// a port is no scheme.
fn has_other_scheme(target: &str) -> bool {
    let Some((scheme, rest)) = target.split_once(':') else {
        return false;
    };
    scheme
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.starts_with(|next: char| next.is_ascii_digit())
        && !scheme.eq_ignore_ascii_case("http")
        && !scheme.eq_ignore_ascii_case("https")
}

pub(crate) fn names_lettermint(headers: &Headers) -> bool {
    headers.iter().any(|header| {
        let name = header.name.to_ascii_lowercase();
        name.contains("lettermint")
            || name == "user-agent" && header.value.starts_with(b"Lettermint/")
    })
}

fn signed_at(headers: &Headers) -> Option<i64> {
    let value = headers.all(headers::SIGNATURE).next()?;
    SignatureHeader::parse(value)
        .ok()
        .map(|header| header.signed_at)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            Some(entry) => write!(f, "line {}, entry {entry}: {}", self.line, self.message),
            None => write!(f, "line {}: {}", self.line, self.message),
        }
    }
}

impl Parsed {
    /// Takes what was read of an entry, and says where that stands.
    pub(crate) fn push(
        &mut self,
        line: usize,
        entry: usize,
        read: Result<Capture, impl Into<Unread>>,
    ) {
        match read {
            Ok(capture) => self.captures.push(Capture {
                line,
                entry,
                ..capture
            }),
            Err(unread) => {
                let Unread {
                    message,
                    is_other_request,
                } = unread.into();
                self.problems.push(Problem {
                    line,
                    entry: Some(entry),
                    message,
                    is_other_request,
                });
            }
        }
    }

    /// Takes down what is wrong with no entry in particular.
    pub(crate) fn problem(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::new(line, message));
    }
}

/// Counts lines while a reader moves forward through a document.
pub(crate) struct LineCounter<'a> {
    rest: &'a [u8],
    offset: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    pub(crate) fn new(document: &'a [u8]) -> Self {
        Self {
            rest: document,
            offset: 0,
            line: 1,
        }
    }

    /// The line of an offset, counted from 1. Offsets must not go back.
    pub(crate) fn line_of(&mut self, offset: usize) -> usize {
        if let Some((passed, rest)) = self
            .rest
            .split_at_checked(offset.saturating_sub(self.offset))
        {
            self.line += memchr::memchr_iter(b'\n', passed).count();
            self.offset = offset;
            self.rest = rest;
        }
        self.line
    }
}

/// Reads the entries of a JSON document, in the order in which they stand in it.
pub(crate) struct JsonEntries<'a> {
    document: &'a [u8],
    lines: LineCounter<'a>,
    entry: usize,
    pub(crate) parsed: Parsed,
}

impl<'a> JsonEntries<'a> {
    pub(crate) fn new(document: &'a [u8]) -> Self {
        Self {
            document,
            lines: LineCounter::new(document),
            entry: 0,
            parsed: Parsed::default(),
        }
    }

    pub(crate) fn read<E: Into<Unread>>(
        &mut self,
        entry: &'a RawValue,
        read: impl FnOnce(&'a str) -> Result<Capture, E>,
    ) {
        self.entry += 1;
        // The entry is a part of the document.
        let (start, document) = (entry.get().as_ptr(), self.document.as_ptr());
        let line = self
            .lines
            .line_of(start.addr().saturating_sub(document.addr()));
        self.parsed.push(line, self.entry, read(entry.get()));
    }
}

/// A reply with as much of a body as records keep.
pub(crate) fn reply_of(mut body: Vec<u8>) -> Reply {
    let truncated = body.len() > BODY_KEPT;
    body.truncate(BODY_KEPT);
    Reply {
        body: body.into(),
        truncated,
        ..Reply::default()
    }
}

/// A document without its byte order mark, which Windows tools put in front of UTF-8.
pub(crate) fn without_bom(document: &[u8]) -> &[u8] {
    document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document)
}
