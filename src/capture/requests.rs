//! Requests in JSON of any shape: events of API Gateway and Lambda, exports of webhook.site,
//! ngrok's API, smee, single entries of a HAR, packets of `tshark -T json`, and what people log
//! themselves. One rule instead of a reader for each: an object that has headers with a name of
//! Lettermint and a body is a request, whatever else it has and wherever it stands.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};

use super::ReadFile;
use super::captured::{
    Capture, Fidelity, LineCounter, Parsed, Request, names_lettermint, without_bom,
};
use super::http::{Address, is_request_line, line_at};
use super::team_api::read_headers;
use super::unreadable::explain;
use super::{har, http};
use crate::json::writer;
use crate::lettermint::{Headers, headers, timestamp};

/// Names of members by what they hold, the more exact ones first.
const HEADERS: &str = "multiValueHeaders rawHeaders headers request_headers requestHeaders header";
const BODIES: &str = "\
    raw_body rawBody body_base64 bodyBase64 body_raw bodyRaw body content request_body \
    requestBody payload text data postData";
/// A request as it was sent, or the bytes of packets in hex.
const MESSAGES: [&str; 3] = ["raw", "tcp.reassembled.data", "tcp.payload"];
const BASE64_MARKS: &str = "isBase64Encoded is_base64 isBase64 base64Encoded base64";
const TIMES: &str = "\
    timeEpoch requestTimeEpoch received_at receivedAt created_at createdAt timestamp time start \
    date";
/// Where objects of gateways have further members of the request.
const CONTEXTS: [&str; 3] = ["requestContext", "http", "request"];

/// Reads every request of a document, or of any number of JSON values after each other.
pub(crate) fn parse(document: &[u8], read_file: &mut ReadFile<'_>) -> Parsed {
    let document = without_bom(document);
    let mut finder = Finder {
        document,
        lines: LineCounter::new(document),
        offset: Some(0),
        line: 1,
        entry: 0,
        parsed: Parsed::default(),
        read_file,
    };
    // A line of a log may begin with its time in brackets, and no list of requests with a number.
    let is_json = match document.trim_ascii_start() {
        [b'{', ..] => true,
        [b'[', rest @ ..] => matches!(
            rest.trim_ascii_start().first(),
            None | Some(b'{' | b'[' | b'"' | b']')
        ),
        _ => false,
    };
    let ended = match is_json {
        true => finder.values(0, usize::MAX).err(),
        false => None,
    };
    if !is_json {
        finder.values_in_text();
    }
    if let Some((at, error)) = ended {
        let message = format!("expected requests as JSON: {error}");
        let line = LineCounter::new(document).line_of(at);
        finder.parsed.problem(line, message);
    }
    if finder.parsed.captures.is_empty() && finder.parsed.problems.is_empty() {
        let message = match is_json {
            true => NOTHING.to_owned(),
            false => explain(document),
        };
        finder.parsed.problem(1, message);
    }
    finder.parsed
}

const NOTHING: &str = "expected an object with headers and a body, but what names X-Lettermint \
                       headers here has no body beside them: export the request as HAR or raw HTTP";

struct Finder<'a, 'f> {
    document: &'a [u8],
    lines: LineCounter<'a>,
    /// After where the request before was found.
    offset: Option<usize>,
    line: usize,
    entry: usize,
    parsed: Parsed,
    read_file: &'a mut ReadFile<'f>,
}

impl Finder<'_, '_> {
    /// Looks through so many JSON values from an offset on, and returns where they end.
    fn values(&mut self, start: usize, count: usize) -> Result<usize, (usize, serde_json::Error)> {
        let text = self.document.get(start..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_slice(text).into_iter::<Value>();
        for _ in 0..count {
            let at = values.byte_offset();
            match values.next() {
                Some(value) => self.look_through(value.map_err(|error| (start + at, error))?),
                None => break,
            }
        }
        Ok(start + values.byte_offset())
    }

    /// Looks through the first JSON value of every line: a log has a time and more before it,
    /// `fetch("https://…", {…})` a URL.
    fn values_in_text(&mut self) {
        let mut broken = None;
        let mut at = 0;
        while let Some((line, next)) = line_at(self.document, at) {
            let start = memchr::memchr(b'{', line).map(|start| at + start);
            let end = start.map(|start| self.values(start, 1));
            if let Some(Err((_, error))) = &end
                && names_headers(line)
            {
                broken.get_or_insert((at, format!("expected a request as JSON: {error}")));
            }
            at = end.and_then(Result::ok).map_or(next, |end| end.max(next));
        }
        // Where no line has a request, it is no log.
        if let Some((at, message)) = broken.filter(|_| self.entry > 0) {
            let line = LineCounter::new(self.document).line_of(at);
            self.parsed.problem(line, message);
        }
    }

    fn look_through(&mut self, value: Value) {
        match value {
            // What a log holds of an event.
            Value::String(text) => {
                let start = text.find('{').filter(|_| names_headers(text.as_bytes()));
                let value = start.and_then(|start| serde_json::from_str(&text[start..]).ok());
                if let Some(value @ Value::Object(_)) = value {
                    self.look_through(value);
                }
            }
            Value::Array(values) => values
                .into_iter()
                .for_each(|value| self.look_through(value)),
            Value::Object(object) => match self.request(&object) {
                Some(read) => self.push(read),
                None => {
                    let before = self.entry;
                    let beside = headers_below(&object)
                        .and_then(|lines| Some((lines, body_of(&object)?)))
                        .map(|(lines, (name, body))| read_request(&object, lines, name, body));
                    for (_, value) in object {
                        self.look_through(value);
                    }
                    if let Some(read) = beside.filter(|_| self.entry == before) {
                        self.push(read);
                    }
                }
            },
            _ => {}
        }
    }

    fn push(&mut self, read: Result<Capture, String>) {
        self.entry += 1;
        // Values do not know where they stood, but a signature occurs once in a document. After
        // one that does not, the others are not looked for either: it would take too long.
        let signature = read.as_ref().ok().and_then(|capture| {
            let value = capture.record.headers.all(headers::SIGNATURE).next()?;
            memchr::memmem::find(self.document.get(self.offset?..)?, value)
        });
        let found = self.offset.zip(signature).map(|(from, at)| from + at);
        self.offset = found.map(|at| at + 1);
        self.line = found.map_or(self.line, |at| self.lines.line_of(at));
        let line = self.line;
        self.parsed.push(line, self.entry, read);
    }

    /// The request that an object is, if it is one.
    fn request(&mut self, object: &Map<String, Value>) -> Option<Result<Capture, String>> {
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        if let Some(message) = MESSAGES.iter().find_map(|name| message(text(name)?)) {
            let mut read = http::parse(&message, self.read_file);
            let is_one = read.captures.len() == 1;
            return is_one.then(|| Ok(read.captures.remove(0)));
        }
        let is_of_har =
            |request: &Value| request["headers"][0].is_object() && request["url"].is_string();
        if object.get("request").is_some_and(is_of_har) {
            return Some(har::read_value(Value::Object(object.clone())));
        }
        let lines = headers_of(object)
            // smee has them beside the body.
            .or_else(|| Some(header_lines(Value::Object(object.clone()))))
            .filter(names_lettermint)?;
        let (name, body) = body_of(object)?;
        Some(read_request(object, lines, name, body))
    }
}

/// The first of some members, whose names .NET writes with a capital.
fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let is_it = |(known, _): &(&'a String, &'a Value)| known.eq_ignore_ascii_case(name);
    object
        .get(name)
        .or_else(|| Some(object.iter().find(is_it)?.1))
}

fn headers_of(object: &Map<String, Value>) -> Option<Headers> {
    let lines = HEADERS.split(' ').filter_map(|name| member(object, name));
    lines
        .map(|value| header_lines(value.clone()))
        .find(names_lettermint)
}

/// The headers of a request whose body stands beside it.
fn headers_below(object: &Map<String, Value>) -> Option<Headers> {
    let below = ["request", "req", "header"].iter();
    below
        .filter_map(|name| object.get(*name)?.as_object())
        .find_map(headers_of)
}

fn body_of(object: &Map<String, Value>) -> Option<(&'static str, &Value)> {
    let named = |name| Some((name, member(object, name)?));
    let (name, body) = BODIES.split(' ').find_map(named)?;
    // Postman, Insomnia, Charles and MockServer have its text one level down.
    let wrapper = body.as_object().filter(|body| !body.contains_key("event"));
    let inner = wrapper.and_then(|wrapper| {
        let text =
            |name: &&'static str| Some((*name, wrapper.get(*name).filter(|v| v.is_string())?));
        ["raw", "text", "string", "encoded", "base64"]
            .iter()
            .find_map(text)
    });
    Some(inner.unwrap_or((name, body)))
}

/// Whether a text has names of Lettermint's headers.
pub(crate) fn names_headers(text: &[u8]) -> bool {
    memchr::memmem::find(&text.to_ascii_lowercase(), b"x-lettermint-").is_some()
}

fn read_request(
    object: &Map<String, Value>,
    headers: Headers,
    name: &str,
    body: &Value,
) -> Result<Capture, String> {
    let is_marked = BASE64_MARKS
        .split(' ')
        .any(|mark| object.get(mark) == Some(&Value::Bool(true)))
        || object
            .get("encoding")
            .is_some_and(|coding| coding == "base64")
        || name.to_ascii_lowercase().ends_with("base64")
        || name == "encoded";
    let is_told = BASE64_MARKS
        .split(' ')
        .any(|mark| object.contains_key(mark));
    // Every payload is a JSON object: what only becomes one by base64 is that.
    let unmarked = body.as_str().filter(|_| !is_told && !is_marked);
    let decoded = unmarked.and_then(|text| BASE64.decode(text.trim()).ok());
    let decoded = decoded.filter(|bytes| bytes.starts_with(b"{"));
    let (bytes, note) = match body {
        Value::String(_) if let Some(bytes) = decoded => (bytes, Some("the body was base64")),
        Value::String(text) if is_marked => {
            let bytes = BASE64
                .decode(text.trim())
                .map_err(|error| format!("expected `{name}` to be base64: {error}"))?;
            (bytes, Some("the body was base64"))
        }
        Value::String(text) => (text.clone().into_bytes(), None),
        Value::Null => (Vec::new(), None),
        // A Buffer of Node.
        Value::Object(buffer) if buffer.get("type").is_some_and(|kind| kind == "Buffer") => {
            let bytes = buffer.get("data").and_then(Value::as_array);
            let byte = |value: &Value| u8::try_from(value.as_u64()?).ok();
            let bytes = bytes.and_then(|bytes| bytes.iter().map(byte).collect());
            (bytes.ok_or("expected the bytes of a Buffer")?, None)
        }
        value => (writer::encode(value), None),
    };
    let is_encoded_anew =
        !matches!(body, Value::String(_) | Value::Null) && body["type"] != "Buffer";
    let context = |names: &str| find(object, names);
    let method = context("httpMethod method request_method");
    let target = context("rawPath path uri url");
    let method = method.and_then(Value::as_str).unwrap_or("POST");
    let target = target.and_then(Value::as_str).unwrap_or("/");
    let address = Address::of_url(target).map(|address| address.request_target());
    let mut capture = Capture::of_request(Request {
        at: context(TIMES).and_then(time),
        method: method.to_owned(),
        target: address.unwrap_or_else(|| target.to_owned()),
        headers,
        body: bytes.into(),
    });
    capture.notes.extend(note.map(str::to_owned));
    if is_encoded_anew {
        capture.fidelity = Fidelity::Reencoded;
        capture.note(format!(
            "`{name}` holds JSON values, not the bytes that were sent: it was encoded anew"
        ));
    }
    Ok(capture)
}

/// A member of the request, or of what a gateway says about it.
fn find<'a>(object: &'a Map<String, Value>, names: &str) -> Option<&'a Value> {
    let here = names.split(' ').find_map(|name| object.get(name));
    here.or_else(|| {
        CONTEXTS
            .iter()
            .filter_map(|name| object.get(*name)?.as_object())
            .find_map(|context| find(context, names))
    })
}

/// Headers in every shape that occurs: an object, lists of `{name, value}`, of pairs, of lines, or
/// names and values in turn.
fn header_lines(value: Value) -> Headers {
    let Value::Array(values) = value else {
        return read_headers(value);
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut lines = Headers::new();
    if values
        .iter()
        .all(|value| value.as_str().is_some_and(|text| !text.contains(": ")))
    {
        for pair in values.chunks_exact(2) {
            lines.push(
                text(&pair[0]).unwrap_or_default(),
                text(&pair[1]).unwrap_or_default(),
            );
        }
        return lines;
    }
    for value in &values {
        let name = ["name", "key", "Name", "Key"]
            .iter()
            .find_map(|name| text(&value[*name]));
        let line = match name {
            Some(name) => Some((
                name,
                text(&value["value"]).or_else(|| text(&value["Value"])),
            )),
            None => text(&value[0]).map(|name| (name, text(&value[1]))),
        };
        match line {
            Some((name, value)) => lines.push(name, value.unwrap_or_default()),
            None => return read_headers(Value::Array(values)),
        }
    }
    lines
}

/// A whole request: its text, in base64, or in hex with colons between the bytes.
fn message(text: &str) -> Option<Vec<u8>> {
    let starts_one =
        |bytes: &Vec<u8>| line_at(bytes, 0).is_some_and(|(line, _)| is_request_line(line));
    let hex = || -> Option<Vec<u8>> {
        let bytes = text.split(':');
        bytes
            .map(|byte| u8::from_str_radix(byte, 16).ok())
            .collect()
    };
    Some(text.as_bytes().to_vec())
        .filter(starts_one)
        .or_else(|| BASE64.decode(text.trim()).ok().filter(starts_one))
        .or_else(|| hex().filter(starts_one))
}

/// Microseconds since 1970, of a text or a number of seconds or milliseconds.
fn time(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => {
            let text = text.replacen(' ', "T", 1);
            timestamp::parse_micros(&text).or_else(|| timestamp::parse_micros(&format!("{text}Z")))
        }
        value => match value.as_f64()? {
            seconds if seconds < 1e11 => Some((seconds * 1e6) as i64),
            millis => Some((millis * 1e3) as i64),
        },
    }
}

/// What `curl --trace` writes, as the messages that were sent: the bytes in hex of every part that
/// was sent or received.
pub(crate) fn parse_trace(document: &[u8], read_file: &mut ReadFile<'_>) -> Parsed {
    let mut messages = Vec::new();
    let mut is_wanted = false;
    let mut at = 0;
    while let Some((line, next)) = line_at(document, at) {
        at = next;
        let starts = |start: &[u8]| line.starts_with(start);
        if starts(b"=> ") || starts(b"<= ") || starts(b"== ") {
            is_wanted = [
                &b"=> Send header"[..],
                b"=> Send data",
                b"<= Recv header",
                b"<= Recv data",
            ]
            .iter()
            .any(|start| starts(start));
        } else if let (true, Some(bytes)) = (is_wanted, line.get(6..53.min(line.len()))) {
            let bytes = bytes
                .split(|byte| *byte == b' ')
                .filter(|byte| byte.len() == 2);
            messages.extend(
                bytes.filter_map(|byte| {
                    u8::from_str_radix(std::str::from_utf8(byte).ok()?, 16).ok()
                }),
            );
        }
    }
    let mut parsed = http::parse(&messages, read_file);
    if parsed.captures.is_empty() && parsed.problems.is_empty() {
        let message = "expected bytes in hex, as `curl --trace FILE` writes them: \
                       `--trace-ascii` leaves out which they were";
        parsed.problem(1, message);
    }
    // The lines of the messages are not those of the file.
    for capture in &mut parsed.captures {
        capture.line = 1;
    }
    for problem in &mut parsed.problems {
        problem.line = 1;
    }
    parsed
}
