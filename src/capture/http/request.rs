//! A request as HTTP/1.1 bytes, and the parts of a record that requests are written from.

use crate::delivery::Record;
use crate::lettermint::Headers;

/// Appends a request message (RFC 9112): request line, `Host`, the given headers in their order
/// and case, `Content-Length`, an empty line, the body.
///
/// `Host` and `Content-Length` stand where the given headers have them, and are added only when
/// they have none: `host` in front (`None` adds none), the length at the end. A given length is
/// corrected to the body's, and `Transfer-Encoding` is left out, so that the message always ends
/// where its body ends. A request without a body whose method expects none (RFC 9110, section
/// 8.6) gets no length.
///
/// Names and values are written as they are: whoever made them up checks them.
pub(crate) fn write_request(
    method: &str,
    path_and_query: &str,
    host: Option<&str>,
    headers: &Headers,
    body: &[u8],
    out: &mut Vec<u8>,
) {
    for part in [method, " ", path_and_query, " HTTP/1.1\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    if let Some(host) = host.filter(|_| !headers.contains("host")) {
        write_header("Host", host.as_bytes(), out);
    }
    let mut headers = framed(headers, body);
    if !headers.contains("content-length") && needs_length(method, body) {
        headers.push("Content-Length", body.len().to_string());
    }
    for header in &headers {
        write_header(header.name, header.value, out);
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
}

/// The headers of a message that ends where its body does: without `Transfer-Encoding`, and of
/// `Content-Length` the first, corrected. Two lengths, even equal ones, are what request
/// smuggling is made of.
pub(crate) fn framed(headers: &Headers, body: &[u8]) -> Headers {
    let mut framed = Headers::new();
    let mut length = Some(body.len().to_string());
    for header in headers {
        if header.name.eq_ignore_ascii_case("content-length") {
            if let Some(length) = length.take() {
                framed.push(header.name, length);
            }
        } else if !header.name.eq_ignore_ascii_case("transfer-encoding") {
            framed.push(header.name, header.value);
        }
    }
    framed
}

/// Whether a message without `Content-Length` would be read otherwise than it is meant.
pub(crate) fn needs_length(method: &str, body: &[u8]) -> bool {
    !body.is_empty() || !has_no_body_by_default(method)
}

/// Methods whose requests have no body unless their headers say so.
pub(crate) fn has_no_body_by_default(method: &str) -> bool {
    matches!(
        method,
        "GET" | "HEAD" | "DELETE" | "OPTIONS" | "TRACE" | "CONNECT"
    )
}

fn write_header(name: &str, value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    // An empty value has no blank before it either: that is how curl writes it.
    if !value.is_empty() {
        out.push(b' ');
    }
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// Where a record's request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// `http` or `https`; a received request does not say, and `http` stands in.
    pub(crate) scheme: &'a str,
    pub(crate) authority: &'a str,
    pub(crate) path_and_query: &'a str,
}

/// Stands in for a host that a record does not have.
const UNKNOWN_HOST: &str = "localhost";

impl<'a> Address<'a> {
    /// The address of a record: its target when that is a URL, else its target as path behind
    /// its `Host` header.
    pub(crate) fn of(record: &'a Record) -> Self {
        if let Some(address) = Self::of_url(&record.target) {
            return address;
        }
        let host = record.headers.text("host").map(str::trim);
        Self {
            scheme: "http",
            authority: host
                .filter(|host| is_authority(host))
                .unwrap_or(UNKNOWN_HOST),
            path_and_query: match record.target.as_str() {
                "" => "/",
                target => target,
            },
        }
    }

    /// Takes an `http` or `https` URL apart without normalizing anything: what was on the wire
    /// is what counts. `None` for anything else. A fragment is left out, credentials too.
    pub(crate) fn of_url(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path_and_query) = rest.split_at(end);
        Some(Self {
            scheme,
            authority: authority
                .rsplit_once('@')
                .map_or(authority, |(_, host)| host),
            path_and_query: if path_and_query.is_empty() {
                "/"
            } else {
                path_and_query
            },
        })
    }

    /// The request line's target, with the `/` that an empty path has there (RFC 9112, section
    /// 3.2.1).
    pub(crate) fn request_target(&self) -> String {
        if self.path_and_query.starts_with('?') {
            format!("/{}", self.path_and_query)
        } else {
            self.path_and_query.to_owned()
        }
    }

    pub(crate) fn url(&self) -> String {
        let slash = if self.path_and_query.starts_with('/') {
            ""
        } else {
            "/"
        };
        format!(
            "{}://{}{slash}{}",
            self.scheme, self.authority, self.path_and_query
        )
    }
}

fn is_authority(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_first_and_length_last_unless_given() {
        let given = [
            ("content-length", "9"),
            ("Transfer-Encoding", "chunked"),
            ("host", "other"),
            ("Content-Length", "9"),
        ];
        let others = [("X-A", "1"), ("x-a", "2")];
        for (method, host, lines, body, expected) in [
            (
                "POST",
                Some("h:1"),
                &others[..],
                "{}",
                "Host: h:1\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 2\r\n\r\n{}",
            ),
            (
                "POST",
                Some("h:1"),
                &given,
                "{}",
                "content-length: 2\r\nhost: other\r\n\r\n{}",
            ),
            ("GET", None, &[], "", "\r\n"),
            ("POST", None, &[], "", "Content-Length: 0\r\n\r\n"),
        ] {
            let mut headers = Headers::new();
            for (name, value) in lines {
                headers.push(name, value);
            }
            let mut out = Vec::new();
            write_request(method, "/a?b", host, &headers, body.as_bytes(), &mut out);
            let expected = format!("{method} /a?b HTTP/1.1\r\n{expected}");
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn urls_come_apart_as_they_are() {
        for (url, authority, path, whole) in [
            ("http://h:1/a/../b#d", "h:1", "/a/../b", "http://h:1/a/../b"),
            ("http://h/a?c#d", "h", "/a?c", "http://h/a?c"),
            ("HTTPS://u:p@[::1]:2", "[::1]:2", "/", "HTTPS://[::1]:2/"),
            ("http://h?x=/y", "h", "?x=/y", "http://h/?x=/y"),
        ] {
            let address = Address::of_url(url).unwrap();
            assert_eq!(
                (address.authority, address.path_and_query),
                (authority, path)
            );
            assert_eq!(address.url(), whole);
        }
        assert_eq!(Address::of_url("ftp://h/"), None);
        assert_eq!(Address::of_url("/path"), None);
    }
}
