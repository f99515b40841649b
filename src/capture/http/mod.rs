//! HTTP/1.1 request messages in a file, one after another: RFC 9112, read as leniently as hand
//! edited files need, and files for the HTTP clients of editors. Responses between them (a followed TCP stream has both) become replies.

mod body;
mod file;
mod framing;
mod request;

pub(crate) use body::{dechunk, line_at};
pub(crate) use file::{is_passed_over, request_line as file_request_line};
pub(crate) use request::write_request;
pub(crate) use request::{Address, framed, has_no_body_by_default, needs_length};

use std::borrow::Cow;

use super::ReadFile;
use bytes::Bytes;

use crate::capture::captured::{
    Capture, LineCounter, Parsed, Request, Unread, reply_of, without_bom,
};
use crate::delivery::Reply;
use crate::lettermint::{Header, Headers};
use framing::frame;

/// Reads every message. After one that is broken, it goes on at the next line that looks like
/// the start of a request.
pub(crate) fn parse(document: &[u8], read_file: &mut ReadFile<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let document = without_bom(document);
    let mut reader = Reader {
        document,
        is_file: file::begins_file(document)
            || next_line(document, 0, |line| {
                file::is_separator(line)
                    || file::request_line(line).is_some()
                    || file::is_about_answer(line) && !line.starts_with(b"{{")
            }) < document.len(),
        variables: Vec::new(),
        read_file,
    };
    if reader.is_file {
        reader.variables = file::variables(document);
    }
    let mut lines = LineCounter::new(document);
    let mut entry = 0;
    let mut at = 0;
    while let Some((first, next)) = line_at(document, at) {
        // RFC 9112, section 2.2: empty lines before a request line are passed over.
        if first.is_empty() || reader.is_file && is_passed_over(first) {
            at = match file::end_of_script(first) {
                Some(end) => {
                    let end = next_line(document, next, |line| line.starts_with(end));
                    line_at(document, end).map_or(end, |(_, next)| next)
                }
                None => next,
            };
            continue;
        }
        let line = lines.line_of(at);
        let end = if first.starts_with(b"HTTP/") || reader.is_file && first.starts_with(b"HTTP ") {
            match reader.is_file {
                true => Ok(next_start(document, next)),
                false => read_response(document, at, &mut parsed)
                    .map_err(|message| parsed.problem(line, message)),
            }
        } else {
            entry += 1;
            let read = reader.request(at);
            let end = read.as_ref().map(|(_, end)| *end).map_err(|_| ());
            let until = end.unwrap_or_else(|()| next_start(document, next));
            // Dumps and proxies put lines of their own between messages.
            let after = &document[next.min(until)..until];
            let read = read.map_err(|message| Unread::of(message, &[after]));
            parsed.push(line, entry, read.map(|(capture, _)| capture));
            Ok(until)
        };
        at = end.unwrap_or_else(|()| next_start(document, next));
    }
    parsed
}

/// Whether a line is `METHOD target HTTP/…`. Also what tells this format by its first line.
pub(crate) fn is_request_line(line: &[u8]) -> bool {
    request_line(line).is_some()
}

/// Whether a line starts a message, or separates two.
fn starts_message(line: &[u8]) -> bool {
    let starts: [&[u8]; 3] = [b"HTTP/1.", b"HTTP/2", b"HTTP "];
    file::is_separator(line) || starts.iter().any(|start| line.starts_with(start)) || is_start(line)
}

/// Whether a line starts a request.
fn is_start(line: &[u8]) -> bool {
    is_request_line(line) || file::request_line(line).is_some_and(|_| line.contains(&b' '))
}

/// The next line from an offset on that starts a request, or the end.
fn next_start(document: &[u8], at: usize) -> usize {
    next_line(document, at, |line| {
        file::is_separator(line) || is_start(line)
    })
}

fn next_line(document: &[u8], mut at: usize, is_wanted: impl Fn(&[u8]) -> bool) -> usize {
    while let Some((line, next)) = line_at(document, at) {
        if is_wanted(line) {
            return at;
        }
        at = next;
    }
    document.len()
}

struct Reader<'a, 'f> {
    document: &'a [u8],
    /// Whether it is a file for the HTTP client of an editor.
    is_file: bool,
    variables: Vec<(String, String)>,
    read_file: &'a mut ReadFile<'f>,
}

impl Reader<'_, '_> {
    fn request(&mut self, at: usize) -> Result<(Capture, usize), String> {
        let (document, is_file) = (self.document, self.is_file);
        let (first, next) = line_at(document, at).unwrap_or_default();
        let of_file = || file::request_line(first).filter(|_| is_file);
        let (method, target) = request_line(first).or_else(of_file).ok_or_else(|| {
            let shown = start_of(first);
            format!("expected a request line such as `POST /path HTTP/1.1`: {shown}")
        })?;
        let mut head = read_headers(document, next, is_file)?;
        let rest = document.get(head.end..).unwrap_or_default();
        let mut framed = frame(
            &head.headers,
            rest,
            !has_no_body_by_default(method),
            is_file,
        )?;
        let mut target = target.to_owned();
        let mut variable = None;
        if is_file {
            target.push_str(&head.query);
            target = file::resolve(&target, &self.variables);
            head.headers = file::resolve_headers(&head.headers, &self.variables);
            for framing in std::iter::once(&mut framed.likeliest).chain(&mut framed.others) {
                file::read_body(framing, &self.variables, self.read_file)?;
            }
            let mut values = head.headers.iter().map(|header| header.value);
            variable = values.find_map(file::unresolved).map(str::to_owned);
            let unknown_host = target.strip_prefix("{{");
            if let Some((_, path)) = unknown_host.and_then(|rest| rest.split_once("}}")) {
                target = path[path.find('/').unwrap_or(path.len())..].to_owned();
            }
        }
        // The absolute form that proxies are sent (section 3.2.2).
        let absolute = Address::of_url(&target).map(|address| address.request_target());
        let mut capture = Capture::of_request(Request {
            at: None,
            method: method.to_owned(),
            target: absolute.unwrap_or(target),
            headers: head.headers,
            body: Bytes::new(),
        });
        if head.folded {
            capture.note("header lines folded over several lines were joined");
        }
        if let Some(variable) = variable {
            capture.doubt(format!("the file does not say what {variable} stands for"));
        }
        capture.reframe(framed.likeliest);
        capture.framings = framed.others;
        Ok((capture, head.end + framed.end))
    }
}

/// The method and the target of a request line.
fn request_line(line: &[u8]) -> Option<(&str, &str)> {
    let mut parts = std::str::from_utf8(line).ok()?.splitn(3, ' ');
    let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?.trim_end());
    let is_one = is_token(method.as_bytes())
        && !target.is_empty()
        && version.starts_with("HTTP/")
        && !version.contains(' ');
    is_one.then_some((method, target))
}

/// As much of a line as fits into a message.
fn start_of(line: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&line[..line.len().min(60)])
}

/// A message's header lines.
struct Head {
    headers: Headers,
    /// Where the body starts.
    end: usize,
    /// Whether there was an obsolete line folding (section 5.2).
    folded: bool,
    /// What follows the target on lines of its own, in files for editors.
    query: String,
}

fn read_headers(document: &[u8], mut at: usize, is_file: bool) -> Result<Head, String> {
    let mut lines: Vec<Header> = Vec::new();
    let mut folded = false;
    let mut query = String::new();
    let mut is_section = false;
    while let Some((line, next)) = line_at(document, at) {
        if is_file && (file::begins_body(line) || starts_message(line)) {
            break;
        }
        at = next;
        let trimmed = line.trim_ascii();
        if trimmed.is_empty() {
            break;
        }
        // A section of Hurl, such as `[Options]`, is not sent.
        is_section |= is_file && trimmed.starts_with(b"[") && trimmed.ends_with(b"]");
        if is_section || is_file && file::is_comment(line) {
            continue;
        }
        if is_file && lines.is_empty() && matches!(trimmed.first(), Some(b'?' | b'&')) {
            query.push_str(&String::from_utf8_lossy(trimmed));
            continue;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let last = lines
                .last_mut()
                .ok_or("expected a header line, but it starts with a space")?;
            last.value.push(b' ');
            last.value.extend_from_slice(line.trim_ascii());
            folded = true;
            continue;
        }
        let colon = memchr::memchr(b':', line).ok_or_else(|| {
            let shown = start_of(line);
            format!("expected a header line such as `Name: value`: {shown}")
        })?;
        let name = std::str::from_utf8(&line[..colon])
            .ok()
            .filter(|name| is_token(name.as_bytes()))
            .ok_or_else(|| {
                let shown = start_of(line);
                format!("expected a header name without spaces: {shown}")
            })?;
        lines.push(Header::new(name, trim_blanks(&line[colon + 1..])));
    }
    Ok(Head {
        headers: lines.into_iter().collect(),
        end: at,
        folded,
        query,
    })
}

/// A value without the spaces and tabs around it, which are no part of it (section 5.1).
fn trim_blanks(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// A method or field name: RFC 9110, section 5.6.2.
fn is_token(text: &[u8]) -> bool {
    !text.is_empty()
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// Reads a response and makes it the reply of the request before it.
fn read_response(document: &[u8], at: usize, parsed: &mut Parsed) -> Result<usize, String> {
    let (first, next) = line_at(document, at).unwrap_or_default();
    let status = String::from_utf8_lossy(first)
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse::<u16>().ok())
        .ok_or("expected a status line such as `HTTP/1.1 200 OK`")?;
    let head = read_headers(document, next, false)?;
    let rest = document.get(head.end..).unwrap_or_default();
    // A response without a length ends with the connection; here that is the next message.
    let until = next_line(rest, 0, starts_message);
    let has_body = !matches!(status, 100..=199 | 204 | 304);
    let cut = body::cut(&head.headers, &rest[..until], has_body)
        .or_else(|_| body::cut(&Headers::new(), &rest[..until], has_body))?;
    let capture = parsed
        .captures
        .last_mut()
        .ok_or("expected a request before this response")?;
    // 1xx only announces the answer.
    if status >= 200 {
        capture.record.reply = Some(Reply {
            status: Some(status),
            headers: head.headers,
            ..reply_of(cut.body)
        });
    }
    Ok(head.end + cut.end)
}
