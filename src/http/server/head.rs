//! A request's head as it is on the wire. hyper reads it too and alone decides where the body
//! ends; this copy keeps what hyper's map loses: spelling, order and repeats of names.

use hyper::http::request::Parts;

use super::Refusal;
use crate::lettermint::Headers;

/// Header lines that are taken at most; hyper has the same limit.
const HEADER_LINES: usize = 100;

/// Bytes of a target that are taken at most: http's `Uri` holds no more.
const TARGET: usize = u16::MAX as usize - 1;

/// The first byte of every TLS connection (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 0x16;

/// What every HTTP/2 connection begins with (RFC 9113, section 3.4).
const HTTP_2: &[u8] = b"PRI * HTTP/2.0";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) method: String,
    /// From the path on; proxies are sent whole URLs.
    pub(crate) target: String,
    /// The host and port of a whole URL, which count instead of `Host` (RFC 9112, section 3.2.2).
    pub(crate) authority: Option<String>,
    pub(crate) headers: Headers,
}

impl Head {
    /// Reads the head that bytes begin with, and says how long it is; `None` when more of it has
    /// to come. Refuses what hyper would take or would refuse without a reason.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<(usize, Self)>, Refusal> {
        let mut lines = [httparse::EMPTY_HEADER; HEADER_LINES];
        let mut request = httparse::Request::new(&mut lines);
        let length = match request.parse(bytes) {
            _ if bytes.first() == Some(&TLS_HANDSHAKE) => return Err(Refusal::TLS),
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err(Refusal::TOO_MANY_LINES),
            Err(_) if bytes.starts_with(HTTP_2) => return Err(Refusal::HTTP_2),
            Err(_) => return Err(Refusal::NOT_HTTP),
        };
        let target = request.path.unwrap_or_default();
        if target.len() > TARGET {
            return Err(Refusal::TARGET_TOO_LONG);
        }
        let mut headers = Headers::with_capacity(request.headers.len(), length);
        for line in &*request.headers {
            headers.push(line.name, line.value);
        }
        let is_http_10 = request.version == Some(0);
        refuse_unclear_body(&headers, is_http_10)?;
        // RFC 9112, section 3.2.
        match headers.all("host").count() {
            1 => {}
            0 if is_http_10 => {}
            _ => return Err(Refusal::HOST),
        }
        let (authority, target) = split_target(target);
        let head = Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: target.to_owned(),
            authority: authority.map(str::to_owned),
            headers,
        };
        Ok(Some((length, head)))
    }

    /// Whether hyper read the same request.
    pub(crate) fn agrees_with(&self, parts: &Parts) -> bool {
        let hypers = parts.uri.path_and_query().map(|path| path.as_str());
        // A fragment is not part of a request; hyper leaves it out, and the record keeps it.
        let target = self.target.split('#').next();
        let mut pairs = parts.headers.iter().zip(&self.headers);
        let are_in_order = parts.headers.len() == self.headers.len()
            && pairs.all(|((name, value), line)| {
                line.name.eq_ignore_ascii_case(name.as_str()) && line.value == value.as_bytes()
            });
        // hyper groups repeats, and keeps one of several equal lengths.
        let are_lines_the_same = are_in_order
            || self.headers.iter().all(|line| {
                let mut values = parts.headers.get_all(line.name).iter();
                values.any(|value| value.as_bytes() == line.value)
            });
        self.method == parts.method.as_str()
            && (hypers.is_none() || hypers == target)
            && are_lines_the_same
            && parts.headers.len() <= self.headers.len()
    }

    /// The request in hyper's spelling.
    pub(crate) fn of(parts: &Parts) -> Self {
        let mut headers = Headers::new();
        for (name, value) in &parts.headers {
            headers.push(name.as_str(), value.as_bytes());
        }
        Self {
            method: parts.method.as_str().to_owned(),
            target: split_target(&parts.uri.to_string()).1.to_owned(),
            authority: parts.uri.authority().map(ToString::to_string),
            headers,
        }
    }

    /// Why hyper refuses this head: it does not say.
    pub(crate) fn refused_by_hyper(headers: &Headers) -> Refusal {
        match headers.contains("content-length") {
            true => Refusal::LENGTH,
            false => Refusal::NOT_HTTP,
        }
    }
}

/// The authority of a whole URL, and what follows it.
fn split_target(target: &str) -> (Option<&str>, &str) {
    let Some((_, rest)) = target
        .split_once("://")
        .filter(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    else {
        return (None, target);
    };
    match rest.find(['/', '?', '#']) {
        Some(path) => (Some(&rest[..path]), &rest[path..]),
        None => (Some(rest), "/"),
    }
}

/// A body that two readers could end at different places is refused: what would be verified
/// could be another body than the one that a proxy before this listener saw. hyper refuses other
/// doubtful lengths itself, but lets a coding win over a length, and takes `gzip, chunked`.
fn refuse_unclear_body(headers: &Headers, is_http_10: bool) -> Result<(), Refusal> {
    let mut codings = headers.all("transfer-encoding");
    let Some(coding) = codings.next() else {
        return Ok(());
    };
    if headers.contains("content-length") {
        return Err(Refusal::LENGTH);
    }
    let is_chunked = coding.eq_ignore_ascii_case(b"chunked") && codings.next().is_none();
    if !is_chunked || is_http_10 {
        return Err(Refusal::CODING);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_with_hyper() {
        let hypers = |uri: &str, lines: &[(&str, &str)]| {
            let mut request = hyper::Request::post(uri);
            for (name, value) in lines {
                request = request.header(*name, *value);
            }
            request.body(()).unwrap().into_parts().0
        };
        let lines = "Host: h\r\nX-Two: 1\r\nA: b\r\nx-two:  2 \r\n";
        let head = format!("POST /a?b HTTP/1.1\r\n{lines}\r\n");
        let (_, head) = Head::parse(head.as_bytes()).unwrap().unwrap();
        let same = [("host", "h"), ("x-two", "1"), ("x-two", "2"), ("a", "b")];
        assert!(head.agrees_with(&hypers("/a?b", &same)));
        assert!(!head.agrees_with(&hypers("/a", &same)));
        assert!(!head.agrees_with(&hypers("/a?b", &same[1..])));
        let more = [same.to_vec(), vec![("c", "d")]].concat();
        assert!(!head.agrees_with(&hypers("/a?b", &more)));
        let other = [("host", "h"), ("x-two", "1"), ("x-two", "2"), ("a", "c")];
        assert!(!head.agrees_with(&hypers("/a?b", &other)));
        let fallback = Head::of(&hypers("http://h/a?b", &same));
        assert_eq!(fallback.target, "/a?b");
        assert_eq!(fallback.headers.get(2).unwrap().name, "x-two");
    }
}
