//! `tests/vectors/verification.json`, whose signatures another implementation of HMAC made and
//! whose expectations were written by hand: judged by the library, and by `verify`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use super::cases::{Case, Verdict, judge, judge_by_library};
use crate::support::{Reason, repository, run_tool};

fn vectors() -> Value {
    let path = repository("tests/vectors/verification.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn entries(vectors: &Value) -> &[Value] {
    vectors["cases"].as_array().unwrap()
}

/// Judges every case, and compares with what was written down.
fn assert_judged(judge: impl FnOnce(&[Case]) -> Vec<Verdict>) {
    let vectors = vectors();
    let secret = vectors["secret"].as_str();
    let entries = entries(&vectors);
    let cases: Vec<_> = entries
        .iter()
        .map(|entry| Case::read(entry, secret))
        .collect();
    let mut failures = Vec::new();
    for (entry, verdict) in entries.iter().zip(judge(&cases)) {
        let said = json!({
            "valid": verdict.valid,
            "reason": verdict.reason.map(Reason::code),
            "time": verdict.time,
            "signature": verdict.signature,
            "secret": verdict.secret,
        });
        let expected = &entry["expect"];
        if &said != expected {
            let (name, why) = (&entry["name"], &entry["why"]);
            failures.push(format!(
                "{name} ({why})
  expected {expected}
  said     {said}"
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{}",
        failures.join(
            "
"
        )
    );
}

#[test]
fn verify_vectors_are_judged_by_the_library_as_written() {
    assert_judged(|cases| cases.iter().map(judge_by_library).collect());
}

#[test]
fn verify_vectors_are_judged_as_written() {
    assert_judged(judge);
}

#[test]
fn verify_vectors_cover_what_they_promise() {
    let vectors = vectors();
    let entries = entries(&vectors);
    let mut groups = BTreeMap::<&str, usize>::new();
    let mut reasons = BTreeSet::new();
    let mut names = BTreeSet::new();
    for entry in entries {
        *groups.entry(entry["group"].as_str().unwrap()).or_default() += 1;
        reasons.insert(entry["expect"]["reason"].as_str());
        let name = &entry["name"];
        assert!(names.insert(name.as_str().unwrap()), "twice: {name}");
    }
    assert_eq!(groups["shared"], 25, "the kinds that the SDKs share");
    assert_eq!(groups["own"], 4, "signed event samples");
    for (group, least) in [
        ("boundary", 20),
        ("edge", 40),
        ("header", 25),
        ("payload", 30),
        ("secrets", 15),
        ("order", 18),
    ] {
        assert!(groups[group] >= least, "{group}: {}", groups[group]);
    }
    assert_eq!(entries.len(), groups.values().sum::<usize>());
    for reason in Reason::ALL {
        assert!(reasons.contains(&Some(reason.code())), "{reason:?}");
    }
    let kinds = Reason::ALL.len() + 1;
    assert_eq!(reasons.len(), kinds, "eight codes and acceptance");
}

/// The file is what its script writes. `python3 tests/vectors/generate.py` rewrites it.
#[test]
fn verify_vectors_are_what_their_script_writes() {
    let script = repository("tests/vectors/generate.py");
    let written = run_tool("python3", &[script.to_str().unwrap(), "--stdout"], b"");
    let committed = fs::read(repository("tests/vectors/verification.json")).unwrap();
    assert!(
        written == committed,
        "tests/vectors/verification.json has drifted: run `python3 tests/vectors/generate.py`"
    );
}
