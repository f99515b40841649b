//! Raw HTTP towards a listener: the tests decide every byte.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::PATIENCE;

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// A POST with these header lines and what HTTP needs besides.
pub(crate) fn request(path: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Posts a body to a listener at `host:port`.
pub(crate) fn post(address: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Response {
    let mut answers = exchange(address, &request("/", headers, body), 1);
    answers.remove(0)
}

/// Writes bytes as they are and reads so many answers, which must carry their length.
pub(crate) fn exchange(address: &str, bytes: &[u8], answers: usize) -> Vec<Response> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    let mut buffer = Vec::new();
    (0..answers)
        .map(|_| read_response(&mut stream, &mut buffer))
        .collect()
}

fn read_response(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Response {
    let end = loop {
        if let Some(end) = memchr::memmem::find(buffer, b"\r\n\r\n") {
            break end;
        }
        fill(stream, buffer);
    };
    let head = String::from_utf8(buffer.drain(..end + 4).collect()).unwrap();
    let length: usize = head
        .lines()
        .find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })
        .unwrap_or_default();
    while buffer.len() < length {
        fill(stream, buffer);
    }
    let body = String::from_utf8(buffer.drain(..length).collect()).unwrap();
    Response {
        status: head[9..12].parse().unwrap(),
        head,
        body,
    }
}

fn fill(stream: &mut TcpStream, buffer: &mut Vec<u8>) {
    let mut piece = [0; 4096];
    let count = stream.read(&mut piece).unwrap();
    assert!(
        count > 0,
        "the listener closed after: {}",
        String::from_utf8_lossy(buffer)
    );
    buffer.extend_from_slice(&piece[..count]);
}
