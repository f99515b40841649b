//! Finding request heads in a stream of bytes.
//!
//! hyper lower-cases header names and groups repeats; a record keeps order, case and repeats.
//! So the bytes are watched as hyper reads them: heads are copied out, bodies are skipped by
//! the same framing rules (RFC 9112, section 6), and a head that breaks a limit is noticed
//! before hyper sees it.

use std::collections::VecDeque;

use super::Refusal;
use crate::protocol::Headers;

/// Header lines of a head that are taken at most; hyper's own limit is the same.
pub(super) const HEADER_LINES: usize = 100;

/// A head as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WireHead {
    /// The method.
    pub(super) method: String,
    /// Header lines with order, case and repeats.
    pub(super) headers: Headers,
}

impl WireHead {
    fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut lines = [httparse::EMPTY_HEADER; HEADER_LINES];
        let mut request = httparse::Request::new(&mut lines);
        match request.parse(bytes) {
            Ok(httparse::Status::Complete(_)) => {
                let mut headers = Headers::with_capacity(request.headers.len(), bytes.len());
                for line in &*request.headers {
                    headers.push(line.name, line.value);
                }
                Ok(Self {
                    method: request.method.unwrap_or_default().to_owned(),
                    headers,
                })
            }
            Err(httparse::Error::TooManyHeaders) => Err(Refusal::TOO_MANY_LINES),
            _ if bytes.first() == Some(&TLS_HANDSHAKE) => Err(Refusal::TLS),
            _ => Err(Refusal::NOT_HTTP),
        }
    }
}

/// The first byte of every TLS connection (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 0x16;

/// Splits a byte stream into heads and what lies between them.
#[derive(Debug)]
pub(super) struct HeadScanner {
    max_head: usize,
    heads: VecDeque<WireHead>,
    head: Vec<u8>,
    lines: usize,
    state: State,
    refusal: Option<Refusal>,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    /// Collecting a head.
    Head,
    /// So many bytes of body are left.
    Body(u64),
    /// In a chunk's size line.
    ChunkSize(Vec<u8>),
    /// So many bytes of chunk and its line end are left.
    Chunk(u64),
    /// In the trailer; whether the current line is still empty.
    Trailer(bool),
    /// Framing that is not understood here; hyper will say so too.
    Lost,
}

impl HeadScanner {
    pub(super) fn new(max_head: usize) -> Self {
        Self {
            max_head,
            heads: VecDeque::new(),
            head: Vec::new(),
            lines: 0,
            state: State::Head,
            refusal: None,
        }
    }

    /// The next head in order.
    pub(super) fn next(&mut self) -> Option<WireHead> {
        self.heads.pop_front()
    }

    /// Why nothing more can be understood, when that is so.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// Whether a head has begun and not ended.
    pub(super) fn is_inside_head(&self) -> bool {
        !self.head.is_empty()
    }

    pub(super) fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = match &mut self.state {
                State::Lost => return,
                State::Head => self.feed_head(bytes),
                State::Body(left) | State::Chunk(left) => {
                    let here =
                        usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    *left -= here as u64;
                    if *left == 0 {
                        self.state = match self.state {
                            State::Chunk(_) => State::ChunkSize(Vec::new()),
                            _ => State::Head,
                        };
                    }
                    &bytes[here..]
                }
                State::ChunkSize(line) => {
                    let (first, rest) = (bytes[0], &bytes[1..]);
                    if first != b'\n' && line.len() < 64 {
                        line.push(first);
                    }
                    if first == b'\n' {
                        self.state = after_chunk_size(line);
                    }
                    rest
                }
                State::Trailer(empty) => {
                    match bytes[0] {
                        b'\n' if *empty => self.state = State::Head,
                        b'\n' => *empty = true,
                        b'\r' => {}
                        _ => *empty = false,
                    }
                    &bytes[1..]
                }
            };
        }
    }

    fn feed_head<'a>(&mut self, mut bytes: &'a [u8]) -> &'a [u8] {
        if self.head.is_empty() {
            // Empty lines before a request are to be ignored (RFC 9112, section 2.2).
            while let [b'\r' | b'\n', rest @ ..] = bytes {
                bytes = rest;
            }
        }
        let before = self.head.len();
        let end = match end_of_head(&self.head, bytes) {
            // The usual case: the head came in one piece and need not be copied to be read.
            Some(end) if before == 0 => {
                let (head, rest) = bytes.split_at(end);
                self.finish(head);
                return rest;
            }
            found => found,
        };
        let taken = end.map_or(bytes.len(), |end| end - before);
        self.lines += memchr::memchr_iter(b'\n', &bytes[..taken]).count();
        self.head.extend_from_slice(&bytes[..taken]);
        if end.is_some() {
            let head = std::mem::take(&mut self.head);
            self.finish(&head);
        } else if self.head.first() == Some(&TLS_HANDSHAKE) {
            self.refuse(Refusal::TLS);
        } else if self.head.len() > self.max_head {
            self.refuse(Refusal::HEAD_TOO_LARGE);
        } else if self.lines > HEADER_LINES + 1 {
            self.refuse(Refusal::TOO_MANY_LINES);
        }
        &bytes[taken..]
    }

    fn finish(&mut self, head: &[u8]) {
        self.lines = 0;
        if head.len() > self.max_head {
            return self.refuse(Refusal::HEAD_TOO_LARGE);
        }
        match WireHead::parse(head) {
            Ok(head) => {
                self.state = framing(&head.headers);
                self.heads.push_back(head);
            }
            Err(refusal) => self.refuse(refusal),
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.refusal = Some(refusal);
        self.state = State::Lost;
        self.head = Vec::new();
    }
}

/// The position behind the empty line, counted from the start of what came before.
fn end_of_head(before: &[u8], bytes: &[u8]) -> Option<usize> {
    let at = |position: usize| match position.checked_sub(before.len()) {
        Some(inside) => bytes[inside],
        None => before[position],
    };
    memchr::memchr_iter(b'\n', bytes).find_map(|end| {
        let end = before.len() + end;
        let ends = (end >= 1 && at(end - 1) == b'\n')
            || (end >= 2 && at(end - 1) == b'\r' && at(end - 2) == b'\n');
        ends.then_some(end + 1)
    })
}

fn framing(headers: &Headers) -> State {
    if let Some(coding) = headers.all("transfer-encoding").last() {
        return if coding.to_ascii_lowercase().ends_with(b"chunked") {
            State::ChunkSize(Vec::new())
        } else {
            State::Lost
        };
    }
    let length = headers
        .text("content-length")
        .map(|text| text.trim().parse());
    match length {
        None | Some(Ok(0)) => State::Head,
        Some(Ok(length)) => State::Body(length),
        Some(Err(_)) => State::Lost,
    }
}

fn after_chunk_size(line: &[u8]) -> State {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
    let size = std::str::from_utf8(digits.trim_ascii())
        .ok()
        .and_then(|digits| u64::from_str_radix(digits, 16).ok());
    match size {
        Some(0) => State::Trailer(true),
        // The chunk is followed by CR LF.
        Some(size) => State::Chunk(size.saturating_add(2)),
        None => State::Lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = b"\r\nPOST /a HTTP/1.1\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: 5\r\n\r\na\r\n\r\nPOST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n\r\n\n\r\n0\r\nT: 1\r\n\r\nGET /c HTTP/1.1\nHost: h\n\n";

    fn names(scanner: &mut HeadScanner) -> Vec<(String, Vec<String>)> {
        std::iter::from_fn(|| scanner.next())
            .map(|head| {
                let names = head.headers.iter().map(|line| line.name.to_owned());
                (head.method, names.collect())
            })
            .collect()
    }

    #[test]
    fn finds_every_head_however_the_bytes_arrive() {
        for size in 1..=STREAM.len() {
            let mut scanner = HeadScanner::new(1024);
            for piece in STREAM.chunks(size) {
                scanner.feed(piece);
            }
            let found = names(&mut scanner);
            assert_eq!(found.len(), 3, "pieces of {size}");
            assert_eq!(found[0].1, ["X-Two", "x-two", "Content-Length"]);
            assert_eq!(found[1].1, ["Transfer-Encoding"]);
            assert_eq!(found[2], ("GET".to_owned(), vec!["Host".to_owned()]));
        }
    }

    #[test]
    fn limits_are_noticed_however_the_bytes_arrive() {
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(101));
        let large = format!("GET / HTTP/1.1\r\na: {}\r\n\r\n", "b".repeat(1024));
        for (bytes, expected) in [
            (many.as_bytes(), Refusal::TOO_MANY_LINES),
            (large.as_bytes(), Refusal::HEAD_TOO_LARGE),
            (b"\x16\x03\x01\x02\x00", Refusal::TLS),
            (b"hello\n\n", Refusal::NOT_HTTP),
        ] {
            for size in [1, 7, bytes.len()] {
                let mut scanner = HeadScanner::new(1000);
                for piece in bytes.chunks(size) {
                    scanner.feed(piece);
                }
                assert_eq!(scanner.refusal(), Some(expected), "pieces of {size}");
                assert_eq!(scanner.next(), None);
            }
        }
        let enough = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(100));
        let mut scanner = HeadScanner::new(1000);
        scanner.feed(enough.as_bytes());
        assert_eq!(scanner.refusal(), None);
    }
}
