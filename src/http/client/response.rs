//! One answer, read from bytes as they come (RFC 9112, sections 6 and 7).

use bytes::{Buf as _, BytesMut};

use crate::delivery::Reply;
use crate::delivery::reply::{BODY_KEPT, Failure, FailureKind};
use crate::lettermint::{HeaderLine, Headers};

/// Bytes of an answer's head, of a chunk's size line and of all trailers, each at most.
const HEAD_LIMIT: usize = 64 * 1024;
/// Header lines of an answer that are read at most.
const HEADER_LINES: usize = 100;
/// Bytes of an answer's body that are read at most before the connection is given up.
const BODY_LIMIT: u64 = 16 * 1024 * 1024;
/// Interim answers such as 100 Continue that are read at most before the real one.
const INTERIM_LIMIT: u32 = 16;

/// How much of an answer is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Status, headers and the start of the body.
    #[default]
    Start,
    /// All of it, up to what is read at most.
    Whole,
    /// Of a success the status only, so that nothing is allocated; of a failure its start.
    Status,
}

#[derive(Default)]
pub(crate) struct ResponseReader {
    keep: Keep,
    state: State,
    interim: u32,
    /// Bytes of the body that were read, chunk sizes and extensions included.
    read: u64,
    status: u16,
    headers: Headers,
    body: Vec<u8>,
    truncated: bool,
    reusable: bool,
}

#[derive(Clone, Copy, Default)]
enum State {
    #[default]
    Head,
    /// So many bytes of a body of known length.
    Body(u64),
    ChunkSize,
    /// So many bytes of a chunk.
    Chunk(u64),
    ChunkEnd,
    /// Trailers, of which so many bytes were read.
    Trailers(usize),
    UntilClose,
    Done,
}

impl ResponseReader {
    pub(crate) fn new(keep: Keep) -> Self {
        Self {
            keep,
            reusable: true,
            ..Self::default()
        }
    }

    /// Consumes what has come of the answer. `true` when it is whole.
    pub(crate) fn advance(&mut self, buffer: &mut BytesMut) -> Result<bool, Failure> {
        loop {
            self.state = match self.state {
                State::Done => return Ok(true),
                State::Head => match self.head(buffer)? {
                    Some(next) => next,
                    None => return Ok(false),
                },
                State::Body(left) => match self.take(buffer, left) {
                    0 => State::Done,
                    left => {
                        self.state = State::Body(left);
                        return Ok(self.is_past_limit());
                    }
                },
                State::ChunkSize => match self.chunk_size(buffer)? {
                    Some(next) => next,
                    None => return Ok(false),
                },
                State::Chunk(left) => match self.take(buffer, left) {
                    0 => State::ChunkEnd,
                    left => {
                        self.state = State::Chunk(left);
                        return Ok(false);
                    }
                },
                State::ChunkEnd => match buffer.get(..2) {
                    None => return Ok(false),
                    Some(b"\r\n") => {
                        buffer.advance(2);
                        State::ChunkSize
                    }
                    Some(_) => return Err(not_http("a chunk that is longer than its size")),
                },
                State::Trailers(read) => match line(buffer, "the answer's trailer")? {
                    None => return Ok(false),
                    Some(0) => {
                        buffer.advance(2);
                        State::Done
                    }
                    Some(length) => {
                        if !is_field(&buffer[..length]) {
                            return Err(not_http("a trailer that is no header line"));
                        }
                        buffer.advance(length + 2);
                        let read = read + length;
                        if read > HEAD_LIMIT {
                            return Err(not_http("the answer's trailers are larger than 64 KiB"));
                        }
                        State::Trailers(read)
                    }
                },
                State::UntilClose => {
                    self.take(buffer, u64::MAX);
                    return Ok(self.is_past_limit());
                }
            }
        }
    }

    /// The connection has ended: fails unless that ends the answer too.
    pub(crate) fn end(&self) -> Result<(), Failure> {
        let detail = match self.state {
            State::Done | State::UntilClose => return Ok(()),
            State::Head => "before an answer came",
            State::Body(_) | State::Chunk(_) => "in the middle of the answer's body",
            State::ChunkSize | State::ChunkEnd | State::Trailers(_) => {
                "in the middle of the answer"
            }
        };
        Err(Failure::new(FailureKind::Closed, detail))
    }

    /// The answer, and whether its connection can carry another request.
    pub(crate) fn finish(self) -> (Reply, bool) {
        let is_at_its_end = matches!(self.state, State::Done);
        let reply = Reply {
            status: Some(self.status),
            headers: self.headers,
            body: self.body.into(),
            truncated: self.truncated,
            ..Reply::default()
        };
        (reply, self.reusable && is_at_its_end)
    }

    /// Reads a head, and says what comes behind it; `None` when more of it has to come.
    fn head(&mut self, buffer: &mut BytesMut) -> Result<Option<State>, Failure> {
        let mut lines = [httparse::EMPTY_HEADER; HEADER_LINES];
        let mut response = httparse::Response::new(&mut lines);
        let length = match response.parse(buffer) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if buffer.len() > HEAD_LIMIT => {
                return Err(not_http("the answer's head is larger than 64 KiB"));
            }
            Ok(httparse::Status::Partial) => return Ok(None),
            // An alert of any version of TLS (RFC 8446, section 5.1).
            Err(_) if buffer.starts_with(&[21, 3]) => {
                return Err(not_http("a TLS alert"));
            }
            Err(error) => {
                let start = String::from_utf8_lossy(buffer);
                let start = crate::terminal::visible::shorten(&start, 40);
                return Err(not_http(format!("{error}: {start}")));
            }
        };
        self.status = response.code.unwrap_or(0);
        self.reusable = response.version == Some(1);
        let next = match self.status {
            // A change of protocol that nobody asked for ends the use of the connection.
            101 => {
                self.reusable = false;
                State::Body(0)
            }
            100..200 => {
                self.interim += 1;
                if self.interim > INTERIM_LIMIT {
                    return Err(not_http("interim answers without end"));
                }
                State::Head
            }
            204 | 304 => State::Body(0),
            200.. => self.framing(response.headers)?,
            _ => return Err(not_http(format!("a status below 100: {}", self.status))),
        };
        self.reusable &= !response.headers.iter().any(asks_to_close);
        if !self.keeps_status_only() && !matches!(next, State::Head) {
            self.headers = response
                .headers
                .iter()
                .map(|line| HeaderLine::new(line.name, line.value))
                .collect();
        }
        buffer.advance(length);
        Ok(Some(next))
    }

    fn keeps_status_only(&self) -> bool {
        self.keep == Keep::Status && (200..300).contains(&self.status)
    }

    /// How long the body is (RFC 9112, section 6.3).
    fn framing(&mut self, lines: &[httparse::Header<'_>]) -> Result<State, Failure> {
        let all = |name: &'static str| {
            let named = lines
                .iter()
                .filter(move |line| line.name.eq_ignore_ascii_case(name));
            named.flat_map(|line| list(line.value))
        };
        let mut length = None;
        for text in all("content-length") {
            let Some(number) = number(text, 10) else {
                return Err(not_http("a Content-Length that is no number"));
            };
            if length.is_some_and(|length| length != number) {
                return Err(not_http("two Content-Lengths that differ"));
            }
            length = Some(number);
        }
        let is_chunked = |coding: &&[u8]| coding.eq_ignore_ascii_case(b"chunked");
        match all("transfer-encoding").last() {
            Some(last) if is_chunked(&last) => {
                if all("transfer-encoding").filter(is_chunked).count() > 1 {
                    return Err(not_http("a body that is chunked twice"));
                }
                // Whoever says both may be wrong about where the next answer starts.
                self.reusable &= length.is_none();
                Ok(State::ChunkSize)
            }
            Some(_) => Ok(State::UntilClose),
            None => Ok(length.map_or(State::UntilClose, State::Body)),
        }
    }

    fn chunk_size(&mut self, buffer: &mut BytesMut) -> Result<Option<State>, Failure> {
        let Some(length) = line(buffer, "a chunk's size")? else {
            return Ok(None);
        };
        let line = &buffer[..length];
        if has_controls(line) {
            return Err(not_http("a chunk with control characters before it"));
        }
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size =
            number(digits.trim_ascii(), 16).ok_or_else(|| not_http("a chunk without a size"))?;
        buffer.advance(length + 2);
        self.read = self.read.saturating_add(length as u64);
        Ok(Some(match size {
            0 => State::Trailers(0),
            // No body is so long; who adds to it may come out at another end.
            _ if size > i64::MAX as u64 => return Err(not_http("a chunk without a true size")),
            // What was announced is not waited for.
            _ if self.read.saturating_add(size) > BODY_LIMIT => {
                self.truncated = true;
                self.reusable = false;
                State::Done
            }
            _ => State::Chunk(size),
        }))
    }

    /// Takes at most `left` bytes of the body; how many are left then.
    fn take(&mut self, buffer: &mut BytesMut, left: u64) -> u64 {
        let here = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let limit = match self.keep {
            Keep::Status if self.keeps_status_only() => 0,
            Keep::Status | Keep::Start => BODY_KEPT,
            Keep::Whole => BODY_LIMIT as usize,
        };
        let kept = here.min(limit - self.body.len());
        self.body.extend_from_slice(&buffer[..kept]);
        self.truncated |= kept < here;
        buffer.advance(here);
        self.read += here as u64;
        left - here as u64
    }

    /// Whether more has come than is read; the rest is then given up.
    fn is_past_limit(&mut self) -> bool {
        let is_past = self.read > BODY_LIMIT;
        self.truncated |= is_past;
        is_past
    }
}

/// The length of the line at the start of a buffer, without its line end; `None` when more of it
/// has to come.
fn line(buffer: &[u8], what: &str) -> Result<Option<usize>, Failure> {
    match memchr::memchr(b'\n', buffer) {
        Some(end) if end > 0 && buffer[end - 1] == b'\r' => Ok(Some(end - 1)),
        Some(_) => Err(not_http(format!("{what} ends without a carriage return"))),
        None if buffer.len() > HEAD_LIMIT => Err(not_http(format!("{what} is too long"))),
        None => Ok(None),
    }
}

/// Whether another reader may see more in a line than we do.
fn has_controls(line: &[u8]) -> bool {
    line.iter()
        .any(|byte| byte.is_ascii_control() && *byte != b'\t')
}

/// Whether a line is a header line, as far as it matters where it ends.
fn is_field(line: &[u8]) -> bool {
    let name = memchr::memchr(b':', line).map(|colon| &line[..colon]);
    let is_token = |name: &[u8]| !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    name.is_some_and(is_token) && !has_controls(line)
}

fn asks_to_close(line: &httparse::Header<'_>) -> bool {
    line.name.eq_ignore_ascii_case("connection")
        && list(line.value).any(|option| option.eq_ignore_ascii_case(b"close"))
}

/// The members of a comma-separated list.
fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

/// A number of nothing but digits: the standard library takes a sign too.
fn number(text: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let is_digits = text.chars().all(|digit| digit.is_digit(radix));
    u64::from_str_radix(text, radix).ok().filter(|_| is_digits)
}

fn not_http(detail: impl Into<String>) -> Failure {
    Failure::new(FailureKind::NotHttp, detail)
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt as _, Full};
    use hyper_util::rt::TokioIo;
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    /// Status, body, and whether the connection can be used again; `None` for a failure.
    type Outcome = Option<(u16, Vec<u8>, bool)>;

    /// Reads an answer that comes in pieces of `piece` bytes, after which the connection ends.
    fn ours(answer: &[u8], piece: usize) -> Outcome {
        let mut reader = ResponseReader::new(Keep::Whole);
        let mut buffer = BytesMut::new();
        let mut pieces = answer.chunks(piece);
        loop {
            let is_whole = match pieces.next() {
                Some(bytes) => {
                    buffer.extend_from_slice(bytes);
                    reader.advance(&mut buffer).ok()?
                }
                None => reader.end().map(|()| true).ok()?,
            };
            if is_whole {
                let (reply, reusable) = reader.finish();
                let reusable = reusable && buffer.is_empty() && pieces.next().is_none();
                return Some((reply.status?, reply.body.to_vec(), reusable));
            }
        }
    }

    /// The same with hyper's client.
    fn hypers(answer: &[u8]) -> Outcome {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (near, far) = tokio::io::duplex(1 << 20);
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(near))
                    .await
                    .unwrap();
            let running = tokio::spawn(connection);
            let request = hyper::Request::post("/")
                .header("Host", "x")
                .body(Full::new(bytes::Bytes::new()))
                .unwrap();
            let (mut read, mut write) = tokio::io::split(far);
            let asking = sender.send_request(request);
            let answering = async {
                tokio::io::AsyncReadExt::read(&mut read, &mut [0; 1024])
                    .await
                    .unwrap();
                write.write_all(answer).await.unwrap();
                write.shutdown().await.unwrap();
            };
            let (response, ()) = tokio::join!(asking, answering);
            let response = response.ok()?;
            let status = response.status().as_u16();
            let body = response
                .into_body()
                .collect()
                .await
                .ok()?
                .to_bytes()
                .to_vec();
            running.abort();
            Some((status, body, false))
        })
    }

    fn chunked(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}")
    }

    fn headed(lines: &str, body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\n{lines}\r\n\r\n{body}")
    }

    #[test]
    fn answers_are_framed_as_hypers_client_frames_them() {
        // Each with whether the connection can be used again.
        let answers = [
            (headed("Content-Length: 2", "ok"), true),
            (headed("Content-Length: 2\r\nContent-Length: 2", "ok"), true),
            (headed("Content-Length: 0\r\nConnection: keep-alive, close", ""), false),
            (headed("Content-Length: 0\r\nConnection: Close", ""), false),
            (headed("Content-Length: 0\r\nConnection: keep-alive", ""), true),
            (headed("Transfer-Encoding: gzip, chunked", "1\r\nx\r\n0\r\n\r\n"), true),
            (headed("Transfer-Encoding: xchunked", "1\r\nx\r\n0\r\n\r\n"), false),
            (headed("Transfer-Encoding: chunked, gzip", "to its end"), false),
            (headed("X: y", "to its end"), false),
            (headed("Transfer-Encoding: chunked\r\nContent-Length: 9", "1\r\nx\r\n0\r\n\r\n"), false),
            (chunked("1\r\no\r\n1;x=y\r\nk\r\n0\r\nTrailer: x\r\n\r\n"), true),
            (chunked("A\r\n0123456789\r\n0\r\n\r\n"), true),
            ("HTTP/1.1 204 No Content\r\n\r\n".to_owned(), true),
            ("HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n".to_owned(), true),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 201 C\r\nContent-Length: 1\r\n\r\na".to_owned(), true),
            ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na".to_owned(), false),
        ];
        for (answer, reusable) in answers {
            let expected = ours(answer.as_bytes(), usize::MAX).expect(&answer);
            assert_eq!(expected.2, reusable, "{answer}");
            for piece in 1..answer.len() {
                let (status, body, _) = ours(answer.as_bytes(), piece).expect(&answer);
                assert_eq!((status, &body), (expected.0, &expected.1), "{answer}");
            }
            let (status, body, _) = hypers(answer.as_bytes()).expect(&answer);
            assert_eq!((status, &body), (expected.0, &expected.1), "{answer}");
        }
    }

    #[test]
    fn answers_that_hypers_client_refuses_are_refused() {
        let long = "x".repeat(HEAD_LIMIT);
        for answer in [
            headed("Content-Length: +2", "ok"),
            headed("Content-Length: 2, 3", "ok"),
            headed("Content-Length: 2\r\nContent-Length: 3", "ok"),
            headed("Content-Length:", "ok"),
            headed("Content-Length: 5", "ok"),
            chunked("+1\r\nx\r\n0\r\n\r\n"),
            chunked("1\r\nxy\r\n0\r\n\r\n"),
            chunked("1\r\nx0\r\n\r\n"),
            chunked("1\nx\r\n0\r\n\r\n"),
            chunked("\r\nx\r\n0\r\n\r\n"),
            chunked("1\r\nx\r\n0\r\n"),
            chunked(&format!("1\r\nx\r\n0\r\nA: {long}\r\nB: {long}\r\n\r\n")),
            "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
            "HTTP/1.1 200".to_owned(),
            String::new(),
        ] {
            assert_eq!(ours(answer.as_bytes(), usize::MAX), None, "{answer}");
            assert_eq!(hypers(answer.as_bytes()), None, "{answer}");
        }
    }

    #[test]
    fn what_has_no_end_is_given_up() {
        let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(INTERIM_LIMIT as usize + 1);
        assert_eq!(ours(interim.as_bytes(), 7), None);
        let trailers = chunked(&format!("0\r\n{}", "A: b\r\n".repeat(HEAD_LIMIT)));
        assert_eq!(ours(trailers.as_bytes(), 1 << 12), None);
        let head = format!("HTTP/1.1 200 OK\r\nA: {}", "x".repeat(2 * HEAD_LIMIT));
        assert_eq!(ours(head.as_bytes(), 1 << 12), None);
        let twice = headed("Transfer-Encoding: chunked, chunked", "0\r\n\r\n");
        assert_eq!(ours(twice.as_bytes(), 9), None);
    }
}
