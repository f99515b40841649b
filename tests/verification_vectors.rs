//! Our verifier against `tests/vectors/verification.json`, whose signatures another
//! implementation of HMAC made and whose expectations were written by hand.

mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use lettermint_hook::lettermint::Reason;
use serde_json::{Value, json};

use cases::Case;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn vectors() -> Value {
    let text = std::fs::read_to_string(folder().join("verification.json")).expect("the vectors");
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn cases(vectors: &Value) -> &[Value] {
    vectors["cases"].as_array().expect("`cases`")
}

#[test]
fn every_case_is_judged_as_written() {
    let vectors = vectors();
    let secret = vectors["secret"].as_str();
    let mut failures = Vec::new();
    for entry in cases(&vectors) {
        let case = Case::read(entry, secret);
        let verdict = case.judge();
        let said = json!({
            "valid": verdict.is_valid(),
            "reason": verdict.reason.map(Reason::code),
            "time": verdict.time.code(),
            "signature": verdict.signature.code(),
            "secret": verdict.secret,
        });
        if said != entry["expect"] {
            failures.push(format!(
                "{} ({})\n  expected {}\n  said     {said}",
                case.name, entry["why"], entry["expect"]
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_vectors_cover_what_they_promise() {
    let vectors = vectors();
    let cases = cases(&vectors);
    let mut groups = BTreeMap::<&str, usize>::new();
    let mut reasons = BTreeSet::new();
    let mut names = BTreeSet::new();
    for entry in cases {
        *groups.entry(entry["group"].as_str().unwrap()).or_default() += 1;
        reasons.insert(entry["expect"]["reason"].as_str());
        assert!(
            names.insert(entry["name"].as_str().unwrap()),
            "twice: {}",
            entry["name"]
        );
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
    assert_eq!(cases.len(), groups.values().sum::<usize>());
    for reason in Reason::ALL {
        assert!(reasons.contains(&Some(reason.code())), "{reason:?}");
    }
    assert_eq!(
        reasons.len(),
        Reason::ALL.len() + 1,
        "eight codes and acceptance"
    );
}

/// The file is what its script writes. `python3 tests/vectors/generate.py` rewrites it.
#[test]
fn the_file_is_what_the_script_writes() {
    let script = folder().join("generate.py");
    let output = match Command::new("python3").arg(script).arg("--stdout").output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // Past the test harness, which would keep it to itself.
            writeln!(
                std::io::stderr(),
                "skipped: no python3 to write the vectors"
            )
            .unwrap();
            return;
        }
        Err(error) => panic!("python3: {error}"),
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let committed = std::fs::read(folder().join("verification.json")).unwrap();
    assert!(
        output.stdout == committed,
        "tests/vectors/verification.json has drifted: run `python3 tests/vectors/generate.py`"
    );
}
