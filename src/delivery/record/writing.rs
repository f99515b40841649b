//! Writing a record.

use std::fmt::Display;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use super::{REDACTED, Record, VERSION, is_credential};
use crate::json::string as json_string;
use crate::lettermint::Headers;
use crate::lettermint::timestamp::Style;

impl Record {
    /// Appends the record as one line, newline included. Credentials in headers are written as
    /// `[redacted]`: this is the only way into the store.
    pub fn write_line(&self, out: &mut Vec<u8>) {
        let mut json = ObjectWriter::open(out);
        json.number("v", VERSION);
        json.text("direction", self.direction.as_str());
        json.time("at", self.at);
        json.optional_text("event", self.event.as_deref());
        json.optional_text("id", self.id.as_deref());
        json.optional_number("attempt", self.attempt);
        json.text("method", &self.method);
        json.text("target", &self.target);
        json.headers("headers", &self.headers);
        json.bytes("body", "body_base64", &self.body);
        if let Some(remote) = &self.remote {
            json.text("remote", remote);
        }
        if let Some(verdict) = &self.verdict {
            json.object("verdict", |json| {
                json.raw("valid", if verdict.valid { b"true" } else { b"false" });
                json.optional_text("reason", verdict.reason.as_deref());
                json.optional_number("signed_at", verdict.signed_at);
                match &verdict.secret {
                    None => json.raw("secret", b"null"),
                    Some(secret) => json.object("secret", |json| {
                        json.number("position", secret.position);
                        json.text("source", &secret.source);
                    }),
                }
            });
        }
        if let Some(reply) = &self.reply {
            json.object("reply", |json| {
                json.optional_number("status", reply.status);
                json.headers("headers", &reply.headers);
                json.bytes("body", "body_base64", &reply.body);
                if reply.truncated {
                    json.raw("truncated", b"true");
                }
                let micros = u64::try_from(reply.duration.as_micros()).unwrap_or(u64::MAX);
                json.number("duration_us", micros);
                if let Some(error) = &reply.error {
                    json.text("error", &error.to_string());
                }
            });
        }
        for (name, value) in &self.unknown {
            json.value(name, value);
        }
        json.close();
        out.push(b'\n');
    }
}

/// Writes a JSON object field by field, straight into the line's buffer.
struct ObjectWriter<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> ObjectWriter<'a> {
    fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    fn close(self) {
        self.out.push(b'}');
    }

    fn name(&mut self, name: &str) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        json_string::write(name, self.out);
        self.out.push(b':');
    }

    fn raw(&mut self, name: &str, json: &[u8]) {
        self.name(name);
        self.out.extend_from_slice(json);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        json_string::write(text, self.out);
    }

    fn optional_text(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.raw(name, b"null"),
        }
    }

    fn number(&mut self, name: &str, number: impl Display) {
        self.name(name);
        // Writing to a vector cannot fail.
        let _ = write!(self.out, "{number}");
    }

    fn optional_number(&mut self, name: &str, number: Option<impl Display>) {
        match number {
            Some(number) => self.number(name, number),
            None => self.raw(name, b"null"),
        }
    }

    fn time(&mut self, name: &str, unix_micros: i64) {
        self.name(name);
        self.out.push(b'"');
        Style::MicrosZulu.write(unix_micros, self.out);
        self.out.push(b'"');
    }

    fn value(&mut self, name: &str, value: &Value) {
        self.raw(name, value.to_string().as_bytes());
    }

    fn object(&mut self, name: &str, fill: impl FnOnce(&mut ObjectWriter<'_>)) {
        self.name(name);
        let mut inner = ObjectWriter::open(self.out);
        fill(&mut inner);
        inner.close();
    }

    fn bytes(&mut self, text_name: &str, base64_name: &str, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text(text_name, text),
            Err(_) => self.text(base64_name, &BASE64.encode(bytes)),
        }
    }

    fn headers(&mut self, name: &str, headers: &Headers) {
        self.name(name);
        self.out.push(b'[');
        for (position, header) in headers.iter().enumerate() {
            if position > 0 {
                self.out.push(b',');
            }
            self.out.push(b'[');
            json_string::write(header.name, self.out);
            self.out.push(b',');
            let secret = is_credential(header.name);
            match std::str::from_utf8(header.value) {
                _ if secret => json_string::write(REDACTED, self.out),
                Ok(text) => json_string::write(text, self.out),
                Err(_) => {
                    self.out.extend_from_slice(b"{\"base64\":");
                    json_string::write(&BASE64.encode(header.value), self.out);
                    self.out.push(b'}');
                }
            }
            self.out.push(b']');
        }
        self.out.push(b']');
    }
}
