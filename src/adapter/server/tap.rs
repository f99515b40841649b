//! Request heads as they were on the wire.
//!
//! hyper lower-cases header names and groups repeats; a record keeps order, case and repeats.
//! So the bytes are watched as hyper reads them: heads are copied out, bodies are skipped by
//! the same framing rules (RFC 9112, section 6).

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::protocol::{Header, Headers};

/// Bytes of a head that are kept at most; hyper refuses far smaller ones.
const HEAD_LIMIT: usize = 1024 * 1024;
/// Header lines of a head that are kept at most.
const LINE_LIMIT: usize = 1024;

/// A head as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WireHead {
    /// The method.
    pub(super) method: String,
    /// Header lines with order, case and repeats.
    pub(super) headers: Headers,
}

/// The heads of a connection, in order, shared between its stream and its handler.
#[derive(Debug, Clone, Default)]
pub(super) struct Heads(Arc<Mutex<HeadScanner>>);

impl Heads {
    /// The head of the request that is being handled.
    pub(super) fn next(&self) -> Option<WireHead> {
        let bytes = self.lock().heads.pop_front()?;
        parse(&bytes)
    }

    fn feed(&self, bytes: &[u8]) {
        self.lock().feed(bytes);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HeadScanner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parse(bytes: &[u8]) -> Option<WireHead> {
    let mut lines = vec![httparse::EMPTY_HEADER; 64];
    loop {
        let mut request = httparse::Request::new(&mut lines);
        match request.parse(bytes) {
            Ok(httparse::Status::Complete(_)) => {
                let headers = request
                    .headers
                    .iter()
                    .map(|line| Header::new(line.name, line.value))
                    .collect();
                let method = request.method?.to_owned();
                return Some(WireHead { method, headers });
            }
            Err(httparse::Error::TooManyHeaders) if lines.len() < LINE_LIMIT => {
                lines = vec![httparse::EMPTY_HEADER; LINE_LIMIT];
            }
            _ => return None,
        }
    }
}

/// Splits a byte stream into heads and what lies between them.
#[derive(Debug, Default)]
struct HeadScanner {
    heads: VecDeque<Vec<u8>>,
    head: Vec<u8>,
    state: State,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// Collecting a head.
    #[default]
    Head,
    /// So many bytes of body are left.
    Body(u64),
    /// In a chunk's size line.
    ChunkSize(Vec<u8>),
    /// So many bytes of chunk and its line end are left.
    Chunk(u64),
    /// In the trailer; whether the current line is still empty.
    Trailer(bool),
    /// Not HTTP that is understood here; hyper will say so too.
    Lost,
}

impl HeadScanner {
    fn feed(&mut self, mut bytes: &[u8]) {
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
        self.head.extend_from_slice(bytes);
        let Some(end) = end_of_head(&self.head, before.saturating_sub(3)) else {
            if self.head.len() > HEAD_LIMIT {
                self.state = State::Lost;
                self.head = Vec::new();
            }
            return &[];
        };
        let rest = &bytes[end - before..];
        self.head.truncate(end);
        self.state = framing(&self.head);
        if self.state != State::Lost {
            self.heads.push_back(std::mem::take(&mut self.head));
        }
        rest
    }
}

/// The position behind the empty line, looking from `from` on.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'\n', &bytes[from..]).find_map(|at| {
        let at = from + at;
        match &bytes[..at] {
            [.., b'\n'] | [.., b'\n', b'\r'] => Some(at + 1),
            _ => None,
        }
    })
}

fn framing(head: &[u8]) -> State {
    let Some(WireHead { headers, .. }) = parse(head) else {
        return State::Lost;
    };
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

/// A stream whose incoming bytes are watched.
#[derive(Debug)]
pub(super) struct Tap {
    stream: TcpStream,
    heads: Heads,
}

impl Tap {
    pub(super) fn new(stream: TcpStream, heads: Heads) -> Self {
        Self { stream, heads }
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = &result {
            self.heads.feed(&buffer.filled()[before..]);
        }
        result
    }
}

impl AsyncWrite for Tap {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = b"\r\nPOST /a HTTP/1.1\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: 5\r\n\r\na\r\n\r\nPOST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n\r\n\n\r\n0\r\nT: 1\r\n\r\nGET /c HTTP/1.1\nHost: h\n\n";

    fn names(scanner: &mut HeadScanner) -> Vec<(String, Vec<String>)> {
        std::iter::from_fn(|| scanner.heads.pop_front())
            .map(|bytes| {
                let head = parse(&bytes).unwrap();
                let names = head.headers.iter().map(|line| line.name.clone());
                (head.method, names.collect())
            })
            .collect()
    }

    #[test]
    fn finds_every_head_however_the_bytes_arrive() {
        for size in 1..=STREAM.len() {
            let mut scanner = HeadScanner::default();
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
    fn gives_up_quietly_on_what_is_no_http() {
        let mut scanner = HeadScanner::default();
        scanner.feed(b"\x16\x03\x01\x02\x00\n\n more");
        assert_eq!(scanner.state, State::Lost);
        assert!(scanner.heads.is_empty());
    }
}
