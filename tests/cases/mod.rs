//! Verification cases as data: `tests/vectors/verification.json`, and the corpus that
//! `tests/interop/corpus.py` writes in the same shape, one case a line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettermint_hook::lettermint::verification::{SignedHeaders, Verdict};
use lettermint_hook::lettermint::{Headers, Secret, Tolerance, Verifier};
use serde_json::Value;

/// One delivery and the circumstances in which it is judged.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
    pub(crate) now: Option<i64>,
    pub(crate) tolerance: Tolerance,
}

impl Case {
    /// Reads a case; `default_secret` is for those that name none.
    pub(crate) fn read(json: &Value, default_secret: Option<&str>) -> Self {
        let name = text(&json["name"]);
        let secrets = match (json.get("secrets"), default_secret) {
            (Some(secrets), _) => items(secrets).iter().map(text).collect(),
            (None, Some(secret)) => vec![secret.to_owned()],
            (None, None) => panic!("{name}: no secrets"),
        };
        let mut headers = Headers::new();
        for line in items(&json["headers"]) {
            headers.push(text(&line[0]), bytes(&line[1]));
        }
        Self {
            secrets: secrets
                .into_iter()
                .map(|secret| Secret::new(secret).expect("a secret is not empty"))
                .collect(),
            headers,
            body: match json.get("body_base64") {
                Some(encoded) => base64(encoded),
                None => text(&json["body"]).into_bytes(),
            },
            now: match &json["now"] {
                Value::Null => None,
                now => Some(now.as_i64().expect("`now` is whole seconds")),
            },
            tolerance: match &json["tolerance"] {
                Value::String(off) if off == "off" => Tolerance::Off,
                seconds => {
                    Tolerance::Seconds(seconds.as_u64().expect("`tolerance` is whole seconds"))
                }
            },
            name,
        }
    }

    /// What our verifier says.
    pub(crate) fn judge(&self) -> Verdict {
        Verifier::new(&self.secrets, self.tolerance).verify(
            SignedHeaders::of(&self.headers),
            &self.body,
            self.now,
        )
    }
}

fn text(json: &Value) -> String {
    json.as_str()
        .unwrap_or_else(|| panic!("not text: {json}"))
        .to_owned()
}

fn items(json: &Value) -> &[Value] {
    json.as_array()
        .unwrap_or_else(|| panic!("not an array: {json}"))
}

fn bytes(json: &Value) -> Vec<u8> {
    match json.get("base64") {
        Some(encoded) => base64(encoded),
        None => text(json).into_bytes(),
    }
}

fn base64(json: &Value) -> Vec<u8> {
    STANDARD.decode(text(json)).expect("base64")
}
