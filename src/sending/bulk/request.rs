//! Requests of a bulk run, written straight into a buffer.

use super::source::Item;
use crate::lettermint::signature::hex;
use crate::lettermint::{Header, SigningKey, headers};

/// Writes requests whose headers are Lettermint's, plus fixed ones.
#[derive(Debug, Clone)]
pub(crate) struct RequestWriter {
    key: SigningKey,
    /// From the request line up to the signature's value.
    start: Vec<u8>,
    /// Added headers, each with its line end.
    extra: Vec<u8>,
}

impl RequestWriter {
    /// A writer, or `None` when an added header would replace one of Lettermint's: then every
    /// request needs the general way.
    pub(crate) fn new(key: &SigningKey, request_start: &[u8], extra: &[Header]) -> Option<Self> {
        const LETTERMINTS: [&str; 6] = [
            "Content-Type",
            "User-Agent",
            headers::SIGNATURE,
            headers::EVENT,
            headers::DELIVERY,
            headers::ATTEMPT,
        ];
        let replaces = |line: &Header| {
            LETTERMINTS
                .iter()
                .any(|name| line.name.eq_ignore_ascii_case(name))
        };
        if extra.iter().any(replaces) {
            return None;
        }
        let mut start = request_start.to_vec();
        let fixed = format!(
            "Content-Type: {}\r\nUser-Agent: {}\r\n{}: t=",
            headers::CONTENT_TYPE_JSON,
            headers::USER_AGENT,
            headers::SIGNATURE
        );
        start.extend_from_slice(fixed.as_bytes());
        let mut lines = Vec::new();
        for Header { name, value } in extra {
            lines.extend_from_slice(name.as_bytes());
            lines.extend_from_slice(b": ");
            lines.extend_from_slice(value);
            lines.extend_from_slice(b"\r\n");
        }
        Some(Self {
            key: key.clone(),
            start,
            extra: lines,
        })
    }

    /// Replaces the buffer's content by a signed request. `t` is the signed time's digits.
    pub(crate) fn write(&self, item: &Item, t: &str, out: &mut Vec<u8>) {
        let mac = self.key.mac(t.as_bytes(), &item.body);
        out.clear();
        out.extend_from_slice(&self.start);
        out.extend_from_slice(t.as_bytes());
        out.extend_from_slice(b",v1=");
        out.extend_from_slice(hex(&mac).as_str().as_bytes());
        out.extend_from_slice(b"\r\n");
        if let Some(event) = &item.event {
            out.extend_from_slice(b"X-Lettermint-Event: ");
            out.extend_from_slice(event.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"X-Lettermint-Delivery: ");
        out.extend_from_slice(t.as_bytes());
        out.extend_from_slice(b"\r\nX-Lettermint-Attempt: ");
        write_number(item.attempt.into(), out);
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.extra);
        out.extend_from_slice(b"Content-Length: ");
        write_number(item.body.len() as u64, out);
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(&item.body);
    }
}

fn write_number(number: u64, out: &mut Vec<u8>) {
    use std::io::Write as _;
    // Writing to a vector cannot fail.
    let _ = write!(out, "{number}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Target;
    use crate::delivery::outgoing::{SigningPlan, lettermint_headers};
    use crate::http::client::Endpoint;

    #[test]
    fn the_fast_way_writes_what_the_general_way_writes() {
        let key = SigningKey::from_bytes(b"whsec_x");
        let target = Target::parse("http://127.0.0.1:3000/a?b").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let endpoint = runtime.block_on(Endpoint::resolve(target, false)).unwrap();
        let extra = [Header::new("X-Extra", "1")];
        let item = Item {
            event: Some("message.sent".into()),
            id: None,
            attempt: 3,
            body: b"{}".to_vec(),
            ..Item::default()
        };
        let plan = SigningPlan {
            key: &key,
            signed_at: 1_791_101_730,
            attempt: 3,
        };
        let mut general_headers = lettermint_headers(item.event.as_deref(), &item.body, plan);
        general_headers.set("X-Extra", "1");
        let (mut fast, mut general) = (Vec::new(), Vec::new());
        let writer = RequestWriter::new(&key, endpoint.request_start(), &extra).unwrap();
        writer.write(&item, "1791101730", &mut fast);
        endpoint.write_request(&general_headers, &item.body, &mut general);
        assert_eq!(
            String::from_utf8(fast).unwrap(),
            String::from_utf8(general).unwrap()
        );
        let replacing = [Header::new("user-agent", "x")];
        assert!(RequestWriter::new(&key, b"", &replacing).is_none());
    }
}
