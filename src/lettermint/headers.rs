//! HTTP headers as they were on the wire, and the names that Lettermint uses.

use std::fmt;
use std::ops::Range;

/// `t=<unix seconds>,v1=<64 hex>`.
pub const SIGNATURE: &str = "X-Lettermint-Signature";
/// The event name; equals `event` of the body.
pub const EVENT: &str = "X-Lettermint-Event";
/// Unix seconds; always equal to the signature's `t`. A timestamp, not an id.
pub const DELIVERY: &str = "X-Lettermint-Delivery";
/// The attempt, counted from 1.
pub const ATTEMPT: &str = "X-Lettermint-Attempt";
/// The stable delivery id, sent only by Lettermint's own command line forwarder.
pub const DELIVERY_ID: &str = "X-Lettermint-Delivery-Id";
/// What Lettermint sends as `Content-Type`, without a charset.
pub const CONTENT_TYPE_JSON: &str = "application/json";
/// What Lettermint sends as `User-Agent` (from its SDK's "built like the backend" test).
pub const USER_AGENT: &str = "Lettermint/1.0";

/// One header line that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The name, in the case it had on the wire.
    pub name: String,
    /// The value's bytes, without the white space around it. Not always UTF-8.
    pub value: Vec<u8>,
}

impl Header {
    /// A header of text.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }

    /// The line, to look at.
    #[must_use]
    pub fn line(&self) -> HeaderLine<'_> {
        HeaderLine::new(&self.name, &self.value)
    }

    /// As [`HeaderLine::is_sendable`].
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        self.line().is_sendable()
    }
}

/// One line of [`Headers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderLine<'a> {
    /// The name, in the case it had on the wire.
    pub name: &'a str,
    /// The value's bytes, without the white space around it. Not always UTF-8.
    pub value: &'a [u8],
}

impl<'a> HeaderLine<'a> {
    /// A line of a name and the value's bytes.
    #[must_use]
    pub fn new(name: &'a str, value: &'a [u8]) -> Self {
        Self { name, value }
    }

    /// Whether it can be sent as one header line: a name of token characters (RFC 9110, section
    /// 5.6.2) and a value without control characters (section 5.5). What is not came from a
    /// hostile payload or a file edited by hand, and would smuggle lines of its own.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        let is_control = |byte: u8| (byte < 0x20) & (byte != b'\t') | (byte == 0x7f);
        // Without an early end, so that many bytes are looked at at once: every line that is sent
        // passes here.
        let has_control = |value: &[u8]| value.iter().fold(false, |any, b| any | is_control(*b));
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        !self.name.is_empty() && self.name.bytes().all(is_token) && !has_control(self.value)
    }

    /// The line with an owner of its own.
    #[must_use]
    pub fn to_owned(self) -> Header {
        Header::new(self.name, self.value)
    }
}

/// Header lines in wire order, repeats kept.
///
/// All names and values stand in one text, one behind the other: a listener makes and drops
/// these for every delivery, and two dozen small strings each cost more than all the rest.
#[derive(Clone, Default)]
pub struct Headers {
    names: String,
    values: Vec<u8>,
    /// Where the name and the value of each line end.
    ends: Vec<(usize, usize)>,
}

impl Headers {
    /// No headers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No headers, with room for so many lines of so many bytes in all.
    #[must_use]
    pub fn with_capacity(lines: usize, bytes: usize) -> Self {
        Self {
            names: String::with_capacity(bytes / 2),
            values: Vec::with_capacity(bytes),
            ends: Vec::with_capacity(lines),
        }
    }

    /// Adds a line at the end.
    pub fn push(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        self.names.push_str(name.as_ref());
        self.values.extend_from_slice(value.as_ref());
        self.ends.push((self.names.len(), self.values.len()));
    }

    /// All lines in order.
    pub fn iter(&self) -> Lines<'_> {
        Lines {
            headers: self,
            positions: 0..self.len(),
        }
    }

    /// The line at a position, counted from 0.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<HeaderLine<'_>> {
        let end = *self.ends.get(position)?;
        let start = match position {
            0 => (0, 0),
            _ => self.ends[position - 1],
        };
        Some(HeaderLine {
            name: &self.names[start.0..end.0],
            value: &self.values[start.1..end.1],
        })
    }

    /// Number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every value of the header `name`, whatever its case.
    pub fn all<'h, 'n>(&'h self, name: &'n str) -> impl Iterator<Item = &'h [u8]> + use<'h, 'n> {
        let mut start = (0, 0);
        self.ends.iter().filter_map(move |end| {
            let from = std::mem::replace(&mut start, *end);
            // Asked several times for every delivery: most names differ in length already.
            let is_named = end.0 - from.0 == name.len()
                && self.names.as_bytes()[from.0..end.0].eq_ignore_ascii_case(name.as_bytes());
            is_named.then(|| &self.values[from.1..end.1])
        })
    }

    /// The first value of the header `name`, when it is UTF-8.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all(name)
            .next()
            .and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Replaces the first line called `name` and drops its repeats, or adds one at the end.
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        let mut value = Some(value.as_ref());
        let mut lines = Self::default();
        for line in self.iter() {
            if !line.name.eq_ignore_ascii_case(name) {
                lines.push(line.name, line.value);
            } else if let Some(first) = value.take() {
                lines.push(line.name, first);
            }
        }
        if let Some(value) = value {
            lines.push(name, value);
        }
        *self = lines;
    }

    /// Lays lines over these: a line whose name is here already takes its place, any other comes
    /// at the end, as often as it is given.
    pub fn overlay<'a>(&mut self, lines: impl IntoIterator<Item = &'a Header>) {
        let (replacing, added): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .partition(|line| self.contains(&line.name));
        for line in replacing {
            self.set(&line.name, &line.value);
        }
        for line in added {
            self.push(&line.name, &line.value);
        }
    }

    /// Drops every line called `name`.
    pub fn remove(&mut self, name: &str) {
        if self.contains(name) {
            *self = self
                .iter()
                .filter(|line| !line.name.eq_ignore_ascii_case(name))
                .collect();
        }
    }

    /// Whether any line is called `name`.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl Eq for Headers {}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self
            .iter()
            .map(|line| (line.name, String::from_utf8_lossy(line.value)));
        f.debug_map().entries(lines).finish()
    }
}

/// The lines of [`Headers`] in order.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    headers: &'a Headers,
    positions: Range<usize>,
}

impl<'a> Iterator for Lines<'a> {
    type Item = HeaderLine<'a>;

    fn next(&mut self) -> Option<HeaderLine<'a>> {
        self.headers.get(self.positions.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.positions.size_hint()
    }
}

impl ExactSizeIterator for Lines<'_> {}

impl<'a> IntoIterator for &'a Headers {
    type Item = HeaderLine<'a>;
    type IntoIter = Lines<'a>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Header> for Headers {
    fn from_iter<T: IntoIterator<Item = Header>>(lines: T) -> Self {
        let mut headers = Self::default();
        for line in lines {
            headers.push(line.name, line.value);
        }
        headers
    }
}

impl<'a> FromIterator<HeaderLine<'a>> for Headers {
    fn from_iter<T: IntoIterator<Item = HeaderLine<'a>>>(lines: T) -> Self {
        let mut headers = Self::default();
        for line in lines {
            headers.push(line.name, line.value);
        }
        headers
    }
}

/// How often a header occurred. A repeated one is refused, so its values do not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence<'a> {
    /// No such header.
    Absent,
    /// Exactly one, with this value.
    Once(&'a [u8]),
    /// More than one.
    Repeated,
}

impl<'a> Occurrence<'a> {
    /// Counts the values of one header.
    pub fn of(mut values: impl Iterator<Item = &'a [u8]>) -> Self {
        match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(value), None) => Self::Once(value),
            (Some(_), Some(_)) => Self::Repeated,
        }
    }
}

/// A value without the ASCII white space around it, vertical tabs included: the SDKs trim text,
/// and Python, Rust and JavaScript all count the vertical tab, which `trim_ascii` does not.
#[must_use]
pub fn trim(value: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
    match value.iter().position(|byte| !blank(byte)) {
        None => &[],
        Some(start) => {
            let end = value.iter().rposition(|byte| !blank(byte)).unwrap_or(start);
            &value[start..=end]
        }
    }
}
