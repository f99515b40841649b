//! Making a captured delivery fit to be committed as a fixture: who and what it is about is
//! replaced by pseudonyms, and the body is signed anew with a test secret.
//!
//! Kept: event names, ids that are UUIDs or numbers, times, statuses, scores, the enumerations
//! of the documented payloads, and the shape of everything else: which fields there are, that an
//! address is an address and belongs to the same domain as another one, how long a text is and
//! where its line ends, quotes and characters outside ASCII stand. A string in a field that is
//! not known to be harmless is replaced.

mod payload;
mod pseudonyms;
mod shape;

use bytes::Bytes;
use serde_json::Value;

use crate::capture::http::Address;
use crate::delivery::Record;
use crate::delivery::record::{REDACTED, is_credential};
use crate::json::writer;
use crate::lettermint::{HeaderLine, Headers, SignatureHeader, SigningKey, headers, signature};
use pseudonyms::Pseudonyms;

/// Redacts records. The same input becomes the same output for as long as it lives, so one
/// redactor serves a whole file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redactor {
    pseudonyms: Pseudonyms,
}

/// Headers whose values say nothing about anybody.
const HARMLESS_HEADERS: [&str; 15] = [
    "accept",
    "accept-encoding",
    "cache-control",
    "connection",
    "content-encoding",
    "content-type",
    "date",
    "expect",
    "keep-alive",
    "retry-after",
    "transfer-encoding",
    "x-forwarded-port",
    "x-forwarded-proto",
    headers::DELIVERY,
    headers::ATTEMPT,
];

impl Redactor {
    /// A redactor that has not seen anything yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The record with pseudonyms, signed with `key`.
    ///
    /// A JSON body is written the way Lettermint writes it; any other is replaced by a marker of
    /// the same length. Every signature header keeps its `t`, and so do the delivery and attempt
    /// headers; a header that could not be read stays one that cannot. The verdict is dropped:
    /// it was about bytes that are no more.
    pub(crate) fn redact(&mut self, record: &Record, key: &SigningKey) -> Record {
        let body = self.body(payload::PAYLOAD, &record.body);
        let mut redacted = Record {
            headers: self.headers(&record.headers, &body, Some(key)),
            body,
            event: self.envelope_text("event", record.event.as_deref()),
            id: self.envelope_text("id", record.id.as_deref()),
            target: match Address::of_url(&record.target) {
                Some(_) => self.pseudonyms.url(&record.target),
                None => self.pseudonyms.path(&record.target),
            },
            remote: record
                .remote
                .as_deref()
                .map(|remote| self.pseudonyms.socket(remote)),
            verdict: None,
            ..record.clone()
        };
        if let Some(reply) = &mut redacted.reply {
            reply.body = self.body(payload::OTHER, &reply.body);
            reply.headers = self.headers(&reply.headers, &reply.body, None);
            if let Some(failure) = &mut reply.error {
                failure.detail = self.pseudonyms.words(&failure.detail);
            }
        }
        for (_, value) in &mut redacted.unknown {
            payload::redact(payload::OTHER, value, &mut self.pseudonyms);
        }
        redacted
    }

    fn body(&mut self, path: &str, body: &[u8]) -> Bytes {
        if body.is_empty() {
            return Bytes::new();
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(mut value) => {
                payload::redact(path, &mut value, &mut self.pseudonyms);
                writer::encode(&value).into()
            }
            Err(_) => marker(body.len()),
        }
    }

    /// An event or id outside the body gets what it has in the body.
    fn envelope_text(&mut self, field: &str, text: Option<&str>) -> Option<String> {
        text.map(|text| payload::redacted(field, text, &mut self.pseudonyms))
    }

    /// The headers for a body, signed when there is a key.
    fn headers(&mut self, lines: &Headers, body: &[u8], key: Option<&SigningKey>) -> Headers {
        let mut redacted = Headers::new();
        for header in lines {
            let name = header.name;
            let value = match key {
                Some(key) if name.eq_ignore_ascii_case(headers::SIGNATURE) => {
                    resign(header.value, body, key)
                }
                _ if name.eq_ignore_ascii_case("content-length") => {
                    body.len().to_string().into_bytes()
                }
                _ => self.header_value(header),
            };
            redacted.push(name, value);
        }
        redacted
    }

    fn header_value(&mut self, header: HeaderLine<'_>) -> Vec<u8> {
        let name = header.name;
        if is_credential(name) {
            return REDACTED.into();
        }
        if HARMLESS_HEADERS
            .iter()
            .any(|harmless| harmless.eq_ignore_ascii_case(name))
        {
            return header.value.to_vec();
        }
        let Ok(text) = std::str::from_utf8(header.value) else {
            return marker(header.value.len()).to_vec();
        };
        if name.eq_ignore_ascii_case("host") {
            return self.pseudonyms.socket(text).into_bytes();
        }
        for (own, field) in [(headers::DELIVERY_ID, "id"), (headers::EVENT, "event")] {
            if name.eq_ignore_ascii_case(own) {
                return payload::redacted(field, text, &mut self.pseudonyms).into_bytes();
            }
        }
        if name.eq_ignore_ascii_case("user-agent") {
            return self.pseudonyms.user_agent(text).into_bytes();
        }
        // Lists such as X-Forwarded-For are redacted item by item.
        let items: Vec<_> = text
            .split(", ")
            .map(|item| self.pseudonyms.replaced(item))
            .collect();
        items.join(", ").into_bytes()
    }
}

/// A text of the given length in bytes that says what it is.
fn marker(length: usize) -> Bytes {
    REDACTED.bytes().cycle().take(length).collect()
}

/// A signature header with the new body's MAC in place of the old one. Further signatures in it
/// become zeros: their secrets are not at hand, and an old MAC would allow guessing at the body.
fn resign(value: &[u8], body: &[u8], key: &SigningKey) -> Vec<u8> {
    let mac = SignatureHeader::parse(value)
        .ok()
        .map(|header| signature::hex(&key.mac(header.t.as_bytes(), body)));
    let mut first = mac.as_ref().map(signature::HexMac::as_str);
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((byte, tail)) = rest.split_first() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit());
        match digits.count() {
            // A MAC; `t` has 10 digits.
            length @ 24.. => {
                let is_signature = length == 2 * signature::MAC_LEN && out.ends_with(b"v1=");
                match first.take_if(|_| is_signature) {
                    Some(mac) => out.extend_from_slice(mac.as_bytes()),
                    None => out.extend(std::iter::repeat_n(b'0', length)),
                }
                rest = &rest[length..];
            }
            _ => {
                out.push(*byte);
                rest = tail;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_header_keeps_its_form() {
        let key = SigningKey::from_bytes(b"whsec_test");
        let other = "ab".repeat(32);
        let good = key.sign(17, b"{}");
        for (value, expected) in [
            (format!("t=17,v1={other}"), good.clone()),
            (
                format!("t=17,v1={other},v1={other},v2=x"),
                format!("{good},v1={},v2=x", "0".repeat(64)),
            ),
            (format!("v1={other}"), format!("v1={}", "0".repeat(64))),
            (
                format!("sha256={other}"),
                format!("sha256={}", "0".repeat(64)),
            ),
            ("t=17".to_owned(), "t=17".to_owned()),
        ] {
            let resigned = resign(value.as_bytes(), b"{}", &key);
            assert_eq!(String::from_utf8(resigned).unwrap(), expected);
        }
    }
}
