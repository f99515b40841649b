//! HTTP/1.1 over a plain connection: our own request bytes out, one answer in.

use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::ReadHalf;

use crate::delivery::Reply;
use crate::delivery::reply::{BODY_KEPT, Failure, FailureKind};
use crate::error::describe_io;
use crate::lettermint::{HeaderLine, Headers};

/// Bytes of an answer's head that are read at most.
const HEAD_LIMIT: usize = 64 * 1024;
/// Header lines of an answer that are read at most.
const HEADER_LINES: usize = 100;
/// Bytes of an answer's body that are read at most before the connection is given up.
const BODY_LIMIT: u64 = 16 * 1024 * 1024;

/// A connection that can carry one request after another.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// Bytes that came and are not yet consumed.
    buffer: Vec<u8>,
}

/// How much of an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Status, headers and the start of the body.
    Reply,
    /// All of it, up to what is read at most.
    Whole,
    /// The status only: nothing is allocated.
    Status,
}

/// A whole answer.
#[derive(Debug, Default)]
pub struct Exchange {
    /// The HTTP status.
    pub status: u16,
    /// Whether the connection can carry another request.
    pub reusable: bool,
    headers: Headers,
    body: Vec<u8>,
    truncated: bool,
}

impl Exchange {
    /// As a reply, without its duration.
    #[must_use]
    pub fn into_reply(self) -> Reply {
        Reply {
            status: Some(self.status),
            headers: self.headers,
            body: Bytes::from(self.body),
            truncated: self.truncated,
            ..Reply::default()
        }
    }
}

impl Connection {
    /// Takes over a connected stream.
    #[must_use]
    pub fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            buffer: Vec::with_capacity(1024),
        }
    }

    /// Whether the other end has neither closed the connection nor sent what nobody asked for, as
    /// far as is known without waiting.
    pub async fn is_idle(&self) -> bool {
        // Lets the runtime look at what came since the last answer.
        tokio::task::yield_now().await;
        let nothing = self.stream.try_read(&mut [0]);
        self.buffer.is_empty()
            && nothing.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// Sends a request's bytes and reads the answer, at the same time: a server may refuse a
    /// large body before it has read it.
    ///
    /// # Errors
    /// [`Failure`]; the connection is then of no more use.
    pub async fn exchange(&mut self, request: &[u8], keep: Keep) -> Result<Exchange, Failure> {
        let (read, mut write) = self.stream.split();
        let mut reader = AnswerReader {
            read,
            buffer: &mut self.buffer,
            keep,
        };
        let sending = write.write_all(request);
        let receiving = reader.answer();
        tokio::pin!(sending, receiving);
        let mut sent = false;
        let mut send_error = None;
        loop {
            tokio::select! {
                biased;
                result = &mut sending, if !sent => {
                    sent = true;
                    send_error = result.err();
                }
                answer = &mut receiving => {
                    let whole = sent && send_error.is_none();
                    return match (answer, send_error) {
                        (Ok(mut exchange), _) => {
                            exchange.reusable &= whole;
                            Ok(exchange)
                        }
                        (Err(_), Some(error)) => Err(closed(&error)),
                        (Err(failure), None) => Err(failure),
                    };
                }
            }
        }
    }
}

fn closed(error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Closed, describe_io(error))
}

fn not_http(detail: impl Into<String>) -> Failure {
    Failure::new(FailureKind::NotHttp, detail)
}

struct AnswerReader<'a> {
    read: ReadHalf<'a>,
    buffer: &'a mut Vec<u8>,
    keep: Keep,
}

/// How long an answer's body is (RFC 9112, section 6.3).
#[derive(Clone, Copy)]
enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

impl AnswerReader<'_> {
    async fn answer(&mut self) -> Result<Exchange, Failure> {
        let (mut exchange, framing) = loop {
            let (exchange, framing) = self.head().await?;
            // Interim answers such as 100 Continue precede the real one.
            if exchange.status >= 200 {
                break (exchange, framing);
            }
        };
        match framing {
            Framing::Length(length) => {
                exchange.reusable &= self.body(&mut exchange, length).await?;
            }
            Framing::Chunked => exchange.reusable &= self.chunks(&mut exchange).await?,
            Framing::UntilClose => {
                exchange.reusable = false;
                self.until_close(&mut exchange).await?;
            }
        }
        Ok(exchange)
    }

    /// Reads more bytes. `false` at the end of the stream.
    async fn fill(&mut self) -> Result<bool, Failure> {
        match self.read.read_buf(self.buffer).await {
            Ok(count) => Ok(count > 0),
            Err(error) => Err(closed(&error)),
        }
    }

    async fn fill_or_fail(&mut self, what: &str) -> Result<(), Failure> {
        if self.fill().await? {
            Ok(())
        } else {
            Err(Failure::new(FailureKind::Closed, what))
        }
    }

    async fn head(&mut self) -> Result<(Exchange, Framing), Failure> {
        loop {
            if let Some((length, exchange, framing)) = parse_head(self.buffer, self.keep)? {
                self.buffer.drain(..length);
                return Ok((exchange, framing));
            }
            if self.buffer.len() > HEAD_LIMIT {
                return Err(not_http("the answer's head is larger than 64 KiB"));
            }
            self.fill_or_fail("before an answer came").await?;
        }
    }

    /// Reads a body of known length. `false` when it was too long to be read to its end.
    async fn body(&mut self, exchange: &mut Exchange, length: u64) -> Result<bool, Failure> {
        let mut left = length;
        loop {
            let here =
                usize::try_from(left).map_or(self.buffer.len(), |left| left.min(self.buffer.len()));
            self.keep_bytes(exchange, here);
            self.buffer.drain(..here);
            left -= here as u64;
            if left == 0 {
                return Ok(true);
            }
            if length - left > BODY_LIMIT {
                exchange.truncated = true;
                return Ok(false);
            }
            self.fill_or_fail("in the middle of the answer's body")
                .await?;
        }
    }

    async fn chunks(&mut self, exchange: &mut Exchange) -> Result<bool, Failure> {
        let mut total = 0;
        loop {
            let size = self.line("a chunk's size").await?;
            let digits = size.split(|byte| *byte == b';').next().unwrap_or_default();
            let size = std::str::from_utf8(digits.trim_ascii())
                .ok()
                .and_then(|digits| u64::from_str_radix(digits, 16).ok())
                .ok_or_else(|| not_http("a chunk without a size"))?;
            if size == 0 {
                while !self.line("the answer's trailer").await?.is_empty() {}
                return Ok(true);
            }
            total = u64::saturating_add(total, size);
            if total > BODY_LIMIT || !self.body(exchange, size).await? {
                exchange.truncated = true;
                return Ok(false);
            }
            self.line("a chunk's end").await?;
        }
    }

    async fn until_close(&mut self, exchange: &mut Exchange) -> Result<(), Failure> {
        let mut total = 0;
        loop {
            let here = self.buffer.len();
            self.keep_bytes(exchange, here);
            self.buffer.clear();
            total += here as u64;
            if total > BODY_LIMIT || !self.fill().await? {
                return Ok(());
            }
        }
    }

    async fn line(&mut self, what: &str) -> Result<Vec<u8>, Failure> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', self.buffer) {
                let line = self.buffer[..end].trim_ascii_end().to_vec();
                self.buffer.drain(..=end);
                return Ok(line);
            }
            if self.buffer.len() > HEAD_LIMIT {
                return Err(not_http(format!("{what} is too long")));
            }
            self.fill_or_fail("in the middle of the answer").await?;
        }
    }

    fn keep_bytes(&self, exchange: &mut Exchange, count: usize) {
        if self.keep == Keep::Status {
            return;
        }
        let limit = if self.keep == Keep::Whole {
            usize::MAX
        } else {
            BODY_KEPT
        };
        let room = limit - exchange.body.len();
        exchange
            .body
            .extend_from_slice(&self.buffer[..count.min(room)]);
        exchange.truncated |= count > room;
    }
}

/// The head's length, the answer so far and its body's framing; `None` when more is needed.
fn parse_head(bytes: &[u8], keep: Keep) -> Result<Option<(usize, Exchange, Framing)>, Failure> {
    let mut lines = [httparse::EMPTY_HEADER; HEADER_LINES];
    let mut response = httparse::Response::new(&mut lines);
    let length = match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => {
            let start = crate::terminal::visible::shorten(&String::from_utf8_lossy(bytes), 40);
            return Err(not_http(format!("{error}: {start}")));
        }
    };
    let status = response.code.unwrap_or(0);
    let mut reusable = response.version == Some(1);
    let mut framing = Framing::UntilClose;
    for line in response.headers.iter() {
        if line.name.eq_ignore_ascii_case("connection") {
            reusable &= !line.value.eq_ignore_ascii_case(b"close");
        } else if line.name.eq_ignore_ascii_case("transfer-encoding") {
            if line.value.to_ascii_lowercase().ends_with(b"chunked") {
                framing = Framing::Chunked;
            }
        } else if line.name.eq_ignore_ascii_case("content-length")
            && !matches!(framing, Framing::Chunked)
        {
            let length = std::str::from_utf8(line.value)
                .ok()
                .and_then(|text| text.trim().parse().ok())
                .ok_or_else(|| not_http("a Content-Length that is no number"))?;
            framing = Framing::Length(length);
        }
    }
    if status < 200 || matches!(status, 204 | 304) {
        framing = Framing::Length(0);
    }
    let headers = match keep {
        Keep::Status => Headers::new(),
        Keep::Reply | Keep::Whole => response
            .headers
            .iter()
            .map(|line| HeaderLine::new(line.name, line.value))
            .collect(),
    };
    let exchange = Exchange {
        status,
        reusable,
        headers,
        ..Exchange::default()
    };
    Ok(Some((length, exchange, framing)))
}
