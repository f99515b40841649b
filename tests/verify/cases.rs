//! Verification cases as data: `tests/vectors/verification.json`, and the corpus that
//! `tests/interop/corpus.py` writes in the same shape, one case a line.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{
    Headers, Reason, Record, Sandbox, Secret, SignedHeaders, Tolerance, Verifier, lines,
};

/// One delivery and the circumstances in which it is judged.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) secrets: Vec<String>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    pub(super) now: Option<i64>,
    /// Seconds, or `off`.
    pub(super) tolerance: String,
    record: Record,
}

/// What is said of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) valid: bool,
    pub(super) reason: Option<Reason>,
    pub(super) signed_at: Option<i64>,
    pub(super) time: String,
    pub(super) signature: String,
    /// The position of the secret that matches, counted from 0.
    pub(super) secret: Option<u64>,
}

impl Case {
    /// Reads a case; `default_secret` is for those that name none.
    pub(super) fn read(json: &Value, default_secret: Option<&str>) -> Self {
        let name = text(&json["name"]);
        let secrets = match (json.get("secrets"), default_secret) {
            (Some(secrets), _) => secrets.as_array().unwrap().iter().map(text).collect(),
            (None, Some(secret)) => vec![secret.to_owned()],
            (None, None) => panic!("{name}: no secrets"),
        };
        let body = match json.get("body_base64") {
            Some(encoded) => base64(encoded),
            None => text(&json["body"]).into_bytes(),
        };
        let header = |line: &Value| (text(&line[0]), bytes(&line[1]));
        let tolerance = match &json["tolerance"] {
            Value::String(off) => off.clone(),
            seconds => seconds.to_string(),
        };
        let record = Record::of(json!({
            "v": 1,
            "direction": "received",
            "at": "2026-10-04T08:15:30Z",
            "headers": json["headers"],
        }));
        Self {
            secrets,
            headers: json["headers"]
                .as_array()
                .unwrap()
                .iter()
                .map(header)
                .collect(),
            record: record.with_body(&body),
            body,
            now: json["now"].as_i64(),
            tolerance,
            name,
        }
    }

    /// The value of a header that occurs once.
    pub(super) fn only(&self, name: &str) -> Option<&[u8]> {
        let mut values = self.headers.iter();
        let mut next = || values.find(|header| header.0.eq_ignore_ascii_case(name));
        let value = next()?;
        next().is_none().then_some(&value.1)
    }
}

/// What `verify` says of cases. It is run once for all that are judged in the same circumstances.
/// The library judges those for which it has no command line: without a secret, without a clock,
/// or with a clock that looks like milliseconds.
pub(super) fn judge(cases: &[Case]) -> Vec<Verdict> {
    let mut groups = BTreeMap::<_, Vec<usize>>::new();
    let mut verdicts: Vec<_> = cases.iter().map(|_| None).collect();
    for (index, case) in cases.iter().enumerate() {
        let now = case.now.filter(|now| now.abs() < 100_000_000_000);
        match now.filter(|_| !case.secrets.is_empty()) {
            Some(now) => {
                let circumstances = (&case.secrets, now, &case.tolerance);
                groups.entry(circumstances).or_default().push(index);
            }
            None => verdicts[index] = Some(judge_by_library(case)),
        }
    }
    let sandbox = Sandbox::new();
    for ((secrets, now, tolerance), indexes) in groups {
        let records = indexes.iter().map(|index| &cases[*index].record);
        sandbox.write("cases.ndjson", lines(records));
        let line = format!("verify cases.ndjson --json --now {now} --tolerance {tolerance}");
        let secrets = secrets.iter().flat_map(|secret| ["--secret", secret]);
        let run = sandbox.cmd(&line).args(secrets).run();
        let judged = run.verdicts();
        assert_eq!(judged.len(), indexes.len(), "{}", run.transcript());
        for (index, verdict) in indexes.into_iter().zip(&judged) {
            verdicts[index] = Some(read(verdict));
        }
    }
    verdicts
        .into_iter()
        .map(|verdict| verdict.expect("a verdict"))
        .collect()
}

/// What the library says of a case.
pub(super) fn judge_by_library(case: &Case) -> Verdict {
    let secrets = case.secrets.iter();
    let secrets: Vec<_> = secrets
        .map(|secret| Secret::new(secret.as_str()).unwrap())
        .collect();
    let mut headers = Headers::new();
    for (name, value) in &case.headers {
        headers.push(name.as_str(), value.as_slice());
    }
    let tolerance = match case.tolerance.parse() {
        Ok(seconds) => Tolerance::Seconds(seconds),
        Err(_) => Tolerance::Off,
    };
    let verifier = Verifier::new(&secrets, tolerance);
    let verdict = verifier.verify(SignedHeaders::of(&headers), &case.body, case.now);
    Verdict {
        valid: verdict.is_valid(),
        reason: verdict.reason,
        signed_at: verdict.signed_at,
        time: verdict.time.code().to_owned(),
        signature: verdict.signature.code().to_owned(),
        secret: verdict.secret.map(|position| position as u64),
    }
}

fn read(verdict: &Value) -> Verdict {
    let reason = |code| Reason::from_code(code).unwrap_or_else(|| panic!("a ninth reason: {code}"));
    Verdict {
        valid: verdict["valid"].as_bool().unwrap(),
        reason: verdict["reason"].as_str().map(reason),
        signed_at: verdict["signed_at"].as_i64(),
        time: text(&verdict["time"]),
        signature: text(&verdict["signature"]),
        secret: verdict["secret"]["position"]
            .as_u64()
            .map(|position| position - 1),
    }
}

fn text(json: &Value) -> String {
    let text = json.as_str();
    text.unwrap_or_else(|| panic!("not text: {json}"))
        .to_owned()
}

fn bytes(json: &Value) -> Vec<u8> {
    match json.get("base64") {
        Some(encoded) => base64(encoded),
        None => text(json).into_bytes(),
    }
}

fn base64(json: &Value) -> Vec<u8> {
    STANDARD.decode(text(json)).unwrap()
}
