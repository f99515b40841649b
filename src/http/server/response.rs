//! An answer as bytes.

use std::io::Write as _;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use super::{Answer, Conduct, Refusal};

/// What the connection has to do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manner {
    /// Whether the client speaks HTTP/1.0.
    pub(crate) is_http_10: bool,
    /// Whether another request may follow.
    pub(crate) keeps_alive: bool,
    /// Whether the client asked for the head only.
    pub(crate) head_only: bool,
}

/// The lines that the connection writes itself, whatever an answer says.
const OWN: [&str; 3] = ["connection", "content-length", "transfer-encoding"];

/// Writes answers, and remembers the date's text for as long as it is the same.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    date: (i64, String),
}

impl Writer {
    /// Appends an answer as it goes on the wire at `now` (unix seconds).
    pub(crate) fn write(&mut self, answer: &Answer, manner: Manner, now: i64, out: &mut Vec<u8>) {
        let version = if manner.is_http_10 { "1.0" } else { "1.1" };
        // Writing to a vector cannot fail.
        let _ = write!(out, "HTTP/{version} {}", answer.status);
        for byte in [b" ", reason(answer.status).as_bytes(), b"\r\n"] {
            out.extend_from_slice(byte);
        }
        let mut has_date = false;
        for line in &answer.headers {
            let is_own = OWN.iter().any(|own| own.eq_ignore_ascii_case(line.name));
            if is_own || !line.is_sendable() {
                continue;
            }
            has_date |= line.name.eq_ignore_ascii_case("date");
            write_line(line.name, line.value, out);
        }
        match manner {
            Manner {
                keeps_alive: false, ..
            } => write_line("connection", b"close", out),
            Manner {
                is_http_10: true, ..
            } => write_line("connection", b"keep-alive", out),
            _ => {}
        }
        let length = answer.body.len();
        // These never have a body (RFC 9110, section 6.4.1), so that nobody waits for one.
        let has_body = !matches!(answer.status, 100..=199 | 204 | 304);
        let is_cut = answer.conduct == Conduct::Truncate;
        if has_body {
            // At least one byte more than is sent, also when there is no body at all.
            let announced = if is_cut { length.max(1) } else { length };
            let _ = write!(out, "content-length: {announced}\r\n");
        }
        if !has_date {
            write_line("date", self.date(now).as_bytes(), out);
        }
        out.extend_from_slice(b"\r\n");
        if has_body && !manner.head_only {
            let sent = if is_cut { length / 2 } else { length };
            out.extend_from_slice(&answer.body[..sent]);
        }
    }

    fn date(&mut self, now: i64) -> &str {
        if self.date.0 != now || self.date.1.is_empty() {
            let text = Timestamp::from_second(now).ok().and_then(|time| {
                DateTimePrinter::new()
                    .timestamp_to_rfc9110_string(&time)
                    .ok()
            });
            self.date = (now, text.unwrap_or_default());
        }
        &self.date.1
    }
}

fn write_line(name: &str, value: &[u8], out: &mut Vec<u8>) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

impl Refusal {
    /// The refusal as an answer.
    pub(crate) fn answer(self) -> Answer {
        Answer::json(self.status, format!(r#"{{"error":"{}"}}"#, self.why))
    }
}

/// The words for a status (the IANA registry of HTTP status codes); nobody depends on them.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        413 => "Payload Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        418 => "I'm a teapot",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        // A line without words is a line all the same (RFC 9112, section 4).
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Manner = Manner {
        is_http_10: false,
        keeps_alive: true,
        head_only: false,
    };

    fn written(answer: &Answer, manner: Manner) -> String {
        let mut out = Vec::new();
        Writer::default().write(answer, manner, 1_791_101_730, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn to_the_byte() {
        let mut answer = Answer::json(200, "{}");
        assert_eq!(
            written(&answer, PLAIN),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
             date: Sun, 04 Oct 2026 08:15:30 GMT\r\n\r\n{}"
        );
        let old = Manner {
            is_http_10: true,
            head_only: true,
            ..PLAIN
        };
        assert_eq!(
            written(&answer, old),
            "HTTP/1.0 200 OK\r\ncontent-type: application/json\r\nconnection: keep-alive\r\n\
             content-length: 2\r\ndate: Sun, 04 Oct 2026 08:15:30 GMT\r\n\r\n"
        );
        answer.conduct = Conduct::Truncate;
        answer.headers.push("Date", "then");
        answer.headers.push("content-LENGTH", "7");
        answer.headers.push("x", "a\r\nb: c");
        let last = Manner {
            keeps_alive: false,
            ..PLAIN
        };
        assert_eq!(
            written(&answer, last),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nDate: then\r\n\
             connection: close\r\ncontent-length: 2\r\n\r\n{"
        );
        let empty = Answer {
            status: 204,
            body: "ignored".into(),
            ..Answer::default()
        };
        assert_eq!(
            written(&empty, PLAIN),
            "HTTP/1.1 204 No Content\r\ndate: Sun, 04 Oct 2026 08:15:30 GMT\r\n\r\n"
        );
        let unknown = Answer {
            status: 599,
            ..Answer::default()
        };
        assert!(written(&unknown, PLAIN).starts_with("HTTP/1.1 599 \r\ncontent-length: 0\r\n"));
    }
}
