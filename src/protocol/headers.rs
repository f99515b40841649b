//! HTTP headers as they were on the wire, and the names that Lettermint uses.

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

/// One header line.
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

    /// Whether it can be sent as one header line: a name of token characters (RFC 9110, section
    /// 5.6.2) and a value without control characters (section 5.5). What is not came from a
    /// hostile payload or a file edited by hand, and would smuggle lines of its own.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_control = |byte: u8| byte < 0x20 && byte != b'\t' || byte == 0x7f;
        !self.name.is_empty()
            && self.name.bytes().all(is_token)
            && !self.value.iter().copied().any(is_control)
    }
}

/// Header lines in wire order, repeats kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<Header>);

impl Headers {
    /// No headers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push(Header::new(name, value));
    }

    /// All lines in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Header> {
        self.0.iter()
    }

    /// All lines in order, to change.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Header> {
        self.0.iter_mut()
    }

    /// Number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every value of the header `name`, whatever its case.
    pub fn all<'h, 'n>(&'h self, name: &'n str) -> impl Iterator<Item = &'h [u8]> + use<'h, 'n> {
        self.0
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_slice())
    }

    /// The first value of the header `name`, when it is UTF-8.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all(name)
            .next()
            .and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Replaces the first line called `name` and drops its repeats, or adds one at the end.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let mut value = Some(value.into());
        self.0.retain_mut(|header| {
            if !header.name.eq_ignore_ascii_case(name) {
                return true;
            }
            match value.take() {
                Some(first) => {
                    header.value = first;
                    true
                }
                None => false,
            }
        });
        if let Some(value) = value {
            self.push(name, value);
        }
    }

    /// Lays lines over these: a line whose name is here already takes its place, any other comes
    /// at the end, as often as it is given.
    pub fn overlay<'a>(&mut self, lines: impl IntoIterator<Item = &'a Header>) {
        let (replacing, added): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .partition(|line| self.contains(&line.name));
        for line in replacing {
            self.set(&line.name, line.value.clone());
        }
        self.0.extend(added.into_iter().cloned());
    }

    /// Drops every line called `name`.
    pub fn remove(&mut self, name: &str) {
        self.0
            .retain(|header| !header.name.eq_ignore_ascii_case(name));
    }

    /// Whether any line is called `name`.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }
}

impl FromIterator<Header> for Headers {
    fn from_iter<T: IntoIterator<Item = Header>>(lines: T) -> Self {
        Self(lines.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Headers {
    type Item = &'a Header;
    type IntoIter = std::slice::Iter<'a, Header>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimming_takes_white_space_at_both_ends_only() {
        for (value, expected) in [
            (&b""[..], &b""[..]),
            (b" \t\n\x0b\x0c\r", b""),
            (b"1", b"1"),
            (b"\x0b 1 2 \t", b"1 2"),
            (b"\x1c1\xa0", b"\x1c1\xa0"),
        ] {
            assert_eq!(trim(value), expected, "{value:?}");
        }
    }

    #[test]
    fn names_match_in_any_case_and_repeats_are_kept() {
        let mut headers = Headers::new();
        headers.push("X-A", "1");
        headers.push("x-a", "2");
        assert_eq!(headers.all("X-a").count(), 2);
        assert_eq!(Occurrence::of(headers.all("x-A")), Occurrence::Repeated);
        headers.set("x-A", "3");
        assert_eq!(Occurrence::of(headers.all("x-a")), Occurrence::Once(b"3"));
        headers.set("X-B", "4");
        assert_eq!(headers.text("x-b"), Some("4"));
        headers.remove("X-A");
        assert!(!headers.contains("x-a"));
    }
}
