//! Whether `verify` says what Lettermint's SDKs say, on thousands of cases.
//!
//! `tests/interop/run` writes the cases, has both SDKs judge them, names the files in
//! `LETTERMINT_HOOK_CORPUS`, `LETTERMINT_HOOK_PYTHON_VERDICTS` and
//! `LETTERMINT_HOOK_NODE_VERDICTS`, and runs the test that needs them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::cases::{Case, Verdict, judge};
use crate::support::{Reason, SignatureHeader, header_names as headers};

const SIGNATURE: &str = headers::SIGNATURE;

/// Writes a line past the test harness, which would keep it to itself when all is well.
macro_rules! say {
    ($($line:tt)*) => {
        writeln!(std::io::stderr(), $($line)*).expect("stderr takes a line")
    };
}

/// The environment variables, and whose verdicts each names.
const CORPUS: &str = "LETTERMINT_HOOK_CORPUS";

const PYTHON: &str = "LETTERMINT_HOOK_PYTHON_VERDICTS";

const NODE: &str = "LETTERMINT_HOOK_NODE_VERDICTS";

/// Fewer cases than this are no evidence.
const LEAST_CASES: usize = 5_000;

/// Each reason has to occur this often, or the corpus misses the later checks.
const LEAST_PER_REASON: usize = 50;

/// What an SDK said of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// It accepted the delivery.
    Accepted,
    /// It refused; with the code, when the SDK has codes.
    Refused(Option<Reason>),
    /// It raised something that is no verdict.
    Crashed,
}

/// A kind of case on which an SDK differs from us, and why that is right.
struct Difference {
    name: &'static str,
    why: &'static str,
    /// Whether this explains what the SDK said, where we said the verdict.
    explains: fn(&Case, &Verdict, Said) -> bool,
}

/// Differences from `lettermint` 3.2.0 for Python.
const PYTHON_DIFFERENCES: &[Difference] = &[
    Difference {
        name: "no event",
        why: "an object without a text `event` passes; the SDKs for Rust and PHP refuse it, as we do",
        explains: |case, ours, said| {
            said == Said::Accepted && payload_refused(ours) && is_object_without_event(&case.body)
        },
    },
    Difference {
        name: "NaN and Infinity",
        why: "Python's json reads them; they are no JSON (RFC 8259, section 6)",
        explains: |case, ours, said| {
            said == Said::Accepted && payload_refused(ours) && is_json_but_for_nan(&case.body)
        },
    },
    Difference {
        name: "lone surrogate in a name or the event",
        why: "Python keeps half a character in a string; UTF-8 and so Rust cannot",
        explains: |case, ours, said| {
            said == Said::Accepted && payload_refused(ours) && has_surrogate_escape(&case.body)
        },
    },
    Difference {
        name: "nesting inside `event`",
        why: "an `event` more than 127 levels deep is not read further by us; it is no text either way",
        explains: |case, ours, said| {
            said == Said::Accepted && payload_refused(ours) && is_event_nested_deeply(&case.body)
        },
    },
    Difference {
        name: "integers beyond 4,300 digits",
        why: "Python refuses to convert them (sys.set_int_max_str_digits); we do not convert numbers",
        explains: |case, ours, said| {
            said == Said::Refused(Some(Reason::PayloadInvalid))
                && ours.valid
                && case
                    .body
                    .split(|byte| !byte.is_ascii_digit())
                    .any(|digits| digits.len() > 4_300)
        },
    },
    Difference {
        name: "nesting beyond Python's recursion limit",
        why: "raises RecursionError, which is no verdict; we skip values without recursion",
        explains: |case, ours, said| {
            said == Said::Crashed && ours.valid && brackets(&case.body) > 900
        },
    },
    Difference {
        name: "white space beyond ASCII's",
        why: "Python trims what Latin-1 calls white space (1C to 1F, 85, A0); Rust's SDK does not accept such headers",
        explains: |case, ours, said| match ours.reason {
            Some(Reason::DeliveryTimestampMismatch) => {
                said != Said::Crashed
                    && case
                        .only(SIGNATURE)
                        .and_then(|value| SignatureHeader::parse(value).ok())
                        .zip(case.only(headers::DELIVERY))
                        .is_some_and(|(header, value)| trim_latin1(value) == header.t.as_bytes())
            }
            Some(Reason::SignatureHeaderMalformed) => {
                said == Said::Refused(Some(Reason::SignatureHeaderMissing))
                    && case
                        .only(SIGNATURE)
                        .is_some_and(|value| trim_latin1(value).is_empty())
            }
            _ => false,
        },
    },
];

/// Differences from `lettermint` 2.7.0 for Node, which is a generation older: its rules are
/// looser in places, and it has no reason codes.
const NODE_DIFFERENCES: &[Difference] = &[
    Difference {
        name: "JSON that is no object",
        why: "any JSON passes, such as `[1]`",
        explains: |case, ours, said| {
            said == Said::Accepted
                && payload_refused(ours)
                && parsed(&case.body).is_some_and(|value| !value.is_object())
        },
    },
    Difference {
        name: "no event",
        why: "an object without a text `event` passes",
        explains: |case, ours, said| {
            said == Said::Accepted && payload_refused(ours) && is_object_without_event(&case.body)
        },
    },
    Difference {
        name: "nesting inside `event`",
        why: "an `event` more than 127 levels deep is not read further by us; it is no text either way",
        explains: |case, ours, said| {
            said == Said::Accepted && payload_refused(ours) && is_event_nested_deeply(&case.body)
        },
    },
    Difference {
        name: "body that is not UTF-8",
        why: "decoded with replacement characters after the bytes were verified",
        explains: |case, ours, said| {
            said == Said::Accepted
                && payload_refused(ours)
                && std::str::from_utf8(&case.body).is_err()
                && parsed(String::from_utf8_lossy(&case.body).as_bytes()).is_some()
        },
    },
    Difference {
        name: "lone surrogate in a name or the event",
        why: "JavaScript strings keep half a character; UTF-8 and so Rust cannot",
        explains: |case, ours, said| {
            said == Said::Accepted && payload_refused(ours) && has_surrogate_escape(&case.body)
        },
    },
    Difference {
        name: "delivery compared as a number",
        why: "`01791101730` equals `1791101730`; the SDKs of 2026-10 compare text",
        explains: |case, ours, said| {
            said == Said::Accepted
                && ours.reason == Some(Reason::DeliveryTimestampMismatch)
                && case
                    .only(headers::DELIVERY)
                    .and_then(|value| std::str::from_utf8(value).ok()?.parse().ok())
                    .is_some_and(|seconds: i64| Some(seconds) == ours.signed_at)
        },
    },
    Difference {
        name: "delivery not trimmed",
        why: "white space around the value is refused; the SDKs of 2026-10 trim it",
        explains: |case, ours, said| {
            said == Said::Refused(None)
                && ours.valid
                && case
                    .only(headers::DELIVERY)
                    .is_some_and(|value| headers::trim(value).len() < value.len())
        },
    },
    Difference {
        name: "t beyond 16 digits",
        why: "padding zeros are not counted; the SDKs of 2026-10 read at most 16 digits",
        explains: |case, ours, said| {
            said == Said::Accepted
                && ours.reason == Some(Reason::SignatureHeaderMalformed)
                && case.only(SIGNATURE).is_some_and(|value| {
                    value
                        .split(|byte| *byte == b',')
                        .filter_map(|entry| headers::trim(entry).strip_prefix(b"t="))
                        .any(|t| {
                            t.len() > 16 && t.starts_with(b"0") && t.iter().all(u8::is_ascii_digit)
                        })
                })
        },
    },
    Difference {
        name: "header beyond printable ASCII",
        why: "such bytes are ignored outside `t` and `v1`; the SDKs of 2026-10 refuse the header",
        explains: |case, ours, said| {
            said == Said::Accepted
                && ours.reason == Some(Reason::SignatureHeaderMalformed)
                && case
                    .only(SIGNATURE)
                    .is_some_and(|value| !value.iter().all(|byte| (0x20..=0x7e).contains(byte)))
        },
    },
];

fn payload_refused(ours: &Verdict) -> bool {
    ours.reason == Some(Reason::PayloadInvalid)
}

fn parsed(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

fn is_object_without_event(body: &[u8]) -> bool {
    parsed(body).is_some_and(|value| value.is_object() && !value["event"].is_string())
}

fn is_json_but_for_nan(body: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return false;
    };
    let replaced = text.replace("NaN", "0").replace("Infinity", "0");
    parsed(body).is_none() && parsed(replaced.as_bytes()).is_some()
}

fn has_surrogate_escape(body: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(body).to_lowercase();
    parsed(body).is_none() && (lower.contains("\\ud") && !lower.contains('\u{fffd}'))
}

fn is_event_nested_deeply(body: &[u8]) -> bool {
    brackets(body) > 127 && String::from_utf8_lossy(body).contains("\"event\":[[")
}

fn brackets(body: &[u8]) -> usize {
    body.iter()
        .filter(|byte| matches!(byte, b'[' | b'{'))
        .count()
}

/// Trims as Python's `str.strip` does after decoding Latin-1.
fn trim_latin1(value: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b'\t'..=b'\r' | 0x1c..=0x20 | 0x85 | 0xa0);
    let start = value.iter().take_while(|byte| blank(byte)).count();
    let end = value.iter().rev().take_while(|byte| blank(byte)).count();
    value.get(start..value.len() - end).unwrap_or_default()
}

/// How one SDK's verdicts compare with ours.
struct Comparison {
    agreed: usize,
    /// By index into the table of differences.
    explained: Vec<usize>,
    unexplained: Vec<String>,
}

fn compare(
    judged: &[(Case, Verdict)],
    said: &[Said],
    differences: &[Difference],
    agrees: fn(&Verdict, Said) -> bool,
) -> Comparison {
    assert_eq!(judged.len(), said.len(), "a verdict for every case");
    let mut comparison = Comparison {
        agreed: 0,
        explained: vec![0; differences.len()],
        unexplained: Vec::new(),
    };
    for ((case, ours), said) in judged.iter().zip(said.iter().copied()) {
        if agrees(ours, said) {
            comparison.agreed += 1;
            continue;
        }
        match differences
            .iter()
            .position(|known| (known.explains)(case, ours, said))
        {
            Some(index) => comparison.explained[index] += 1,
            None => comparison.unexplained.push(format!(
                "{}: we say {}, the SDK {said:?}",
                case.name,
                ours.reason.map_or("valid", Reason::code)
            )),
        }
    }
    comparison
}

/// The same reason code, or both accept.
fn agrees_with_python(ours: &Verdict, said: Said) -> bool {
    match said {
        Said::Accepted => ours.valid,
        Said::Refused(code) => ours.reason.is_some() && ours.reason == code,
        Said::Crashed => false,
    }
}

/// Both accept or both refuse.
fn agrees_with_node(ours: &Verdict, said: Said) -> bool {
    match said {
        Said::Accepted => ours.valid,
        Said::Refused(_) => !ours.valid,
        Said::Crashed => false,
    }
}

fn report(sdk: &str, comparison: &Comparison, differences: &[Difference]) {
    say!("{sdk}: {} agree", comparison.agreed);
    for (known, count) in differences.iter().zip(&comparison.explained) {
        say!("  {count:>5}  {}: {}", known.name, known.why);
    }
    for line in comparison.unexplained.iter().take(20) {
        say!("  NOT DOCUMENTED  {line}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the files are named by tests/interop/run"
)]
fn named_by(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable);
    path.unwrap_or_else(|| panic!("{variable} is not set"))
        .into()
}

fn lines(path: &Path) -> Vec<Value> {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

fn sdk_verdicts(path: &Path, corpus: &[(Case, Verdict)]) -> Vec<Said> {
    let lines = lines(path);
    for (line, (case, _)) in lines.iter().zip(corpus) {
        assert_eq!(line["name"], case.name, "verdicts in order");
    }
    lines.iter().map(read_verdict).collect()
}

fn read_verdict(line: &Value) -> Said {
    if line.get("crash").is_some() {
        return Said::Crashed;
    }
    match (line.get("reason"), line.get("accepted")) {
        (Some(Value::Null), None) | (None, Some(Value::Bool(true))) => Said::Accepted,
        (Some(Value::String(code)), None) => Said::Refused(Some(
            Reason::from_code(code).unwrap_or_else(|| panic!("a ninth reason: {code}")),
        )),
        (None, Some(Value::Bool(false))) => Said::Refused(None),
        _ => panic!("no verdict: {line}"),
    }
}

#[test]
#[ignore = "needs the verdicts of the SDKs: run by tests/interop/run"]
fn verify_says_what_the_sdks_say() {
    let [corpus, python, node] = [CORPUS, PYTHON, NODE].map(named_by);
    let cases: Vec<_> = lines(&corpus)
        .iter()
        .map(|line| Case::read(line, None))
        .collect();
    let verdicts = judge(&cases);
    let judged: Vec<_> = cases.into_iter().zip(verdicts).collect();
    assert!(judged.len() >= LEAST_CASES, "{} cases", judged.len());
    let mut reasons = BTreeMap::<&str, usize>::new();
    for (_, verdict) in &judged {
        *reasons
            .entry(verdict.reason.map_or("valid", Reason::code))
            .or_default() += 1;
    }
    say!("{} cases; we say {reasons:?}", judged.len());
    assert_eq!(reasons.len(), Reason::ALL.len() + 1);
    for (reason, count) in reasons {
        assert!(
            count >= LEAST_PER_REASON,
            "{reason} occurs {count} times only"
        );
    }

    let python = sdk_verdicts(&python, &judged);
    let python = compare(&judged, &python, PYTHON_DIFFERENCES, agrees_with_python);
    let node = sdk_verdicts(&node, &judged);
    let node = compare(&judged, &node, NODE_DIFFERENCES, agrees_with_node);
    report("Python 3.2.0", &python, PYTHON_DIFFERENCES);
    report("Node 2.7.0", &node, NODE_DIFFERENCES);
    let unexplained = python.unexplained.len() + node.unexplained.len();
    assert_eq!(unexplained, 0, "undocumented differences");
    for (comparison, differences) in [(python, PYTHON_DIFFERENCES), (node, NODE_DIFFERENCES)] {
        for (known, count) in differences.iter().zip(comparison.explained) {
            assert!(count > 0, "no case shows this difference: {}", known.name);
        }
    }
}

/// No difference explains a disagreement on an ordinary delivery, whatever an SDK says: a table
/// that did would hide real ones.
#[test]
fn verify_differences_from_the_sdks_excuse_nothing_ordinary() {
    let body = r#"{"id":"x","event":"message.sent","data":{}}"#;
    let mac = "0".repeat(64);
    let signed = format!("t=1,v1={mac}");
    let mut cases = Vec::new();
    for (signature, delivery, body) in [
        ("t=1,v1=0", "1", body),
        ("", "1", body),
        (&signed, "2", body),
        (&signed, "1", body),
        (&signed, "1", ""),
    ] {
        for now in [1, 302] {
            let case = json!({
                "name": "ordinary", "secrets": ["whsec_a"], "body": body, "now": now,
                "tolerance": 300,
                "headers": [[SIGNATURE, signature], [headers::DELIVERY, delivery]],
            });
            cases.push(Case::read(&case, None));
        }
    }
    for (case, ours) in cases.iter().zip(judge(&cases)) {
        let codes = Reason::ALL.map(|reason| Said::Refused(Some(reason)));
        let others = [Said::Accepted, Said::Refused(None), Said::Crashed];
        for said in others.into_iter().chain(codes) {
            for known in PYTHON_DIFFERENCES.iter().chain(NODE_DIFFERENCES) {
                let excused = (known.explains)(case, &ours, said);
                assert!(!excused, "{} explains {said:?} for {ours:?}", known.name);
            }
        }
    }
}
