//! A reply's body as text that a person can read: decompressed, and of a page the part that
//! matters.
//!
//! Pages are read by a scanner of our own. What is needed is the title, the first heading and
//! what follows it; a parser that builds a document (html5ever under `scraper` and `html2text`)
//! adds some 600 KB to the program for that.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use serde_json::Value;

use crate::delivery::Reply;
use crate::delivery::reply::BODY_KEPT;

/// Bytes that a compressed body may grow to: what is kept of one that is not.
const INFLATED: u64 = BODY_KEPT as u64;
/// Characters of JSON from which only its messages are shown.
const LONG: usize = 150;
/// Lines of a page that are shown: the title, the heading, and what it is about.
const PARTS: usize = 3;
/// Titles that say nothing.
const EMPTY_TITLES: [&str; 3] = ["Error", "Redirecting...", "Redirecting…"];
/// Members of JSON replies that say what is wrong, as frameworks name them.
const MESSAGES: &str = "\
    error errors message msg detail details title reason code loc exception description \
    error_description statusText hint";

/// What a body holds.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// All of it as lines of text; JSON and plain text as they are.
    pub(super) whole: String,
    /// What matters of it, on one line.
    pub(super) excerpt: String,
    pub(super) is_page: bool,
    /// Whether it is a page that asks for a password.
    pub(super) asks_password: bool,
    pub(super) json: Option<Value>,
}

impl Text {
    pub(super) fn of(reply: &Reply) -> Self {
        let body = decoded(reply);
        let text = String::from_utf8_lossy(&body);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.contains('\0') {
            let coding = reply.headers.text("content-encoding");
            let what = coding.map_or_else(|| "no text".to_owned(), |coding| format!("as {coding}"));
            return Self {
                excerpt: format!("({} bytes, {what})", reply.body.len()),
                ..Self::default()
            };
        }
        let kind = reply.headers.text("content-type").unwrap_or_default();
        let is_markup = kind.contains("html") || kind.contains("xml") || is_page(text);
        if is_markup && text.starts_with('<') {
            return Page::read(text).into_text(is_page(text));
        }
        let json: Option<Value> = serde_json::from_str(text).ok();
        // Of Python's stack the last line says what went wrong.
        let of_python = text.starts_with("Traceback").then(|| text.lines().last());
        let mut excerpt = one_line(of_python.flatten().unwrap_or(text));
        if let Some(value) = &json
            && excerpt.chars().count() > LONG
        {
            let mut messages = Vec::new();
            gather(value, &mut messages);
            if !messages.is_empty() {
                excerpt = messages.join(": ");
            }
        }
        Self {
            whole: text.to_owned(),
            excerpt,
            json,
            ..Self::default()
        }
    }
}

/// The body without its content coding, as far as that can be undone.
pub(super) fn decoded(reply: &Reply) -> Cow<'_, [u8]> {
    let body = &reply.body[..];
    let coding = reply.headers.text("content-encoding").unwrap_or_default();
    let inflated = match body {
        [0x1f, 0x8b, ..] => inflate(MultiGzDecoder::new(body)),
        _ if !coding.trim().eq_ignore_ascii_case("deflate") => return body.into(),
        // What HTTP calls deflate is zlib, and what some servers send is not (RFC 9110, 8.4.1.2).
        [first, ..] if first & 0x0f == 8 => inflate(ZlibDecoder::new(body)),
        _ => inflate(DeflateDecoder::new(body)),
    };
    match inflated.is_empty() {
        true => body.into(),
        false => inflated.into(),
    }
}

/// As much as can be had: a long body was cut.
fn inflate(decoder: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What came before an error is kept, and the error is that of a body that was cut.
    let _ = decoder.take(INFLATED).read_to_end(&mut bytes);
    bytes
}

fn is_page(text: &str) -> bool {
    let start: String = text.chars().take(14).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// The messages of a JSON reply, in its order.
fn gather(value: &Value, out: &mut Vec<String>) {
    let mut add = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => out.push(one_line(text)),
        Value::Array(path) if path.iter().all(|part| !part.is_object()) => {
            let part = |part: &Value| {
                part.as_str()
                    .map_or_else(|| part.to_string(), str::to_owned)
            };
            out.push(path.iter().map(part).collect::<Vec<_>>().join("."));
        }
        Value::Array(_) | Value::Object(_) => gather(value, out),
        _ => {}
    };
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| MESSAGES.split(' ').any(|known| known == *name))
            .for_each(|(_, value)| add(value)),
        Value::Array(all) => all.iter().take(3).for_each(add),
        _ => {}
    }
}

/// White space of any kind as single spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[derive(Debug, Default)]
struct Page {
    title: String,
    text: String,
    /// Where the first heading begins in the text.
    heading: Option<usize>,
    asks_password: bool,
}

impl Page {
    /// Reads in one pass: every search goes on from where the last one ended.
    fn read(source: &str) -> Self {
        let lower = source.to_ascii_lowercase();
        let mut page = Self::default();
        let (mut at, mut in_title, mut in_pre) = (0, false, false);
        while at < source.len() {
            let tag_at = lower[at..].find('<').map_or(source.len(), |next| at + next);
            let text = unescape(&source[at..tag_at]);
            match (in_title, in_pre) {
                (true, _) => page.title.push_str(&text),
                (false, true) => page.text.push_str(&text),
                (false, false) => page.text.push_str(&text.replace(['\n', '\r'], " ")),
            }
            let rest = &lower[tag_at..];
            // Without an end it is no tag, and neither is anything that follows.
            let Some(end) = rest.find('>') else { break };
            let tag = &rest[1..end];
            at = tag_at + end + 1;
            if tag.starts_with("!--") {
                let end = rest.find("-->");
                at = end.map_or(source.len(), |end| (tag_at + end + 3).max(at));
                continue;
            }
            let is_end = tag.starts_with('/');
            let name = tag.trim_start_matches('/');
            let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next();
            match name.unwrap_or_default() {
                "title" => in_title = !is_end,
                name @ ("script" | "style" | "svg" | "template" | "noscript") if !is_end => {
                    let close = lower[at..].find(&format!("</{name}"));
                    let close = close.map_or(source.len(), |close| at + close);
                    if tag.contains("__next_data__") {
                        page.next_error(&source[at..close]);
                    }
                    at = close;
                }
                "h1" if !is_end && page.heading.is_none() => {
                    page.text.push('\n');
                    page.heading = Some(page.text.len());
                }
                "input" => page.asks_password |= tag.contains("password"),
                "pre" => {
                    in_pre = !is_end;
                    page.text.push('\n');
                }
                "a" | "b" | "code" | "em" | "font" | "i" | "small" | "span" | "strong" | "u" => {}
                _ => page.text.push('\n'),
            }
        }
        page
    }

    /// The error that a page of Next.js carries as data for its overlay.
    fn next_error(&mut self, data: &str) {
        let data: Value = serde_json::from_str(data).unwrap_or_default();
        if let Some(message) = data["err"]["message"].as_str() {
            let name = data["err"]["name"].as_str().unwrap_or("Error");
            self.heading.get_or_insert(self.text.len());
            self.text.push_str(&format!("\n{name}: {message}\n"));
        }
    }

    fn into_text(self, is_page: bool) -> Text {
        let title = one_line(&self.title);
        let mut parts: Vec<String> = Vec::new();
        if !EMPTY_TITLES.contains(&title.as_str()) {
            parts.push(title.clone());
        }
        let from_heading = &self.text[self.heading.unwrap_or(0)..];
        for line in from_heading.lines() {
            let line = one_line(line.trim_end().trim_end_matches(':'));
            let is_stack = line.starts_with("at ") || line.starts_with("Traceback");
            if is_stack || parts.len() == PARTS {
                break;
            }
            if let Some(part) = parts.iter_mut().find(|part| line.contains(part.as_str())) {
                *part = line;
            } else if !line.is_empty() && !parts.iter().any(|part| part.contains(&line)) {
                parts.push(line);
            }
        }
        let lines = self.text.lines().map(one_line);
        let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
        Text {
            whole: format!("{title}\n{}", lines.join("\n")),
            excerpt: parts.join(": ").trim_matches([':', ' ']).to_owned(),
            is_page,
            asks_password: self.asks_password,
            json: None,
        }
    }
}

/// Character references of the kinds that error pages use.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let character = end.and_then(|end| reference(&rest[1..end]));
        let length = match (character, end) {
            (Some(character), Some(end)) => {
                out.push(character);
                end + 1
            }
            _ => {
                out.push('&');
                1
            }
        };
        rest = &rest[length..];
    }
    out.push_str(rest);
    out.into()
}

fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "laquo" => '«',
        "raquo" => '»',
        "middot" => '·',
        "copy" => '©',
        _ => return None,
    })
}
