//! A signature for scripts.

use serde_json::{Map, Value, json};

use crate::delivery::Outgoing;
use crate::lettermint::headers;
use crate::terminal::Outcome;
use crate::terminal::paint::Paint;

/// A body's signature.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The delivery that was signed.
    pub outgoing: Outgoing,
    /// Whether every header is shown, or only the signature's value.
    pub all_headers: bool,
}

impl Outcome for Signed {
    fn text(&self, _: &dyn Paint, out: &mut String) {
        if !self.all_headers {
            out.push_str(
                self.outgoing
                    .headers
                    .text(headers::SIGNATURE)
                    .unwrap_or_default(),
            );
            out.push('\n');
            return;
        }
        for line in &self.outgoing.headers {
            let value = String::from_utf8_lossy(line.value);
            out.push_str(&format!("{}: {value}\n", line.name));
        }
    }

    fn json(&self) -> Option<Value> {
        let all: Map<String, Value> = self
            .outgoing
            .headers
            .iter()
            .map(|line| {
                (
                    line.name.to_owned(),
                    String::from_utf8_lossy(line.value).into(),
                )
            })
            .collect();
        Some(json!({
            "signature": self.outgoing.headers.text(headers::SIGNATURE),
            "signed_at": self.outgoing.signed_at,
            "headers": all,
        }))
    }
}
