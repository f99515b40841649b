//! A request that was made and not sent.

use serde_json::{Value, json};

use super::paint::{Paint, Role};
use super::{Outcome, visible};
use crate::delivery::{Outgoing, Target};

/// In which form a request is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PrintForm {
    /// The whole HTTP message, as it would go on the wire.
    Http,
    /// A curl command that sends the same request to the byte.
    Curl,
    /// A JSON object with headers and body.
    Json,
    /// The body's bytes and nothing else.
    Body,
    /// The header lines.
    Headers,
}

/// One attempt as it would go on the wire.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Where it would go.
    pub target: Target,
    /// What would be sent.
    pub outgoing: Outgoing,
    /// How it is shown.
    pub form: PrintForm,
}

impl Outcome for Prepared {
    fn text(&self, paint: &dyn Paint, out: &mut String) {
        let request = format!("POST {} HTTP/1.1", self.target.path_and_query());
        paint.paint(Role::Strong, &request, out);
        out.push('\n');
        let host = ("Host".to_owned(), self.target.host_header());
        let length = (
            "Content-Length".to_owned(),
            self.outgoing.body.len().to_string(),
        );
        let lines = self
            .outgoing
            .headers
            .iter()
            .map(|line| (line.name.clone(), visible::escape_bytes(&line.value)));
        for (name, value) in [host].into_iter().chain(lines).chain([length]) {
            paint.paint(Role::Key, &name, out);
            out.push_str(&format!(": {value}\n"));
        }
        out.push('\n');
        out.push_str(&visible::escape_lines(&String::from_utf8_lossy(
            &self.outgoing.body,
        )));
        out.push_str("\n\n");
    }

    fn json(&self) -> Option<Value> {
        let headers: Vec<_> = self
            .outgoing
            .headers
            .iter()
            .map(|line| json!([line.name, String::from_utf8_lossy(&line.value)]))
            .collect();
        Some(json!({
            "type": "request",
            "method": "POST",
            "target": self.target.as_str(),
            "event": self.outgoing.event,
            "id": self.outgoing.id,
            "attempt": self.outgoing.attempt,
            "signed_at": self.outgoing.signed_at,
            "headers": headers,
            "body": String::from_utf8_lossy(&self.outgoing.body),
        }))
    }
}
