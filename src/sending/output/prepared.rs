//! A request that was made and not sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::app::AppContext;
use crate::capture::export::export;
use crate::capture::{ExportFormat, write_request};
use crate::delivery::tampering::Tampering;
use crate::delivery::{Outgoing, Target};
use crate::lettermint::Headers;
use crate::terminal::paint::Paint;
use crate::terminal::{Format, Outcome, json_line};

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PrintForm {
    /// The whole HTTP message, as it would go on the wire
    Http,
    /// A curl command that sends the same request byte for byte
    Curl,
    /// A JSON object with headers and body
    Json,
    /// The body's bytes and nothing else
    Body,
    /// The header lines
    Headers,
}

/// One attempt as it would go on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) target: Target,
    pub(crate) outgoing: Outgoing,
    /// What was done to it on purpose.
    pub(crate) tampering: Option<Tampering>,
}

impl Prepared {
    /// Prints the request instead of sending it.
    pub(crate) fn print(&self, app: &AppContext, form: PrintForm) {
        match app.terminal.format() {
            Format::Json => app.terminal.emit(self),
            Format::Text => app.terminal.write_data(&self.bytes(form)),
        }
    }

    /// The bytes of a form.
    fn bytes(&self, form: PrintForm) -> Vec<u8> {
        match form {
            PrintForm::Http => self.message(),
            PrintForm::Curl => {
                let headers = self.outgoing.headers.clone();
                let target = self.target.to_string();
                let record = self.outgoing.to_record(headers, target, 0, None);
                export(ExportFormat::Curl, [&record])
            }
            PrintForm::Json => json_line(&self.to_json()).into_bytes(),
            PrintForm::Body => self.outgoing.body.to_vec(),
            PrintForm::Headers => header_lines(&self.outgoing.headers),
        }
    }

    fn message(&self) -> Vec<u8> {
        let mut message = Vec::new();
        write_request(
            "POST",
            &self.target.path_and_query(),
            Some(&self.target.host_header()),
            &self.outgoing.headers,
            &self.outgoing.body,
            &mut message,
        );
        message
    }

    fn to_json(&self) -> Value {
        let headers: Vec<_> = self
            .outgoing
            .headers
            .iter()
            .map(|line| json!([line.name, String::from_utf8_lossy(line.value)]))
            .collect();
        let mut request = json!({
            "type": "request",
            "method": "POST",
            "target": self.target.as_str(),
            "event": self.outgoing.event,
            "id": self.outgoing.id,
            "attempt": self.outgoing.attempt,
            "signed_at": self.outgoing.signed_at,
            "headers": headers,
        });
        if let Some(tampering) = &self.tampering {
            request["tamper"] = tampering.to_string().into();
            let expected = tampering.expected(0).map(|it| it.answer().code());
            request["expected"] = expected.into();
        }
        // As in a record: bytes that are no text are not bent into one.
        match std::str::from_utf8(&self.outgoing.body) {
            Ok(text) => request["body"] = text.into(),
            Err(_) => request["body_base64"] = STANDARD.encode(&self.outgoing.body).into(),
        }
        request
    }
}

fn header_lines(headers: &Headers) -> Vec<u8> {
    let mut lines = Vec::new();
    for line in headers {
        lines.extend_from_slice(line.name.as_bytes());
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(line.value);
        lines.push(b'\n');
    }
    lines
}

impl Outcome for Prepared {
    fn text(&self, _: &dyn Paint, out: &mut String) {
        out.push_str(&String::from_utf8_lossy(&self.message()));
    }

    fn json(&self) -> Option<Value> {
        Some(self.to_json())
    }
}
