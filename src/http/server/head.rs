//! A request's head, from bytes to what it says.

use super::Refusal;
use crate::lettermint::Headers;

/// Header lines of a head that are taken at most.
const HEADER_LINES: usize = 100;

/// The first byte of every TLS connection (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 0x16;

/// What every HTTP/2 connection begins with (RFC 9113, section 3.4).
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n";

/// A head as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// The method.
    pub(crate) method: String,
    /// Path and query as sent.
    pub(crate) target: String,
    /// Header lines with order, case and repeats.
    pub(crate) headers: Headers,
    /// How the body's end is found.
    pub(crate) framing: Framing,
    /// Whether the client speaks HTTP/1.0.
    pub(crate) is_http_10: bool,
    /// Whether another request may follow.
    pub(crate) keeps_alive: bool,
    /// Whether the client wants to be asked for the body.
    pub(crate) expects_continue: bool,
}

/// How the end of a body is found (RFC 9112, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// After so many bytes.
    Length(u64),
    /// After the last chunk.
    Chunked,
}

impl Head {
    /// Reads a whole head, the empty line at its end included.
    ///
    /// # Errors
    /// What is no HTTP/1 request, or one whose body could be read in two ways.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut lines = [httparse::EMPTY_HEADER; HEADER_LINES];
        let mut request = httparse::Request::new(&mut lines);
        match request.parse(bytes) {
            Ok(httparse::Status::Complete(_)) => {}
            Err(httparse::Error::TooManyHeaders) => return Err(Refusal::TOO_MANY_LINES),
            _ if bytes.first() == Some(&TLS_HANDSHAKE) => return Err(Refusal::TLS),
            _ if bytes.starts_with(HTTP_2) => return Err(Refusal::HTTP_2),
            _ => return Err(Refusal::NOT_HTTP),
        }
        let mut headers = Headers::with_capacity(request.headers.len(), bytes.len());
        for line in &*request.headers {
            headers.push(line.name, line.value);
        }
        let is_http_10 = request.version == Some(0);
        Ok(Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: origin_form(request.path.unwrap_or_default()).to_owned(),
            framing: framing(&headers, is_http_10)?,
            is_http_10,
            keeps_alive: keeps_alive(&headers, is_http_10),
            expects_continue: !is_http_10
                && headers
                    .all("expect")
                    .any(|value| value.eq_ignore_ascii_case(b"100-continue")),
            headers,
        })
    }
}

/// The part of a target from the path on: proxies are sent whole URLs.
fn origin_form(target: &str) -> &str {
    let Some((_, rest)) = target
        .split_once("://")
        .filter(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    else {
        return target;
    };
    match rest.find(['/', '?']) {
        Some(path) => &rest[path..],
        None => "/",
    }
}

/// A body that two readers could end at different places is refused: what would be verified
/// could be another body than the one that a proxy before this listener saw.
fn framing(headers: &Headers, is_http_10: bool) -> Result<Framing, Refusal> {
    let mut codings = headers.all("transfer-encoding");
    let mut lengths = headers.all("content-length");
    match (codings.next(), lengths.next()) {
        (None, None) => Ok(Framing::Length(0)),
        (None, Some(length)) => {
            let is_one = lengths.all(|other| other == length);
            let is_number = !length.is_empty() && length.iter().all(u8::is_ascii_digit);
            std::str::from_utf8(length)
                .ok()
                .filter(|_| is_one && is_number)
                .and_then(|length| length.parse().ok())
                .map(Framing::Length)
                .ok_or(Refusal::LENGTH)
        }
        (Some(_), Some(_)) => Err(Refusal::LENGTH),
        (Some(coding), None) => {
            let is_chunked = coding.eq_ignore_ascii_case(b"chunked") && codings.next().is_none();
            if is_chunked && !is_http_10 {
                Ok(Framing::Chunked)
            } else {
                Err(Refusal::CODING)
            }
        }
    }
}

fn keeps_alive(headers: &Headers, is_http_10: bool) -> bool {
    let says = |word: &[u8]| {
        headers
            .all("connection")
            .flat_map(|value| value.split(|byte| *byte == b','))
            .any(|option| option.trim_ascii().eq_ignore_ascii_case(word))
    };
    if is_http_10 {
        says(b"keep-alive")
    } else {
        !says(b"close")
    }
}

/// How many bytes before a head are to be ignored: empty lines (RFC 9112, section 2.2).
pub(crate) fn blank(bytes: &[u8]) -> usize {
    let is_blank = |byte: &u8| matches!(byte, b'\r' | b'\n');
    bytes.iter().take_while(|byte| is_blank(byte)).count()
}

/// The position behind the empty line, if it is there already. The first `seen` bytes were
/// looked through before.
pub(crate) fn end(bytes: &[u8], seen: usize) -> Option<usize> {
    memchr::memchr_iter(b'\n', &bytes[seen..]).find_map(|at| {
        let at = seen + at;
        match &bytes[..at] {
            [.., b'\n'] | [.., b'\n', b'\r'] => Some(at + 1),
            _ => None,
        }
    })
}

/// What is wrong with a head that has not come whole yet, as far as that can be told.
pub(crate) fn too_much(bytes: &[u8], max_head: usize) -> Option<Refusal> {
    if bytes.first() == Some(&TLS_HANDSHAKE) {
        Some(Refusal::TLS)
    } else if bytes.len() > max_head {
        Some(Refusal::HEAD_TOO_LARGE)
    } else if memchr::memchr_iter(b'\n', bytes).count() > HEADER_LINES + 1 {
        Some(Refusal::TOO_MANY_LINES)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(lines: &str) -> Result<Head, Refusal> {
        Head::parse(format!("POST /a?b HTTP/1.1\r\n{lines}\r\n").as_bytes())
    }

    #[test]
    fn lines_stay_as_they_were_sent() {
        let head = parse("X-Two: 1\r\nx-two:  2 \r\n").unwrap();
        let lines: Vec<_> = head.headers.iter().map(|l| (l.name, l.value)).collect();
        assert_eq!(lines, [("X-Two", &b"1"[..]), ("x-two", b"2")]);
        assert_eq!(
            (head.method.as_str(), head.target.as_str()),
            ("POST", "/a?b")
        );
        assert!(head.keeps_alive && !head.is_http_10 && !head.expects_continue);
    }

    #[test]
    fn every_framing_and_every_one_that_could_be_read_in_two_ways() {
        for (lines, expected) in [
            ("", Ok(Framing::Length(0))),
            ("Content-Length: 12\r\n", Ok(Framing::Length(12))),
            (
                "Content-Length: 12\r\ncontent-length: 12\r\n",
                Ok(Framing::Length(12)),
            ),
            ("Transfer-Encoding: Chunked\r\n", Ok(Framing::Chunked)),
            (
                "Content-Length: 1\r\nContent-Length: 2\r\n",
                Err(Refusal::LENGTH),
            ),
            ("Content-Length: 1, 1\r\n", Err(Refusal::LENGTH)),
            ("Content-Length: +1\r\n", Err(Refusal::LENGTH)),
            ("Content-Length: -1\r\n", Err(Refusal::LENGTH)),
            ("Content-Length:\r\n", Err(Refusal::LENGTH)),
            (
                "Content-Length: 99999999999999999999\r\n",
                Err(Refusal::LENGTH),
            ),
            (
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                Err(Refusal::LENGTH),
            ),
            ("Transfer-Encoding: gzip, chunked\r\n", Err(Refusal::CODING)),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                Err(Refusal::CODING),
            ),
        ] {
            assert_eq!(parse(lines).map(|head| head.framing), expected, "{lines}");
        }
        let old = Head::parse(b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
        assert_eq!(old, Err(Refusal::CODING));
    }

    #[test]
    fn whether_another_request_follows() {
        for (version, lines, expected) in [
            ("1.1", "", true),
            ("1.1", "Connection: x, Close\r\n", false),
            ("1.0", "", false),
            ("1.0", "Connection: Keep-Alive\r\n", true),
        ] {
            let head = Head::parse(format!("GET / HTTP/{version}\r\n{lines}\r\n").as_bytes());
            assert_eq!(head.unwrap().keeps_alive, expected, "{version} {lines}");
        }
    }

    #[test]
    fn whole_urls_are_paths_too() {
        for (target, expected) in [
            ("/a?b=http://c/d", "/a?b=http://c/d"),
            ("http://h:1/a?b", "/a?b"),
            ("http://h?b", "?b"),
            ("http://h", "/"),
            ("*", "*"),
        ] {
            assert_eq!(origin_form(target), expected);
        }
    }

    #[test]
    fn the_end_is_found_however_the_bytes_arrive() {
        for whole in ["GET / HTTP/1.1\r\nA: b\r\n\r\n", "GET / HTTP/1.1\nA: b\n\n"] {
            for seen in 0..whole.len() {
                assert_eq!(
                    end(whole.as_bytes(), seen.saturating_sub(3)),
                    Some(whole.len())
                );
                assert_eq!(end(&whole.as_bytes()[..seen], 0), None);
            }
        }
        assert_eq!(blank(b"\r\n\nGET"), 3);
    }

    #[test]
    fn limits() {
        let many = format!("GET / HTTP/1.1\r\n{}", "a: b\r\n".repeat(101));
        let enough = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(100));
        for (bytes, expected) in [
            (many.as_bytes(), Some(Refusal::TOO_MANY_LINES)),
            (&[b'a'; 1001], Some(Refusal::HEAD_TOO_LARGE)),
            (b"\x16\x03\x01", Some(Refusal::TLS)),
            (b"POST / HT", None),
        ] {
            assert_eq!(too_much(bytes, 1000), expected);
        }
        assert!(Head::parse(enough.as_bytes()).is_ok());
        assert_eq!(
            Head::parse(format!("{many}\r\n").as_bytes()),
            Err(Refusal::TOO_MANY_LINES)
        );
        assert_eq!(Head::parse(b"hello\n\n"), Err(Refusal::NOT_HTTP));
        assert_eq!(Head::parse(b"PRI * HTTP/2.0\r\n\r\n"), Err(Refusal::HTTP_2));
    }
}
