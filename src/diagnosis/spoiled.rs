//! A delivery for tests to spoil.

use crate::diagnosis::{Case, Diagnosis, Finding, Limits, OtherBody, diagnose};
use crate::lettermint::catalogue;
use crate::lettermint::headers;
use crate::lettermint::{Headers, NamedSecret, Secret, SigningKey, Tolerance};

pub(crate) const SECRET: &str = "whsec_ZXhhbXBsZTAxMjM0NTY3ODlhYmNkZWY";
pub(crate) const T: i64 = 1_791_101_730;

pub(crate) struct Delivery {
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
    pub(crate) secrets: Vec<NamedSecret>,
    pub(crate) now: i64,
    pub(crate) tolerance: Tolerance,
}

pub(crate) fn named(text: impl Into<Vec<u8>>) -> NamedSecret {
    NamedSecret::new("--secret-file key.txt", Secret::new(text).unwrap())
}

pub(crate) fn sample() -> &'static [u8] {
    let event = catalogue::find("message.clicked").unwrap();
    event.sample_json().unwrap().as_bytes()
}

pub(crate) fn delivery_of(body: &[u8]) -> Delivery {
    let value = SigningKey::from_bytes(SECRET.as_bytes()).sign(T, body);
    let mut headers = Headers::new();
    headers.push(headers::SIGNATURE, value);
    headers.push(headers::DELIVERY, T.to_string());
    Delivery {
        headers,
        body: body.to_vec(),
        secrets: vec![named(SECRET)],
        now: T,
        tolerance: Tolerance::default(),
    }
}

impl Delivery {
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
    pub(crate) fn secret(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.secrets = vec![named(text)];
        self
    }
    pub(crate) fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.set(name, value.into());
        self
    }
    pub(crate) fn signature(self, edit: impl FnOnce(&str) -> String) -> Self {
        let value = edit(self.headers.text(headers::SIGNATURE).unwrap());
        self.header(headers::SIGNATURE, value)
    }
    pub(crate) fn digest(self, digest: &[u8]) -> Self {
        let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        self.signature(|_| format!("t={T},v1={hex}"))
    }
    pub(crate) fn signed_with(self, key: &[u8]) -> Self {
        let value = SigningKey::from_bytes(key).sign(T, &self.body);
        self.header(headers::SIGNATURE, value)
    }
    pub(crate) fn at(mut self, now: i64) -> Self {
        self.now = now;
        self
    }

    pub(crate) fn case(&self) -> Case<'_> {
        Case {
            headers: &self.headers,
            body: &self.body,
            secrets: &self.secrets,
            other_bodies: &[OtherBody {
                name: "deliveries.ndjson:7",
                body: b"{\"event\":\"message.sent\"}",
            }],
            now: Some(self.now),
            tolerance: self.tolerance,
        }
    }

    pub(crate) fn diagnose(&self) -> Diagnosis {
        diagnose(&self.case(), Limits::full())
    }

    pub(crate) fn codes(&self) -> Vec<String> {
        let findings = self.diagnose().findings;
        findings.iter().map(Finding::code).collect()
    }
}

pub(crate) fn good() -> Delivery {
    delivery_of(sample())
}
