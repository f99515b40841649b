//! Raw HTTP: the tests decide every byte.

use std::io::{Read, Write as _};
use std::net::TcpStream;

use super::{PATIENCE, SECRET, clock, contains, signed_headers};

/// A request or a response as it was on the wire.
#[derive(Debug)]
pub(super) struct Message {
    /// First line and header lines, with the empty line.
    pub(super) head: Vec<u8>,
    pub(super) body: Vec<u8>,
}

/// Reads one message whose body has a `Content-Length` or none; `None` when the other side ends
/// before that. What comes after it stays in the buffer.
pub(super) fn read_message(stream: &mut impl Read, buffer: &mut Vec<u8>) -> Option<Message> {
    let mut piece = vec![0; 16 * 1024];
    let mut fill = |buffer: &mut Vec<u8>| {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        buffer.extend_from_slice(&piece[..count]);
        Some(())
    };
    let end = loop {
        if let Some(end) = memchr::memmem::find(buffer, b"\r\n\r\n") {
            break end + 4;
        }
        fill(buffer)?;
    };
    let head: Vec<u8> = buffer.drain(..end).collect();
    assert!(!contains(&head, b"\n\n"));
    let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |length| length.trim().parse().unwrap());
    while buffer.len() < length {
        fill(buffer)?;
    }
    let body = buffer.drain(..length).collect();
    Some(Message { head, body })
}

/// What a listener answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    /// 0 when nothing came that has one.
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    /// Reads an answer that was read to the end of its connection.
    pub(crate) fn parse(answer: &str) -> Self {
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Self {
            status: status.unwrap_or(0),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }
}

/// One answer on a connection that stays open; `None` when it was closed instead.
pub(crate) fn answer(stream: &mut TcpStream) -> Option<Response> {
    answers(stream, 1).pop()
}

/// So many answers on a connection that stays open, fewer when it was closed instead.
pub(crate) fn answers(stream: &mut TcpStream, count: usize) -> Vec<Response> {
    let mut buffer = Vec::new();
    let read = |_| {
        let Message { mut head, body } = read_message(stream, &mut buffer)?;
        head.extend_from_slice(&body);
        Some(Response::parse(&String::from_utf8_lossy(&head)))
    };
    (0..count).map_while(read).collect()
}

/// A POST with these header lines and what HTTP needs besides.
pub(crate) fn request(path: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n").into_bytes();
    for (name, value) in headers {
        for part in [name.as_bytes(), b": ", value, b"\r\n"] {
            bytes.extend_from_slice(part);
        }
    }
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// A genuine request of [`SECRET`], signed now, with more header lines.
pub(crate) fn signed_request(path: &str, lines: &str, body: &[u8]) -> Vec<u8> {
    let mut request =
        format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
    for (name, value) in signed_headers(SECRET, clock(), body) {
        request += &format!("{name}: {value}\r\n");
    }
    request += &format!("Content-Length: {}\r\n{lines}\r\n", body.len());
    [request.as_bytes(), body].concat()
}

/// Posts a body to a listener at `host:port`.
#[track_caller]
pub(crate) fn post(address: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Response {
    exchange(address, &request("/", headers, body), 1).remove(0)
}

/// Writes bytes as they are and reads so many answers, which must carry their length.
#[track_caller]
pub(crate) fn exchange(address: &str, bytes: &[u8], count: usize) -> Vec<Response> {
    let mut stream = connect(address);
    stream.write_all(bytes).unwrap();
    let answers = answers(&mut stream, count);
    assert_eq!(
        answers.len(),
        count,
        "the listener closed after {answers:?}"
    );
    answers
}

/// A connection that does not wait for ever.
pub(crate) fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// All bytes until the other end closes; a reset ends it, too.
pub(crate) fn read_all(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
